"""Figures without persons, feeds without names, and booking for somebody at the desk."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from appointments import booking
from appointments.desk import feeds, figures, queue
from appointments.desk.models import CalendarFeed, DayFigures, EarliestTime
from appointments.models import Appointment, Channel
from appointments.states import State
from portal.models import Membership, Role
from tests.appointments.builders import NOW
from tests.desk.builders import NINE, TUESDAY, a_clerk_of, a_counter, a_hall, a_walk_in, an_appointment, at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hall():
    return a_hall(capacity=4)


def a_day(hall):
    """Three booked (one served, one missing, one cancelled) and one walk-in who is served."""
    clerk, service = a_clerk_of(hall), hall.offers.get().service_id
    served, missing, cancelled = (an_appointment(hall, at(f"09:{n}")) for n in ("00", "15", "30"))
    booking.cancel(appointment=cancelled)
    queue.arrive(appointment=served, now=at("08:40"))
    a_walk_in(hall, "08:50", service=served.service)
    for called, done in (("09:06", "09:20"), ("09:30", "09:36")):
        visit = queue.call_next(counter=a_counter(hall), actor=clerk, now=at(called))
        visit = queue.start(visit=visit, seen=visit.version, actor=clerk, now=at(called))
        queue.finish(visit=visit, seen=visit.version, actor=clerk, services_done=[[service, 1]], now=at(done))
    queue.never_came(appointment=missing, actor=clerk, now=at("10:00"))


def test_a_day_is_counted_by_what_really_happened(hall):
    a_day(hall)
    figures.store(TUESDAY)
    row = DayFigures.objects.get()
    counted = (row.booked, row.online, row.cancelled, row.no_shows, row.walk_ins, row.served)
    assert counted == (2, 2, 1, 1, 1, 2)
    assert sorted(row.waits) == [6, 40]  # who comes early waits from the booked time on
    assert sorted(row.lengths) == [6, 14]


def test_counting_a_day_again_replaces_it(hall):
    a_day(hall)
    figures.store(TUESDAY)
    figures.store(TUESDAY)
    assert DayFigures.objects.count() == 1


def test_the_earliest_free_time_is_kept_each_day(hall):
    figures.store_earliest(NOW)
    assert EarliestTime.objects.get().days_ahead == 0
    figures.store_earliest(NOW)
    assert EarliestTime.objects.count() == 1


def test_the_report_has_charts_with_tables_and_a_csv_without_a_name(client, hall):
    a_day(hall)
    figures.store(TUESDAY)
    client.force_login(a_clerk_of(hall, Role.LEAD))
    period = {"first": TUESDAY, "last": TUESDAY + timedelta(days=1)}
    page = client.get(reverse("desk:figures"), period).content.decode()
    assert page.count("<svg") >= 4
    assert page.count("<details") >= 4
    answer = client.get(reverse("desk:figures"), {**period, "format": "csv"}).content.decode()
    rows = list(csv.reader(io.StringIO(answer.removeprefix("\ufeff")), delimiter=";"))
    assert rows[1][:2] == [TUESDAY.isoformat(), "2"]
    assert "Beispiel" not in page + answer


@pytest.mark.parametrize("period", [("x", "y"), ("2027-03-02", "2027-03-01"), ("1000-01-01", "2027-03-01")])
def test_a_period_that_cannot_be_is_refused(client, hall, period):
    client.force_login(a_clerk_of(hall, Role.LEAD))
    assert (
        client.get(reverse("desk:figures"), dict(zip(("first", "last"), period, strict=True))).status_code
        == 422
    )


def events(client, token):
    answer = client.get(reverse("desk:feed", args=[token]))
    if answer.status_code != 200:
        return answer.status_code
    calendar = Calendar.from_ical(answer.content)
    assert not [error for part in calendar.walk() for error in part.errors]
    return calendar.walk("VEVENT")


def test_a_feed_shows_appointments_and_no_name_unless_wanted(client, hall):
    booked = an_appointment(hall, NINE)
    clerk = a_clerk_of(hall)
    (plain,) = events(client, feeds.issue(owner=clerk, pool=hall, with_names=False))
    (named,) = events(client, feeds.issue(owner=clerk, pool=hall, with_names=True))
    assert plain["dtstart"].dt == booked.starts_at
    assert "Beispiel" not in str(plain["summary"])
    assert "Beispiel" in str(named["summary"])


def test_a_revoked_feed_and_that_of_somebody_who_left_are_closed(client, hall):
    clerk = a_clerk_of(hall)
    token = feeds.issue(owner=clerk, pool=hall, with_names=False)
    Membership.objects.filter(user=clerk).delete()
    assert events(client, token) == 404
    other = a_clerk_of(hall)
    token = feeds.issue(owner=other, pool=hall, with_names=False)
    feeds.revoke(feed=CalendarFeed.objects.get(owner=other), actor=other)
    assert events(client, token) == 404


def desk_form(page, **fields):
    form = page.context["form"]
    start = page.context["days"][0].slots[0]
    return {
        "name": "Erna Ohnemail",
        "start": f"{start.pool.id}@{start.start.isoformat()}",
        "form_key": form["form_key"].value(),
        **fields,
    }


@pytest.mark.parametrize(
    "reached", [{}, {"phone": "0731 12345", "by_phone": "on"}, {"email": "erna@example.org"}]
)
def test_the_reception_books_for_somebody_in_one_screen(client, hall, reached):
    client.force_login(a_clerk_of(hall, Role.RECEPTION))
    url = reverse("desk:book", args=[hall.office.slug])
    wanted = f"{url}?service={hall.offers.get().service_id}&count=1"
    page = client.get(wanted)
    form = desk_form(page, **reached)
    for _twice in range(2):
        assert client.post(wanted, form).status_code == 303
    booked = Appointment.objects.get()
    assert (booked.state, booked.name) == (State.CONFIRMED, "Erna Ohnemail")
    assert booked.channel == (Channel.PHONE if "by_phone" in reached else Channel.DESK)


@pytest.mark.parametrize(
    "start", ["", "x@y", "1@2027-03-02", "999@2027-03-02T09:00:00+01:00", "1@9999-99-99"]
)
def test_a_time_that_is_not_offered_books_nothing(client, hall, start):
    client.force_login(a_clerk_of(hall))
    wanted = f"{reverse('desk:book', args=[hall.office.slug])}?service={hall.offers.get().service_id}&count=1"
    answer = client.post(wanted, desk_form(client.get(wanted), start=start))
    assert answer.status_code in (409, 422)
    assert not Appointment.objects.exists()
