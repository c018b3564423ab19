"""The figures are right, each has its table and CSV, and only those who lead see them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.figures import counting, periods
from complaints.figures.counting import Counts
from complaints.figures.period import Period, Scope, begin_of
from complaints.models import Case, Category, Reporter, Survey
from portal import numbers
from portal.models import Department, Role
from tests.builders import a_clerk, a_department

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
MONTH = timedelta(days=30)


@pytest.fixture
def department() -> Department:
    return a_department(name="Bauhof")


def a_case(department: Department, **fields: Any) -> Case:
    now = timezone.now()
    usual = {
        "number": numbers.new("A"),
        "department": department,
        "text": "x",
        "created_at": now - timedelta(days=10),
    }
    return Case.objects.create(**{**usual, **fields})


def closed_after(department: Department, days: int, **fields: Any) -> Case:
    begin = timezone.now() - timedelta(days=20)
    return a_case(
        department, created_at=begin, state="solved", closed_at=begin + timedelta(days=days), **fields
    )


def seen(department: Department) -> Scope:
    return Scope([department], a_clerk(Role.LEAD, department))


def lately(scope: Scope) -> Counts:
    return counting.count(scope, Period(TODAY() - MONTH, TODAY()))


def rows(scope: Scope) -> list[periods.DepartmentRow]:
    return periods.by_department(scope, lately(scope), periods.open_now(scope))


def test_half_of_the_cases_took_at_most_the_median(department: Department) -> None:
    for days in (1, 2, 3, 4, 10):
        closed_after(department, days)
    took = periods.time_to_closing(lately(seen(department)))
    assert (took.count, took.median_days, took.p90_days) == (5, 3.0, 7.6)


def test_an_imported_case_without_a_closing_date_says_nothing_about_time(department: Department) -> None:
    closed_after(department, 0)
    assert periods.time_to_closing(lately(seen(department))).count == 0


def test_open_and_overdue_are_counted_by_department(department: Department) -> None:
    a_case(department, due_at=timezone.now() - timedelta(days=1))
    a_case(department, due_at=timezone.now() + timedelta(days=1))
    a_case(a_department())
    [row] = rows(seen(department))
    assert (row.open, row.overdue, row.received) == (2, 1, 2)
    assert periods.open_now(seen(department)) == {department.pk: (2, 1)}


def test_opened_again_and_satisfied_are_shares(department: Department) -> None:
    case = closed_after(department, 2, reopened_count=1)
    closed_after(department, 2)
    assert periods.reopened(lately(seen(department))).percent == 50.0
    reporter = Reporter.objects.create(case=case)
    now = timezone.now()
    Survey.objects.create(case=case, reporter=reporter, closed_at=now, satisfied=True, answered_at=now)
    assert periods.satisfied(seen(department), lately(seen(department)).period).percent == 100.0


def test_sorted_out_reports_do_not_count(department: Department) -> None:
    a_case(department, state="refused", closed_at=timezone.now())
    assert rows(seen(department)) == []


def test_reports_from_one_corner_are_a_hot_spot(department: Department) -> None:
    for n in range(3):
        a_case(department, latitude=48.1 + n * 0.00001, longitude=11.5, address="Am Anger 1")
    a_case(department, latitude=48.3, longitude=11.5)
    [spot] = periods.hot_spots(lately(seen(department)))
    assert (spot.cases, spot.address) == (3, "Am Anger 1")


@pytest.mark.parametrize(("days", "points"), [(10, 10), (60, 9), (400, 14)])
def test_time_is_cut_into_readable_pieces_and_gaps_are_zero(
    department: Department, days: int, points: int
) -> None:
    last = date(2026, 6, 30)
    period = Period(last - timedelta(days=days - 1), last)
    found = periods.over_time(counting.count(seen(department), period))
    assert abs(len(found) - points) <= 1
    assert all(got == done == 0 for _day, got, done in found)


@pytest.mark.parametrize(
    ("days", "point"), [(10, date(2026, 3, 29)), (60, date(2026, 3, 23)), (400, date(2026, 3, 1))]
)
def test_a_case_counts_on_its_day_in_the_citys_time(department: Department, days: int, point: date) -> None:
    last = date(2026, 3, 31)
    midnight = begin_of(date(2026, 3, 29))  # the day on which the clocks go forward
    closed = begin_of(date(2026, 3, 30)) - timedelta(seconds=1)
    a_case(department, created_at=midnight, state="solved", closed_at=closed)
    period = Period(last - timedelta(days=days - 1), last)
    found = periods.over_time(counting.count(seen(department), period))
    assert [row for row in found if row[1:] != (0, 0)] == [(point, 1, 1)]


def test_the_page_shows_every_figure_with_its_table_and_csv(client: Client, department: Department) -> None:
    parent = Category.objects.create(name="Straße", slug="s")
    closed_after(department, 2, category=Category.objects.create(name="Laterne", slug="l", parent=parent))
    client.force_login(a_clerk(Role.LEAD, department))
    page = client.get(reverse("complaints_office:dashboard"))
    assert page.status_code == 200
    said = page.content.decode()
    assert said.count('<figure class="chart">') == 3
    assert said.count(".csv?") == 5
    for table in ("departments", "over-time", "categories", "hot-spots", "summary"):
        csv = client.get(reverse("complaints_office:dashboard_csv", args=[table]))
        assert csv.status_code == 200
        assert csv["Content-Type"].startswith("text/csv")
    assert client.get(reverse("complaints_office:dashboard_csv", args=["nope"])).status_code == 404
    summary = client.get(reverse("complaints_office:dashboard_csv", args=["summary"])).content.decode()
    assert ";2,0;1" in summary, "a German spreadsheet takes 2.0 for the second of January"


@pytest.mark.parametrize(
    "query", [{"first": "x"}, {"first": "2026-02-01", "last": "2026-01-01"}, {"first": "0001-01-01"}]
)
def test_an_impossible_period_is_said_and_the_usual_one_shown(
    client: Client, department: Department, query: dict[str, str]
) -> None:
    client.force_login(a_clerk(Role.LEAD, department))
    assert client.get(reverse("complaints_office:dashboard"), query).status_code == 422


def test_clerks_who_do_not_lead_are_refused(client: Client, department: Department) -> None:
    client.force_login(a_clerk(Role.CLERK, department))
    assert client.get(reverse("complaints_office:dashboard")).status_code == 403


@pytest.mark.parametrize("departments", [1, 20])
def test_the_page_takes_as_many_queries_however_large_the_house(
    client: Client, departments: int, django_assert_max_num_queries: Any
) -> None:
    lead = a_clerk(Role.ADMINISTRATOR)
    for _one in range(departments):
        closed_after(a_department(), 3)
    client.force_login(lead)
    with django_assert_max_num_queries(30):
        client.get(reverse("complaints_office:dashboard"))


def test_the_complaint_about_a_lead_is_in_none_of_the_figures_this_lead_sees(
    client: Client, department: Department
) -> None:
    lead, colleague = a_clerk(Role.LEAD, department), a_clerk(Role.LEAD, department)
    category = Category.objects.create(name="Unfreundlich behandelt", slug="unfreundlich")
    complaint = a_case(department, kind="complaint", category=category)
    complaint.concerned_people.add(lead)
    for person, shown in ((lead, False), (colleague, True)):
        scope = Scope([department], person)
        assert bool(periods.open_now(scope)) is shown
        assert bool(rows(scope)) is shown
        client.force_login(person)
        page = client.get(reverse("complaints_office:dashboard")).content.decode()
        table = client.get(reverse("complaints_office:dashboard_csv", args=["categories"])).content.decode()
        assert ("Unfreundlich" in page, "Unfreundlich" in table) == (shown, shown)
