"""The next free time per service, for pages of other rooms: home, service page, JSON interface.

Shown, never decided: kept for a few seconds per process, so that the home page costs the same however many ask.
"""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from appointments.models import Channel
from appointments.pure.refusals import Refused
from appointments.times import orders, rulebook, search
from appointments.times.rules import RuleBook
from portal.kept_values import values
from portal.look import spoken
from portal.registries import ServiceFact

SECONDS_KEPT = 20


def facts(service_ids: Iterable[int], language: str) -> dict[int, ServiceFact]:
    """What the service page and the home page say about booking, for those services that can be booked."""
    wanted = list(service_ids)
    keys = {pk: f"appointments.next_free.{pk}" for pk in wanted}
    kept = values().get_many(keys.values())
    missing = [pk for pk in wanted if keys[pk] not in kept]
    if missing:
        book = rulebook.current()
        fresh = {keys[pk]: _look(pk, book) for pk in missing}
        values().set_many(fresh, SECONDS_KEPT)
        kept |= fresh
    found: dict[int, ServiceFact] = {}
    with override(language):
        for pk in wanted:
            slug, when = kept[keys[pk]]
            if slug:
                found[pk] = ServiceFact(
                    label=_label(when), url=reverse("appointments:what", args=[slug]), when=when
                )
    return found


def links() -> dict[int, str]:
    """Where each service that citizens can book is booked, without looking for a time."""
    book = rulebook.current()
    return {
        pk: reverse("appointments:what", args=[service.slug])
        for pk, service in book.services.items()
        if service.online and book.pools_for(frozenset({pk}))
    }


def _label(when: datetime | None) -> str:
    if when is None:
        return gettext("Appointments: join the waiting list")
    return gettext("Next appointment: %(when)s") % {"when": spoken.near_moment(when, timezone.localdate())}


def _look(service_id: int, book: RuleBook) -> tuple[str, datetime | None]:
    """(slug, the earliest time at which one person can be served) of a bookable service, or an empty slug."""
    service = book.services.get(service_id)
    if service is None or not service.online or not book.pools_for(frozenset({service_id})):
        return "", None
    now = timezone.now()
    try:
        order = orders.check([(service_id, 1)], book, channel=Channel.WEB, now=now)
    except Refused:
        return service.slug, None
    slot = search.earliest(order, book, now=now)
    return service.slug, slot.local if slot else None
