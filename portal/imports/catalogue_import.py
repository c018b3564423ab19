"""Takes a catalogue over into the shared rows, then lets each service make its own of it.

One transaction: either everything of an import counts, or nothing.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal import audit, registries, slugs
from portal.catalogue import Broken, Catalogue, Counts, OfficeRecord, Progress, ServiceRecord
from portal.imports.own_names import names_of
from portal.models import CatalogueEntry, Department, Office, OpeningHours, Service

_FEW = 20  # so many services may vanish without a question, even if they were most of them
_LOCK = 0x63617461  # "cata": two imports at once would withdraw each other's records


class CatalogueRefused(ValueError):
    """The catalogue was read but looks damaged; nothing was changed."""


@dataclass
class Report:
    """What an import did, for people: counts, and a reason for each record that isn't taken as it is."""

    offices: Counts = field(default_factory=Counts)
    services: Counts = field(default_factory=Counts)
    consumers: list[tuple[str, Counts]] = field(default_factory=list)
    broken: Sequence[Broken] = ()
    notes: list[Broken] = field(default_factory=list)
    skipped: list[Broken] = field(default_factory=list)
    withdrawn: list[Broken] = field(default_factory=list)


@dataclass
class _Tally:
    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    skipped: int = 0

    def counts(self) -> Counts:
        return Counts(self.added, self.changed, self.withdrawn, self.skipped)


