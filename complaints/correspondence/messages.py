"""The thread of a case: what citizens and the city say to each other, and what clerks note for themselves."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from complaints import workflow
from complaints.correspondence import photos, telling
from complaints.models import Case, ComplaintSettings, Message, Photo, Reporter
from complaints.rules import clock, words
from complaints.workflow import State
from portal import audit
from portal.models import User

LONGEST = 8000


class TextMissing(Exception):
    """An empty message says nothing."""


class TextTooLong(Exception):
    """More than LONGEST characters."""


class CaseClosed(Exception):
    """The city cannot ask about a closed case; a citizen opens it again instead."""


@transaction.atomic
def write(*, case: Case, text: str, actor: User, question: bool = False, interim: bool = False) -> Message:
    """The city writes to everyone who reported. A question stops the clock until an answer comes; an interim notice names the
    day of the answer.

    Raises TextMissing, TextTooLong, or CaseClosed for a question.
    """
    case, settings = Case.objects.locked(case.pk), ComplaintSettings.current()
    now = timezone.now()
    if question and not case.is_open:
        raise CaseClosed
    message = _add(
        case, text, Message.Author.CLERK, Message.Visibility.THREAD, user=actor, is_question=question
    )
    clock.answered(case, now)
    if question and case.state != State.WAITING:
        workflow.check(State(case.state), State.WAITING, kind=workflow.Kind(case.kind), reason=text)
        case.state = State.WAITING
        clock.rest(case, now)
    case.unread, case.updated_at = False, now
    case.save(update_fields=["state", "unread", "updated_at", *clock.FIELDS])
    audit.record(verb="asked" if question else "answered", subject=case, actor=actor, message=message.pk)
    kind = "question" if question else "interim" if interim and case.is_open else "message"
    telling.reporters(case, kind, settings, event=f"{message.pk}", message=message)
    return message


@transaction.atomic
def note(*, case: Case, text: str, actor: User | None, by_mail: bool = False) -> Message:
    """An internal note: no citizen ever sees it. Raises TextMissing or TextTooLong."""
    message = _add(case, text, Message.Author.CLERK, Message.Visibility.INTERNAL, user=actor, by_mail=by_mail)
    audit.record(verb="noted", subject=case, actor=actor, message=message.pk)
    return message


@transaction.atomic
def from_citizen(
    *, reporter: Reporter, text: str, images: Sequence[photos.Clean] = (), by_mail: bool = False
) -> Message:
    """A reporter answers or adds something. If the city was waiting for it, the case goes on and its clock with it.

    What is said to a case that was joined goes to the one it was joined with. Raises TextMissing, TextTooLong or
    photos.TooMany.
    """
    original = reporter.case
    case, now = Case.objects.locked(original.merged_into_id or original.pk), timezone.now()
    if len(images) + case.photos.count() > 4 * photos.MOST_PHOTOS or len(images) > photos.MOST_PHOTOS:
        raise photos.TooMany
    message = _add(
        case, text, Message.Author.CITIZEN, Message.Visibility.THREAD, reporter=reporter, by_mail=by_mail
    )
    kept: list[Photo] = []
    with photos.undone(kept):
        for image in images:
            kept.append(photos.keep(image, case=case, message=message))
        if case.state == State.WAITING:
            case.state = State.IN_PROGRESS
            clock.go_on(case, now)
        case.unread, case.updated_at = True, now
        case.save(update_fields=["state", "unread", "updated_at", *clock.FIELDS])
        audit.record(verb="citizen_wrote", subject=case, message=message.pk, by_mail=by_mail)
    return message


@transaction.atomic
def from_outside(*, case: Case, text: str, by_mail: bool = True) -> Message:
    """An outside body answers: clerks read it first, the citizen gets what they make of it."""
    case = Case.objects.locked(case.pk)
    message = _add(case, text, Message.Author.OUTSIDE, Message.Visibility.INTERNAL, by_mail=by_mail)
    Case.objects.filter(pk=case.pk).update(unread=True, updated_at=timezone.now())
    audit.record(verb="outside_wrote", subject=case, message=message.pk)
    return message


@transaction.atomic
def read(*, case: Case, actor: User) -> None:
    """A clerk has seen the new answer."""
    if Case.objects.filter(pk=case.pk, unread=True).update(unread=False):
        audit.record(verb="read", subject=case, actor=actor)


def _add(
    case: Case,
    text: str,
    author: str,
    visibility: str,
    *,
    user: User | None = None,
    reporter: Reporter | None = None,
    by_mail: bool = False,
    is_question: bool = False,
) -> Message:
    if len(text) > LONGEST:
        raise TextTooLong
    text = words.plain(text, LONGEST)
    if not text:
        raise TextMissing
    return Message.objects.create(
        case=case,
        author=author,
        visibility=visibility,
        user=user,
        reporter=reporter,
        text=text,
        by_mail=by_mail,
        is_question=is_question,
    )
