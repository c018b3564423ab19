"""Calendar feeds: what Thunderbird, Outlook and Google read, and whom they never name."""

from datetime import UTC, timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from appointments.desk import feeds
from appointments.desk.models import CalendarFeed
from appointments.visit import changing
from portal.models import Membership
from tests.appointments.builders import NOW
from tests.desk.builders import NINE, a_clerk_of, an_appointment, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nine_o_clock")]


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


def test_a_calendar_programme_that_has_it_all_is_told_so_and_gets_what_changed(client, hall):
    an_appointment(hall, NINE)
    path = reverse("desk:feed", args=[feeds.issue(owner=a_clerk_of(hall), pool=hall, with_names=False)])
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.head(path)["ETag"] == first["ETag"]
    an_appointment(hall, at("10:00"))
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_a_feed_keeps_to_the_letter_of_the_calendar_standard(client, hall):
    """RFC 5545: CRLF, folded lines, and in each event the four fields that Outlook refuses to miss."""
    hall.office.name = (
        "Bürgerbüro in der sehr, sehr langen Straße; mit Komma, Semikolon und Umlauten äöüß" * 2
    )
    hall.office.save()
    booked = an_appointment(hall, NINE)
    body = client.get(
        reverse("desk:feed", args=[feeds.issue(owner=a_clerk_of(hall), pool=hall, with_names=False)])
    ).content
    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND"} <= set(event)
    assert event["dtstart"].to_ical() == f"{booked.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode()
    assert str(event["location"]) == hall.office.name


def test_who_moved_comes_as_a_newer_form_of_the_same_event_and_who_cancelled_is_gone(client, hall):
    token = feeds.issue(owner=a_clerk_of(hall), pool=hall, with_names=False)
    moved, _kept, gone = (an_appointment(hall, at(clock)) for clock in ("10:00", "10:15", "10:30"))
    before = {event["uid"]: event for event in events(client, token)}
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        changing.move(appointment=moved, pool_id=hall.pk, start=at("11:30"))
        changing.cancel(appointment=gone)
        after = {event["uid"]: event for event in events(client, token)}
    assert len(after) == 2
    news = {uid for uid, event in after.items() if event["dtstamp"].dt != before[uid]["dtstamp"].dt}
    (uid,) = news
    assert (before[uid]["dtstart"].dt, after[uid]["dtstart"].dt) == (at("10:00"), at("11:30"))
    assert (before[uid]["sequence"], after[uid]["sequence"]) == (0, 1)
    assert after[uid]["last-modified"].dt == (NOW + timedelta(hours=3))
    assert all("class" not in event for event in after.values())  # Google would show "busy" and no more
