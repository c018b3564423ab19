"""The rules of availability, sentence by sentence, without a database."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import DAILY, WEEKLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.pure.availability import (
    Away,
    Kind,
    Load,
    Part,
    PoolRules,
    Special,
    Weekly,
    free_starts,
    length_in_units,
    local_day,
    moment_of,
    plan_day,
    unit_of,
    window,
)

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2027, 3, 2)
PASSPORT, OTHER = 1, 2


def weekly(opens="08:00", closes="12:00", weekday=1, capacity=2, public=None, **more):
    return Weekly(
        weekday,
        time.fromisoformat(opens),
        time.fromisoformat(closes),
        capacity,
        capacity if public is None else public,
        **more,
    )


def special(kind, opens=None, closes=None, capacity=0, first=TUESDAY, last=TUESDAY, **more):
    def clock(text):
        return time.fromisoformat(text) if text else None

    return Special(Kind(kind), first, last, clock(opens), clock(closes), capacity, capacity, **more)


def rules(*openings, specials=(), away=(), zone=BERLIN, grid=3, shut=lambda day: False):
    return PoolRules(zone, grid, tuple(openings), tuple(specials), tuple(away), shut)


def at(clock, day=TUESDAY, zone=BERLIN):
    return unit_of(datetime.combine(day, time.fromisoformat(clock), zone))


def clocks(plan, load=None, length=3, *, earliest=0, public=True, zone=BERLIN):
    found = free_starts(plan, load, length, earliest=earliest, public=public)
    return [moment_of(unit).astimezone(zone).strftime("%H:%M") for unit in found]


def full(first, end, taken=1, web=None):
    size = end - first
    return Load(first, bytearray([taken] * size), bytearray([taken if web is None else web] * size))


def test_the_grid_begins_at_the_openings_own_start():
    assert clocks(plan_day(rules(weekly("08:10", "09:00")), TUESDAY)) == ["08:10", "08:25", "08:40"]


def test_a_visit_must_end_before_the_doors_close():
    assert clocks(plan_day(rules(weekly("08:00", "09:00")), TUESDAY), length=5) == ["08:00", "08:15", "08:30"]
    assert clocks(plan_day(rules(weekly("08:00", "09:00")), TUESDAY), length=13) == []


def test_openings_that_overlap_add_up():
    plan = plan_day(
        rules(weekly("08:00", "10:00", capacity=1), weekly("09:00", "11:00", capacity=2)), TUESDAY
    )
    assert [plan.total_at(at(c))[0] for c in ("07:55", "08:00", "09:00", "09:55", "10:00", "11:00")] == [
        0,
        1,
        3,
        3,
        2,
        0,
    ]


def test_openings_that_touch_act_as_one():
    plan = plan_day(rules(weekly("08:00", "09:00"), weekly("09:00", "10:00")), TUESDAY)
    assert "08:45" in clocks(plan, length=6)


def test_a_break_is_not_bridged():
    plan = plan_day(rules(weekly("08:00", "09:00"), weekly("09:30", "10:00")), TUESDAY)
    assert clocks(plan, length=6) == ["08:00", "08:15", "08:30", "09:30"]


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ({"every_weeks": 2, "valid_from": date(2027, 3, 4)}, [16, 30]),  # weeks count from the Monday before
        ({"nth_of_month": 1}, [2]),
        ({"nth_of_month": 5}, [30]),
        ({"nth_of_month": -1}, [30]),
        ({"valid_from": date(2027, 3, 9), "valid_until": date(2027, 3, 16)}, [9, 16]),
    ],
)
def test_which_days_a_rule_falls_on(more, days):
    march = [date(2027, 3, n) for n in range(1, 32)]
    assert [day.day for day in march if plan_day(rules(weekly(**more)), day).starts] == days


@given(st.integers(1, 9), st.integers(0, 6), st.dates(date(2024, 1, 1), date(2029, 1, 1)))
def test_every_n_weeks_agrees_with_dateutil(n, weekday, start):
    rule = weekly(weekday=weekday, every_weeks=n, valid_from=start)
    monday = start - timedelta(days=start.weekday())
    by_dateutil = {
        d.date()
        for d in rrule(
            WEEKLY, dtstart=datetime.combine(monday, time()), interval=n, byweekday=weekday, count=30
        )
        if d.date() >= start
    }
    for day in by_dateutil:
        assert rule.falls_on(day)
    span = [d.date() for d in rrule(DAILY, dtstart=datetime.combine(start, time()), count=60)]
    assert {d for d in span if rule.falls_on(d)} == {d for d in by_dateutil if d <= span[-1]}


@given(st.integers(0, 6), st.sampled_from([1, 2, 3, 4, 5, -1]), st.dates(date(2024, 1, 1), date(2029, 1, 1)))
def test_nth_weekday_agrees_with_dateutil(weekday, nth, day):
    rule = weekly(weekday=weekday, nth_of_month=nth)
    first = datetime(day.year, day.month, 1)  # noqa: DTZ001
    expected = {
        d.date() for d in rrule(DAILY, dtstart=first, count=31, byweekday=weekday) if d.month == day.month
    }
    ordered = sorted(expected)
    hits = {ordered[nth if nth < 0 else nth - 1]} if nth < 0 or nth <= len(ordered) else set()
    assert {d for d in ordered if rule.falls_on(d)} == hits


def test_holidays_are_empty_but_changed_and_extra_hours_stand():
    holiday = {"shut": lambda day: day == TUESDAY}
    assert plan_day(rules(weekly(), **holiday), TUESDAY).starts == ()
    changed = rules(weekly(), specials=[special("changed", "10:00", "10:30", 1)], **holiday)
    assert clocks(plan_day(changed, TUESDAY)) == ["10:00", "10:15"]
    extra = rules(weekly(), specials=[special("extra", "17:00", "17:30", 1)], **holiday)
    assert clocks(plan_day(extra, TUESDAY)) == ["17:00", "17:15"]


def test_closed_wins_over_everything_for_its_hours():
    day = rules(
        weekly("08:00", "10:00"),
        specials=[special("extra", "10:00", "11:00", 1), special("closed", "08:30", "10:30")],
    )
    assert clocks(plan_day(day, TUESDAY)) == ["08:00", "08:15", "10:30", "10:45"]
    assert clocks(plan_day(rules(weekly(), specials=[special("closed")]), TUESDAY)) == []


def test_an_absence_lowers_the_total_and_the_public_loses_first():
    away = Away(datetime(2027, 3, 2, 9, 2, tzinfo=BERLIN), datetime(2027, 3, 2, 9, 31, tzinfo=BERLIN), 2)
    plan = plan_day(rules(weekly(capacity=3, public=2), away=[away]), TUESDAY)
    assert plan.total_at(at("08:55")) == (3, 2)
    assert plan.total_at(at("09:00")) == (1, 0)  # a begun unit is gone
    assert plan.total_at(at("09:30")) == (1, 0)
    assert plan.total_at(at("09:35")) == (3, 2)


def test_a_restricted_opening_serves_only_its_services_but_counts_in_the_total():
    day = rules(
        weekly("08:00", "09:00", capacity=1),
        weekly("08:30", "09:00", capacity=1, services=frozenset({PASSPORT})),
    )
    passport, other = (
        plan_day(day, TUESDAY, frozenset({PASSPORT})),
        plan_day(day, TUESDAY, frozenset({OTHER})),
    )
    assert passport.total == other.total
    one_taken = full(at("08:30"), at("09:00"))
    assert clocks(passport, one_taken) == ["08:00", "08:15", "08:30", "08:45"]
    assert clocks(other, one_taken) == ["08:00", "08:15"]
    assert clocks(plan_day(day, TUESDAY, frozenset({PASSPORT, OTHER})), one_taken) == ["08:00", "08:15"]


def test_the_internal_reserve_is_hidden_from_the_public_only():
    plan = plan_day(rules(weekly("08:00", "08:15", capacity=3, public=1)), TUESDAY)
    load = full(at("08:00"), at("08:15"), taken=1)
    assert (clocks(plan, load), clocks(plan, load, public=False)) == ([], ["08:00"])
    by_desk = full(at("08:00"), at("08:15"), taken=2, web=0)
    assert clocks(plan, by_desk) == ["08:00"]


@pytest.mark.parametrize(
    ("now", "lead", "first"),
    [
        ("08:00", 0, "08:00"),
        ("08:00:01", 0, "08:15"),
        ("08:14:59", 0, "08:15"),
        ("08:00", 60, "09:00"),
        ("08:01", 60, "09:15"),
    ],
)
def test_now_is_rounded_up_and_a_start_exactly_at_the_lead_counts(now, lead, first):
    moment = datetime.combine(TUESDAY, time.fromisoformat(now), BERLIN)
    stretch = window(moment, BERLIN, lead_minutes=lead, horizon_days=10)
    assert clocks(plan_day(rules(weekly()), TUESDAY), earliest=stretch.earliest)[0] == first


def test_a_new_day_opens_at_the_release_time():
    def last(clock):
        moment = datetime.combine(TUESDAY, time.fromisoformat(clock), BERLIN)
        return window(moment, BERLIN, lead_minutes=0, horizon_days=7, release=time(7)).last_day

    assert last("06:59:59") == date(2027, 3, 8)
    assert last("07:00") == date(2027, 3, 9)


def test_lengths_add_up_and_are_rounded_up():
    assert length_in_units([Part(15, 10, 1)]) == 3
    assert length_in_units([Part(15, 10, 2)]) == 5
    assert length_in_units([Part(12, 0, 1)]) == 3
    assert length_in_units([Part(12, 0, 1), Part(12, 3, 2)]) == 6


SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
ZONES = [
    "Europe/Berlin",
    "Europe/Vienna",
    "Europe/Prague",
    "Europe/Warsaw",
    "Europe/Budapest",
    "Europe/Sofia",
]


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (TUESDAY, 24)])
def test_a_day_has_as_many_hours_as_the_clock_says(name, day, hours):
    zone = ZoneInfo(name)
    plan = plan_day(rules(weekly("00:00", "00:00", weekday=day.weekday()), zone=zone, grid=12), day)
    assert len(plan.starts) == hours
    assert len(set(plan.starts)) == hours
    assert {local_day(unit, zone) for unit in plan.starts} == {day}


def test_the_doubled_hour_opens_at_its_first_and_closes_at_its_second():
    plan = plan_day(rules(weekly("02:30", "02:45", weekday=6), grid=3), AUTUMN)
    assert len(plan.starts) == 5  # 02:30, :45, 02:00, :15, :30
    assert moment_of(plan.starts[0]) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_the_missing_hour_means_the_moment_after_the_gap():
    assert clocks(plan_day(rules(weekly("02:15", "02:45", weekday=6)), SPRING)) == ["03:15", "03:30"]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_office_hours_stay_at_the_wall_clock_on_both_clock_changes(day):
    assert clocks(plan_day(rules(weekly("08:00", "08:30", weekday=6)), day)) == ["08:00", "08:15"]


loads = st.lists(st.integers(0, 3), min_size=48, max_size=48)


@settings(max_examples=200)
@given(loads, loads, st.integers(1, 12), st.integers(1, 4), st.booleans(), st.integers(-6, 6))
def test_listing_says_exactly_what_a_unit_by_unit_check_says(taken, web, length, capacity, public, shift):
    web = [min(a, b) for a, b in zip(taken, web, strict=True)]
    plan = plan_day(rules(weekly(capacity=capacity, public=max(0, capacity - 1))), TUESDAY)
    load = Load(plan.first + shift, bytearray(taken), bytearray(web))

    def has_place(unit):
        i = unit - load.first
        a, b = (taken[i], web[i]) if 0 <= i < 48 else (0, 0)
        total, share = plan.total_at(unit)
        return total > a and (not public or share > b)

    listed = free_starts(plan, load, length, earliest=0, public=public)
    assert listed == [s for s in plan.starts if all(has_place(s + k) for k in range(length))]
    for start in plan.starts:
        alone = free_starts(plan, load, length, earliest=0, public=public, among=[start])
        assert alone == ([start] if start in listed else [])
