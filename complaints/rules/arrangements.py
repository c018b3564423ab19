"""What the city has arranged for reports: topics with their questions, areas, rules, settings, the learnt suggestion.

Kept per process until the stamp in the database changes. The stamp is written by triggers on every table that is read
here, so an edit by whatever hand counts on the next request. Reading costs one short query, or about eight after an
edit. All threads share these rows: nobody changes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from complaints.models import Area, Category, ComplaintSettings, LearntModel, RoutingRule
from complaints.places import geometry
from complaints.places.geometry import Shape


@dataclass(frozen=True, slots=True)
class Arrangements:
    """As of `stamp`; without one (an empty database) they are read anew each time."""

    stamp: UUID | None
    settings: ComplaintSettings
    topics: Mapping[int, Category]  # what a citizen may choose, in the order of the catalogue
    rules: Sequence[RoutingRule]  # those in use, in their order
    areas: Sequence[tuple[Area, Shape]]  # in their order, ready for questions
    boundary: Shape | None
    learnt: LearntModel | None


_current: Arrangements | None = None


def current() -> Arrangements:
    """The arrangements as they stand now."""
    global _current
    with connection.cursor() as cursor:  # every page of a report asks this: without the ORM it costs a third
        cursor.execute("SELECT stamp FROM complaints_arrangementstamp WHERE id = 1")
        row = cursor.fetchone()
    stamp, known = row[0] if row else None, _current
    if known is None or stamp is None or known.stamp != stamp:
        known = _current = _read(stamp)
    return known


def _read(stamp: UUID | None) -> Arrangements:
    settings = ComplaintSettings.current()
    return Arrangements(
        stamp=stamp,
        settings=settings,
        topics={topic.pk: topic for topic in Category.objects.selectable().prefetch_related("attributes")},
        rules=list(RoutingRule.objects.filter(active=True).select_related("department")),
        areas=[_ready(area) for area in Area.objects.all()],
        boundary=geometry.shape(settings.boundary) if settings.boundary else None,
        learnt=LearntModel.objects.filter(is_current=True).order_by().first(),
    )


def _ready(area: Area) -> tuple[Area, Shape]:
    shape = geometry.shape(area.geometry)
    area.geometry = None  # polygons are long, and the shape has it
    return area, shape
