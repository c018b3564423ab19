"""How the day list is laid out: its groups in words, and which buttons a row has."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from appointments.desk.people.board import Day, Group, Row, titles
from appointments.desk.pure.states import VERBS, Press, Step
from portal.models import Office

register = template.Library()


@dataclass(frozen=True, slots=True)
class Words:
    """What the rows repeat: translated and reversed once a page, not once a row."""

    verbs: dict[str, str]
    steps: dict[str, str]
    counter: str
    first: str
    note: str
    person: str
    booked: str
    several_pools: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One group with its title and rows."""

    id: str
    title: str
    rows: list[Row]
    words: Words


SIDES = ((Group.LATE, Group.WAITING, Group.AT_COUNTER), (Group.COMING, Group.DONE))


@register.filter
def desk_counts(day: Day) -> Iterator[tuple[str, str, int]]:
    """(id, title, how many) of each group."""
    counts = day.counts
    for group, title in titles().items():
        yield group.value, title, counts[group.value]


@register.filter
def desk_sides(day: Day) -> list[list[Shown]]:
    """The groups that have somebody in them: who is in the house, and who is not (yet, or any more)."""
    names, words = titles(), _words(day)
    return [
        [Shown(name.value, names[name], rows, words) for name in side if (rows := day.group(name))]
        for side in SIDES
    ]


def _words(day: Day) -> Words:
    slug = day.office.slug
    return Words(
        verbs={press.value: str(press.label) for press in Press},
        steps={step.value: str(step.label) for step in Step},
        counter=_("Counter %(label)s"),
        first=_("first"),
        note=_("note"),
        person=reverse("desk:person", args=[slug, 0]).removesuffix("0/"),
        booked=reverse("desk:booked", args=[slug, 0]).removesuffix("0/"),
        several_pools=day.pools > 1,
    )


@register.filter
def desk_place(row: Row, words: Words) -> str:
    """Where the person is, or what became of them."""
    if row.group == Group.DONE:
        return words.steps[row.step]
    if row.group == Group.AT_COUNTER:
        place = words.counter % {"label": row.counter}
        return f"{place} · {words.steps[row.step]}" if row.step == Step.CALLED else place
    parts = [row.pool] if words.several_pools else []
    if row.step == Step.PARKED:
        parts.append(words.steps[row.step])
    elif row.group == Group.WAITING:
        parts.append(f"{row.minutes_waiting} min")
    return " · ".join(parts)


@register.filter
def desk_person(row: Row, words: Words) -> SafeString:
    """The name, leading to everything known and possible; marks in words."""
    path = f"{words.person}{row.visit_id}/" if row.visit_id else f"{words.booked}{row.appointment_id}/"
    marks = [(mark,) for mark, there in ((words.first, row.priority), (words.note, row.note)) if there]
    link = format_html('<a href="{}">{}</a>', path, row.name or "–")
    return link + format_html_join("", ' <span class="desk-mark">{}</span>', marks) if marks else link


# (verb, key on the keyboard) of the buttons of a row: the one or two likely steps. All others are on the person's page.
_BUTTONS: dict[str, tuple[tuple[Press, str], ...]] = {
    "coming": ((Press.ARRIVE, "a"),),
    "late": ((Press.ARRIVE, "a"), (Press.NEVER_CAME, "n")),
    Step.WAITING: ((Press.NO_SHOW, "n"),),
    Step.PARKED: ((Press.REQUEUE, "u"),),
    Step.CALLED: ((Press.NO_SHOW, "n"),),
    Step.SERVING: (),
    Step.DONE: (),
    Step.NO_SHOW: ((Press.ARRIVE, "a"),),
    Step.LEFT: ((Press.REQUEUE, "u"),),
}
_BUTTON = '<button name="do" value="{}" data-step="{}">{}<span class="visually-hidden"> {}</span></button>'


@register.filter
def desk_steps(row: Row, words: Words) -> SafeString:
    """The buttons of a row. What was just done can be undone; later only what makes sense then."""
    buttons = _BUTTONS[row.step]
    if row.group == Group.DONE and row.may_undo:
        buttons = ((Press.UNDO, "u"),)
    elif row.step == Step.NO_SHOW and row.appointment_id is None:
        buttons = ((Press.REQUEUE, "u"),)
    return format_html_join(
        "", _BUTTON, ((_value(verb, row), key, words.verbs[verb], row.number) for verb, key in buttons)
    )


def _value(verb: str, row: Row) -> str:
    if verb in (Press.ARRIVE, Press.NEVER_CAME):
        return f"{verb}:{row.appointment_id}"
    return f"{verb}:{row.visit_id}:{row.version}"


@register.filter
def desk_day_path(path: str, office: Office) -> str:
    """Where the list refreshes itself: the page it stands on, also after a refused click."""
    return path if "/tag/" in path else reverse("desk:day", args=[office.slug])


@register.filter
def desk_verb(verb: str) -> str:
    """What an audit entry of a visit says to people."""
    return str(VERBS.get(verb, verb))
