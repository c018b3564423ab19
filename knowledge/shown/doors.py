"""The doors of all offices just now, and a mark that changes with everything the house shows of city, offices and services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import CharField, JSONField
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import quote_etag

from knowledge.models import ContentStamp
from portal import opening
from portal.kept_values import values
from portal.models import City, Office

SECONDS = 15
_NAMES = "SELECT coalesce(jsonb_object_agg(id, name), '{}') FROM portal_office WHERE active"
_MARK = """
SELECT md5(concat(
    (SELECT string_agg(city::text, '' ORDER BY id) FROM portal_city city),
    (SELECT string_agg(office::text, '' ORDER BY id) FROM portal_office office),
    (SELECT string_agg(service::text, '' ORDER BY id) FROM portal_service service),
    (SELECT string_agg(pair::text, '' ORDER BY id) FROM portal_service_offices pair)))
"""


@dataclass(frozen=True)
class Doors:
    """`of`: name and state of every active office by its id."""

    of: Mapping[int, tuple[str, opening.OfficeState]]
    mark: str


def now() -> Doors:
    """At most 15 seconds old; two queries when it is made anew, which bring the city along."""
    kept: Doors | None = values().get_or_set("knowledge.doors", _look, SECONDS)
    return kept or _look()


def etag(request: HttpRequest, **_arguments: object) -> str:
    """Names this version of everything that texts, offices and services say today."""
    return quote_etag(f"{ContentStamp.current()}.{now().mark}.{timezone.localdate()}")


def _look() -> Doors:
    city = (
        City.objects.filter(pk=1)
        .annotate(mark=RawSQL(_MARK, [], CharField()), names=RawSQL(_NAMES, [], JSONField()))  # noqa: S611  no value in it
        .first()
    )
    if city is None:  # imported before anybody described it: its doors count all the same
        marked = Office.objects.filter(active=True).annotate(mark=RawSQL(_MARK, [], CharField()))  # noqa: S611  no value in it
        offices = list(marked)
        return _of(offices, offices[0].mark if offices else "")
    city.remember()
    return _of([Office(pk=int(pk), name=name) for pk, name in city.names.items()], city.mark)


def _of(offices: Sequence[Office], mark: str) -> Doors:
    states = opening.states(offices)
    return Doors({office.pk: (office.name, states[office.pk]) for office in offices}, mark)
