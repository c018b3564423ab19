"""Which of a page's fees are meant: by age, by what happened, by number, by the words of the question. Pure but for reading."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.articles import main_fees
from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant.phrases import named, words_of
from knowledge.assistant.reading import PERSONS, Age, Asked
from knowledge.assistant.sentences import met_by
from knowledge.models import Fee
from portal.look import money

_LIMITS = (  # written in German: the condition an editor typed
    (re.compile(r"\b(\d+)\s*(?:bis|-|–)\s*(?:unter\s*)?(\d+)\s*jahr"), lambda a, b: (a, b)),
    (re.compile(r"\bunter\s+(\d+)"), lambda a: (0, a - 1)),
    (re.compile(r"\b(?:bis|bis zu)\s+(\d+)\s*jahr"), lambda a: (0, a)),
    (
        re.compile(r"\b(?:ab|über|älter als)\s+(\d+)(?!\s*(?:uhr|stunden|tage|wochen|monate))"),
        lambda a: (a, 120),
    ),
)
_PERSONS = {"child": (0, 17), "young": (14, 23), "adult": (18, 120), "old": (60, 120)}
_NUMBERS = {"zwei": "2", "drei": "3", "vier": "4", "funf": "5", "sechs": "6", "acht": "8", "zehn": "10"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """The fees to tell; `narrowed` = fewer than all because the question says whose or which; `main` = without surcharges."""

    fees: tuple[Fee, ...]
    narrowed: bool = False
    main: tuple[Fee, ...] = ()


def choose(fees: Iterable[Fee], *, asked: Asked, cases: Sequence[str], title: str, language: str) -> Chosen:
    """The fees that fit what is asked; all of them where none is named for it.

    A fee fits if it speaks of the age, the case, a number or a word of the question, and contradicts none of them.
    """
    all_fees = tuple(fee for fee in fees if fee.amount is not None or fee.condition)
    names = words_of(title)
    words = [word for word in asked.topic if not met_by(word, names, language)]
    wanted = [case for case in cases if case not in PERSONS]
    numbers = {word for word in asked.words if word.isdigit()} | {
        _NUMBERS[word] for word in asked.words if word in _NUMBERS
    }
    fitting = []
    possible = []
    for fee in all_fees:
        condition = words_of(f"{fee.condition} {fee.condition_in(language)}")
        by_age = _fits_age(fee.condition, asked.age)
        if by_age is False:
            continue
        possible.append(fee)
        if (
            by_age
            or set(wanted) & set(named("cases", condition, ("de",)))
            or (not asked.age and numbers & set(condition))
            or any(met_by(word, condition, language) for word in words)
        ):
            fitting.append(fee)
    if fitting:  # a rule in words goes with its least fee: "otherwise 2 to 4 per mille of the building costs"
        fitting = [fee for fee in possible if fee in fitting or fee.amount is None]
    found = tuple(fitting or possible or all_fees)
    main = main_fees.main(found, lambda fee: fee.condition, title)
    return Chosen(found, narrowed=0 < len(fitting) < len(all_fees), main=found if fitting else main)


def line(fee: Fee, language: str) -> str:
    """ "unter 24 Jahren: 27,60 €"; a condition that says itself that it is free needs no amount."""
    condition = fee.condition_in(language)
    says_it = fee.amount == 0 and money.is_named(condition)
    amount = money.written(fee.amount) if fee.amount is not None and not says_it else ""
    return ": ".join(filter(None, [condition, amount]))


def language_of(fees: Iterable[Fee], language: str) -> str:
    """The language that the lines of these fees are in: German, as soon as one condition is not translated."""
    conditions = (fee for fee in fees if fee.condition)
    return language if all(fee.conditions.get(language) for fee in conditions) else MOTHER_TONGUE


def _fits_age(condition: str, age: Age | None) -> bool | None:
    """Whether a fee is for somebody of that age; None if the condition or the citizen says nothing of it."""
    if age is None:
        return None
    span = _span(condition)
    return None if span is None else age[0] <= span[1] and span[0] <= age[1]


def _span(condition: str) -> Age | None:
    text = condition.lower()
    for pattern, span in _LIMITS:
        if found := pattern.search(text):
            return span(*map(int, found.groups()))
    persons = [_PERSONS[case] for case in PERSONS if case in named("cases", words_of(condition), ("de",))]
    return (min(low for low, _ in persons), max(high for _, high in persons)) if persons else None
