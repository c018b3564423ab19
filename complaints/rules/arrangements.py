"""What the city has arranged for reports: topics with their questions, areas, rules, settings, the learnt suggestion.

Remembered by the process until somebody edits one of them; reading anew costs about eight queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from complaints.models import Area, ArrangementStamp, Category, ComplaintSettings, LearntModel, RoutingRule
from complaints.places import geometry
from complaints.places.geometry import Shape
from portal.remembered import Remembered


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


def current() -> Arrangements:
    """The arrangements as they stand now."""
    return _remembered.current()


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


_remembered = Remembered(ArrangementStamp, _read)
