"""Working days, rests and escalation: values in, values out."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from complaints.rules import deadlines
from complaints.rules.deadlines import Step, Terms
from portal.workdays import WorkCalendar

BERLIN = ZoneInfo("Europe/Berlin")
BAVARIA = WorkCalendar("DE", "BY")


def at(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), BERLIN)


def last_second(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), BERLIN).astimezone(UTC)


def test_a_report_on_christmas_eve_waits_for_the_first_working_days():
    due = deadlines.deadlines(at(date(2026, 12, 24)), Terms(1, 2, 3), BAVARIA, BERLIN)
    assert due.acknowledge_by == last_second(date(2026, 12, 28))
    assert due.answer_by == last_second(date(2026, 12, 30))


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "expected"),
    [
        ("DE", "BY", date(2027, 1, 5), date(2027, 1, 7)),  # Epiphany, in Bavaria
        ("DE", "BE", date(2027, 1, 5), date(2027, 1, 6)),  # not in Berlin
        ("AT", "", date(2026, 10, 23), date(2026, 10, 27)),  # Nationalfeiertag on a Monday
        ("CZ", "", date(2026, 10, 27), date(2026, 10, 29)),
        ("PL", "", date(2026, 11, 10), date(2026, 11, 12)),
        ("HU", "", date(2026, 10, 22), date(2026, 10, 26)),
        ("HU", "", date(2026, 1, 9), date(2026, 1, 10)),  # a Saturday, worked for the Friday before
        ("BG", "", date(2026, 3, 2), date(2026, 3, 4)),
    ],
)
def test_the_holidays_of_six_countries_are_no_working_days(country, subdivision, day, expected):
    due = deadlines.deadlines(at(day), Terms(0, 0, 1), WorkCalendar(country, subdivision), BERLIN)
    assert due.answer_by == last_second(expected)
    assert due.acknowledge_by is None


def test_a_day_that_is_an_hour_longer_still_ends_at_local_midnight():
    assert deadlines.end_of_day(date(2026, 10, 25), BERLIN) == datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)


def test_while_waiting_the_clock_rests():
    due = last_second(date(2026, 11, 27))
    asked, answered = at(date(2026, 11, 23)), at(date(2026, 11, 26))
    assert deadlines.moved(due, asked, answered, BAVARIA, BERLIN) == last_second(date(2026, 12, 2))


def test_an_answer_on_the_same_day_moves_nothing_and_a_late_case_stays_late():
    due = last_second(date(2026, 11, 27))
    assert deadlines.moved(due, at(date(2026, 11, 23)), at(date(2026, 11, 23), 15), BAVARIA, BERLIN) == due
    assert deadlines.moved(due, at(date(2026, 11, 30)), at(date(2026, 12, 10)), BAVARIA, BERLIN) == due


def test_the_next_deadline_is_the_earliest_one_still_to_be_met():
    early, late = at(date(2026, 11, 23)), at(date(2026, 11, 30))
    assert deadlines.next_due((early, early), (late, None)) == late
    assert deadlines.next_due((early, early), (None, None)) is None


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (date(2026, 11, 24), Step.QUIET),
        (date(2026, 11, 26), Step.WARNING),
        (date(2026, 11, 28), Step.CLERK),  # Saturday: no working day has passed
        (date(2026, 11, 30), Step.CLERK),
        (date(2026, 12, 1), Step.LEAD),
        (date(2026, 12, 3), Step.HEAD),
    ],
)
def test_the_escalation_climbs_by_working_days(now, expected):
    due = last_second(date(2026, 11, 27))
    assert deadlines.step(due, at(now), warn=1, every=2, calendar=BAVARIA, zone=BERLIN) is expected


@pytest.mark.parametrize(
    ("moment", "audible"),
    [
        (at(date(2026, 11, 23), 9), True),
        (at(date(2026, 11, 23), 19), False),
        (at(date(2026, 11, 22), 9), False),  # Sunday
        (at(date(2026, 12, 25), 9), False),
    ],
)
def test_no_alarm_outside_the_hours(moment, audible):
    assert (
        deadlines.is_audible(moment, [(time(8), time(12)), (time(13), time(17))], BAVARIA, BERLIN) is audible
    )
