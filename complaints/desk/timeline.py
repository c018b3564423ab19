"""The history of a case for clerks: the append-only audit and the thread, in one line of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.models import ApiSubmission, Case, Message, Reporter
from complaints.workflow import Source, State
from portal import audit

VERBS: dict[str, Any] = {
    "reported": _("reported"),
    "assigned": _("assigned"),
    "moved": _("state"),
    "taken_back": _("change of state taken back"),
    "recategorised": _("topic changed"),
    "kind_changed": _("kind changed"),
    "hidden_from": _("hidden from persons"),
    "published": _("published"),
    "hidden": _("no longer public"),
    "redacted": _("personal data removed"),
    "photo_shown": _("photo published"),
    "photo_hidden": _("photo hidden"),
    "photo_blurred": _("photo blurred for good"),
    "merged": _("joined with another case"),
    "joined_by": _("another case was joined"),
    "split": _("split"),
    "part_of": _("part of another case"),
    "asked": _("question to the citizen"),
    "answered": _("answer to the citizen"),
    "noted": _("internal note"),
    "citizen_wrote": _("the citizen wrote"),
    "outside_wrote": _("the outside body wrote"),
    "me_too": _("affects one more person"),
    "address_confirmed": _("address confirmed"),
    "signed_off": _("wants no more mails"),
    "survey_answered": _("survey answered"),
    "read": _("read"),
    "warned": _("warning sent"),
    "escalated": _("escalated"),
}


@dataclass(frozen=True)
class Entry:
    """`side` is "citizen", "city", "internal" or "" for a fact of the audit."""

    title: str
    at: datetime
    who: str
    text: str
    side: str
    message: int | None = None


def events(case: Case) -> list[Entry]:
    """Oldest first. A message stands where its audit entry stands."""
    said = {message.pk: message for message in case.messages.select_related("user", "reporter")}
    found, shown = [], set()
    for entry in audit.history(case).order_by("id"):
        message = said.get(entry.facts.get("message") or 0)
        if message is not None and entry.verb != "redacted":
            shown.add(message.pk)
        else:
            message = None
        title = str(VERBS.get(entry.verb, entry.verb))
        if entry.verb == "moved":
            title = str(State(entry.facts["new"]).label)
        more = entry.facts.get("into") or entry.facts.get("part") or entry.facts.get("case") or ""
        text = message.text if message else str(more)
        found.append(
            Entry(
                title, entry.at, str(entry.actor or ""), text, _side(message), message.pk if message else None
            )
        )
    for message in said.values():
        if message.pk not in shown:
            who = str(message.user or message.reporter or "")
            found.append(
                Entry(
                    message.get_author_display(),
                    message.created_at,
                    who,
                    message.text,
                    _side(message),
                    message.pk,
                )
            )
    return sorted(found, key=lambda entry: entry.at)


def reporters(case: Case) -> QuerySet[Reporter]:
    return Reporter.objects.of(case.pk).select_related("case")


def sent_link(case: Case) -> str:
    """The address of a picture that another program named instead of sending it."""
    if case.source != Source.OPEN311:
        return ""
    return ApiSubmission.objects.filter(case=case).values_list("media_url", flat=True).first() or ""


def answers(case: Case) -> list[tuple[str, str]]:
    """The answers to the questions of the category, with the words of questions and values."""
    asked = {a.code: a for a in case.category.attributes.all()} if case.category else {}
    found = []
    for code, value in case.attributes.items():
        attribute = asked.get(code)
        names = {str(v.get("key")): str(v.get("name")) for v in attribute.values} if attribute else {}
        values = value if isinstance(value, list) else [value]
        found.append(
            (
                attribute.description if attribute else code,
                ", ".join(names.get(str(v), str(v)) for v in values),
            )
        )
    return found


def _side(message: Message | None) -> str:
    if message is None:
        return ""
    if message.visibility == Message.Visibility.INTERNAL:
        return "internal"
    return "citizen" if message.author == Message.Author.CITIZEN else "city"
