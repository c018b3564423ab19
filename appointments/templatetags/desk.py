"""How the day list is laid out: its groups in words, and which buttons a row has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.desk.board import Day, Group, Row
from appointments.desk.states import Step
from portal.models import Office

register = template.Library()


@dataclass(frozen=True, slots=True)
class Shown:
    """One group with every word that its rows repeat, translated once."""

    id: str
    title: str
    rows: list[Row]
    waits: bool
    first: str
    note: str
    words: dict[str, str]


@register.filter
def desk_groups(day: Day) -> Iterator[Shown]:
    """The groups that have somebody in them."""
    titles = {
        Group.LATE: _("late"),
        Group.WAITING: _("waiting"),
        Group.AT_COUNTER: _("at the counter"),
        Group.COMING: _("coming"),
        Group.DONE: _("done"),
    }
    words = {
        "arrive": _("arrived"),
        "never_came": _("did not come"),
        "no_show": _("did not come"),
        "leave": _("went home"),
        "park": _("park"),
        "requeue": _("back to waiting"),
        "undo": _("undo"),
    }
    for name, title in titles.items():
        if rows := day.group(name):
            yield Shown(name.value, title, rows, name == Group.WAITING, _("first"), _("note"), words)


# (verb, key on the keyboard) of the buttons of a row, by what its person does
_BUTTONS: dict[str, tuple[tuple[str, str], ...]] = {
    "coming": (("arrive", "a"),),
    "late": (("arrive", "a"), ("never_came", "n")),
    Step.WAITING: (("no_show", "n"), ("leave", ""), ("park", "")),
    Step.PARKED: (("requeue", ""), ("leave", "")),
    Step.CALLED: (("requeue", ""), ("no_show", "n")),
    Step.SERVING: (),
    Step.DONE: (("undo", "u"),),
    Step.NO_SHOW: (("undo", "u"),),
    Step.LEFT: (("requeue", "u"),),
}


@register.filter
def desk_buttons(row: Row, group: Shown) -> Iterator[dict[str, Any]]:
    for verb, key in _BUTTONS[row.step]:
        subject = f"{row.visit_id}:{row.version}" if row.visit_id else f"{row.appointment_id}"
        yield {"verb": verb, "key": key, "value": f"{verb}:{subject}", "label": group.words[verb]}


@register.filter
def desk_day_path(path: str, office: Office) -> str:
    """Where the list refreshes itself: the page it stands on, also after a refused click."""
    return path if "/tag/" in path else reverse("desk:day", args=[office.slug])


@register.filter
def desk_verb(verb: str) -> str:
    """What an audit entry of a visit says to people."""
    words = {
        "visit arrived": _("arrived"),
        "visit ticket": _("took a number"),
        "visit waiting": _("back to waiting"),
        "visit called": _("called"),
        "visit recalled": _("called again"),
        "visit serving": _("at the counter"),
        "visit parked": _("parked"),
        "visit forwarded": _("forwarded"),
        "visit done": _("done"),
        "visit no_show": _("did not come"),
        "visit left": _("went home"),
        "visit annotated": _("note changed"),
        "visit expected again": _("expected again"),
    }
    return words.get(verb, verb)
