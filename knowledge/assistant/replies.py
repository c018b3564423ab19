"""What the assistant says, as values that a page, a command and a test can read."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from portal.language.marking import Piece

TALK = ("insult", "bot", "human", "greeting", "thanks", "bye", "help")
"""Routes of talk about nothing in particular."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer comes from: always shown, with the date of the text."""

    article_id: int
    key: str  # the id in the source the article was imported from, or its short name
    title: str
    url: str
    as_of: date | None
    language: str = "de"  # of its title


@dataclass(frozen=True, slots=True)
class Button:
    """A choice. With `question` it asks on, with `url` it leads to a page; both are links without JavaScript."""

    label: str
    question: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """The passage the answer is taken from, word for word."""

    heading: str
    pieces: tuple[Piece, ...]
    url: str


class Fact(NamedTuple):
    """A row of the small table beneath an answer."""

    label: str
    lines: tuple[str, ...]
    language: str = ""  # of the lines, where a page is quoted; else that of the question


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `text` is its first sentence, `facts` a small table."""

    kind: str  # one of Turn.Kind
    text: str
    facts: tuple[Fact, ...] = ()
    quote: Quote | None = None
    source: Source | None = None
    candidates: tuple[Source, ...] = ()
    buttons: tuple[Button, ...] = ()
    route: str = ""
    aspect: str = ""
    question: str = ""
    note: str = ""  # a word about the language of what is quoted
    language: str = "de"  # of the page it is taken from
    spoken: str = "de"  # of the question, and so of our own sentences
    is_quoted: bool = False  # the first sentence is one of the page
    confidence: float = 0.0
    by_model: bool = False
    urgent: bool = False  # emergency numbers: shown as a warning

    @property
    def text_language(self) -> str:
        return self.language if self.is_quoted else self.spoken

    @property
    def quotes_foreign(self) -> bool:
        """Whether words of a page stand in it that are in another language than the question."""
        quotes_page = self.is_quoted or self.quote_adds
        foreign_row = any(fact.language not in ("", self.spoken) for fact in self.facts)
        return self.kind == "answer" and (foreign_row or (quotes_page and self.language != self.spoken))

    @property
    def is_rateable(self) -> bool:
        """Whether it was of use can be asked of an answer or a way on, not of a greeting or a number in danger."""
        return not (self.urgent or self.kind == "rejected" or self.route in TALK)

    @property
    def is_choice(self) -> bool:
        """Whether the pages beside it are asked about, not only named."""
        return self.kind in ("candidates", "clarify")

    @property
    def quote_adds(self) -> bool:
        """Whether the passage says more than the first sentence, which is taken from it."""
        return self.quote is not None and "".join(piece.text for piece in self.quote.pieces) != self.text

    @property
    def ways(self) -> tuple[Button, ...]:
        """The buttons that do not stand beside their page already."""
        titles = {source.title for source in self.candidates} if self.is_choice else set()
        return tuple(button for button in self.buttons if button.question not in titles)

    def with_(self, **changes: Any) -> "Reply":
        return replace(self, **changes)

    def as_json(self) -> dict[str, Any]:
        """For `manage.py ask --json` and the judged questions."""
        return {
            "kind": self.kind,
            "route": self.route,
            "aspect": self.aspect,
            "text": self.text,
            "facts": {fact.label: list(fact.lines) for fact in self.facts},
            "quote": "".join(piece.text for piece in self.quote.pieces) if self.quote else "",
            "source": {"id": self.source.key, "title": self.source.title, "url": self.source.url}
            if self.source
            else None,
            "results": [source.key for source in ([self.source] if self.source else [])]
            + [source.key for source in self.candidates],
            "buttons": [
                {"label": button.label, "question": button.question, "url": button.url}
                for button in self.buttons
            ],
            "language": self.language,
            "confidence": round(self.confidence, 3),
        }


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept between two questions: the last article, what was wanted of it, whose case it was, what was offered."""

    article_id: int = 0
    aspect: str = ""
    slots: tuple[str, ...] = ()
    pending: tuple[int, ...] = ()  # articles between which the citizen may choose
    age: tuple[int, int] | None = None
    offices: tuple[int, ...] = ()  # those that were told of
    row: tuple[str, ...] = ()  # the words that a fee was chosen by

    def as_json(self) -> list[Any]:
        return [
            self.article_id,
            self.aspect,
            list(self.slots),
            list(self.pending),
            self.age,
            list(self.offices),
            list(self.row),
        ]

    @classmethod
    def from_json(cls, kept: Any) -> "Memory":
        """The memory of a thread; anything unexpected is an empty one."""
        try:
            article_id, aspect, slots, pending, age, offices, row = kept
            return cls(
                int(article_id),
                str(aspect),
                tuple(map(str, slots)),
                tuple(map(int, pending)),
                (int(age[0]), int(age[1])) if age else None,
                tuple(map(int, offices)),
                tuple(map(str, row)),
            )
        except (TypeError, ValueError, IndexError):
            return cls()
