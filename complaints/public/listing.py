"""What everyone may find: published cases by topic, area, state, time and words; counts and the clustered map."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from complaints.models import PUBLIC_WORDS, Area, Case, Category, ComplaintSettings, MapCell, MapChange
from complaints.places.geometry import Box
from complaints.public.finding import LEAST_LETTERS, NEWEST, Search, beginnings, in_order
from complaints.rules import words
from complaints.workflow import Kind

WINDOW = "box=west,south,east,north&zoom=13"  # how a map asks for its marks
CELL_LEVELS = range(8, 18)  # squares of 150 km down to 300 m; smaller ones are counted on the spot
MOST_CELLS = 600
PER_PAGE = 20
MOST_TOPICS = 5
_NO_CATEGORY = -1
_SHOWN = (
    "number", "kind", "state", "public_text", "address", "public_address", "created_at", "closed_at",
    "latitude", "longitude",
    "category__name", "category__public_name", "category__names", "category__slug", "area__name", "area__slug",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """The filter of list, map, feeds and open data: all of them read the same address parameters."""

    category: Category | None = None
    area: Area | None = None
    state: str = ""  # "open", "closed" or both
    kind: str = ""
    text: str = ""
    days: int = 0

    def search(self) -> Search:
        found: QuerySet[Case] = Case.objects.public()
        if self.category is not None:
            found = found.filter(category__in=self._category_ids())
        if self.area is not None:
            found = found.filter(area=self.area)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.days:
            found = found.filter(created_at__gte=timezone.now() - timedelta(days=self.days))
        return Search(found, self.state == "open" if self.state else None, self.text, PUBLIC_WORDS)

    @property
    def is_broad(self) -> bool:
        """Whether the prepared squares of the map answer it."""
        main = self.category is None or self.category.parent_id is None
        return main and self.area is None and not (self.kind or self.text or self.days)

    def query(self, **other: Any) -> str:
        """The address parameters of this filter, with some replaced."""
        pairs = {
            "category": self.category.slug if self.category else "",
            "area": self.area.slug if self.area else "",
            "state": self.state, "kind": self.kind, "q": self.text, "days": self.days or "",
        } | other  # fmt: skip
        return urlencode({name: value for name, value in pairs.items() if value})

    def _category_ids(self) -> list[int]:
        assert self.category is not None
        if self.category.parent_id is not None:
            return [self.category.pk]
        return [self.category.pk, *Category.objects.filter(parent=self.category).values_list("pk", flat=True)]


@dataclass(frozen=True)
class Spot:
    """One mark on the map: a single case (`case_id`) or several."""

    latitude: float
    longitude: float
    count: int
    is_open: bool
    case_id: int | None


def wanted(params: Any, categories: list[Category], areas: list[Area]) -> Wanted:
    """Read the filter from address parameters; unknown values count as not given."""
    days = params.get("days", "")
    return Wanted(
        category=next((c for c in categories if c.slug == params.get("category")), None),
        area=next((a for a in areas if a.slug == params.get("area")), None),
        state=params.get("state", "") if params.get("state") in {"open", "closed"} else "",
        kind=params.get("kind", "") if params.get("kind") in set(Kind) - {Kind.COMPLAINT} else "",
        text=params.get("q", "").strip()[:100],
        days=int(days) if days.isdecimal() and len(days) < 5 else 0,
    )


def window(params: Any) -> tuple[Box, int]:
    """The part of the map that is asked for, and its zoom. Raises ValueError.

    A map that shows the whole world also shows what lies beside it: that is cut off, not refused.
    """
    west, south, east, north = (float(part) for part in params.get("box", "").split(","))
    box = Box(max(-180.0, west), max(-90.0, south), min(180.0, east), min(90.0, north))
    if box.west > box.east or box.south > box.north:
        raise ValueError
    return box, max(0, min(22, int(params.get("zoom", "13"))))


def page(wish: Wanted, before: str) -> tuple[list[Case], str]:
    """One page of cases, newest first, and the mark for the next one (empty at the end). No counting, no skipping."""
    moment, _underscore, pk = before.partition("_")
    at = _moment(moment)
    older = Q()
    if at is not None and pk.isdecimal() and len(pk) < 19:
        older = Q(created_at__lte=at) & (Q(created_at__lt=at) | Q(pk__lt=int(pk)))
    rows = newest(wish, PER_PAGE + 1, "category", "area", only=_SHOWN, older=older, at=at)
    last = rows[PER_PAGE - 1] if len(rows) > PER_PAGE else None
    return rows[:PER_PAGE], f"{last.created_at.isoformat()}_{last.pk}" if last else ""


def newest(
    wish: Wanted,
    most: int,
    *beside: str,
    only: Sequence[str] = (),
    older: Q | None = None,
    at: datetime | None = None,
) -> list[Case]:
    """The newest cases of a filter with their rows `beside`; `older`: only these, none of them after the moment `at`."""
    found = wish.search()
    found = replace(found, among=found.among.filter(older or Q()))
    until = at.astimezone(UTC).date() if at else None
    cases = (Case.objects.public() if found.typed else found.walked()).select_related(*beside).only(*only)
    return (
        in_order(cases, found.newest(most, until=until))
        if found.typed
        else list(cases.order_by(*NEWEST)[:most])
    )


def topics_named(typed: str, language: str) -> list[Category]:
    """Public topics whose name or keywords hold one of the words, also inside a longer one: who looks for a lamp may mean
    all street lights."""
    wanted = [words.fold(one) for one in beginnings(typed) if len(one) >= LEAST_LETTERS]
    topics = Category.objects.filter(active=True, is_public=True, parent__isnull=False) if wanted else ()
    named = [(topic, words.fold(f"{topic.name_in(language)} {topic.keywords}")) for topic in topics]
    return [topic for topic, name in named if any(one in name for one in wanted)][:MOST_TOPICS]


def counts() -> dict[int, tuple[int, int]]:
    """Category id -> (open, all), for the filter; from the prepared counts."""
    found: dict[int, tuple[int, int]] = {}
    for pk, is_open, cases in MapCell.objects.filter(level=0).values_list("category", "is_open", "cases"):
        opened, total = found.get(pk or _NO_CATEGORY, (0, 0))
        found[pk or _NO_CATEGORY] = (opened + (cases if is_open else 0), total + cases)
    return found


def spots(wish: Wanted, box: Box, zoom: int) -> tuple[list[Spot], bool]:
    """The marks of a window of the map, at most MOST_CELLS; and whether only the newest cases are in them."""
    level = level_of(box, zoom)
    if level in CELL_LEVELS and wish.is_broad:
        return [_spot(row) for row in _prepared(wish, box, level)], False
    return count_squares(wish.search(), box, level)


def level_of(box: Box, zoom: int) -> int:
    """How small the squares are: a few on each picture of the map, and never more than MOST_CELLS on a large screen."""
    level = max(CELL_LEVELS.start, min(22, zoom + 2))
    while (
        level > CELL_LEVELS.start
        and (box.east - box.west) * (box.north - box.south) > MOST_CELLS * (360 / 2**level) ** 2
    ):
        level -= 1
    return level


def _prepared(wish: Wanted, box: Box, level: int) -> list[Any]:
    cells = MapCell.objects.filter(
        level=level, category=wish.category,
        x__range=(_cell(box.west, level), _cell(box.east, level)),
        y__range=(_cell(box.south, level), _cell(box.north, level)),
    )  # fmt: skip
    if wish.state:
        cells = cells.filter(is_open=wish.state == "open")
    found: dict[tuple[int, int], list[Any]] = {}
    for x, y, latitude, longitude, cases, is_open, newest in cells.values_list(
        "x", "y", "latitude", "longitude", "cases", "is_open", "newest"
    )[: 2 * MOST_CELLS]:
        spot = found.setdefault((x, y), [0.0, 0.0, 0, 0, newest])
        spot[0] += latitude * cases
        spot[1] += longitude * cases
        spot[2] += cases
        spot[3] += cases if is_open else 0
    return [[s[0] / s[2], s[1] / s[2], *s[2:]] for s in found.values()][:MOST_CELLS]


def count_squares(found: Search, box: Box, level: int) -> tuple[list[Spot], bool]:
    """The same for any cases, counted on the spot."""
    squares, are_newest = found.squares(box, level)
    marks = [
        Spot(s.latitude, s.longitude, s.cases, s.opened > 0, s.newest if s.cases == 1 else None)
        for s in squares
    ]
    return marks, are_newest


def _spot(row: Any) -> Spot:
    return Spot(row[0], row[1], row[2], row[3] > 0, row[4] if row[2] == 1 else None)


def _cell(degrees: float, level: int) -> int:
    return int(degrees // (360 / 2**level))


_BUILD = """
INSERT INTO complaints_mapcell (level, x, y, category_id, is_open, cases, latitude, longitude, newest)
SELECT %(level)s, floor(c.longitude / %(step)s), floor(c.latitude / %(step)s), {group}, c.closed_at IS NULL, count(*),
       avg(c.latitude), avg(c.longitude), max(c.id)
