"""Figures without persons."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from appointments.desk import jobs
from appointments.desk.figures import counting, reports
from appointments.desk.models import DayFigures, EarliestTime
from appointments.desk.people import arrivals, queue
from appointments.visit import changing
from portal.look import charts
from portal.models import Role
from tests.appointments.builders import NOW
from tests.desk.builders import NINE, TUESDAY, a_clerk_of, a_counter, a_hall, a_walk_in, an_appointment, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


@pytest.fixture
def hall():
    return a_hall(capacity=4)


def a_day(hall):
    """Three booked (one served, one missing, one cancelled) and one walk-in who is served."""
    clerk, service = a_clerk_of(hall), hall.offers.get().service_id
    served, missing, cancelled = (an_appointment(hall, at(f"09:{n}")) for n in ("00", "15", "30"))
    changing.cancel(appointment=cancelled)
    arrivals.arrive(appointment=served, now=at("08:40"))
    a_walk_in(hall, "08:50", service=served.service)
    for called, done in (("09:06", "09:20"), ("09:30", "09:36")):
        visit = queue.call_next(counter=a_counter(hall), actor=clerk, now=at(called))
        visit = queue.start(visit=visit, seen=visit.version, actor=clerk, now=at(called))
        queue.finish(visit=visit, seen=visit.version, actor=clerk, services_done=[[service, 1]], now=at(done))
    arrivals.never_came(appointment=missing, actor=clerk, now=at("10:00"))


def test_a_day_is_counted_by_what_really_happened(hall):
    a_day(hall)
    counting.store(TUESDAY)
    row = DayFigures.objects.get(service__isnull=False)
    counted = (row.booked, row.online, row.cancelled, row.no_shows, row.walk_ins, row.served)
    assert counted == (2, 2, 1, 1, 1, 2)
    assert sorted(row.waits) == [6, 40]  # who comes early waits from the booked time on
    assert sorted(row.lengths) == [6, 14]


def test_counting_a_day_again_replaces_it(hall):
    a_day(hall)
    counting.store(TUESDAY)
    before = list(DayFigures.objects.order_by("service").values_list("service", "booked", "open_units"))
    counting.store(TUESDAY)
    assert (
        list(DayFigures.objects.order_by("service").values_list("service", "booked", "open_units")) == before
    )


def test_the_earliest_free_time_is_kept_each_day(hall):
    counting.store_earliest(NOW)
    assert EarliestTime.objects.get().days_ahead == 0
    counting.store_earliest(NOW)
    assert EarliestTime.objects.count() == 1


def the_report(hall, **period):
    period = {"first": TUESDAY, "last": TUESDAY, **period}
    return reports.report(offices=[hall.office], **period)


def test_a_small_day_by_hand(hall):
    """Four counters from 8 to 12 are 4 × 48 units; two kept appointments of three units are 6 of 192 = 3.1 %."""
    a_day(hall)
    counting.store(TUESDAY)
    found = the_report(hall)
    assert (found.total.booked, found.total.cancelled, found.total.no_shows, found.total.served) == (
        2,
        1,
        1,
        2,
    )
    assert (reports.middle(found.total.waits), reports.ninth_of_ten(found.total.waits)) == (23, 40)
    assert (reports.middle(found.total.lengths), reports.ninth_of_ten(found.total.lengths)) == (10, 14)
    assert found.utilisation == [(TUESDAY, 3.1)]


def test_hours_edited_later_do_not_change_the_utilisation_of_the_past(hall):
    a_day(hall)
    counting.store(TUESDAY)
    hall.openings.update(capacity=1, public_capacity=1)
    assert the_report(hall).utilisation == [(TUESDAY, 3.1)]


@pytest.mark.parametrize(
    ("values", "rank"), [([], 0), ([7], 7), ([1, 2], 2), (list(range(1, 11)), 9), (list(range(1, 12)), 10)]
)
def test_nine_of_ten_is_the_nearest_rank(values, rank):
    assert reports.ninth_of_ten(values) == rank


def test_what_nobody_measured_is_empty_and_few_get_no_percentage(client, hall):
    client.force_login(a_clerk_of(hall, Role.LEAD))
    an_appointment(hall, NINE)
    counting.store(TUESDAY)
    answer = client.get(reverse("desk:figures"), {"first": TUESDAY, "last": TUESDAY})
    shown = {what: value for what, value, _how in answer.context["summary"]}
    assert "–" in shown.values()
    assert not any("%" in value for what, value in shown.items() if "Auslastung" not in what)
    period = {"first": TUESDAY, "last": TUESDAY, "format": "csv"}
    (_head, row) = csv_of(client.get(reverse("desk:figures"), period))
    assert row[7:11] == ["", "", "", ""]


def test_today_stands_in_the_report_as_it_is(hall):
    a_day(hall)
    with time_machine.travel(at("11:00"), tick=False):
        assert the_report(hall).total.served == 2


def test_days_that_the_job_missed_are_counted_when_it_runs_again(hall):
    a_day(hall)
    counting.store(TUESDAY - timedelta(days=1))
    days = counting.store_missing(TUESDAY + timedelta(days=6))
    assert days == [TUESDAY + timedelta(days=n) for n in range(-1, 6)]
    assert the_report(hall).total.booked == 2


def test_the_morning_job_looks_once_a_day_however_late_the_worker_wakes(hall):
    for clock in ("04:40", "11:40", "12:40"):
        with time_machine.travel(at(clock), tick=False):
            jobs.count_days.func(0)
    assert [row.day for row in EarliestTime.objects.all()] == [TUESDAY]


def test_days_without_a_look_and_looks_that_found_nothing_are_said(hall):
    service = hall.offers.get().service_id
    for back, ahead in ((6, 2), (5, None), (3, 4)):
        EarliestTime.objects.create(
            day=TUESDAY - timedelta(days=back), office=hall.office, service_id=service, days_ahead=ahead
        )
    with time_machine.travel(at("08:00"), tick=False):
        found = the_report(hall, first=TUESDAY - timedelta(days=10)).earliest
    assert (len(found.days), found.asked, found.nothing_free, found.days_missing) == (2, 3, 1, 4)


def csv_of(answer):
    text = answer.content.decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_detailed_csv_has_a_row_per_day_office_and_matter(client, hall):
    a_day(hall)
    counting.store(TUESDAY)
    client.force_login(a_clerk_of(hall, Role.LEAD))
    period = {"first": TUESDAY, "last": TUESDAY, "format": "detail"}
    rows = csv_of(client.get(reverse("desk:figures"), period))
    assert [TUESDAY.isoformat(), hall.office.name] in [row[:2] for row in rows]
    assert not [row for row in rows if "Beispiel" in ";".join(row)]


@pytest.mark.parametrize(("language", "said"), [("de", "3,5 min"), ("en", "3.5 min")])
def test_a_chart_writes_decimals_as_the_language_of_the_page(language, said):
    with translation.override(language):
        chart = charts.bars([("Mo", 3.5)], title="", sentence="", head=("", ""), unit="min")
    assert (chart.table[0][1], chart.marks[0].value) == (said, said)


def test_the_report_has_charts_with_tables_and_a_csv_without_a_name(client, hall):
    a_day(hall)
    counting.store(TUESDAY)
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
