"""A case in plain words: what happened, what comes next, and what the person looking at it may do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Case, ComplaintSettings, Message, Photo, Reporter, Survey
from complaints.workflow import ENDINGS, State
from portal import audit

_TOLD = {"assigned", "moved", "taken_back", "merged", "joined_by", "split"}


@dataclass(frozen=True)
class Event:
    """One line of the timeline; `state` is "", "now" or "ahead", `side` who speaks."""

    title: str
    at: datetime | None = None
    text: str = ""
    state: str = ""
    side: str = ""


@dataclass(frozen=True)
class Offers:
    """What the page shows to this reporter."""

    may_answer: bool
    may_reopen: bool
    may_withdraw: bool
    asks_survey: bool


SAID = {
    State.RECEIVED: gettext_lazy("We have received your report."),
    State.IN_PROGRESS: gettext_lazy("We are working on it."),
    State.PLANNED: gettext_lazy("The work is planned."),
    State.WAITING: gettext_lazy("We have a question to you. Until your answer comes, our work rests."),
    State.FORWARDED: gettext_lazy("Somebody else looks after this. We have passed it on."),
    State.REOPENED: gettext_lazy("Your report is open again."),
    State.SOLVED: gettext_lazy("Done."),
    State.DECLINED: gettext_lazy("We cannot do this."),
    State.WITHDRAWN: gettext_lazy("The report was withdrawn."),
    State.MERGED: gettext_lazy("The same was reported before; both reports go on together."),
    State.REFUSED: gettext_lazy("This report is not worked on."),
}


SAID_TO_ALL = SAID | {
    State.RECEIVED: gettext_lazy("The report has been received."),
    State.WAITING: gettext_lazy(
        "We have a question to the person who reported it. Until the answer comes, our work rests."
    ),
    State.REOPENED: gettext_lazy("The report is open again."),
}


def said_to_all(state: str) -> str:
    """The same for everyone who reads along."""
    return str(SAID_TO_ALL[State(state)])


def said(state: str) -> str:
    """The state as a sentence, in the language of the moment."""
    return str(SAID[State(state)])


def story(case: Case, reporter: Reporter) -> list[Event]:
    """What a reporter may know, oldest first: changes of state, the own thread, published words; never internal notes."""
    events = [_beginning(reporter)]
    words = {message.pk: message for message in _thread(case, reporter)}
    shown = set()
    for entry in audit.history(case).filter(verb__in=_TOLD).order_by("id"):
        told = _told(entry.verb, entry.facts)
        message = words.get(entry.facts.get("message") or 0)
        if told and entry.at >= reporter.created_at - timedelta(minutes=1):
            shown |= {message.pk} if message else set()
            events.append(Event(told, entry.at, message.text if message else ""))
    events += [_spoken(message, reporter) for message in words.values() if message.pk not in shown]
    events.sort(key=lambda event: event.at or timezone.now())
    if case.is_open:
        events.append(_next(case))
    return events


def photos(reporter: Reporter) -> QuerySet[Photo]:
    """The photos this person sent. Those of others are shown blurred, on the public page, or not at all."""
    own = Q(message__reporter=reporter)
    if reporter.is_first:
        own |= Q(message=None)
    return Photo.objects.filter(own, case=reporter.case_id)


def offers(case: Case, reporter: Reporter, settings: ComplaintSettings) -> Offers:
    in_time = case.closed_at is not None and timezone.now() <= case.closed_at + timedelta(
        days=settings.reopen_days
    )
    ended = case.state in ENDINGS
    asked = (
        ended
        and settings.survey
        and not Survey.objects.filter(
            reporter=reporter, closed_at=case.closed_at or case.created_at, answered_at__isnull=False
        ).exists()
    )
    return Offers(
        may_answer=case.is_open,
        may_reopen=ended and in_time and reporter.is_first,
        may_withdraw=case.is_open and reporter.is_first and reporter.case_id == case.pk,
        asks_survey=asked,
    )


def _beginning(reporter: Reporter) -> Event:
    """The own words of whoever wrote them. Who joined later reads what everyone may read: joining takes one click."""
    case = reporter.case
    if reporter.is_first:
        return Event(_("Received"), case.created_at, case.text, side="citizen")
    return Event(_("You joined this report"), reporter.created_at, case.public_text if case.is_public else "")


def _thread(case: Case, reporter: Reporter) -> list[Message]:
    """What the city wrote to all since this person belongs to them, and what this person wrote; not what other citizens
    wrote, nor what the city answered them before."""
    seen = Q(visibility=Message.Visibility.PUBLIC) | Q(
        visibility=Message.Visibility.THREAD, author=Message.Author.CLERK, created_at__gte=reporter.created_at
    )
    own = Q(visibility=Message.Visibility.THREAD, reporter=reporter)
    return list(Message.objects.filter(seen | own, case__in={case.pk, reporter.case_id}))


def _told(verb: str, facts: dict[str, object]) -> str:
    if verb == "moved":
        return said(str(facts["new"]))
    if verb == "taken_back":
        return _("That was a mistake of ours. It goes on as before.")
    if verb == "merged":
        return _("Joined with the report %(number)s") % {"number": facts["into"]}
    if verb == "joined_by":
        return _("Another report about the same was joined with this one.")
    if verb == "split":
        return _("A part goes on as the report %(number)s") % {"number": facts["part"]}
    return _("Given to the people in charge")


def _spoken(message: Message, reporter: Reporter) -> Event:
    if message.author == Message.Author.CITIZEN:
        return Event(_("You wrote"), message.created_at, message.text, side="citizen")
    title = _("Our question to you") if message.is_question else _("Our answer")
    return Event(title, message.created_at, message.text, side="city")


def _next(case: Case) -> Event:
    if case.state == State.WAITING:
        return Event(_("Waiting for your answer"), state="now")
    if case.answer_by and case.answer_by > timezone.now():
        return Event(_("Answer at the latest by then"), case.answer_by, state="ahead")
    return Event(_("Our answer is late. We are sorry; the people in charge know."), state="ahead")
