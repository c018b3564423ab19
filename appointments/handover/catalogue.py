"""From a catalogue of municipal services to counters and bookable services. Twice is the same as once."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, override

from appointments.models import BookableService, Offer, Opening, Pool
from appointments.times import capacity, rulebook
from portal.catalogue import Catalogue, Counts, FeeRecord, OfficeLink, OfficeRecord, ServiceRecord
from portal.imports.own_names import names_of
from portal.look import money
from portal.models import City, Office, Service
from portal.registries import VisitTerms

LONGEST, SHORTEST = 480, 5
MOST_ITEMS, LONGEST_ITEM = 15, 300
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()]{0,2000}\)")
_MARKS = re.compile(r"[*_`#>]+|^\s*[-+]\s+|<[^>]+>")


def consume(catalogue: Catalogue, *, withdrawn: set[str], progress: Callable[[str], None]) -> Counts:
    """Pools for offices with counters, bookable services with their offers. Inside the import's transaction."""
    pools = _pools(catalogue)
    services = {
        row.external_id: row
        for row in Service.objects.filter(external_id__in=[s.key for s in catalogue.services])
    }
    known = {row.pk: row for row in BookableService.objects.all()}
    added = changed = skipped = 0
    for record in catalogue.services:
        service, links = services.get(record.key), _bookable(record, pools)
        if service is None or not links:
            skipped += 1
            if service is not None and service.pk in known and known[service.pk].active:
                BookableService.objects.filter(pk=service.pk).update(active=False)
        elif service.pk not in known:
            _write(BookableService(service=service), record, links, pools)
            added += 1
        elif record.key in catalogue.changed_services:
            _write(known[service.pk], record, links, pools)
            changed += 1
        else:
            skipped += 1
        progress(record.name)
    _combine(catalogue.services, services)
    gone = BookableService.objects.filter(service__external_id__in=withdrawn, active=True).update(
        active=False
    )
    capacity.realign(rulebook.current())
    return Counts(added=added, changed=changed, withdrawn=gone, skipped=skipped)


def visits() -> dict[int, VisitTerms]:
    """What `consume` read, for a catalogue that leaves again."""
    through: Any = BookableService.combinable.through
    partners: dict[int, set[int]] = {}
    for one, other in through.objects.values_list("from_bookableservice", "to_bookableservice"):
        partners.setdefault(one, set()).add(other)
    minutes: dict[int, dict[int, int]] = {}
    offers = Offer.objects.filter(service__active=True).select_related("service", "pool").order_by("pk")
    for offer in offers:
        here = offer.base_minutes or offer.service.base_minutes
        minutes.setdefault(offer.service_id, {})[offer.pool.office_id] = here
    most = dict(BookableService.objects.filter(pk__in=minutes).values_list("pk", "max_count"))
    return {pk: VisitTerms(here, most[pk], frozenset(partners.get(pk, ()))) for pk, here in minutes.items()}


def _counters() -> str:
    """What the counters of an imported office are called."""
    return gettext("Counters")


def _pools(catalogue: Catalogue) -> dict[str, Pool]:
    """One pool per office with counters and hours; the clerks' own changes of other offices stay."""
    offices = {
        row.external_id: row
        for row in Office.objects.filter(external_id__in=[o.key for o in catalogue.offices])
    }
    names = names_of(_counters)
    ours = Pool.objects.filter(office__in=offices.values(), name__in=names)
    pools = {row.office_id: row for row in sorted(ours, key=lambda row: -names.index(row.name))}
    found: dict[str, Pool] = {}
    for record in catalogue.offices:
        office = offices.get(record.key)
        if office is None or record.counters < 1:
            continue
        pool = pools.get(office.pk)
        if pool is None and not record.hours:
            continue
        if pool is None:
            pool = Pool.objects.create(office=office, name=names[0])
            _open(pool, record)
        elif record.hours and record.key in catalogue.changed_offices:
            _open(pool, record)
        found[record.key] = pool
    return found


def _open(pool: Pool, record: OfficeRecord) -> None:
    """The office's hours as openings. The bookings of the future keep their places."""
    pool.openings.all().delete()
    since = date(timezone.localdate().year - 1, 1, 1)
    Opening.objects.bulk_create(
        Opening(
            pool=pool,
            weekday=hours.weekday,
            opens=hours.opens,
            closes=hours.closes,
            capacity=min(record.counters, 250),
            public_capacity=min(record.counters, 250),
            valid_from=since,
        )
        for hours in record.hours
    )


def _bookable(record: ServiceRecord, pools: dict[str, Pool]) -> list[OfficeLink]:
    if record.kind != "service" or not record.public:
        return []
    return [link for link in record.offices if link.bookable and link.duration and link.office_key in pools]


def _write(
    bookable: BookableService, record: ServiceRecord, links: list[OfficeLink], pools: dict[str, Pool]
) -> None:
    base, _often = Counter(_minutes(link.duration) for link in links).most_common(1)[0]
    bookable.base_minutes = base
    bookable.extra_minutes = min(base if record.extra_minutes is None else record.extra_minutes, 240)
    bookable.max_count = max(1, min(record.max_count, 20))
    bookable.bring = {
        text.language: _items(text.documents) for text in record.texts if text.documents and not text.plain
    }
    bookable.fee = _fees(record)
    bookable.active = True
    bookable.save()
    bookable.offers.all().delete()
    Offer.objects.bulk_create(
        Offer(
            pool=pools[link.office_key],
            service=bookable,
            base_minutes=None if _minutes(link.duration) == base else _minutes(link.duration),
        )
        for link in {link.office_key: link for link in links}.values()
    )


def _combine(records: Iterable[ServiceRecord], services: dict[str | None, Service]) -> None:
    """What may share a visit; a pair counts when one side names it."""
    through: Any = BookableService.combinable.through
    bookable = set(BookableService.objects.values_list("pk", flat=True))
    pairs = set()
    for record in records:
        one = services.get(record.key)
        for key in record.combinable:
            other = services.get(key)
            if one and other and one.pk in bookable and other.pk in bookable and one.pk != other.pk:
                pairs |= {(one.pk, other.pk), (other.pk, one.pk)}
    known = set(through.objects.values_list("from_bookableservice", "to_bookableservice"))
    through.objects.bulk_create(
        through(from_bookableservice_id=a, to_bookableservice_id=b) for a, b in sorted(pairs - known)
    )


def _minutes(duration: int | None) -> int:
    return max(SHORTEST, min(duration or SHORTEST, LONGEST))


def _items(documents: Iterable[str]) -> list[str]:
    """Markdown to plain sentences: they go into mails and calendar files."""
    plain = (" ".join(_MARKS.sub("", _LINK.sub(r"\1", item)).split()) for item in documents)
    return [item[:LONGEST_ITEM] for item in plain if item][:MOST_ITEMS]


def _fees(record: ServiceRecord) -> dict[str, str]:
    said = {
        text.language: _items([text.fees_note])[0] for text in record.texts if text.fees_note.strip("*_# \n")
    }
    if record.fees:
        spoken = set.intersection(*(set(fee.conditions) for fee in record.fees))
        said |= {
            language: _written(record.fees, language) for language in {City.current().own_language, *spoken}
        }
    return said


def _written(fees: Iterable[FeeRecord], language: str) -> str:
    with override(language):
        return "; ".join(_fee(fee, fee.conditions.get(language, fee.condition)) for fee in fees)[:500]


def _fee(fee: FeeRecord, condition: str) -> str:
    if fee.amount is None:
        return condition
    amount = money.written(fee.amount)
    return f"{amount} ({condition})" if condition else amount
