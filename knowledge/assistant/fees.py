"""Which of a page's fees are meant: by age, by what happened, by number, by the words of the question. Pure but for reading."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from knowledge.articles import main_fees
from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant.phrases import named, words_of
from knowledge.assistant.proof import number
from knowledge.assistant.reading import PERSONS, Age, Asked
from knowledge.assistant.sentences import is_among, met_by, stems_of
from knowledge.models import Fee
from portal.language.analysis import LANGUAGES, analyser
from portal.language.thesaurus import in_german
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """The fees to tell; `narrowed` = fewer than all because the question says whose or which; `main` = without surcharges.

    `met` = the words of the question that they speak of.
    """

    fees: tuple[Fee, ...]
    narrowed: bool = False
    main: tuple[Fee, ...] = ()
    met: frozenset[str] = frozenset()


def choose(
    fees: Iterable[Fee], *, asked: Asked, cases: Sequence[str], title: str, called: str, language: str
) -> Chosen:
    """The fees that fit what is asked; all of them where none is named for it. `title` is German, `called` what the reader sees.

    A fee fits if it speaks of the age, the case, a number or a word of the question, and contradicts none of them; one that speaks of
    less than another does not fit: "Tonne 120 Liter" is not any bin whose size is in litres.
    """
    all_fees = tuple(fee for fee in fees if fee.amount is not None or fee.condition)
    by_age = {fee: _fits_age(fee.condition, asked.age) for fee in all_fees}
    possible = [fee for fee in all_fees if by_age[fee] is not False]
    names = f"{title} {called}"
    wanted = _wanted(asked, cases, names, language)
    wanted = wanted._replace(words=(*wanted.words, *_of_one_row(asked, names, all_fees, language)))
    said = {fee: _said(fee, wanted, language) | ({"age"} if by_age[fee] else set()) for fee in possible}
    fitting = [fee for fee in possible if said[fee] and not any(said[fee] < more for more in said.values())]
    met = frozenset(word for fee in fitting for word in said[fee] if word in wanted.words)
    if fitting and all(fee.amount is not None for fee in fitting):
        # a rule in words goes with its least fee: "otherwise 2 to 4 per mille of the building costs"
        fitting = [fee for fee in possible if fee in fitting or fee.amount is None]
    found = tuple(fitting or possible or all_fees)
    main = main_fees.main(found, lambda fee: fee.condition, title)
    narrowed = 0 < len(fitting) < len(all_fees)
    return Chosen(found, narrowed=narrowed, main=found if fitting else main, met=met)


class _Wanted(NamedTuple):
    """What a row may be chosen by: words of the question that are not the page's name, cases, numbers and what is counted."""

    words: tuple[str, ...]
    cases: tuple[str, ...]
    numbers: frozenset[str]
    units: frozenset[str]


def _wanted(asked: Asked, cases: Sequence[str], title: str, language: str) -> _Wanted:
    names = words_of(title)
    words = [word for word in asked.topic if not met_by(word, names, language)]
    if language != MOTHER_TONGUE and words:
        words += words_of(in_german(" ".join(words), language))
    counted = {} if asked.age else {n: number(word) for n, word in enumerate(asked.words) if number(word)}
    return _Wanted(
        words=tuple(dict.fromkeys(words)),
        cases=tuple(case for case in cases if case not in PERSONS),
        numbers=frozenset(counted.values()),
        units=frozenset(asked.words[n + 1] for n in counted if n + 1 < len(asked.words)),
    )


def _of_one_row(asked: Asked, names: str, fees: Sequence[Fee], language: str) -> list[str]:
    """Words of the title that one row alone has, where others have rows, too: a page about a hall and a gym tells the price of each."""
    words = analyser(language if language in LANGUAGES else MOTHER_TONGUE)
    rows = [
        {words.stem(word) for word in words_of(f"{fee.condition} {fee.condition_in(language)}")}
        for fee in fees
    ]
    alone: dict[str, int] = {}
    for stem in {words.stem(word) for word in words_of(names)}:
        places = [n for n, row in enumerate(rows) if stem in row]
        alone |= {stem: places[0]} if len(places) == 1 else {}
    several = len(set(alone.values())) > 1
    return [word for word in asked.topic if several and words.stem(word) in alone]


def _said(fee: Fee, wanted: _Wanted, language: str) -> set[str]:
    """What of it a row speaks of."""
    said = f"{fee.condition} {fee.condition_in(language)}"
    condition, words = words_of(said), analyser(language if language in LANGUAGES else MOTHER_TONGUE)
    stems, counted = stems_of(said, words), {number(word) for word in condition}
    return {
        *(word for word in wanted.words if is_among(words.stem(word), stems)),
        *(set(wanted.cases) & set(named("cases", condition, (MOTHER_TONGUE,)))),
        *(wanted.numbers & counted),
        *(unit for unit in wanted.units if is_among(words.stem(unit), stems)),
    }


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
