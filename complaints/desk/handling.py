"""What happens to a case: who works on it, where it stands, what was decided. Every change goes through here."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from complaints import workflow
from complaints.correspondence import messages, telling
from complaints.intake import reporting
from complaints.models import (
    Case,
    Category,
    ComplaintSettings,
    Message,
    OutsideBody,
    Reporter,
    SuggestionFeedback,
    Survey,
)
from complaints.rules import arrangements, clock, routing, words
from complaints.suggesting import suggestion
from complaints.workflow import ENDINGS, Kind, State
from portal import audit
from portal.models import Department, User


class AlreadyTaken(Exception):
    """A colleague was faster; `by` has the case now."""

    def __init__(self, by: User) -> None:
        super().__init__(str(by))
        self.by = by


class CaseChanged(Exception):
    """Somebody changed the case since the page was loaded."""


class ConcernedPerson(Exception):
    """Nobody works on the complaint about himself."""


class TooLate(Exception):
    """The days in which a citizen may open the case again are over."""


class OnlyJoined(Exception):
    """Who only said "me too" does not open a closed case again: that takes one click and no address. They report anew."""


@transaction.atomic
def take(*, case: Case, actor: User) -> Case:
    """A clerk takes a case nobody has. Raises AlreadyTaken."""
    case = Case.objects.locked(case.pk)
    if case.assignee is not None and case.assignee != actor:
        raise AlreadyTaken(case.assignee)
    if case.assignee is None:
        _hand_over(case, case.department, actor, actor)
    return case


@transaction.atomic
def assign(
    *, case: Case, department: Department, assignee: User | None, actor: User, seen: datetime | None = None
) -> Case:
    """Give the case to a department and perhaps a person. `seen` is `updated_at` as the clerk saw it: raises CaseChanged
    if it is no longer that, and ConcernedPerson for the one whom the complaint is about."""
    case = Case.objects.locked(case.pk)
    if seen is not None and case.updated_at != seen:
        raise CaseChanged
    if assignee is not None and case.concerned_people.filter(pk=assignee.pk).exists():
        raise ConcernedPerson
    if (case.department_id, case.assignee_id) != (department.pk, assignee.pk if assignee else None):
        _hand_over(case, department, assignee, actor)
    return case


@transaction.atomic
def move(
    *,
    case: Case,
    to: State,
    actor: User,
    reason: str = "",
    decision: str = "",
    corrective_action: str = "",
    public_note: str = "",
    body: OutsideBody | None = None,
    mails_wait: timedelta = timedelta(0),
) -> Case:
    """Take the case to another state by the table of states; citizens are told with the reason in it, after `mails_wait`.

    Raises workflow.MoveRefused, ReasonMissing or DecisionMissing.
    """
    case, settings, now = Case.objects.locked(case.pk), ComplaintSettings.current(), timezone.now()
    old, reason = State(case.state), words.plain(reason, messages.LONGEST)
    decision = decision or case.decision
    workflow.check(old, to, kind=Kind(case.kind), reason=reason, decision=decision)
    _enter(case, to, now)
    if case.kind == Kind.COMPLAINT:
        case.decision, case.corrective_action = decision, corrective_action or case.corrective_action
    case.public_note = words.plain(public_note, 2000) or case.public_note
    if body is not None:
        case.outside_body = body
    case.unread = False
    message = _say(case, to, reason, actor)
    if to is State.REFUSED:
        case.is_public = False
    elif message is not None:
        clock.answered(case, now)
    else:
        clock.acknowledge(case, now)
    case.save()
    audit.record(
        verb="moved", subject=case, actor=actor, old=old, new=to, message=message.pk if message else None
    )
    _tell(case, to, message, settings, mails_wait)
    return case


@transaction.atomic
def recategorise(*, case: Case, category: Category, actor: User, route_again: bool = False) -> Case:
    """Correct the category; the suggestion learns from it. With `route_again` the case goes where it would go now."""
    case, settings = Case.objects.locked(case.pk), ComplaintSettings.current()
    if case.category_id == category.pk:
        return case
    old, case.category = case.category, category
    clock.change_terms(case, settings)
    if not category.is_public:
        case.is_public = False
    case.updated_at = timezone.now()
    case.save()
    feedback, _new = SuggestionFeedback.objects.get_or_create(case=case)
    feedback.chosen, feedback.corrected_at = category, case.updated_at
    feedback.save(update_fields=["chosen", "corrected_at"])
    audit.record(verb="recategorised", subject=case, actor=actor, old=old and old.slug, new=category.slug)
    if route_again:
        question = routing.Question(case.text, case.kind, category, case.area_id)
        way = routing.route(question, arrangements.current())
        if way.department.pk != case.department_id:
            _hand_over(case, way.department, routing.clerk(way), actor)
    suggestion.learn_from(case)
    return case


@transaction.atomic
def change_kind(*, case: Case, kind: Kind, actor: User) -> Case:
    """A defect turns out to be a complaint, or the reverse. A complaint leaves the public map at once."""
    case, settings = Case.objects.locked(case.pk), ComplaintSettings.current()
    old, case.kind = case.kind, kind
    if old == kind:
        return case
    if kind == Kind.COMPLAINT:
        case.is_public = False
        reporting.hide_from_named(case)
        if settings.complaint_department:
            case.department, case.assignee = settings.complaint_department, None
        if case.first_answer_at is None:
            case.acknowledged_at = None  # the receipt does not acknowledge a complaint
    else:
        case.decision = ""
    clock.change_terms(case, settings)
    if kind != Kind.COMPLAINT and case.acknowledged_at is None:
        has_address = case.reporters.exclude(email="").exists()
        reporting.receipt_acknowledges(case, case.created_at, has_address=has_address)
    case.updated_at = timezone.now()
    case.save()
    audit.record(verb="kind_changed", subject=case, actor=actor, old=old, new=kind)
    return case


@transaction.atomic
def hide_from(*, case: Case, people: Iterable[User], actor: User) -> Case:
    """Say whom a complaint is about: they do not see it, and lose it if they had it."""
    case, chosen = Case.objects.locked(case.pk), list(people)
    case.concerned_people.set(chosen)
    if case.assignee in chosen:
        case.assignee, case.updated_at = None, timezone.now()
        case.save(update_fields=["assignee", "updated_at"])
    audit.record(verb="hidden_from", subject=case, actor=actor, people=len(chosen))
    return case


@transaction.atomic
def forward(*, case: Case, body: OutsideBody, message: str, public_note: str, actor: User) -> Case:
    """Pass the case on to an outside body by mail; citizens read the public note. Raises workflow.MoveRefused or
    ReasonMissing (the note is the reason)."""
    moved = move(
        case=case, to=State.FORWARDED, reason=public_note, public_note=public_note, body=body, actor=actor
    )
    telling.outside(moved, body, message=message, clerk=actor, settings=ComplaintSettings.current())
    return moved


@transaction.atomic
def reopen(*, reporter: Reporter, reason: str) -> Case:
    """The person who reported says that it is not done. Raises OnlyJoined, workflow.MoveRefused, ReasonMissing or TooLate."""
    if not reporter.is_first:
        raise OnlyJoined
    case, settings, now = (
        Case.objects.locked(reporter.case.merged_into_id or reporter.case_id),
        ComplaintSettings.current(),
        timezone.now(),
    )
    reason = words.plain(reason, messages.LONGEST)
    workflow.check_citizen(State(case.state), State.REOPENED, reason=reason)
    if case.closed_at and now > case.closed_at + timedelta(days=settings.reopen_days):
        raise TooLate
    old = case.state
    _enter(case, State.REOPENED, now)
    case.unread = True
    case.save()
    message = Message.objects.create(
        case=case,
        author=Message.Author.CITIZEN,
        visibility=Message.Visibility.THREAD,
        reporter=reporter,
        text=reason,
    )
    audit.record(verb="moved", subject=case, old=old, new=State.REOPENED, message=message.pk)
    if case.assignee:
        telling.clerk(
            case.assignee,
            "reopened_desk",
            {"case": case, "page": telling.desk_link(case)},
            about=case,
            once=f"complaints.reopened.{message.pk}",
        )
    return case


@transaction.atomic
def withdraw(*, reporter: Reporter, reason: str = "") -> Case:
    """The first reporter needs nothing any more. Where others joined, the case goes on without them; who only joined
    leaves, and never takes the case along.

    Raises workflow.MoveRefused."""
    case, now = Case.objects.locked(reporter.case_id), timezone.now()
    workflow.check_citizen(State(case.state), State.WITHDRAWN, reason=reason)
    others = Reporter.objects.of(case.pk).exclude(pk=reporter.pk).filter(signed_off_at=None)
    if reporter.is_first and not others.exists():
        old = case.state
        _enter(case, State.WITHDRAWN, now)
        case.save()
        audit.record(verb="moved", subject=case, old=old, new=State.WITHDRAWN)
    Reporter.objects.filter(pk=reporter.pk).update(signed_off_at=now)
    return case


@transaction.atomic
def answer_survey(*, reporter: Reporter, satisfied: bool, comment: str, open_again: bool = False) -> Survey:
    """One answer per closing; a "no" with a reason can open the case again. Raises workflow.MoveRefused when the case is
    not closed; OnlyJoined, TooLate or ReasonMissing when it cannot be opened again."""
    case = Case.objects.locked(reporter.case.merged_into_id or reporter.case_id)
    if case.closed_at is None or case.state not in ENDINGS:
        raise workflow.MoveRefused(State(case.state), State.REOPENED)
    survey, _new = Survey.objects.update_or_create(
        reporter=reporter,
        closed_at=case.closed_at,
        defaults={
            "case": case,
            "satisfied": satisfied,
            "comment": words.plain(comment, 2000),
            "answered_at": timezone.now(),
        },
    )
    audit.record(verb="survey_answered", subject=case, satisfied=satisfied)
    if open_again and not satisfied:
        reopen(reporter=reporter, reason=comment)
    return survey


def _enter(case: Case, to: State, now: datetime) -> None:
    """The fields that belong to a state, so that the constraints of the table hold."""
    settings = ComplaintSettings.current() if to in {State.REOPENED, State.RECEIVED} else None
    case.state, case.updated_at = to, now
    case.closed_at = (case.closed_at or now) if to in workflow.CLOSED else None
    if to is State.WAITING:
        clock.rest(case, now)
    else:
        clock.go_on(case, now)
    if to is State.REOPENED:
        case.reopened_count += 1
        case.acknowledged_at, case.interim_at = now, None
    if settings is not None:
        case.merged_into = None
        clock.start(case, settings, now)
    clock.settle(case)


def _say(case: Case, to: State, reason: str, actor: User) -> Message | None:
    """The reason becomes part of the thread; why something was sorted out stays among clerks."""
    if not reason:
        return None
    inside = to in {State.REFUSED, State.RECEIVED}
    return Message.objects.create(
        case=case,
        author=Message.Author.CLERK,
        visibility=Message.Visibility.INTERNAL if inside else Message.Visibility.THREAD,
        user=actor,
        text=reason,
        is_question=to is State.WAITING,
    )


def change_of_state(case: Case) -> str:
    """The event in the mails about the change of state that the case has just gone through."""
    return f"{case.pk}.{case.state}.{case.updated_at:%Y%m%d%H%M%S%f}"


def _tell(
    case: Case, to: State, message: Message | None, settings: ComplaintSettings, wait: timedelta
) -> None:
    if to in {State.REFUSED, State.RECEIVED}:
        return
    event, not_before = change_of_state(case), case.updated_at + wait
    kind = "closed" if to in ENDINGS else "question" if to is State.WAITING else "moved"
    telling.reporters(
        case, kind, settings, event=event, not_before=not_before, message=message,
        survey=settings.survey and to is State.SOLVED,
    )  # fmt: skip
    telling.followers(case, event=event, not_before=not_before)


def _hand_over(case: Case, department: Department, assignee: User | None, actor: User) -> None:
    if assignee is not None and case.concerned_people.filter(pk=assignee.pk).exists():
        assignee = None  # a rule may name the very person whom the complaint is about
    before = {"department": case.department_id, "assignee": case.assignee_id}
    case.department, case.assignee, case.updated_at = department, assignee, timezone.now()
    case.save(update_fields=["department", "assignee", "updated_at"])
    after = {"department": department.pk, "assignee": assignee.pk if assignee else None}
    audit.record(verb="assigned", subject=case, actor=actor, old=before, new=after)
