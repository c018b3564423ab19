"""From a typed address to its position and back, by the city's own list of addresses. Nobody outside is asked.

A house number that the list lacks is taken for its nearest neighbour on the same side; a street without a number has no
position; a corner of two streets lies where they come closest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Abs
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.models import Address
from complaints.places import geometry, streets
from complaints.places.place import Place
from complaints.places.streets import Mention
from portal.distances import distance

OFFERED = 8
_NEIGHBOURS = 20  # house numbers that a missing one may be away from its nearest neighbour
_AT, _NEAR = 30, 150  # metres to be "at" and "near" an address
_LIKE = 0.45

_SIMILAR = """
SELECT DISTINCT a.street_key, s.word, similarity(a.street_key, s.word) AS likeness
FROM unnest(%s::text[]) AS s(word) JOIN complaints_address a ON a.street_key %% s.word
WHERE similarity(a.street_key, s.word) >= %s ORDER BY likeness DESC LIMIT 3
"""
_CORNER = """
SELECT (a.latitude + b.latitude) / 2, (a.longitude + b.longitude) / 2
FROM complaints_address a JOIN complaints_address b ON a.street_key = %s AND b.street_key = %s
ORDER BY abs(a.latitude - b.latitude) + abs(a.longitude - b.longitude) LIMIT 1
"""


@dataclass(frozen=True)
class Hit:
    """A place of the list. `exact`: the house number is the one that was written."""

    latitude: float
    longitude: float
    address: Address | None
    exact: bool


def find(text: str) -> Hit | None:
    """The position of an address inside a text; None where it is not in the list or where several places have that name."""
    known = on_the_list(streets.mentions(text))
    for mention in known:
        if hit := _house(mention, text):
            return hit
    bare = [mention for mention in known if mention.number is None]
    if len({one.key for one in bare}) == 2:
        return _corner(bare[0].key, bare[-1].key)
    return None


def suggestions(text: str, limit: int = OFFERED) -> list[str]:
    """Addresses that somebody who typed this may mean: the street goes on, a number goes on, a slip of the pen is put right."""
    found = streets.mentions(text)
    known = on_the_list(found) or _similar(found)
    if not known:
        return _beginning(text, limit)
    first = known[0]
    rows = Address.objects.filter(street_key=first.key)
    if first.number is None:
        return (
            [*_named(rows, limit)]
            if len(text.strip()) < 4
            else [*_beginning(text, limit)] or [*_named(rows, limit)]
        )
    begun = [
        row for row in rows.order_by("number", "suffix") if str(row.number).startswith(str(first.number))
    ]
    near = begun or list(
        rows.annotate(away=Abs(F("number") - first.number)).order_by("away", "suffix")[:limit]
    )
    return _told_apart([row for row in near if row.suffix.startswith(first.suffix)] or near)[:limit]


def meant(text: str) -> list[str]:
    """What to ask back for an address that was not found: only where it looks like one of the list, or like several."""
    found = streets.mentions(text)
    if any(one.number is not None for one in found) and find(text) is None:
        return suggestions(text, 5)
    return []


def nearest(latitude: float, longitude: float, within: float = _NEAR) -> tuple[Address, float] | None:
    """The nearest address and how many metres away it is."""
    box = geometry.around(latitude, longitude, within)
    rows = Address.objects.filter(
        latitude__range=(box.south, box.north), longitude__range=(box.west, box.east)
    )[:2000]
    away = [(distance((latitude, longitude), (row.latitude, row.longitude)), row.pk, row) for row in rows]
    metres, _pk, row = min(away, default=(within + 1, 0, None))
    return (row, metres) if row is not None and metres <= within else None


def words_for(latitude: float, longitude: float) -> str:
    """How to say where a pin is: at an address, near one, or nothing."""
    found = nearest(latitude, longitude)
    if found is None:
        return ""
    address, metres = found
    with translation.override(settings.LANGUAGE_CODE):  # the clerk reads it, whatever the citizen speaks
        return str(address) if metres <= _AT else _("near %(address)s") % {"address": address}


def complete(place: Place) -> Place:
    """The same place with what the list knows of it: the position of an address, the address of a position."""
    if place.latitude is not None and place.longitude is not None:
        return place if place.address else replace(place, address=words_for(place.latitude, place.longitude))
    row = _by_id(place.address_id) if place.address_id else None
    hit = (
        Hit(row.latitude, row.longitude, row, True) if row else find(place.address) if place.address else None
    )
    if hit is None:
        return place
    row = hit.address
    return Place(
        hit.latitude,
        hit.longitude,
        place.address or str(row or ""),
        place.address_id or (str(row.pk) if row and hit.exact else ""),
        place.postal_code or (row.postal_code if row else ""),
    )


def _by_id(key: str) -> Address | None:
    named = Q(external_id=key)
    if key.isdecimal() and len(key) < 18:
        named |= Q(pk=int(key))
    return Address.objects.filter(named).order_by("pk").first()


def on_the_list(found: Iterable[Mention]) -> list[Mention]:
    """The mentions that are streets of the city; a longer name hides the shorter ones inside it."""
    found = list(found)
    keys = {one.key for one in found}
    streets_here = set(
        Address.objects.filter(street_key__in=keys).order_by().values_list("street_key", flat=True).distinct()
    )
    kept: list[Mention] = []
    for one in found:
        if one.key in streets_here and not any(k.start < one.end and one.start < k.end for k in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _similar(found: Sequence[Mention]) -> list[Mention]:
    """Streets that are spelt almost like one of the mentions; those with a house number first."""
    likely = sorted((one for one in found if len(one.key) > 4), key=lambda one: one.number is None)[:24]
    with connection.cursor() as cursor:
        cursor.execute(_SIMILAR, [[one.key for one in likely], _LIKE])
        rows = cursor.fetchall()
    by_word = {one.key: one for one in likely}
    return [replace(by_word[word], key=street) for street, word, _likeness in rows]


def _house(mention: Mention, text: str) -> Hit | None:
    if mention.number is None:
        return None
    rows: Sequence[Address] = list(Address.objects.filter(street_key=mention.key, number=mention.number))
    rows = [row for row in rows if row.suffix == mention.suffix] or rows
    exact = any(row.suffix == mention.suffix for row in rows)
    if not rows:
        rows = _neighbour(mention.key, mention.number)
    if len(rows) > 1 and len({row.suffix for row in rows}) == 1:  # the same name in two districts
        rows = [row for row in rows if names(text, row)]
    return Hit(rows[0].latitude, rows[0].longitude, rows[0], exact) if rows else None


def _neighbour(street_key: str, number: int) -> Sequence[Address]:
    near = Address.objects.filter(street_key=street_key).annotate(away=Abs(F("number") - number))
    same_side = sorted(
        near.filter(away__lte=_NEIGHBOURS),
        key=lambda row: (row.number % 2 != number % 2, row.away, row.suffix),
    )
    return same_side[:1]


def names(text: str, row: Address) -> bool:
    """Whether the text says which one of several: by postal code or district."""
    return bool(
        (row.postal_code and row.postal_code in text)
        or (row.district and streets.key(row.district) in streets.key(text))
    )


def _corner(one: str, other: str) -> Hit | None:
    with connection.cursor() as cursor:
        cursor.execute(_CORNER, [one, other])
        row = cursor.fetchone()
    return Hit(row[0], row[1], None, False) if row else None


def _beginning(text: str, limit: int) -> list[str]:
    begun = streets.key(text)
    return [*_named(Address.objects.filter(street_key__startswith=begun), limit)] if len(begun) > 2 else []


def _named(rows: "QuerySet[Address]", limit: int) -> list[str]:
    return list(rows.order_by("street").values_list("street", flat=True).distinct()[:limit])


def _told_apart(rows: Sequence[Address]) -> list[str]:
    """Addresses as text; where two are spelt alike, postal code and district are added."""
    spelt = [str(row) for row in rows]
    return [
        text
        if spelt.count(text) == 1
        else f"{text}, {' '.join(part for part in (row.postal_code, row.district) if part)}"
        for text, row in zip(spelt, rows, strict=True)
    ]
