"""The editor's loop: what the assistant could not answer, grouped, each with its cure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from knowledge.articles import steering
from knowledge.assistant.models import DayCount, Turn
from knowledge.models import Article, ExampleQuestion
from portal import audit
from portal.language.analysis import analyser
from portal.models import User

ALIKE = 0.5
MOST_LOOKED_AT = 400


@dataclass(frozen=True)
class Group:
    """Questions that ask for the same; the first stands for all."""

    questions: tuple[Turn, ...]

    @property
    def first(self) -> Turn:
        return self.questions[0]

    @property
    def ids(self) -> str:
        return ",".join(str(turn.pk) for turn in self.questions)


def open_questions() -> QuerySet[Turn]:
    """Refused, offered without success, or rated as no help, and not yet settled."""
    return Turn.objects.filter(Q(kind="refusal") | Q(rating="bad"), settled=False).exclude(question="")


def groups() -> list[Group]:
    """The open questions, similar ones together, the largest group first."""
    found: list[tuple[set[str], list[Turn]]] = []
    for turn in open_questions().select_related("article").order_by("-asked_at")[:MOST_LOOKED_AT]:
        stems = stems_of(turn)
        place = next((turns for known, turns in found if _alike(known, stems)), None)
        if place is not None:
            place.append(turn)
        else:
            found.append((stems, [turn]))
    return sorted((Group(tuple(turns)) for _stems, turns in found), key=lambda g: -len(g.questions))


def stems_of(turn: Turn) -> set[str]:
    """The words of a question that carry its meaning, stemmed."""
    words = analyser(turn.language if turn.language in ("de", "en", "pl", "cs", "hu", "bg") else "de")
    return {words.stem(token.text) for token in words.tokens(turn.question) if not words.is_stop(token.text)}


def _alike(first: set[str], second: set[str]) -> bool:
    return bool(first and second) and len(first & second) / len(first | second) >= ALIKE


@transaction.atomic
def attach(*, turns: Sequence[int], article: Article, actor: User) -> None:
    """These questions belong to this article: the search finds it by them from now on."""
    for turn in Turn.objects.filter(pk__in=turns):
        steering.attach_question(
            article=article,
            language=turn.language,
            text=turn.question,
            actor=actor,
            source=ExampleQuestion.Source.ASSISTANT,
        )
    _take_off(turns)


@transaction.atomic
def add_synonym(*, turns: Sequence[int], language: str, term: str, variant: str, actor: User) -> None:
    """People say `variant` and mean `term`."""
    steering.add_synonym(language=language, term=term, variant=variant, actor=actor)
    _take_off(turns)


@transaction.atomic
def settle(*, turns: Sequence[int], actor: User) -> int:
    """Take these questions off the list. The audit names none of them: they are kept for 30 days only."""
    first = Turn.objects.filter(pk__in=turns, settled=False).first()
    settled = _take_off(turns)
    if first is not None:
        audit.record(verb="questions settled", subject=first, actor=actor, questions=settled)
    return settled


def _take_off(turns: Sequence[int]) -> int:
    return Turn.objects.filter(pk__in=turns, settled=False).update(settled=True)


def coverage(days: int = 28) -> list[tuple[date, int, int]]:
    """Per day: questions asked, and those answered directly."""
    first = timezone.localdate() - timedelta(days=days)
    found: dict[date, list[int]] = {}
    recent = Turn.objects.filter(asked_at__date__gte=first).exclude(kind="rejected")
    rows = [
        *recent.annotate(day=TruncDate("asked_at")).values_list("day", "kind").annotate(n=Count("pk")),
        *DayCount.objects.filter(day__gte=first)
        .exclude(kind="rejected")
        .values_list("day", "kind", "questions"),
    ]
    for day, kind, number in rows:
        counts = found.setdefault(day, [0, 0])
        counts[0] += number
        counts[1] += number if kind in ("answer", "route") else 0
    return [(day, asked, answered) for day, (asked, answered) in sorted(found.items())]
