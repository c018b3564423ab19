"""Calendar feeds for clerks: a secret, revocable address that a calendar programme reads; nobody's name by default."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.desk.models import CalendarFeed
from appointments.letters import ics, summary
from appointments.letters.calendars import uid_of
from appointments.models import Appointment, Pool
from portal import audit, links
from portal.models import User

PURPOSE = "calendar feed"
BACK, AHEAD = timedelta(days=14), timedelta(days=120)


@transaction.atomic
def issue(*, owner: User, pool: Pool, with_names: bool) -> str:
    """A new feed; returns its token, which is shown once and stored hashed."""
    feed = CalendarFeed.objects.create(owner=owner, pool=pool, with_names=with_names)
    audit.record(verb="calendar feed issued", subject=pool, actor=owner, with_names=with_names)
    return links.issue(subject=feed, purpose=PURPOSE)


@transaction.atomic
def revoke(*, feed: CalendarFeed, actor: User) -> None:
    links.revoke(feed, PURPOSE)
    CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=timezone.now())
    audit.record(verb="calendar feed revoked", subject=feed.pool, actor=actor)


def calendar_of(feed: CalendarFeed) -> bytes:
    """The coming appointments of the feed's pool as iCalendar (RFC 5545), times in UTC.

    Who cancelled is no longer in it, and leaves the calendars that read it. There is no METHOD: nobody is invited. And no
    CLASS: Google shows what is marked as private only as "busy", even to whoever subscribed.
    """
    now = timezone.now()
    rows = list(
        Appointment.objects.visits()
        .filter(pool=feed.pool, starts_at__range=(now - BACK, now + AHEAD))
        .select_related("service", "pool__office")
        .order_by("starts_at")
    )
    changes = ("appointment moved", "appointment changed")
    moved = audit.last_times(verbs=changes, of=(row for row in rows if row.sequence))
    name = ics.text(str(feed.pool))
    head = [
        ("PRODID", "-//Bürgerhaus//desk//"),
        ("VERSION", "2.0"),
        ("CALSCALE", "GREGORIAN"),
        ("NAME", name),
        ("X-WR-CALNAME", name),  # the same for whoever is older than RFC 7986
        ("REFRESH-INTERVAL;VALUE=DURATION", "PT15M"),
        ("X-PUBLISHED-TTL", "PT15M"),  # the same for Outlook
    ]
    events = [_event(row, moved.get(str(row.pk)), with_name=feed.with_names) for row in rows]
    return ics.file(ics.component("VCALENDAR", head, *events))


def _event(row: Appointment, moved_at: datetime | None, *, with_name: bool) -> list[ics.Line]:
    what = summary.of(row, settings.LANGUAGE_CODE).title or _("Appointment")
    changed_at = ics.utc(moved_at or row.confirmed_at or row.created_at)
    lines = [
        ("UID", ics.text(f"desk-{uid_of(row)}")),
        ("SEQUENCE", str(row.sequence)),
        ("DTSTAMP", changed_at),
        ("CREATED", ics.utc(row.created_at)),
        ("LAST-MODIFIED", changed_at),
        ("DTSTART", ics.utc(row.starts_at)),
        ("DTEND", ics.utc(row.ends_at)),
        ("SUMMARY", ics.text(f"{row.desk_code} {what}{f' · {row.name}' if with_name else ''}")),
        ("LOCATION", ics.text(row.pool.office.name)),
        ("STATUS", "CONFIRMED"),
        ("URL", links.absolute(reverse("desk:booked", args=[row.pool.office.slug, row.pk]))),
    ]
    return ics.component("VEVENT", lines)
