"""Enrolment with children, reminders, rule edits, the catalogue."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
import time_machine

from appointments.fairness import robots
from appointments.handover import catalogue, next_free, privacy
from appointments.letters import reminders
from appointments.models import Appointment, BookableService, Child, Opening, Pool, Season, Switches
from appointments.pure.refusals import BadCount, NotCombinable, NotInSeason, UnknownService
from appointments.times import orders, rulebook, search
from appointments.visit import enrolment
from portal.catalogue import (
    ArticleText,
    Catalogue,
    FeeRecord,
    HoursRecord,
    OfficeLink,
    OfficeRecord,
    ServiceRecord,
)
from portal.models import OutgoingMail
from tests.appointments.builders import (
    NINE,
    NOW,
    a_bookable,
    a_hold,
    a_pool,
    an_appointment,
    an_order,
    at,
    later,
)
from tests.appointments.test_pages import filled, press, times
from tests.builders import a_service, an_office, the_city

pytestmark = pytest.mark.django_db


def a_season(service, **fields):
    return Season.objects.create(
        **{
            "service": service,
            "name": "Schuleinschreibung",
            "opens_at": NOW - timedelta(days=1),
            "closes_at": NOW + timedelta(days=30),
            "born_from": date(2020, 10, 1),
            "born_until": date(2021, 9, 30),
            "checklist": {"de": ["Geburtsurkunde"]},
            "forget_after": date(2027, 12, 31),
            **fields,
        }
    )


def test_outside_the_season_nothing_can_be_booked():
    service = a_bookable()
    a_pool(service)
    a_season(service, opens_at=NOW + timedelta(days=1))
    with pytest.raises(NotInSeason):
        an_order(service)
    assert an_order(service, channel="desk")


def test_siblings_are_registered_in_one_visit_with_a_cohort_check(client):
    with time_machine.travel(NOW, tick=False):
        the_city()
        service = a_bookable(max_count=3, extra_minutes=15)
        pool = a_pool(service)
        a_season(service)
        details_url = press(client, pool, times(client, pool, n=2), n="2").url
        page = client.get(details_url)
        assert "Geburtsurkunde" in page.content.decode()
        children = {"child1_name": "Ida", "child1_birth": "2021-01-05", "child2_name": "Jaro"}
        wrong = client.post(details_url, filled(page, **children, child2_birth="2015-01-01"))
        assert wrong.status_code == 422
        said = client.post(f"/bg{details_url}", filled(page, **children, child2_birth="2015-01-01"))
        assert "1 октомври 2020 г." in said.content.decode()
        right = client.post(
            details_url, filled(page, **children, child2_birth="2021-01-05", second_guardian="Bruno Beispiel")
        )
        assert client.post(right.url).status_code == 303
        assert [child.guardians for child in Child.objects.all()] == [["Anna Beispiel", "Bruno Beispiel"]] * 2
    assert enrolment.forget(NOW) == 0
    assert enrolment.forget(NOW + timedelta(days=400)) == 2


def test_a_reminder_comes_once_per_distance_and_never_afterwards():
    pool = a_pool(a_bookable())
    visit = an_appointment(pool, at("09:00", date(2027, 3, 5)))
    with time_machine.travel(visit.starts_at - timedelta(hours=47), tick=False):
        assert (reminders.send_due(), reminders.send_due()) == (1, 0)
    with time_machine.travel(visit.starts_at - timedelta(hours=1), tick=False):
        assert (reminders.send_due(), reminders.send_due()) == (1, 0)
    with time_machine.travel(visit.starts_at + timedelta(minutes=1), tick=False):
        assert reminders.send_due() == 0
    sent = OutgoingMail.objects.filter(kind="appointments/reminder")
    assert sent.count() == 2
    assert {mail.not_after for mail in sent} == {visit.starts_at}


def test_after_an_outage_only_the_nearest_reminder_is_sent():
    pool = a_pool(a_bookable())
    visit = an_appointment(pool, at("09:00", date(2027, 3, 5)))
    with time_machine.travel(visit.starts_at - timedelta(hours=1), tick=False):
        assert (reminders.send_due(), reminders.send_due()) == (1, 0)


def test_who_books_at_short_notice_is_not_reminded_of_two_days_ago():
    an_appointment(a_pool(a_bookable()), NINE)  # 26 hours ahead
    with time_machine.travel(later(5), tick=False):
        assert reminders.send_due() == 0


def test_counts_and_combinations_are_checked_by_name():
    one, other, alone = a_bookable(max_count=2), a_bookable(), a_bookable()
    one.combinable.add(other)
    pool = a_pool(one, other, alone)
    book = rulebook.current()

    def ask(*lines):
        return orders.check(lines, book, channel="web", now=NOW)

    assert ask((one.pk, 2), (other.pk, 1)).length_at(book.pools[pool.pk], book) == 6
    for lines, refusal in [
        (((one.pk, 3),), BadCount),
        (((one.pk, 0),), BadCount),
        (((one.pk, -1),), BadCount),
        (((one.pk, 1), (alone.pk, 1)), NotCombinable),
        (((one.pk, 1), (one.pk, 1)), UnknownService),
        (((10**9, 1),), UnknownService),
        ((), UnknownService),
    ]:
        with pytest.raises(refusal):
            ask(*lines)
    with pytest.raises(BadCount, match=r"zwischen 1 und 2"):
        ask((one.pk, 3))
    with pytest.raises(BadCount, match=r"nur für eine Person"):
        ask((alone.pk, 2))


def test_the_earliest_time_is_found_over_all_offices():
    service = a_bookable()
    late, early = a_pool(service, opens="10:00"), a_pool(service, opens="08:30")
    book = rulebook.current()
    slot = search.earliest(an_order(service), book, now=NOW)
    assert (slot.pool.id, slot.local.strftime("%H:%M")) == (early.pk, "08:30")
    only = search.Wish(offices=frozenset({late.office_id}))
    assert search.earliest(an_order(service), book, now=NOW, wish=only).pool.id == late.pk


def test_everything_that_is_listed_can_be_booked():
    service = a_bookable(base_minutes=25, lead_minutes=45)
    pool = a_pool(service, capacity=2, opens="08:10", closes="10:00")
    Opening.objects.filter(weekday=1).update(every_weeks=2)
    an_appointment(pool, at("08:40", NOW.date()))
    order = an_order(service)
    for day in list(search.free_days(order, rulebook.current(), now=NOW))[:12]:
        for slot in day.slots[:2]:
            assert a_hold(pool, slot.start).starts_at == slot.start


def the_catalogue(**fields):
    office = OfficeRecord(
        key="A",
        name="Bürgerbüro",
        counters=4,
        hours=(HoursRecord(0, time(8), time(12)), HoursRecord(3, time(13), time(17))),
    )
    text = ArticleText("de", False, "Pass", documents=("Ihr [Ausweis](https://x.example)", "**Foto**"))
    service = ServiceRecord(
        key="S",
        slug="pass",
        name="Pass",
        texts=(text,),
        fees=(FeeRecord(Decimal("37.5"), "ab 24", {"en": "from 24"}),),
        offices=(OfficeLink("A", 15, True),),
        max_count=4,
        **fields,
    )
    return Catalogue("test", offices=(office,), services=(service,), changed_services=frozenset({"S"}))


def test_a_catalogue_brings_pools_and_bookable_services_once():
    the_city()
    an_office(external_id="A")
    a_service(external_id="S")
    first = catalogue.consume(the_catalogue(), withdrawn=set(), progress=lambda name: None)
    again = catalogue.consume(the_catalogue(), withdrawn=set(), progress=lambda name: None)
    assert (first.added, again.added) == (1, 0)
    service = BookableService.objects.get()
    assert service.bring == {"de": ["Ihr Ausweis", "Foto"]}
    assert service.fee == {"de": "37,50\u00a0€ (ab 24)", "en": "€37.50 (from 24)"}
    assert (service.base_minutes, service.extra_minutes) == (15, 15)
    assert Pool.objects.get().openings.count() == 2
    gone = catalogue.consume(Catalogue("test"), withdrawn={"S"}, progress=lambda name: None)
    assert gone.withdrawn == 1


def test_other_pages_learn_the_next_free_time():
    with time_machine.travel(NOW, tick=False):
        service = a_bookable()
        a_pool(service)
        fact = next_free.facts([service.pk, 10**9], "de")
        assert list(fact) == [service.pk]
        assert "8:00 Uhr" in fact[service.pk].label


def test_persons_are_exported_and_forgotten():
    pool = a_pool(a_bookable())
    visit = an_appointment(pool, email="Anna+x@example.org")
    assert privacy.export("anna@example.org")["appointments"][0]["number"] == visit.number
    assert privacy.forget(NOW + timedelta(days=60)) >= 1
    visit.refresh_from_db()
    assert (visit.name, visit.email, visit.contact_key) == ("", "", "")


def test_proof_of_work_is_asked_only_where_the_city_wants_it_and_mail_is_the_other_way(client):
    with time_machine.travel(NOW, tick=False):
        the_city()
        Switches.objects.create(pk=1, proof_of_work=True)
        pool = a_pool(a_bookable())
        details_url = press(client, pool, times(client, pool)).url
        page = client.get(details_url)
        assert "data-proof=" in page.content.decode()
        no_mail = client.post(details_url, filled(page, email="", phone="0170 1234567"))
        assert no_mail.status_code == 422
        check = client.post(details_url, filled(page)).url
        client.post(check)
        kept = Appointment.objects.get()
        assert kept.state == "unconfirmed"
        work = robots.challenge(kept)
        nonce = next(
            str(n) for n in range(10**6) if robots.is_proof(work, str(n), number=kept.number, bits=8)
        )
        # done once, it is no proof for another time
        assert not robots.is_proof(work, nonce, number="T-ANOTHER", bits=8)
