"""Reads a service catalogue in the "dldb" form (services_de.json, locations_de.json) into our records.

Berlin's and Munich's queue systems exchange it. Nothing in a file is trusted: a record with a field of the
wrong type is left out and named, smaller gaps are noted, and only a file that can't be read at all stops the reading.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portal import slugs
from portal.catalogue import (
    Broken,
    Catalogue,
    HoursRecord,
    LinkRecord,
    OfficeLink,
    OfficeRecord,
    ServiceRecord,
)
from portal.imports import words
from portal.imports.dldb_article import article_from
from portal.imports.fee_text import read_fees
from portal.imports.fields import Fields, RecordBroken, kind

SOURCE = "dldb"
MAX_FILE_BYTES = 100 * 1024 * 1024
_LONGEST_VISIT = 8 * 60
_MOST_AT_ONCE = 50

_FORM_LABEL = re.compile(words.FORMS, re.IGNORECASE)
_FORM_URL = re.compile(r"\.(pdf|docx?|odt|xlsx?)($|[?#])|/dms/", re.IGNORECASE)
_ONLINE = re.compile(words.ONLINE, re.IGNORECASE)

Record = TypeVar("Record", OfficeRecord, ServiceRecord)


_MOST_DIGITS = 40
_KINDS = {"location": "office", "service": "service"}


class FileBroken(ValueError):
    """The whole file can't be read; nothing was taken from it."""


@dataclass(frozen=True)
class _Visit:
    """A service at an office, as the file of locations tells it."""

    duration: int | None
    max_count: int | None
    bookable: bool


@dataclass
class _Reading:
    hours: tuple[HoursRecord, ...]
    counters: int
    language: str
    currency: str
    offices: dict[str, OfficeRecord] = field(default_factory=dict)
    visits: dict[tuple[str, str], _Visit] = field(default_factory=dict)  # (service, office)
    broken: list[Broken] = field(default_factory=list)
    notes: list[Broken] = field(default_factory=list)
    unnamed: set[str] = field(default_factory=set)


def read_catalogue(
    folder: Path,
    *,
    hours: tuple[HoursRecord, ...] = (),
    counters: int = 0,
    language: str = "de",
    currency: str = "EUR",
) -> Catalogue:
    """The catalogue in `folder`, or FileBroken. Its texts are taken as `language`, its fees as `currency` (ISO 4217).

    The form knows neither opening hours nor desks: every office where something can be booked gets `hours` and `counters`.
    """
    locations, services = (_rows(_file(folder, name, language)) for name in ("locations", "services"))
    reading = _Reading(hours, counters, language, currency)
    for office in _records(locations, "location", reading, _office):
        reading.offices[office.key] = office
    found = list(_records(services, "service", reading, _service))
    bookable = {link.office_key for service in found for link in service.offices if link.bookable}
    return Catalogue(
        source=SOURCE,
        offices=tuple(o if o.key in bookable else replace(o, counters=0) for o in reading.offices.values()),
        services=tuple(_with_known_partners(found)),
        broken=tuple(reading.broken),
        notes=tuple(reading.notes),
        unnamed=frozenset(_KINDS[what] for what in reading.unnamed),
    )


def _file(folder: Path, name: str, language: str) -> Path:
    """The file of the city's language; many systems call it "_de" whatever it speaks."""
    own, usual = folder / f"{name}_{language}.json", folder / f"{name}_de.json"
    return own if own.exists() or not usual.exists() else usual


