"""When is an office open, and which days does the administration work?"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import opening, workdays
from portal.models import Closure, HolidayOverride, OpeningHours
from portal.templatetags import doors
from tests.builders import an_office, the_city

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


@pytest.fixture
def office():
    the_city(country="DE", subdivision="BY")
    office = an_office()
    for weekday in range(5):
        OpeningHours.objects.create(office=office, weekday=weekday, opens=time(8), closes=time(12))
    OpeningHours.objects.create(office=office, weekday=3, opens=time(13), closes=time(17))
    return office


def test_while_open_it_says_until_when(office):
    state = opening.state(office, at(3, 9))
    assert state.is_open
    assert state.closes_at == at(3, 12)


def test_at_the_closing_minute_it_is_closed_and_opens_after_the_break(office):
    state = opening.state(office, at(3, 12))
    assert not state.is_open
    assert state.opens_next == at(3, 13)


@pytest.mark.parametrize(
    ("day", "hour", "said"),
    [
        (3, 12, "geschlossen, öffnet heute um 13:00 Uhr"),
        (3, 18, "geschlossen, öffnet morgen um 8:00 Uhr"),
        (4, 15, "geschlossen, öffnet Mo, 7. Dezember, 8:00 Uhr"),
    ],
)
def test_the_nearest_days_have_names(office, day, hour, said):
    assert said in doors.office_state(opening.state(office, at(day, hour)))


def test_on_friday_afternoon_it_opens_on_monday(office):
    assert opening.state(office, at(4, 15)).opens_next == at(7, 8)


def test_christmas_is_closed_by_name_and_the_next_working_day_opens(office):
    state = opening.state(office, at(25, 9))
    assert state.reason == "Erster Weihnachtstag"
    assert state.opens_next == at(28, 8)


def test_a_closure_goes_before_everything(office):
    Closure.objects.create(
        office=office, first_day=date(2026, 12, 1), last_day=date(2026, 12, 4), reason="Umzug"
    )
    state = opening.state(office, at(2, 9))
    assert (state.is_open, state.reason, state.opens_next) == (False, "Umzug", at(7, 8))


def test_the_office_itself_may_open_a_day_that_the_city_closes(office):
    HolidayOverride.objects.create(office=None, day=date(2026, 12, 2), name="Stadtfest")
    assert not opening.state(office, at(2, 9)).is_open
    HolidayOverride.objects.create(office=office, day=date(2026, 12, 2), is_open=True)
    assert opening.state(office, at(2, 9)).is_open


@pytest.mark.parametrize("count", [1, 12])
def test_the_doors_of_many_offices_cost_one_query(office, count, django_assert_num_queries):
    offices = [office, *(an_office() for _ in range(count - 1))]
    the_city()
    opening.states(offices)  # the city's row is kept for a few seconds
    with django_assert_num_queries(1):
        opening.states(offices)


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "is_holiday"),
    [
        ("DE", "BY", date(2026, 1, 6), True),  # Epiphany is a holiday in Bavaria …
        ("DE", "NI", date(2026, 1, 6), False),  # … and an ordinary day in Lower Saxony
        ("AT", "3", date(2026, 10, 26), True),
        ("CZ", "", date(2026, 10, 28), True),
        ("PL", "", date(2026, 11, 11), True),
        ("HU", "", date(2026, 10, 23), True),
        ("BG", "", date(2026, 3, 3), True),
    ],
)
def test_holidays_are_those_of_country_and_region(country, subdivision, day, is_holiday):
    calendar = workdays.WorkCalendar(country=country, subdivision=subdivision)
    assert bool(calendar.holiday_name(day)) is is_holiday
    assert calendar.is_working_day(day) is not (is_holiday or day.weekday() > 4)


def test_a_deadline_counts_neither_weekend_nor_holiday():
    calendar = workdays.WorkCalendar(country="DE", subdivision="BY")
    assert calendar.add(date(2026, 12, 23), 3) == date(2026, 12, 29)
    assert calendar.add(date(2026, 12, 25), 0) == date(2026, 12, 28)
    assert calendar.between(date(2026, 12, 23), date(2026, 12, 29)) == 3
    assert calendar.between(date(2026, 12, 29), date(2026, 12, 23)) == -3


@given(
    first=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    last=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
    closed=st.lists(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=30),
    opened=st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=30),
    country=st.sampled_from(["DE", "AT", "CZ", "PL", "HU", "BG"]),
)
def test_years_are_counted_as_if_each_day_had_been_looked_at(first, last, weekend, closed, opened, country):
    closures = dict.fromkeys(closed, "closed")
    calendar = workdays.WorkCalendar(country=country, weekend=weekend, closed=closures, opened=opened)
    early, late = sorted([first, last])
    days = [early + timedelta(days=n) for n in range(1, (late - early).days + 1)]
    walked = sum(map(calendar.is_working_day, days))
    assert calendar.between(first, last) == (walked if first <= last else -walked)


def test_a_calendar_that_never_works_is_an_error_and_no_endless_loop():
    calendar = workdays.WorkCalendar(country="DE", weekend=frozenset(range(7)))
    with pytest.raises(ValueError, match="no working days"):
        calendar.add(date(2026, 1, 1), 1)
