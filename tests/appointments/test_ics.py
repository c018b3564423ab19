"""What we write must come back the same from a strict reader."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from appointments.letters import ics


def read_back(value: str) -> tuple[str, bytes]:
    event = [
        ("UID", "1"),
        ("DTSTAMP", ics.utc(datetime(2026, 3, 29, 1, tzinfo=UTC))),
        ("SUMMARY", ics.text(value)),
    ]
    file = ics.file(
        ics.component("VCALENDAR", [("PRODID", "x"), ("VERSION", "2.0")], ics.component("VEVENT", event))
    )
    found = Calendar.from_ical(file).walk("VEVENT")[0]
    assert not found.errors
    return str(found["summary"]), file


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_any_text_comes_back_and_no_line_is_longer_than_75_bytes(value):
    found, file = read_back(value)
    assert found == value
    assert max(len(line) for line in file.split(b"\r\n")) <= 75


def test_signs_with_a_meaning_and_line_breaks_come_back():
    assert read_back("Pass; Ausweis, Meldung\\Auto\r\nZimmer 3\rEingang \x00B")[0] == (
        "Pass; Ausweis, Meldung\\Auto\nZimmer 3\nEingang B"
    )


def test_nobody_can_smuggle_a_property_into_a_text():
    assert b"\r\nATTENDEE" not in read_back("Hallo\r\nATTENDEE:mailto:x@example.org")[1]