def _rows(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise FileBroken(f"{path.name} is larger than {MAX_FILE_BYTES // 1024**2} MB.")
        text = path.read_bytes().decode("utf-8-sig")
        content = json.loads(text, strict=False, parse_int=_whole)
    except FileNotFoundError:
        raise FileBroken(f"{path.name} is missing in {path.parent}.") from None
    except OSError as error:
        raise FileBroken(f"{path.name} can't be opened: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FileBroken(f"{path.name} is not UTF-8 text (byte {error.start}).") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise FileBroken(f"{path.name} is not valid JSON: {error}.") from error
    rows = content.get("data") if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise FileBroken(f"{path.name} holds no list of records under “data”.")
    return rows


def _whole(digits: str) -> int | str:
    """Python refuses a file for a number of thousands of digits; as text it is wrong in one record only."""
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _records(
    rows: list[Any], what: str, reading: _Reading, read: Callable[[Fields, _Reading], Record]
) -> Iterator[Record]:
    seen: set[str] = set()
    for place, row in enumerate(rows, start=1):
        key = unnamed = f"{what} no. {place}"
        try:
            if not isinstance(row, dict):
                raise RecordBroken(f"a record must be an object, not {kind(row)}")
            fields = Fields(row)
            key = fields.key("id")
            if key in seen:
                raise RecordBroken(f"a {what} with this id stands further up in the file; that one counts")
            record = read(fields, reading)
        except RecordBroken as error:
            reading.broken.append(Broken(key, str(error)))
            if key == unnamed:
                reading.unnamed.add(what)
            continue
        seen.add(key)
        reading.notes += [Broken(key, note) for note in dict.fromkeys(fields.notes)]
        yield record


def _office(fields: Fields, reading: _Reading) -> OfficeRecord:
    key, public = fields.key("id"), fields.flag("public", default=True)
    address, contact, position = fields.sub("address"), fields.sub("contact"), fields.sub("geo")
    latitude, longitude = position.number("lat", 90), position.number("lon", 180)
    complete = latitude is not None and longitude is not None
    visits = {}
    for entry in fields.subs("services"):
        appointment = entry.sub("appointment")
        allowed = _takes_appointments(appointment) and entry.flag("public", default=True)
        visits[entry.key("service"), key] = _Visit(
            entry.whole("duration", _LONGEST_VISIT),
            entry.whole("maxQuantity", _MOST_AT_ONCE),
            public and allowed,
        )
        fields.notes += entry.notes
    office = OfficeRecord(
        key=key,
        name=_name(fields, "name", "displayName"),
        organisation=fields.text("organization", 200),
        department=fields.text("organizationUnit", 200),
        street=f"{address.text('street', 180)} {address.text('house_number', 20)}".strip(),
        postal_code=address.text("postal_code", 12),
        town=address.text("city", 120),
        latitude=latitude if complete else None,
        longitude=longitude if complete else None,
        phone=contact.text("phone", 60),
        email=_mail_address(contact),
        hours=reading.hours,
        counters=reading.counters,
        public=public,
    )
    fields.notes += address.notes + contact.notes + position.notes
    reading.visits.update(visits)
    return office


def _service(fields: Fields, reading: _Reading) -> ServiceRecord:
    key, name = fields.key("id"), _name(fields, "name")
    meta, public, standard_key = (
        fields.sub("meta"),
        fields.flag("public", default=True),
        _standard_key(fields),
    )
    description, fee_html, keywords = fields.raw("description"), fields.raw("fees"), meta.raw("keywords")
    fees = read_fees(fee_html, reading.currency)
    offices = _office_links(fields, key, reading, public=public)
    links = _links(fields, "links")
    forms, others = _forms_and_links(_links(fields, "forms"), links)
    text = article_from(
        name=name,
        description=description,
        keywords=keywords,
        fees_note=fees.note,
        language=reading.language,
    )
    fields.notes += meta.notes
    departments = (reading.offices[link.office_key].department for link in offices)
    return ServiceRecord(
        key=key,
        slug=service_slug(name, key),
        name=name,
        standard_key=standard_key,
        department=_most_common(departments),
        texts=(text,),
        fees=fees.fees,
        forms=forms,
        links=others,
        online_url=next((link.url for link in links if _ONLINE.search(link.label)), ""),
        offices=offices,
        max_count=_max_count(fields, key, offices, reading),
        combinable=tuple(other for other in fields.keys("combinable") if other != key),
        wanted=10 if public and fields.flag("showOnStartPage", default=False) and offices else 0,
        updated=_day(meta.raw("lastupdate")),
        public=public or any(part.strip() for part in (description, fee_html, keywords, standard_key)),
    )


def service_slug(name: str, key: str) -> str:
    """A speaking address that stays unique when two services bear one name."""
    return f"{slugs.stem(name, 90) or 'leistung'}-{slugs.stem(key, 24) or 'x'}"


def _standard_key(fields: Fields) -> str:
    """The first LeiKa key; some records name several, one per variant."""
    return fields.text("leika", 400).partition(",")[0].strip()[:40]


def _name(fields: Fields, *candidates: str) -> str:
    for candidate in candidates:
        if name := fields.text(candidate, 200):
            return name
    raise RecordBroken(f"{candidates[0]} is missing")


def _takes_appointments(appointment: Fields) -> bool:
    return appointment.flag("allowed", default=False) and not appointment.flag("external", default=False)


def _office_links(fields: Fields, key: str, reading: _Reading, *, public: bool) -> tuple[OfficeLink, ...]:
    """Where the service is done; the visit's length is the office's own, else the service's."""
    length = fields.whole("duration", _LONGEST_VISIT)
    links: dict[str, OfficeLink] = {}
    for entry in fields.subs("locations"):
        office_key = entry.key("location")
        if office_key not in reading.offices:
            fields.notes.append(f"the office {office_key} is not among the readable locations")
            continue
        visit = reading.visits.get((key, office_key))
        allowed = (
            public and _takes_appointments(entry.sub("appointment")) and (visit is None or visit.bookable)
        )
        duration = (visit.duration if visit else None) or length
        links[office_key] = OfficeLink(office_key, duration, allowed and duration is not None)
    return tuple(links.values())


def _max_count(fields: Fields, key: str, offices: Iterable[OfficeLink], reading: _Reading) -> int:
    """The smallest number any office allows, so that no office gets more than it takes."""
    own = fields.whole("maxQuantity", _MOST_AT_ONCE) or 1
    visits = (reading.visits.get((key, link.office_key)) for link in offices)
    return min([own, *(visit.max_count for visit in visits if visit and visit.max_count)])


def _links(fields: Fields, name: str) -> tuple[LinkRecord, ...]:
    found: dict[str, LinkRecord] = {}
    for entry in fields.subs(name):
        label, url = entry.text("name", 200), entry.raw("link").strip()
        if _is_web_address(url):
            found.setdefault(url, LinkRecord(label or url[:200], url))
        else:
            fields.notes.append(f"{name}: “{label or url[:60]}” has no usable address and was left out")
    return tuple(found.values())


def _forms_and_links(
    forms: tuple[LinkRecord, ...], links: tuple[LinkRecord, ...]
) -> tuple[tuple[LinkRecord, ...], tuple[LinkRecord, ...]]:
    """Some exports repeat all links as forms; then the address or the label tells which is a form."""
    if set(forms) == set(links):
        forms = tuple(f for f in forms if _FORM_URL.search(f.url) or _FORM_LABEL.search(f.label))
    urls = {form.url for form in forms}
    return forms, tuple(link for link in links if link.url not in urls)


def _is_web_address(url: str) -> bool:
    if len(url) > 1000 or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _mail_address(contact: Fields) -> str:
    address = contact.text("email", 254)
    try:
        validate_email(address)
    except ValidationError:
        if address:
            contact.notes.append(f"contact.email “{address[:60]}” is no mail address and was left out")
        return ""
    return address


def _most_common(names: Iterable[str]) -> str:
    counted = Counter(name for name in names if name)
    return counted.most_common(1)[0][0] if counted else ""


def _with_known_partners(services: list[ServiceRecord]) -> Iterator[ServiceRecord]:
    known = {service.key for service in services}
    for service in services:
        yield replace(service, combinable=tuple(key for key in service.combinable if key in known))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
