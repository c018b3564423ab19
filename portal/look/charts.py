"""Plain charts as geometry: the template draws SVG from numbers, the table beside it shows the same numbers.

Sizes are in the units of the SVG's viewBox; colours and fonts come from the stylesheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.formats import number_format

WIDTH, HEIGHT = 640, 220
LEFT, BOTTOM, TOP = 44, 36, 12
MOST_LABELS = 12
LINE, LONGEST = 28, 320  # of a bar that lies: the height of its line, the length of the greatest


@dataclass(frozen=True)
class Mark:
    """One bar, or one point of a line (`x`, `y` its place, `y` the upper edge of a bar)."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str
    named: bool  # whether its label fits under the axis


@dataclass(frozen=True)
class Chart:
    """What `components/_chart.html` draws. `sentence` says what the figure means."""

    title: str
    sentence: str
    marks: tuple[Mark, ...]
    grid: tuple[tuple[float, str], ...]  # y and its number
    points: str = ""  # of a line, as SVG reads it
    table: tuple[tuple[str, str], ...] = ()
    head: tuple[str, str] = ("", "")
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - BOTTOM
    left: int = LEFT


@dataclass(frozen=True)
class LyingBar:
    """One line of a chart with long names: the name, its number, where it lies and how far it reaches."""

    label: str
    count: int
    y: int
    length: int


@dataclass(frozen=True)
class LyingChart:
    """What `components/_lying_bars.html` draws."""

    title: str
    sentence: str
    rows: tuple[LyingBar, ...]
    head: tuple[str, str]


def lying(rows: Sequence[tuple[str, int]], *, title: str, sentence: str, head: tuple[str, str]) -> LyingChart:
    """One bar per row (label, value >= 0), below each other: for names that do not fit under an axis."""
    most = max((count for _label, count in rows), default=0) or 1
    placed = tuple(
        LyingBar(label, count, LINE * at, round(LONGEST * count / most))
        for at, (label, count) in enumerate(rows)
    )
    return LyingChart(title, sentence, placed, head)


def bars(
    rows: Sequence[tuple[str, float]], *, title: str, sentence: str, head: tuple[str, str], unit: str = ""
) -> Chart:
    """One bar per row (label, value >= 0)."""
    return _chart(rows, title, sentence, head, unit, line=False)


def line(
    rows: Sequence[tuple[str, float]], *, title: str, sentence: str, head: tuple[str, str], unit: str = ""
) -> Chart:
    """One point per row, joined; a single row is a bar, since one point is no line."""
    return _chart(rows, title, sentence, head, unit, line=True)


def _chart(
    rows: Sequence[tuple[str, float]],
    title: str,
    sentence: str,
    head: tuple[str, str],
    unit: str,
    *,
    line: bool,
) -> Chart:
    top = _round_up(max((value for _label, value in rows), default=0))
    step = (WIDTH - LEFT) / max(1, len(rows))
    room = HEIGHT - BOTTOM - TOP
    every = max(1, ceil(len(rows) / MOST_LABELS))
    marks = tuple(
        Mark(
            x=round(LEFT + n * step + step * 0.15, 1),
            y=round(TOP + room * (1 - value / top), 1),
            width=round(step * 0.7, 1),
            height=round(room * value / top, 1),
            label=label,
            value=_written(value, unit),
            named=n % every == 0,
        )
        for n, (label, value) in enumerate(rows)
    )
    return Chart(
        title=title,
        sentence=sentence,
        marks=marks,
        grid=tuple((round(TOP + room * (1 - part), 1), _written(top * part, "")) for part in (0.5, 1)),
        points=" ".join(f"{mark.x + mark.width / 2:.1f},{mark.y}" for mark in marks)
        if line and len(marks) > 1
        else "",
        table=tuple((label, _written(value, unit)) for label, value in rows),
        head=head,
    )


def _round_up(value: float) -> float:
    """The next of 1, 2, 5 × 10ⁿ, so that the axis has numbers that people say."""
    if value <= 0:
        return 1
    size = 10 ** floor(log10(value))
    return float(next(size * factor for factor in (1, 2, 5, 10) if size * factor >= value))


def _written(value: float, unit: str) -> str:
    number = number_format(value, 0 if value == int(value) else 1)
    return f"{number} {unit}".strip()
