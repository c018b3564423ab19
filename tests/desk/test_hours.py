"""Editing hours: who is affected is said first, each is treated as wished, and a slip can be undone."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from appointments.desk.hours import editing, edits
from appointments.desk.models import AffectedBooking, HoursChange
from appointments.models import Appointment, Opening
from appointments.pure.states import State
from appointments.times import capacity
from portal.models import Closure, OutgoingMail, Role
from tests.appointments.builders import NOW, later
from tests.desk.builders import NINE, TUESDAY, a_clerk_of, a_hall, an_appointment, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]
Wish, Outcome = AffectedBooking.Wish, AffectedBooking.Outcome


@pytest.fixture
def hall():
    return a_hall(capacity=2)


@pytest.fixture
def lead(hall):
    return a_clerk_of(hall, Role.LEAD)


def closed_tuesday(hall, reason="Wasserrohrbruch"):
    return edits.closure(office=hall.office, first_day=TUESDAY, last_day=TUESDAY, reason=reason)


def outcomes():
    return sorted(AffectedBooking.objects.values_list("outcome", flat=True))


def test_the_preview_names_everybody_of_the_day_and_changes_nothing(hall):
    booked = [an_appointment(hall, NINE), an_appointment(hall, at("10:00"))]
    an_appointment(hall, NINE + timedelta(days=1))
    assert editing.preview(office=hall.office, edit=closed_tuesday(hall)) == booked
    assert not Closure.objects.exists()
    assert not capacity.recount()


def test_closing_a_day_cancels_everybody_with_a_mail_that_says_why(hall, lead):
    booked = [an_appointment(hall, NINE), an_appointment(hall, at("10:00"))]
    editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead, default=Wish.CANCEL)
    assert editing.carry_out_due(later(1)) == 0  # the undo window is open
    assert editing.carry_out_due(later(6)) == 2
    assert {row.state for row in Appointment.objects.filter(pk__in=[b.pk for b in booked])} == {
        State.CANCELLED
    }
    mails = OutgoingMail.objects.filter(kind="appointments/cancellation")
    assert mails.count() == 2
    assert "Wasserrohrbruch" in mails[0].text
    assert editing.carry_out_due(later(7)) == 0


def test_closing_a_day_twice_does_nothing_the_second_time(hall, lead):
    an_appointment(hall, NINE)
    editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead)
    with pytest.raises(edits.AlreadyClosed):
        editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead)
    assert (Closure.objects.count(), HoursChange.objects.count()) == (1, 1)


def test_moved_people_get_the_next_free_time_and_one_mail(hall, lead):
    booked = an_appointment(hall, NINE)
    editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead, default=Wish.MOVE)
    editing.carry_out_due(later(6))
    booked.refresh_from_db()
    assert (booked.state, booked.starts_at) == (State.CONFIRMED, NINE + timedelta(days=1))
    assert OutgoingMail.objects.filter(kind="appointments/moved").count() == 1
    assert outcomes() == [Outcome.MOVED]
    assert not capacity.recount()


def test_one_can_be_treated_otherwise_than_all(hall, lead):
    first, second = an_appointment(hall, NINE), an_appointment(hall, at("10:00"))
    wishes = {second.pk: Wish.KEEP}
    editing.change(
        office=hall.office, edit=closed_tuesday(hall), actor=lead, default=Wish.CANCEL, wishes=wishes
    )
    editing.carry_out_due(later(6))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.CANCELLED, State.CONFIRMED)


def test_an_absence_affects_who_booked_last(hall, lead):
    first, second = an_appointment(hall, NINE), an_appointment(hall, NINE)
    an_appointment(hall, at("10:00"))
    away = edits.absence(pool=hall, starts_at=at("08:00"), ends_at=at("12:00"), places=1, note="krank")
    assert editing.preview(office=hall.office, edit=away) == [second]
    editing.change(office=hall.office, edit=away, actor=lead)
    editing.carry_out_due(later(6))
    second.refresh_from_db()
    assert second.starts_at != first.starts_at
    assert not capacity.recount()


def test_what_was_noted_about_a_colleague_stays_in_the_house_and_what_the_lead_wrote_is_told(
    client, hall, lead
):
    client.force_login(lead)
    for _two in range(2):
        an_appointment(hall, NINE)
        an_appointment(hall, at("10:00"))
    form = {
        "pool": hall.pk,
        "starts_at": "2027-03-02T08:00",
        "ends_at": "2027-03-02T12:00",
        "places": 1,
        "note": "krank",
    }
    path = reverse("desk:absence", args=[hall.office.slug])
    affected = client.post(path, form | {"do": "preview"}).context["affected"]
    wishes = {f"wish-{affected[0].pk}": Wish.CANCEL, "told": "Wir sind weniger als geplant."}
    client.post(path, form | wishes | {"do": "apply"})
    editing.carry_out_due(later(6))
    mails = OutgoingMail.objects.filter(kind__in=["appointments/cancellation", "appointments/moved"])
    assert len(mails) == len(affected) == 2
    for mail in mails:
        assert "krank" not in mail.text
        assert "Wir sind weniger als geplant." in mail.text


def test_who_was_to_be_kept_is_not_counted_again_by_the_next_edit(hall, lead):
    an_appointment(hall, NINE)
    editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead, default=Wish.KEEP)
    editing.carry_out_due(later(6))
    away = edits.absence(pool=hall, starts_at=at("08:00"), ends_at=at("09:00"), places=1, note="")
    assert editing.preview(office=hall.office, edit=away) == []


def test_the_page_of_a_change_says_who_must_be_called_and_where_from_and_to_people_moved(client, hall, lead):
    booked = an_appointment(hall, NINE)
    Appointment.objects.filter(pk=booked.pk).update(email="", phone="0123 456")
    made = editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead, default=Wish.MOVE)
    editing.carry_out_due(later(6))
    client.force_login(lead)
    page = client.get(reverse("desk:hours_change", args=[hall.office.slug, made.pk]))
    assert [row.appointment for row in page.context["untold"]] == [booked]
    text = page.content.decode()
    assert "0123 456" in text
    assert "2.3. 09:00" in text
    assert "3.3. 09:00" in text


def test_about_bookings_outside_hours_that_were_changed_elsewhere_a_lead_decides_once(client, hall, lead):
    kept = an_appointment(hall, NINE)
    editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead, default=Wish.KEEP)
    editing.carry_out_due(later(6))
    outside = an_appointment(hall, NINE + timedelta(days=1))
    wednesday = TUESDAY + timedelta(days=1)
    Closure.objects.create(office=None, first_day=wednesday, last_day=wednesday, reason="Stadtfest")
    client.force_login(lead)
    path = reverse("desk:decide", args=[hall.office.slug])
    assert client.post(path, {"do": "preview"}).context["affected"] == [outside]
    client.post(path, {"do": "apply", "wish-all": Wish.CANCEL, "told": "Stadtfest"})
    assert editing.unattended(hall.office, NOW) == []
    editing.carry_out_due(later(12))
    kept.refresh_from_db()
    outside.refresh_from_db()
    assert (kept.state, outside.state) == (State.CONFIRMED, State.CANCELLED)


def test_within_five_minutes_all_is_undone_and_nobody_hears_of_it(hall, lead):
    booked = an_appointment(hall, NINE)
    mails = OutgoingMail.objects.count()
    made = editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead)
    editing.undo(change=made, actor=lead, now=later(4))
    editing.undo(change=made, actor=lead, now=later(4))
    assert editing.carry_out_due(later(10)) == 0
    booked.refresh_from_db()
    assert (booked.state, Closure.objects.count(), OutgoingMail.objects.count()) == (
        State.CONFIRMED,
        0,
        mails,
    )


def test_after_the_mails_left_it_is_too_late_to_undo(hall, lead):
    an_appointment(hall, NINE)
    made = editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead)
    editing.carry_out_due(later(6))
    with pytest.raises(editing.TooLateToUndo):
        editing.undo(change=made, actor=lead, now=later(6))


def test_undone_weekly_hours_are_exactly_as_before(hall, lead):
    before = list(Opening.objects.order_by("pk").values())
    edit = edits.openings(
        pool=hall, save=lambda: Opening.objects.filter(pool=hall, weekday=1).update(closes=time(9))
    )
    booked = an_appointment(hall, at("10:00"))
    assert editing.preview(office=hall.office, edit=edit) == [booked]
    made = editing.change(office=hall.office, edit=edit, actor=lead)
    editing.undo(change=made, actor=lead)
    assert list(Opening.objects.order_by("pk").values()) == before


def test_who_cancelled_in_the_meantime_is_left_in_peace(hall, lead):
    from appointments.visit import changing

    booked = an_appointment(hall, NINE)
    editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead)
    changing.cancel(appointment=booked)
    editing.carry_out_due(later(6))
    assert outcomes() == [Outcome.GONE]


def test_the_editor_goes_from_form_to_preview_to_change(client, hall, lead):
    client.force_login(lead)
    booked = an_appointment(hall, NINE)
    url = reverse("desk:close", args=[hall.office.slug])
    form = {"first_day": TUESDAY, "last_day": TUESDAY, "reason": "Umbau"}
    page = client.post(url, {**form, "do": "preview"})
    assert "Anna Beispiel" in page.content.decode()
    assert not Closure.objects.exists()
    answer = client.post(url, {**form, "do": "apply", f"wish-{booked.pk}": "cancel"}, follow=True)
    assert AffectedBooking.objects.get().wish == Wish.CANCEL
    made = HoursChange.objects.get()
    client.post(reverse("desk:hours_undo", args=[hall.office.slug, made.pk]))
    assert answer.status_code == 200
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"first_day": "2027-03-05", "last_day": "2027-03-04", "reason": "x"},
        {"first_day": "yesterday", "last_day": "2027-03-04", "reason": "x"},
        {"first_day": "2020-03-05", "last_day": "2020-03-05", "reason": "x"},
        {"first_day": "2027-03-05", "last_day": "2097-03-04", "reason": "x"},
    ],
)
def test_a_form_that_cannot_be_meant_says_what_is_wrong(client, hall, lead, form):
    client.force_login(lead)
    answer = client.post(reverse("desk:close", args=[hall.office.slug]), {**form, "do": "apply"})
    assert answer.status_code == 422
    assert not Closure.objects.exists()


def test_weekly_hours_by_the_form(client, hall, lead):
    client.force_login(lead)
    url = reverse("desk:weekly", args=[hall.office.slug, hall.pk])
    rows = client.get(url).context["form"]
    data = {"do": "apply"}
    for field in rows.management_form:
        data[field.html_name] = field.value()
    for row in rows.forms:
        data |= {f.html_name: f.value() for f in row if f.value() is not None and f.name != "DELETE"}
    data |= {f"openings-0-{name}": value for name, value in {"capacity": 1, "public_capacity": 1}.items()}
    assert client.post(url, data).status_code == 303
    assert hall.openings.order_by("pk").first().capacity == 1


def test_the_hours_page_shows_week_exceptions_and_history(client, hall, lead):
    client.force_login(lead)
    editing.change(office=hall.office, edit=closed_tuesday(hall, "Betriebsausflug"), actor=lead)
    page = client.get(reverse("desk:hours", args=[hall.office.slug])).content.decode()
    assert "Betriebsausflug" in page
    assert "08:00–12:00" in page


def posted(client, name, hall, form, *args, do="apply"):
    return client.post(reverse(f"desk:{name}", args=[hall.office.slug, *args]), {**form, "do": do})


def test_single_days_get_other_hours_and_are_lifted_again(client, hall, lead):
    client.force_login(lead)
    inside, outside = an_appointment(hall, NINE), an_appointment(hall, at("11:00"))
    form = {"pool": hall.pk, "kind": "changed", "first_day": TUESDAY, "last_day": TUESDAY}
    shorter = {**form, "opens": "08:00", "closes": "10:00", "capacity": 2, "public_capacity": 2}
    assert posted(client, "special_day", hall, shorter).status_code == 303
    assert [row.appointment for row in AffectedBooking.objects.all()] == [outside]
    lift = [hall, {}, "special", hall.special_days.get().pk]
    assert posted(client, "lift", *lift).status_code == 303
    assert posted(client, "lift", *lift).status_code == 409
    assert not hall.special_days.exists()
    editing.carry_out_due(later(6))
    assert outcomes() == [Outcome.KEPT]
    assert editing.misfits(hall.office, NOW) == []
    assert inside.starts_at == Appointment.objects.get(pk=inside.pk).starts_at


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": ""},
        {"closes": "07:00"},
        {"capacity": ""},
        {"public_capacity": 9},
        {"first_day": "2020-01-01"},
    ],
)
def test_other_hours_that_cannot_be_meant_are_refused(client, hall, lead, wrong):
    client.force_login(lead)
    form = {"pool": hall.pk, "kind": "extra", "first_day": TUESDAY, "last_day": TUESDAY, "reason": ""}
    form |= {"opens": "13:00", "closes": "15:00", "capacity": 2, "public_capacity": 1, **wrong}
    assert posted(client, "special_day", hall, form).status_code == 422
    assert not hall.special_days.exists()


def test_a_lifted_closure_comes_back_by_the_undo(hall, lead):
    editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead)
    closure = Closure.objects.values().get()
    made = editing.change(office=hall.office, edit=edits.lifted(row=Closure.objects.get()), actor=lead)
    assert not Closure.objects.exists()
    editing.undo(change=made, actor=lead)
    assert Closure.objects.values().get() == closure


def test_an_undo_never_wipes_out_a_later_edit(hall, lead):
    def shorten(to):
        save = Opening.objects.filter(pool=hall).update
        return editing.change(
            office=hall.office, edit=edits.openings(pool=hall, save=lambda: save(closes=to)), actor=lead
        )

    first, second = shorten(time(11)), shorten(time(10))
    with pytest.raises(editing.ChangedSince):
        editing.undo(change=first, actor=lead)
    editing.undo(change=second, actor=lead)
    editing.undo(change=first, actor=lead)
    assert set(hall.openings.values_list("closes", flat=True)) == {time(12)}


def test_a_page_made_before_somebody_elses_edit_says_who_edited(client, hall, lead):
    client.force_login(a_clerk_of(hall, Role.LEAD))
    url = reverse("desk:close", args=[hall.office.slug])
    seen = client.get(url).context["seen"]
    editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead)
    other_day = TUESDAY + timedelta(days=7)
    form = {"first_day": other_day, "last_day": other_day, "reason": "Umbau", "seen": seen}
    answer = posted(client, "close", hall, form)
    assert answer.status_code == 409
    assert lead.username in answer.content.decode()
    assert posted(client, "close", hall, {**form, "seen": answer.context["seen"]}).status_code == 303


def test_one_booking_that_cannot_be_treated_keeps_nobody_else_waiting(hall, lead, monkeypatch):
    first, second = an_appointment(hall, NINE), an_appointment(hall, at("10:00"))
    editing.change(office=hall.office, edit=closed_tuesday(hall), actor=lead, default=Wish.CANCEL)
    cancel = editing.changing.cancel

    def trip(*, appointment, **more):
        if appointment.pk == first.pk:
            raise RuntimeError("stumbles")
        return cancel(appointment=appointment, **more)

    with monkeypatch.context() as stumbling:
        stumbling.setattr(editing.changing, "cancel", trip)
        assert editing.carry_out_due(later(6)) == 1
    second.refresh_from_db()
    assert second.state == State.CANCELLED
    assert HoursChange.objects.get().finished_at is None
    assert editing.carry_out_due(later(7)) == 1
    assert HoursChange.objects.get().finished_at is not None


def test_hours_edited_past_the_preview_show_whom_nobody_decided_about(client, hall, lead):
    client.force_login(lead)
    booked = an_appointment(hall, at("11:00"))
    hall.openings.update(closes=time(10))
    page = client.get(reverse("desk:hours", args=[hall.office.slug]))
    assert page.context["unfitting"] == [booked]
    assert booked.name in page.content.decode()
