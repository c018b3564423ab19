"""Has this been reported already? Open and recently closed cases near a place, the most similar first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from complaints.models import Case, Category
from complaints.places import geometry
from complaints.rules import words
from complaints.workflow import Kind, State
from portal.distances import distance

_LOOKED_AT = 150  # in a square full of reports the newest ones are enough
_SAME_CATEGORY, _SAME_PARENT = 0.5, 0.2
_ALIKE = 0.3  # a related topic alone is not enough: some words have to be the same


@dataclass(frozen=True)
class Near:
    """A case nearby; `score` adds likeness of category and words, 0 to 1.5."""

    case: Case
    metres: int
    score: float


def nearby(
    *,
    latitude: float,
    longitude: float,
    category: Category | None,
    text: str,
    closed_days: int = 60,
    limit: int = 5,
    now: datetime | None = None,
) -> list[Near]:
    """Cases within the radius of the category (100 m without one). Formal complaints, and categories that are
    never public, are not shown to anybody here."""
    radius = category.nearby_radius if category else 100
    if not radius:
        return []
    here, typed = (latitude, longitude), words.stems(text)
    square = geometry.around(latitude, longitude, radius)
    found = []
    for case in _inside(square, (now or timezone.now()) - timedelta(days=closed_days)):
        metres = distance(here, (case.latitude or 0.0, case.longitude or 0.0))
        if metres <= radius:
            score = _kinship(case, category) + words.similarity(typed, words.stems(case.text))
            found.append(Near(case, round(metres), score))
    found.sort(key=lambda near: (-near.score, near.metres))
    return [near for near in found if near.score >= _ALIKE][:limit]


def _inside(box: geometry.Box, closed_since: datetime) -> list[Case]:
    """The newest in the box. Chosen by narrow columns first: where thousands stand at one place, reading all of each of
    them and joining their topics cost five times as much."""
    public = list(Category.objects.filter(is_public=True).values_list("pk", flat=True))
    newest = (
        Case.objects.filter(
            Q(closed_at__isnull=True) | Q(closed_at__gte=closed_since),
            latitude__range=(box.south, box.north),
            longitude__range=(box.west, box.east),
            category__in=public,
        )
        .exclude(kind=Kind.COMPLAINT)
        .exclude(state__in=[State.REFUSED, State.MERGED])
        # newest first, in a way that keeps the planner on the index of positions
        .order_by(F("id") * -1)
        .values("pk")[:_LOOKED_AT]
    )
    return list(Case.objects.filter(pk__in=newest).select_related("category").order_by("-pk"))


def _kinship(case: Case, category: Category | None) -> float:
    if category is None or case.category is None:
        return 0.0
    if case.category.pk == category.pk:
        return _SAME_CATEGORY
    return _SAME_PARENT if case.category.parent_id == category.parent_id else 0.0
