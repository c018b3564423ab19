"""What callers may ask and send, and what is refused by name."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from complaints.open311.parameters import Filters, read_filters, read_moment
from complaints.open311.records import Attribute
from complaints.open311.submission import read_answers, read_submission

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
QUESTIONS = (
    Attribute("WHDATE", "datetime", "Seit wann?"),
    Attribute("LAMPS", "multivaluelist", "Welche?", required=True, values=(("1", "links"), ("2", "rechts"))),
    Attribute("HINT", "text", "Nur ein Hinweis.", required=True, variable=False),
)


def filters(**given: str) -> Filters:
    found, faults = read_filters(given, now=NOW, zone=BERLIN)
    assert faults == []
    return found


def refused(**given: str) -> bool:
    return bool(read_filters(given, now=NOW, zone=BERLIN)[1])


def test_without_dates_the_last_ninety_days_count() -> None:
    assert filters().start == NOW - timedelta(days=90)
    assert filters().page_size == 1000


def test_an_empty_parameter_is_an_absent_one() -> None:
    assert filters(status="", start_date="", service_code=" , ") == filters()


def test_ids_override_every_other_filter_even_a_broken_one() -> None:
    found = filters(service_request_id="A-1, A-2", status="nonsense", start_date="never")
    assert found.ids == ("A-1", "A-2")
    assert found.start is None


def test_who_asks_by_change_is_not_bound_to_ninety_days() -> None:
    found = filters(updated_after="2026-01-01T00:00:00Z")
    assert (found.start, found.updated_after) == (None, datetime(2026, 1, 1, tzinfo=UTC))


def test_one_date_opens_a_window_of_ninety_days() -> None:
    assert filters(start_date="2026-01-01T00:00:00Z").end == datetime(2026, 4, 1, tzinfo=UTC)
    assert filters(end_date="2026-04-01T00:00:00Z").start == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "given",
    [
        {"start_date": "2026-01-01", "end_date": "2026-06-01"},
        {"start_date": "2026-02-01", "end_date": "2026-01-01"},
        {"start_date": "gestern"},
        {"start_date": "2026-02-30"},
        {"status": "pending"},
        {"page": "0"},
        {"page_size": "-1"},
        {"page": "99999999999999999999"},
        {"lat": "48.1", "long": "11.5"},
        {"lat": "200", "long": "11.5", "radius": "10"},
        {"lat": "nan", "long": "11.5", "radius": "10"},
        {"service_code": "a\x00b"},
        {"extensions": "maybe"},
    ],
)
def test_nonsense_is_refused(given: dict[str, str]) -> None:
    assert refused(**given)


def test_a_plus_that_the_address_lost_is_read_as_a_plus() -> None:
    assert read_moment("2026-06-23T08:00:00 02:00", BERLIN) == datetime(2026, 6, 23, 6, tzinfo=UTC)


def test_a_time_without_zone_is_local_and_a_day_ends_with_its_last_second() -> None:
    assert read_moment("2026-11-23T10:00:00", BERLIN) == NOW
    assert read_moment("2026-11-23", BERLIN, end=True) == datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC)


def test_several_values_come_with_and_without_brackets() -> None:
    posted = QueryDict("attribute[LAMPS][]=1&attribute[LAMPS][]=2&attribute[WHDATE]=2026-11-01&attribute[X]=")
    assert read_answers(posted) == {"LAMPS": ["1", "2"], "WHDATE": ["2026-11-01"], "X": []}


def posted(query: str) -> tuple[object, list[str]]:
    form = QueryDict(query)
    report, faults = read_submission(form.dict(), read_answers(form), attributes=QUESTIONS, zone=BERLIN)
    return report, [fault.description for fault in faults]


def test_a_complete_report_has_no_faults() -> None:
    report, faults = posted("lat=48&long=11&description=dunkel&attribute[LAMPS][]=1&attribute[LAMPS][]=2")
    assert faults == []
    assert report.answers == (("LAMPS", ("1", "2")),)


@pytest.mark.parametrize(
    "query",
    [
        "description=ohne Ort&attribute[LAMPS]=1",
        "lat=48&attribute[LAMPS]=1",
        "lat=48&long=11",
        "lat=48&long=11&attribute[LAMPS]=7",
        "lat=48&long=11&attribute[LAMPS]=1&attribute[WHDATE]=irgendwann",
        "lat=48&long=11&attribute[LAMPS]=1&email=keine",
        "lat=48&long=11&attribute[LAMPS]=1&media_url=javascript:alert(1)",
        "lat=48&long=11&attribute[LAMPS]=1&description=" + "x" * 4001,
    ],
)
def test_each_broken_report_is_refused(query: str) -> None:
    assert posted(query)[1]


@given(
    st.dictionaries(
        st.sampled_from(["start_date", "end_date", "page", "lat", "long", "radius", "status"]), st.text()
    )
)
def test_no_parameter_ever_breaks_the_reader(given: dict[str, str]) -> None:
    read_filters(given, now=NOW, zone=BERLIN)


@given(st.text(alphabet="0123456789-:TZ+ .", max_size=30))
def test_no_date_ever_breaks_the_reader(text: str) -> None:
    read_filters({"start_date": text, "end_date": text, "updated_before": text}, now=NOW, zone=BERLIN)
