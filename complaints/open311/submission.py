"""What a caller of POST requests sends, checked against the service before anything is written."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from complaints.open311.parameters import Reader, read_moment
from complaints.open311.records import Attribute, Fault

LONGEST = {
    "description": 4000, "address_string": 300, "address_id": 100, "email": 254, "first_name": 100, "last_name": 100,
    "phone": 50, "device_id": 200, "account_id": 200, "media_url": 2000,
}  # fmt: skip
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](\[\d*\])?")
_web_address = URLValidator(schemes=["http", "https"])


class ManyValues(Protocol):
    """Django's QueryDict, as far as it is needed here."""

    def keys(self) -> Iterable[str]: ...
    def getlist(self, key: str, /) -> Sequence[str]: ...


@dataclass(frozen=True)
class Submission:
    """A report that may be filed: at least one kind of place is named, every attribute fits its service."""

    description: str
    latitude: float | None
    longitude: float | None
    address: str
    address_id: str
    email: str
    first_name: str
    last_name: str
    phone: str
    device_id: str
    account_id: str
    media_url: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]


def read_answers(posted: ManyValues) -> dict[str, list[str]]:
    """attribute[CODE]=v and attribute[CODE][]=v (numbered brackets too), in the order sent, empty ones dropped."""
    found: dict[str, list[str]] = {}
    for name in posted.keys():  # noqa: SIM118 - the protocol is not iterable
        if match := _ATTRIBUTE.fullmatch(name):
            values = [value.strip() for value in posted.getlist(name) if value.strip()]
            found.setdefault(match[1], []).extend(values)
    return found


def read_submission(
    posted: Mapping[str, str],
    answers: Mapping[str, list[str]],
    *,
    attributes: Sequence[Attribute],
    zone: tzinfo,
) -> tuple[Submission, list[Fault]]:
    """The report and everything that is wrong with it (then it must not be used)."""
    reader = Reader(posted, zone)
    text = {name: _limited(reader, name, most) for name, most in LONGEST.items()}
    latitude, longitude = reader.number("lat", -90, 90), reader.number("long", -180, 180)
    if bool(reader.text("lat")) != bool(reader.text("long")):
        reader.refuse(_("lat and long belong together."))
    elif not reader.text("lat") and not text["address_string"] and not text["address_id"]:
        reader.refuse(_("A place is needed: lat and long, address_string or address_id."))
    if text["email"]:
        _check(reader, "email", text["email"], validate_email)
    if text["media_url"]:
        _check(reader, "media_url", text["media_url"], _web_address)
    checked = [_answer(reader, attribute, answers.get(attribute.code, [])) for attribute in attributes]
    submission = Submission(
        description=text["description"],
        latitude=latitude,
        longitude=longitude,
        address=text["address_string"],
        address_id=text["address_id"],
        email=text["email"],
        first_name=text["first_name"],
        last_name=text["last_name"],
        phone=text["phone"],
        device_id=text["device_id"],
        account_id=text["account_id"],
        media_url=text["media_url"],
        answers=tuple(answer for answer in checked if answer),
    )
    return submission, reader.faults


class _Validator(Protocol):
    def __call__(self, value: str) -> None: ...


def _check(reader: Reader, name: str, value: str, validator: _Validator) -> None:
    try:
        validator(value)
    except (ValidationError, ValueError):
        reader.refuse(_("%(name)s is not valid.") % {"name": name})


def _limited(reader: Reader, name: str, most: int) -> str:
    value = reader.text(name)
    if len(value) > most:
        reader.refuse(_("%(name)s is longer than %(most)d characters.") % {"name": name, "most": most})
    return value


def _answer(reader: Reader, attribute: Attribute, values: list[str]) -> tuple[str, tuple[str, ...]] | None:
    if not attribute.variable:
        return None
    if not values:
        if attribute.required:
            reader.refuse(_("attribute[%(code)s] is required.") % {"code": attribute.code})
        return None
    if len(values) > 1 and attribute.datatype != "multivaluelist":
        reader.refuse(_("attribute[%(code)s] takes one value.") % {"code": attribute.code})
    for value in values:
        if "\x00" in value or len(value) > 4000 or not _fits(attribute, value, reader.zone):
            reader.refuse(_("attribute[%(code)s] does not allow this value.") % {"code": attribute.code})
    return attribute.code, tuple(values)


def _fits(attribute: Attribute, value: str, zone: tzinfo) -> bool:
    match attribute.datatype:
        case "number":
            return re.fullmatch(r"[+-]?\d{1,18}([.,]\d{1,9})?", value, re.ASCII) is not None
        case "datetime":
            return read_moment(value, zone) is not None
        case "singlevaluelist" | "multivaluelist":
            return any(value == key for key, name in attribute.values)
        case _:
            return True
