"""The waiting list: one freed time, one person at a time, a real hold."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from appointments import jobs
from appointments.letters.mails import VISIT_LINK
from appointments.models import Appointment, Channel, Opening, Purpose, WaitingEntry, WaitingOffer
from appointments.pure.refusals import OfferOver, SlotTaken
from appointments.pure.states import State
from appointments.times import capacity, slots
from appointments.visit import changing
from appointments.waiting import mails, opened, waitlist
from appointments.waiting.quiet import deadline
from portal import links
from portal.models import OutgoingMail
from tests.appointments.builders import (
    BERLIN,
    NINE,
    NOW,
    a_bookable,
    a_hold,
    a_pool,
    an_appointment,
    at,
    later,
)
from tests.appointments.test_enrolment_and_reminders import a_season
from tests.builders import an_office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]
_names = iter(range(1, 10**6))


@pytest.fixture
def pool():
    return a_pool(a_bookable(max_count=3, extra_minutes=15))


def waits(pool, *, confirmed=True, **more):
    wanted = waitlist.Wanted(
        **{
            "service_id": pool.offers.first().service_id,
            "count": 1,
            "first_day": NOW.date(),
            "last_day": NINE.date(),
            **more,
        }
    )
    entry = waitlist.join(
        wanted=wanted, name="Bruno Beispiel", email=f"bruno{next(_names)}@example.org", language="de", now=NOW
    )
    if confirmed:
        waitlist.confirm_entry(entry=entry, now=NOW)
    return entry


def freed(pool, start=NINE, now=NOW):
    visit = an_appointment(pool, start, now=now)
    changing.cancel(appointment=visit, now=now)
    return Appointment.objects.get(purpose=Purpose.PAUSE, state=State.HOLD)


def offered(pool, now=NOW):
    return waitlist.offer_freed(pause=freed(pool), now=now)


def test_whom_a_time_does_not_suit_keeps_nobody_behind_from_being_asked(pool):
    waits(pool, weekdays=frozenset({4}))
    waits(pool, offices=frozenset({an_office().pk}))
    waits(pool, until_time=time(9))
    WaitingEntry.objects.filter(pk=waits(pool).pk).update(further=[[a_bookable().pk, 1]])
    waitlist.ask_earlier(appointment=an_appointment(pool, at("08:00")), now=NOW)
    suits = waits(pool, weekdays=frozenset({1}), offices=frozenset({an_office().pk, pool.office_id}))
    assert offered(pool).entry == suits


def test_sixty_who_want_longer_than_the_gap_do_not_keep_the_next_from_being_asked(
    pool, django_assert_max_num_queries
):
    pause = freed(pool)
    an_appointment(pool, at("09:15"))
    many = [waits(pool, count=2) for _ in range(2)]
    WaitingEntry.objects.bulk_create(
        WaitingEntry(
            service=many[0].service,
            count=2 + n % 2,
            contact_key=f"{n}",
            first_day=NOW.date(),
            last_day=NINE.date(),
            confirmed_at=NOW,
        )
        for n in range(60)
    )
    alone = waits(pool)
    with django_assert_max_num_queries(60):
        assert waitlist.offer_freed(pause=pause, now=NOW).entry == alone


def test_a_freed_time_is_offered_to_the_first_and_kept_two_hours(pool):
    first, _second = waits(pool), waits(pool)
    offer = offered(pool, now=later(60))
    assert (offer.entry, offer.appointment.starts_at) == (first, NINE)
    assert offer.expires_at == later(60 + 120)
    assert OutgoingMail.objects.filter(kind="appointments/offer").count() == 1
    with pytest.raises(SlotTaken):
        a_hold(pool)


def test_the_job_after_a_cancellation_makes_the_offer(pool):
    waits(pool)
    jobs.offer_freed(freed(pool).pk)
    assert WaitingOffer.objects.count() == 1


def test_accepting_books_and_ends_the_waiting(pool):
    waits(pool)
    offer = offered(pool)
    waitlist.accept(offer=offer, now=later(60))
    offer.appointment.refresh_from_db()
    assert (offer.appointment.state, offer.appointment.purpose) == (State.CONFIRMED, Purpose.VISIT)
    assert WaitingEntry.objects.get().state == WaitingEntry.State.SERVED
    with pytest.raises(OfferOver):
        waitlist.accept(offer=offer, now=later(61))
    assert capacity.recount() == []


def test_declining_goes_to_the_next_and_never_twice_to_the_same(pool):
    first, second = waits(pool), waits(pool)
    offer = offered(pool)
    assert waitlist.decline(offer=offer, now=later(1))
    assert not waitlist.decline(offer=offer, now=later(1))
    again = Appointment.objects.get(purpose=Purpose.PAUSE, state=State.HOLD)
    assert waitlist.offer_freed(pause=again, now=later(2)).entry == second
    assert first.offers.count() == 1


def test_an_unanswered_offer_lapses_to_the_next(pool):
    waits(pool), waits(pool)
    offered(pool, now=later(60))
    assert waitlist.lapse(later(181)) == 1
    jobs.every_minute(0)
    states = WaitingOffer.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [WaitingOffer.State.LAPSED, WaitingOffer.State.OPEN]


def test_when_nobody_waits_the_pause_runs_out_for_everybody(pool):
    assert offered(pool) is None
    slots.expire_overdue(later(61))
    assert a_hold(pool, now=later(61)).state == State.HOLD


@pytest.mark.parametrize(
    "wish",
    [
        {"confirmed": False},
        {"weekdays": frozenset({4})},
        {"from_time": time(10)},
        {"until_time": time(9)},
        {"last_day": NOW.date()},
        {"count": 2},
        {"offices": frozenset({10**6})},
    ],
)
def test_times_that_do_not_suit_are_not_offered(pool, wish):
    an_appointment(pool, at("09:15"))  # so that a visit of two persons does not fit into the gap
    if "offices" in wish:
        wish = {"offices": frozenset({a_pool(a_bookable()).office_id})}
    waits(pool, **wish)
    assert offered(pool) is None


def test_a_longer_visit_is_offered_where_the_gap_is_long_enough(pool):
    waits(pool, count=2)
    offer = offered(pool)
    assert (offer.appointment.ends_at - offer.appointment.starts_at).seconds == 30 * 60


def test_leaving_gives_an_open_offer_to_the_next(pool):
    entry, second = waits(pool), waits(pool)
    offered(pool)
    waitlist.leave(entry=entry, now=NOW)
    again = Appointment.objects.get(purpose=Purpose.PAUSE, state=State.HOLD)
    assert waitlist.offer_freed(pause=again, now=NOW).entry == second


def test_who_has_a_later_visit_gives_it_back_on_accepting(pool):
    visit = an_appointment(pool, at("11:00"))
    entry = waits(pool)
    WaitingEntry.objects.filter(pk=entry.pk).update(appointment=visit)
    waitlist.accept(offer=offered(pool), now=NOW)
    visit.refresh_from_db()
    assert visit.state == State.CANCELLED


def test_the_night_does_not_count():
    night = (time(20), time(8), BERLIN)
    assert deadline(at("18:00"), 120, *night) == at("20:00")
    assert deadline(at("19:00"), 120, *night) == at("09:00", NINE.date().replace(day=3))
    assert deadline(at("23:00"), 120, *night) == at("10:00", NINE.date().replace(day=3))
    assert deadline(at("05:00"), 120, *night) == at("10:00")
    assert deadline(at("19:00"), 120, time(0), time(0), BERLIN) == at("21:00")


def test_offer_and_entry_pages_show_on_get_and_act_on_post(client, pool):
    entry = waits(pool, confirmed=False)
    page = reverse("appointments:entry", args=[links.issue(subject=entry, purpose=mails.ENTRY_LINK)])
    client.get(page)
    assert WaitingEntry.objects.get().confirmed_at is None
    client.post(page, {"do": "confirm"})
    offer = offered(pool)
    url = reverse("appointments:offer", args=[links.issue(subject=offer, purpose=mails.OFFER_LINK)])
    assert client.get(url).status_code == 200
    assert WaitingOffer.objects.get().state == WaitingOffer.State.OPEN
    assert client.post(url, {"do": "accept"}).status_code == 303
    again = client.post(url, {"do": "accept"})
    assert (again.status_code, again.url) == (303, url)
    assert client.get(url).status_code == 200


def test_joining_by_the_page(client, pool):
    url = reverse("appointments:join", args=[pool.offers.first().service.service.slug])
    page = client.get(url).content.decode()
    shown = page.split('name="shown" value="')[1].split('"')[0]
    fields = {"shown": shown, "name": "Clara", "email": "clara@example.org", "first_day": "2027-03-01"}
    assert client.post(url, {**fields, "last_day": "2027-02-01"}).status_code == 422
    assert client.post(url, {**fields, "last_day": "2027-03-20", "weekdays": ["1", "2"]}).status_code == 303
    assert WaitingEntry.objects.get().weekdays == [1, 2]
    assert OutgoingMail.objects.filter(kind="appointments/waiting").count() == 1


def test_several_services_are_waited_for_together():
    """A gap that holds only one of them is not offered, nor is an office that does only one."""
    passport = a_bookable()
    registration = a_bookable(base_minutes=30)
    passport.combinable.add(registration)
    only_one, both = a_pool(passport), a_pool(passport, registration)
    entry = waits(only_one, further=((registration.pk, 1),))
    for pool in (only_one, both):
        changing.cancel(appointment=an_appointment(pool), now=NOW)
    jobs.every_minute(0)
    offer = WaitingOffer.objects.get(entry=entry)
    assert offer.appointment.pool == both
    assert offer.appointment.ends_at - offer.appointment.starts_at == timedelta(minutes=45)


def test_who_has_an_appointment_can_wait_for_an_earlier_one_and_gives_the_later_one_back(client, pool):
    late = an_appointment(pool, at("11:00"))
    address = reverse("appointments:mine", args=[links.issue(subject=late, purpose=VISIT_LINK)])
    client.post(f"{address}frueher/", {"do": "ask"})
    assert "frueher" in client.get(address).content.decode()
    changing.cancel(appointment=an_appointment(pool, at("11:30")), now=NOW)  # later than what they have
    changing.cancel(appointment=an_appointment(pool), now=NOW)
    jobs.every_minute(0)
    offer = WaitingOffer.objects.get()
    assert offer.appointment.starts_at == NINE
    waitlist.accept(offer=offer, now=NOW)
    late.refresh_from_db()
    assert late.state == State.CANCELLED


def test_who_cancels_or_asks_no_more_is_not_offered_earlier_times(client, pool):
    first, second = an_appointment(pool, at("11:00")), an_appointment(pool, at("11:15"))
    for visit in (first, second):
        waitlist.ask_earlier(appointment=visit, now=NOW)
    changing.cancel(appointment=first, now=NOW)
    address = reverse("appointments:mine", args=[links.issue(subject=second, purpose=VISIT_LINK)])
    client.post(f"{address}frueher/", {"do": "leave"})
    changing.cancel(appointment=an_appointment(pool), now=NOW)
    jobs.every_minute(0)
    assert not WaitingOffer.objects.exists()


def test_a_time_booked_by_phone_goes_to_the_list_too(pool):
    entry = waits(pool)
    changing.cancel(appointment=an_appointment(pool, channel=Channel.PHONE), now=NOW)
    jobs.every_minute(0)
    assert WaitingOffer.objects.get().entry == entry


def test_the_filters_of_the_page_are_the_first_proposal_of_the_waiting_list(client, pool):
    slug = pool.offers.first().service.service.slug
    page = client.get(
        f"/termine/neu/{slug}/warteliste/?n=2&weekday=1&part=morning&day=2027-03-09"
    ).content.decode()
    assert 'value="1" id="id_weekdays_1" checked' in page.replace(' class="kern-form-check__checkbox"', "")
    assert page.count('value="2027-03-09"') == 2


def test_whoever_knows_an_address_cannot_change_what_it_waits_for(client, pool):
    entry = waits(pool, weekdays=frozenset({1}))
    other = waitlist.Wanted(entry.service_id, 3, NOW.date(), NINE.date(), from_time=time(11))
    again = waitlist.join(wanted=other, name="X", email=entry.email, language="en", now=NOW)
    assert again == entry
    entry.refresh_from_db()
    assert (entry.name, entry.count, entry.weekdays, entry.from_time) == ("Bruno Beispiel", 1, [1], None)
    assert OutgoingMail.objects.filter(kind="appointments/waiting").count() == 2

    page = reverse("appointments:entry", args=[links.issue(subject=entry, purpose=mails.ENTRY_LINK)])
    seal = client.get(page).content.decode().split('name="seal" value="')[1].split('"')[0]
    client.post(page, {"do": "confirm", "seal": "another"})
    assert WaitingEntry.objects.get().count == 1
    client.post(page, {"do": "confirm", "seal": seal})
    entry.refresh_from_db()
    assert (entry.name, entry.count, entry.weekdays, entry.from_time) == ("X", 3, [], time(11))
    assert entry.proposed is None


def test_hours_that_were_opened_are_offered_to_those_who_wait_and_once_a_day(pool):
    Opening.objects.update(capacity=0, public_capacity=0)
    first, second = waits(pool), waits(pool)
    assert opened.offer_opened(later(60)) == 0
    Opening.objects.filter(weekday=0).update(capacity=1, public_capacity=1)
    assert opened.offer_opened(later(60)) == 2
    times = dict(WaitingOffer.objects.values_list("entry", "appointment__starts_at"))
    assert times[first.pk] < times[second.pk]
    waitlist.decline(offer=WaitingOffer.objects.get(entry=first), now=later(65))
    assert opened.offer_opened(later(70)) == 0


def test_a_free_time_that_suits_nobody_who_waits_stays_free(pool):
    waits(pool, weekdays=frozenset({3}))
    waits(pool, confirmed=False)
    assert opened.offer_opened(later(60)) == 0
    assert not Appointment.objects.exists()


def test_at_night_opened_times_are_offered_to_nobody(pool):
    waits(pool)
    assert opened.offer_opened(at("05:00", NOW.date())) == 0


def test_who_waited_for_an_enrolment_tells_the_children_when_taking_the_time(client):
    service = a_bookable(
        max_count=2, extra_minutes=15, extra_fields=[{"key": "tongue", "label": {"de": "Sprache"}}]
    )
    a_season(service)
    pool = a_pool(service)
    waits(pool, count=2)
    offer = offered(pool)
    url = reverse("appointments:offer", args=[links.issue(subject=offer, purpose=mails.OFFER_LINK)])
    form = {"do": "accept", "child1_name": "Ada", "child1_birth": "2021-05-06", "answer_tongue": "ungarisch"}
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "ungarisch" in refused.content.decode()
    assert WaitingOffer.objects.get().state == WaitingOffer.State.OPEN
    form |= {"child2_name": "Bela", "child2_birth": "2021-05-06"}
    assert client.post(url, form).status_code == 303
    assert client.post(url, form).status_code == 303
    kept = Appointment.objects.get(state=State.CONFIRMED)
    assert (kept.name, kept.answers) == ("Bruno Beispiel", {"tongue": "ungarisch"})
    assert [(child.name, child.guardians) for child in kept.children.all()] == [
        ("Ada", ["Bruno Beispiel"]),
        ("Bela", ["Bruno Beispiel"]),
    ]


def test_an_offer_that_asks_something_can_be_declined_without_answering(client):
    pool = a_pool(a_bookable(asks_birth_date=True))
    waits(pool)
    offer = offered(pool)
    url = reverse("appointments:offer", args=[links.issue(subject=offer, purpose=mails.OFFER_LINK)])
    assert client.post(url, {"do": "decline"}).status_code == 303
    assert WaitingOffer.objects.get().state == WaitingOffer.State.DECLINED
