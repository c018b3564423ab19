"""The days on which the clock is moved, leap day and the turn of the year: from the citizen's page to the clerk's day."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from appointments.desk.hours import editing
from appointments.desk.models import HoursChange
from appointments.desk.people import board, kiosk_address
from appointments.letters import reminders
from appointments.models import Appointment, Switches
from appointments.pure.availability import Weekly
from appointments.times import capacity
from appointments.visit import changing
from portal.models import OutgoingMail, Role
from tests.appointments.builders import BERLIN, a_bookable, a_pool, an_appointment, at
from tests.appointments.test_pages import book, times
from tests.builders import the_city
from tests.desk.builders import a_clerk_of

pytestmark = pytest.mark.django_db

# a Sunday on which the clock is moved, and what nine o'clock is in UTC on it and on the day before
CHANGES = [(date(2027, 3, 28), 7, 8), (date(2027, 10, 31), 8, 7)]


def nine(day):
    return at("09:00", day)


@pytest.fixture
def pool():
    """Open on every day of the week."""
    the_city()
    Switches.objects.create(pk=1, pause_least=0, pause_most=0)
    return a_pool(a_bookable(horizon_days=90), weekdays=range(7), opens="08:00", closes="12:00")


@pytest.mark.parametrize(("sunday", "utc", "utc_before"), CHANGES)
def test_nine_is_nine_on_page_mail_calendar_day_list_week_and_kiosk(client, pool, sunday, utc, utc_before):
    saturday = sunday - timedelta(days=1)
    with time_machine.travel(at("10:00", sunday - timedelta(days=3)), tick=False) as clock:
        listed = times(client, pool, day=sunday.isoformat()).content.decode()
        assert f'value="{pool.pk}-{int(nine(sunday).timestamp()) // 300}"' in listed
        page = client.get(book(client, pool, nine(sunday)).url).content.decode()
        assert "9:00" in page
        kept, mail = Appointment.objects.get(), OutgoingMail.objects.get()
        assert (kept.day, kept.starts_at.hour) == (sunday, utc)
        assert "9:00 Uhr" in mail.text
        event = Calendar.from_ical(bytes(mail.calendar)).walk("VEVENT")[0]
        assert event.decoded("dtstart") == datetime(sunday.year, sunday.month, sunday.day, utc, tzinfo=UTC)
        changing.move(appointment=kept, pool_id=pool.pk, start=nine(saturday))
        kept.refresh_from_db()
        assert (kept.day, kept.starts_at.hour) == (saturday, utc_before)
        changing.move(appointment=kept, pool_id=pool.pk, start=nine(sunday))
        clock.move_to(at("08:30", sunday))
        clerk = a_clerk_of(pool, Role.LEAD)
        kept.refresh_from_db()
        rows = board.day(pool.office, sunday, at("08:59", sunday)).rows
        assert [(row.clock, row.step) for row in rows] == [("09:00", "coming")]
        assert [row.step for row in board.day(pool.office, sunday, at("09:30", sunday)).rows] == ["late"]
        monday = sunday - timedelta(days=6)
        assert dict(board.week(pool.office, monday))[sunday][9] == 1
        client.force_login(clerk)
        assert "09:00" in client.get(reverse("desk:day", args=[pool.office.slug])).content.decode()
        token = kiosk_address.renew(office=pool.office, actor=clerk)
        here = client.post(reverse("hall:check_in", args=[token]), {"code": kept.number})
        assert here.status_code == 303
        assert board.day(pool.office, sunday, at("08:31", sunday)).rows[0].step == "waiting"
    assert capacity.recount() == []


@pytest.mark.parametrize(("sunday", "utc", "utc_before"), CHANGES)
def test_a_reminder_comes_as_many_hours_before_as_it_says(pool, sunday, utc, utc_before):
    with time_machine.travel(at("10:00", sunday - timedelta(days=5)), tick=False):
        kept = an_appointment(pool, nine(sunday), now=at("10:00", sunday - timedelta(days=5)))
    due = kept.starts_at - timedelta(hours=48)
    with time_machine.travel(due - timedelta(minutes=1), tick=False) as clock:
        assert reminders.send_due() == 0
        clock.move_to(due)
        assert reminders.send_due() == 1
        assert due.astimezone(UTC).hour == utc
        assert due.astimezone(BERLIN).hour == 9 - (utc_before - utc)  # an hour off on the wall
        assert "9:00 Uhr" in OutgoingMail.objects.get(kind="appointments/reminder").text
        clock.move_to(kept.starts_at - timedelta(hours=2))
        assert reminders.send_due() == 1
        assert reminders.send_due() == 0


@pytest.mark.parametrize(("sunday", "utc", "utc_before"), CHANGES)
def test_the_editor_of_the_week_knows_who_fits_across_the_change(client, pool, sunday, utc, utc_before):
    before = at("10:00", sunday - timedelta(days=3))
    with time_machine.travel(before, tick=False):
        days = [sunday + timedelta(days=n) for n in (-1, 0, 2)]  # the Monday is Easter Monday
        booked = [an_appointment(pool, nine(day), now=before) for day in days]
        client.force_login(a_clerk_of(pool, Role.LEAD))
        address = reverse("desk:weekly", args=[pool.office.slug, pool.pk])
        page = client.get(address)
        form = fields_of(page.context["formset"])
        for n in range(7):
            form |= {f"openings-{n}-opens": "09:00"}
        shown = client.post(address, form)
        assert shown.context["affected"] == [], "whoever comes at nine still fits"
        for n in range(7):
            form |= {f"openings-{n}-opens": "09:15"}
        assert [row.pk for row in client.post(address, form).context["affected"]] == [k.pk for k in booked]
        night = {"pool": pool.pk, "places": 1, "ends_at": f"{days[2]}T09:00", "note": ""}
        absence = reverse("desk:absence", args=[pool.office.slug])
        shown = client.post(absence, night | {"starts_at": f"{days[0]}T20:00"})
        assert [row.pk for row in shown.context["affected"]] == [booked[1].pk]
        nowhere = client.post(absence, night | {"starts_at": f"{sunday}T02:30"})
        assert nowhere.status_code == 422, "a moment that does not exist, or exists twice"
        assert HoursChange.objects.count() == 0
        assert editing.misfits(pool.office, before) == []


def fields_of(formset):
    fields = [
        field
        for form in [formset.management_form, *formset.forms]
        for field in form
        if field.name != "DELETE"
    ]
    return {field.html_name: value for field in fields if (value := field.value()) not in (None, "", [])}


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2028, 2, 21), date(2028, 2, 29)),
        (date(2026, 12, 28), date(2026, 12, 31)),
        (date(2026, 12, 28), date(2027, 1, 2)),
    ],
)
def test_leap_day_and_the_turn_of_the_year_are_days_like_others(client, pool, today, day):
    """2026 has a 53rd week, which reaches into January."""
    with time_machine.travel(at("10:00", today), tick=False) as clock:
        assert (
            day.strftime("%Y-%m")
            in times(client, pool, view="month", month=day.strftime("%Y-%m")).content.decode()
        )
        book(client, pool, nine(day))
        kept = Appointment.objects.get()
        assert kept.day == day
        client.force_login(a_clerk_of(pool, Role.LEAD))
        week = reverse("desk:week", args=[pool.office.slug], query={"ab": day.isoformat()})
        assert sum(column["total"] for column in client.get(week).context["days"]) == 1
        clock.move_to(at("08:30", day))
        client.force_login(a_clerk_of(pool))
        assert "Anna Beispiel" in client.get(reverse("desk:day", args=[pool.office.slug])).content.decode()


@pytest.mark.parametrize("every", [2, 3])
def test_every_n_weeks_goes_on_over_a_53rd_week(every):
    rule = Weekly(4, at("08:00").time(), at("12:00").time(), 1, 1, date(2026, 12, 18), every_weeks=every)
    days = [day for n in range(90) if rule.falls_on(day := date(2026, 12, 18) + timedelta(days=n))]
    assert {(b - a).days for a, b in pairwise(days)} == {7 * every}
