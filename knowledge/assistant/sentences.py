"""The sentence of a page that answers a question best, word for word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.assistant.phrases import named, words_of
from knowledge.models import ArticleText
from portal import richtext
from portal.language.analysis import LANGUAGES, analyser

SECTIONS = (
    "summary",
    "requirements",
    "documents",
    "procedure",
    "processing_time",
    "deadlines",
    "fees_note",
    "body",
)
WANTED = {  # where each aspect is answered, the best place first
    "cost": ("fees_note",),
    "documents": ("documents",),
    "deadline": ("deadlines", "processing_time"),
    "when": ("deadlines", "processing_time"),
    "duration": ("processing_time", "deadlines"),
    "who": ("requirements",),
    "how": ("procedure",),
    "hours": ("summary", "body"),
    "phone": ("summary", "body"),
    "where": ("summary", "procedure"),
}
NUMBERED = ("cost", "deadline", "when", "duration", "hours", "phone")
NUMBER_WORDS = {
    "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "zehn", "zwolf", "ein", "eine", "einem", "einen", "two",
    "three", "four", "five", "six", "sofort", "kostenlos", "januar", "februar", "marz", "april", "mai", "juni", "juli",
    "august", "september", "oktober", "november", "dezember", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
    "samstag", "sonntag", "jederzeit", "taglich", "wochentlich",
}  # fmt: skip
IN_ITS_SECTION, SECOND_SECTION, HAS_NUMBER, FIRST_OF_SECTION, SUMMARY = 1.8, 0.9, 0.6, 0.25, 0.3
IN_TITLE = 0.3  # words of the title stand everywhere on the page: they tell little
SHORTEST_STEM = 5
_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜÁÉÍÓÚŐŰŠČŘŽŁŚŻА-Я„\"])|\n+")
_ABBREVIATION = re.compile(r"(?:\b(?:z|B|ca|bzw|Nr|Str|Tel|d|h|u|a|inkl|evtl|ggf)|\d)\.$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its section, and the text of that section."""

    text: str
    section: str
    around: str


def best_sentence(text: ArticleText, question: Sequence[str], aspect: str) -> Sentence | None:
    """The sentence with most of the question's words, where such an answer is expected; None for an empty page."""
    words = analyser(text.language if text.language in LANGUAGES else "de")
    wanted = {words.stem(word): 1.0 for word in question if not words.is_stop(word)}
    for word in words_of(" ".join([text.title, *text.synonyms])):
        if (stem := words.stem(word)) in wanted:
            wanted[stem] = IN_TITLE
    best, most = None, 0.0
    for sentence, place in sentences(text):
        points = _points(
            sentence, place, wanted, aspect, {words.stem(word) for word in words_of(sentence.text)}
        )
        if points > most:
            best, most = sentence, points
    return best


def _points(sentence: Sentence, place: int, wanted: dict[str, float], aspect: str, stems: set[str]) -> float:
    points = sum(weight for stem, weight in wanted.items() if _met(stem, stems))
    sections = WANTED.get(aspect, ())
    if sentence.section in sections:
        points += IN_ITS_SECTION if sentence.section == sections[0] else SECOND_SECTION
    if aspect in NUMBERED and _has_number(sentence.text):
        points += HAS_NUMBER
    if aspect and aspect in named("aspects", words_of(sentence.text), ("de",)):
        points += FIRST_OF_SECTION
    return (
        points + (FIRST_OF_SECTION if place == 0 else 0) + (SUMMARY if sentence.section == "summary" else 0)
    )


def holds(text: str, asked: Sequence[str], language: str) -> bool:
    """Whether `text` has every one of the words `asked`, in any form or inside a compound."""
    words = analyser(language if language in LANGUAGES else "de")
    stems = {words.stem(word) for word in words_of(text)}
    return all(_met(words.stem(word), stems) for word in asked)


def _met(stem: str, stems: set[str]) -> bool:
    """The stem itself, or as the beginning or end of a compound."""
    if stem in stems:
        return True
    return len(stem) >= SHORTEST_STEM and any(
        other.startswith(stem) or other.endswith(stem) for other in stems
    )


def _has_number(text: str) -> bool:
    return any(letter.isdigit() for letter in text) or bool(NUMBER_WORDS & set(words_of(text)))


def sentences(text: ArticleText) -> Iterator[tuple[Sentence, int]]:
    """Every sentence of the page with its place in its section; list items count as sentences."""
    for section in SECTIONS:
        value = getattr(text, section)
        lines = value if isinstance(value, list) else str(value).splitlines()
        around = "\n".join(filter(None, (richtext.plain(line) for line in lines)))
        for place, sentence in enumerate(split(around)):
            yield Sentence(sentence, section, around), place


def split(text: str) -> list[str]:
    """Sentences and lines; an abbreviation or a step's number ends none."""
    found: list[str] = []
    for part in _END.split(text):
        piece = part.strip(" -•\n")
        if not piece:
            continue
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def first_sentence(text: str) -> str:
    return next(iter(split(text)), "")