@transaction.atomic
def take_over(
    *,
    catalogue: Catalogue,
    progress: Progress = lambda name: None,
    everything: bool = False,
    force: bool = False,
) -> Report:
    """Make the shared rows and the services' own rows equal to `catalogue`, or raise CatalogueRefused.

    Records equal to their last import stay as editors have left them, unless `everything` is set.
    What is missing now of the same source is withdrawn, never deleted; a file in which most of the known services or
    offices are missing is refused unless `force` is set.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if not catalogue.services and not force:
        raise CatalogueRefused("There is no readable service in the catalogue. Nothing was changed.")
    report = Report(broken=catalogue.broken, notes=list(catalogue.notes))
    closed = _missing(catalogue, CatalogueEntry.Kind.OFFICE, report, force=force)
    missing = _missing(catalogue, CatalogueEntry.Kind.SERVICE, report, force=force)
    offices = _take_offices(catalogue, closed, report, everything=everything)
    changed = _take_services(catalogue, report, offices, progress, everything=everything)
    withdrawn = _withdraw(missing, report)
    filled = replace(catalogue, changed_services=changed, changed_offices=frozenset(offices))
    for consume in registries.catalogue_consumers:
        report.consumers.append((_name_of(consume), consume(filled, withdrawn=withdrawn, progress=progress)))
    return report


def _missing(catalogue: Catalogue, kind: str, report: Report, *, force: bool) -> list[CatalogueEntry]:
    """Entries of this source that are neither in the catalogue nor among its broken records; none where one of these has
    no id, because it may be any of them. Raises CatalogueRefused where most are missing, unless `force` is set.
    """
    records: Sequence[OfficeRecord | ServiceRecord] = (
        catalogue.services if kind == CatalogueEntry.Kind.SERVICE else catalogue.offices
    )
    present = {record.key for record in records} | {broken.key for broken in catalogue.broken}
    known = list(CatalogueEntry.objects.filter(kind=kind, source=catalogue.source, withdrawn_at=None))
    missing = [entry for entry in known if entry.key not in present]
    if not force and (len(missing) > max(_FEW, len(known) // 2) or (missing and not records)):
        raise CatalogueRefused(
            f"{len(missing)} of {len(known)} known {kind}s are missing in this catalogue. It looks incomplete, so "
            "nothing was changed. If this is right, run the import again with --force."
        )
    if missing and kind in catalogue.unnamed:
        reason = (
            f"not in the catalogue, but a record without a readable id may be this {kind}: left as it was"
        )
        report.notes += [Broken(entry.key, reason) for entry in missing]
        return []
    return missing


def _take_offices(
    catalogue: Catalogue, missing: list[CatalogueEntry], report: Report, *, everything: bool
) -> set[str]:
    """Write new and changed offices; the keys of those."""
    entries = _entries(CatalogueEntry.Kind.OFFICE)
    rows = {office.external_id: office for office in Office.objects.exclude(external_id=None)}
    tally, changed = _Tally(), set()
    departments = _Departments()
    for record in catalogue.offices:
        entry, office = entries.get(record.key), rows.get(record.key)
        digest = _digest_of_office(record, entry)
        if office is not None and not everything and _unchanged(entry, digest, catalogue.source):
            tally.skipped += 1
            continue
        _write_office(record, office or Office(external_id=record.key), departments)
        _remember(CatalogueEntry.Kind.OFFICE, record.key, catalogue.source, digest)
        changed.add(record.key)
        tally.added, tally.changed = tally.added + (office is None), tally.changed + (office is not None)
    for entry in missing:
        Office.objects.filter(external_id=entry.key).update(active=False)
        _forget(entry)
        report.withdrawn.append(Broken(entry.key, "office: no longer in the catalogue, closed to citizens"))
        tally.withdrawn += 1
    report.offices = tally.counts()
    return changed


def _write_office(record: OfficeRecord, office: Office, departments: "_Departments") -> None:
    office.department = departments[record.department or record.organisation]
    office.name = record.name
    office.street, office.postal_code, office.town = record.street, record.postal_code, record.town
    office.latitude, office.longitude = record.latitude, record.longitude
    office.phone, office.email = record.phone, record.email
    office.transport = record.transport or office.transport
    office.accessibility = record.accessibility or office.accessibility
    office.active = record.public
    office.slug = office.slug or _free_slug(Office, record.name, record.key, 80)
    office.save()
    if record.hours:
        office.hours.filter(valid_from=None, valid_until=None).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(office=office, weekday=span.weekday, opens=span.opens, closes=span.closes)
            for span in record.hours
        )


def _take_services(
    catalogue: Catalogue, report: Report, changed_offices: set[str], progress: Progress, *, everything: bool
) -> frozenset[str]:
    """Write new and changed services; the keys of those."""
    entries = _entries(CatalogueEntry.Kind.SERVICE)
    rows = {service.external_id: service for service in Service.objects.exclude(external_id=None)}
    offices = {office.external_id: office for office in Office.objects.exclude(external_id=None)}
    tally, changed = _Tally(), set()
    departments = _Departments()
    for record in catalogue.services:
        digest, entry, service = _digest(record), entries.get(record.key), rows.get(record.key)
        if not record.public:
            report.skipped.append(
                Broken(record.key, f"“{record.name}” is internal: not public and without any text")
            )
        if service is not None and not everything and _unchanged(entry, digest, catalogue.source):
            tally.skipped += 1
        else:
            written = _write_service(record, service or Service(external_id=record.key), departments, offices)
            audit.record(verb="catalogue imported", subject=written, source=catalogue.source, key=record.key)
            _remember(CatalogueEntry.Kind.SERVICE, record.key, catalogue.source, digest)
            changed.add(record.key)
            tally.added, tally.changed = (
                tally.added + (service is None),
                tally.changed + (service is not None),
            )
        progress(record.name)
    report.services = tally.counts()
    return frozenset(changed)


def _write_service(
    record: ServiceRecord, service: Service, departments: "_Departments", offices: dict[str | None, Office]
) -> Service:
    service.name, service.names = record.name, record.names
    service.standard_key = record.standard_key
    service.department = departments[record.department] if record.department else None
    service.active = record.public and record.kind == "service"
    service.wanted = max(record.wanted, service.wanted)
    service.withdrawn_at = None
    service.slug = service.slug or _free_slug(Service, record.slug, record.key, 120)
    service.save()
    service.offices.set([offices[link.office_key] for link in record.offices if link.office_key in offices])
    return service


def _withdraw(missing: list[CatalogueEntry], report: Report) -> set[str]:
    now = timezone.now()
    for entry in missing:
        service = Service.objects.filter(external_id=entry.key).first()
        if service is not None:
            service.withdrawn_at = now
            service.save(update_fields=["withdrawn_at"])
            audit.record(verb="catalogue withdrew", subject=service, source=entry.source, key=entry.key)
        _forget(entry)
        report.withdrawn.append(Broken(entry.key, "service: no longer in the catalogue"))
    report.services = replace(report.services, withdrawn=len(missing))
    return {entry.key for entry in missing}


def _administration() -> str:
    """Where a service belongs that names no department."""
    return gettext("City administration")


class _Departments(dict[str, Department]):
    """Departments by name; an unknown name makes a new one, "" means the administration as a whole."""

    def __missing__(self, name: str) -> Department:
        names = [name] if name else names_of(_administration)
        department = Department.objects.filter(name__in=names).order_by("pk").first()
        if department is None:
            department = Department.objects.create(
                name=names[0], slug=_free_slug(Department, names[0], "", 80)
            )
        self[name] = department
        return department


def _entries(kind: str) -> dict[str, CatalogueEntry]:
    return {entry.key: entry for entry in CatalogueEntry.objects.filter(kind=kind)}


def _unchanged(entry: CatalogueEntry | None, digest: str, source: str) -> bool:
    return (
        entry is not None and entry.withdrawn_at is None and (entry.digest, entry.source) == (digest, source)
    )


def _remember(kind: str, key: str, source: str, digest: str) -> None:
    CatalogueEntry.objects.update_or_create(
        kind=kind,
        key=key,
        defaults={"source": source, "digest": digest, "taken_at": timezone.now(), "withdrawn_at": None},
    )


def _forget(entry: CatalogueEntry) -> None:
    entry.withdrawn_at = timezone.now()
    entry.save(update_fields=["withdrawn_at"])


def _digest(record: ServiceRecord) -> str:
    """Equal for equal values; an export's date alone changes nothing."""
    return _hashed(replace(record, updated=None))


def _digest_of_office(record: OfficeRecord, entry: CatalogueEntry | None) -> str:
    """Two halves, what the office is and when it opens: hours that an import does not tell are those of the last that did."""
    half = CatalogueEntry.DIGEST_LENGTH // 2
    bare = replace(record, hours=(), counters=min(record.counters, 1))
    last = entry.digest[half:] if entry else ""
    return _hashed(bare)[:half] + (_hashed((record.hours, record.counters))[:half] if record.hours else last)


def _hashed(values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()


def _free_slug(
    model: type[Office] | type[Service] | type[Department], name: str, key: str, longest: int
) -> str:
    stem = slugs.stem(name, longest - 8) or slugs.stem(key, longest - 8) or "x"
    return slugs.free(stem, lambda slug: model._default_manager.filter(slug=slug).exists())


def _name_of(consume: Callable[..., object]) -> str:
    return str(getattr(consume, "__module__", "")).partition(".")[0]
