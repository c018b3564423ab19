"""What is put into the index, and the bag of weighted terms that it becomes. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from portal.language.analysis import Analyser
from portal.language.folding import LONGEST_WORD, Token

TITLE, NAMES, BODY = 1, 2, 4
"""Where a term occurs: a bit each."""
WEIGHTS = {TITLE: 4.0, NAMES: 3.0, BODY: 1.0}
PART = 0.5
"""A part of a compound counts that much of the word, a part of a part that much again."""
LONGEST_BODY = 200_000
MOST_NAMES = 200

Parts = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that can be quoted; `anchor` is the fragment of its heading on the page."""

    text: str
    heading: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found. `collection` and `key` name it; `tags` are what results can be narrowed by."""

    collection: str
    key: str
    language: str
    title: str
    synonyms: Sequence[str] = ()
    questions: Sequence[str] = ()
    passages: Sequence[Passage] = ()
    tags: Sequence[str] = ()
    popularity: float = 1.0
    """From 1.0 to 1.1: how much a much-wanted document is raised."""


@dataclass(slots=True)
class Bag:
    """The terms of a document: weight and fields of each, the words of its names, the vocabulary it adds."""

    weights: dict[str, float] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    names: list[list[list[str]]] = field(default_factory=list)
    vocabulary: dict[str, str] = field(default_factory=dict)
    length: float = 0.0

    def add(self, terms: Sequence[str], amount: float, where: int) -> None:
        for term in terms:
            self.weights[term] = self.weights.get(term, 0.0) + amount
            self.fields[term] = self.fields.get(term, 0) | where


def bag(document: Document, analyser: Analyser, parts: Parts) -> Bag:
    """Count the terms of a document, its title and names more than its text."""
    found = Bag()
    _add_text(found, document.title, TITLE, analyser, parts)
    for name in [*document.synonyms, *document.questions][:MOST_NAMES]:
        _add_text(found, name, NAMES, analyser, parts)
    names = dict.fromkeys([document.title, *document.synonyms, *document.questions])
    found.names = [words for name in list(names)[:MOST_NAMES] if (words := name_words(name, analyser, parts))]
    room = LONGEST_BODY
    for passage in document.passages:
        _add_text(found, f"{passage.heading}. {passage.text}"[:room], BODY, analyser, parts)
        room = max(room - len(passage.text), 0)
    return found


def name_words(name: str, analyser: Analyser, parts: Parts) -> list[list[str]]:
    """Each meaningful word of a name as the list of its terms: the word itself first, then its parts."""
    found: list[list[str]] = []
    for word in with_joined(analyser.tokens(name), analyser, parts, joined=False):
        if not analyser.is_stop(word):
            pieces = [term for part in parts(word) for term in analyser.terms(part)[:1]]
            found.append([analyser.terms(word)[0], *dict.fromkeys(pieces)])
    return found[:12]


def with_joined(
    tokens: list[Token], analyser: Analyser, parts: Parts, *, joined: bool = True
) -> Iterator[str]:
    """The words, and after `Gewerbe-Anmeldung` also `gewerbeanmeldung`; `An- und Abmeldung` completes the first."""
    run: list[str] = []
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        hyphen_joins = bool(token.glued and following and following.start == token.end + 1)
        if token.glued and not hyphen_joins and len(tokens) > place + 2 and analyser.links:
            completed = parts(tokens[place + 2].text)
            yield (token.text + completed[-1])[:LONGEST_WORD] if completed else token.text
        else:
            yield token.text
        run.append(token.text)
        if not hyphen_joins:
            if joined and 1 < len(run) <= 4:
                yield "".join(run)[:LONGEST_WORD]
            run = []


def _add_text(found: Bag, text: str, where: int, analyser: Analyser, parts: Parts) -> None:
    weight = WEIGHTS[where]
    for word in with_joined(analyser.tokens(text), analyser, parts):
        if analyser.is_stop(word):
            continue
        terms = analyser.terms(word)
        found.add(terms, weight, where)
        found.length += weight
        for spelling in analyser.spellings(word):
            found.vocabulary.setdefault(spelling, terms[0])
        for part in parts(word):
            found.add(analyser.terms(part), weight * PART, where)
            for smaller in parts(part):
                found.add(analyser.terms(smaller), weight * PART * PART, where)