FROM complaints_case c {join}
WHERE c.is_public AND c.latitude IS NOT NULL
GROUP BY 2, 3, 4, 5
"""
_BUILD_MAIN = _BUILD.format(
    group="coalesce(k.parent_id, k.id)", join="JOIN complaints_category k ON k.id = c.category_id"
)
_BUILD_ALL = _BUILD.format(group="NULL::bigint", join="")
# a square is four of the next level: only the smallest are counted from the cases (>> 1 rounds down below zero, too)
_BUILD_COARSER = """
INSERT INTO complaints_mapcell (level, x, y, category_id, is_open, cases, latitude, longitude, newest)
SELECT %(level)s, x >> 1, y >> 1, category_id, is_open, sum(cases), sum(latitude * cases) / sum(cases),
       sum(longitude * cases) / sum(cases), max(newest)
FROM complaints_mapcell WHERE level = %(level)s + 1
GROUP BY 2, 3, 4, 5
"""
_BUILD_COUNTS = """
INSERT INTO complaints_mapcell (level, x, y, category_id, is_open, cases, latitude, longitude, newest)
SELECT 0, 0, 0, category_id, closed_at IS NULL, count(*), 0, 0, max(id)
FROM complaints_case WHERE is_public GROUP BY category_id, closed_at IS NULL
"""


@transaction.atomic
def rebuild_map(*, now: datetime) -> bool:
    """Count all squares anew if something changed that no rebuild has seen; two at once do it once.

    What is committed after its mark was looked for keeps the mark for the next time: no clock says what came first.
    """
    ComplaintSettings.objects.get_or_create(pk=1)
    ComplaintSettings.objects.select_for_update().get(pk=1)
    changed, _rows = MapChange.objects.all().delete()
    if not changed:
        return False
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM complaints_mapcell")
        cursor.execute(_BUILD_COUNTS)
        *coarser, finest = CELL_LEVELS
        for statement in (_BUILD_ALL, _BUILD_MAIN):
            cursor.execute(statement, {"level": finest, "step": 360 / 2**finest})
        for level in reversed(coarser):
            cursor.execute(_BUILD_COARSER, {"level": level})
    ComplaintSettings.objects.filter(pk=1).update(map_built_at=now)
    return True


def _moment(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is not None and timezone.is_aware(at) else None
