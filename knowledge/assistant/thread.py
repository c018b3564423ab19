"""The conversation so far travels in the form, signed: no session row, no cookie, and a second host can go on with it."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core import signing

from knowledge.assistant.replies import Button, Fact, Memory, Quote, Reply, Source
from portal.language.marking import Piece

SALT = "assistant.thread"
MOST_TURNS = 8
LONGEST = 60_000  # characters a browser may send back
MAX_AGE = 12 * 3600


class Thread:
    """What was said (newest last) and what is remembered."""

    def __init__(self, memory: Memory | None = None, turns: list[tuple[Reply, int]] | None = None) -> None:
        self.memory = memory or Memory()
        self.turns = turns or []

    def add(self, reply: Reply, turn_id: int) -> None:
        self.turns = [*self.turns, (reply, turn_id)][-MOST_TURNS:]

    def pack(self) -> str:
        """For the hidden field."""
        kept = [[_plain(reply), turn_id] for reply, turn_id in self.turns]
        return signing.dumps([self.memory.as_json(), kept], salt=SALT, compress=True)

    @classmethod
    def unpack(cls, text: str) -> "Thread":
        """The thread of a form; a forged, broken or old one is simply a new conversation."""
        if not text or len(text) > LONGEST:
            return cls()
        try:
            memory, kept = signing.loads(text, salt=SALT, max_age=MAX_AGE)
            return cls(Memory.from_json(memory), [(_reply(row), int(turn_id)) for row, turn_id in kept])
        except (signing.BadSignature, TypeError, ValueError, KeyError):
            return cls()


def sign_turn(turn_id: int) -> str:
    """Names a turn to its own page only: nobody rates other people's answers."""
    return signing.dumps(turn_id, salt="assistant.turn")


def turn_of(text: str) -> int:
    """The turn that a form names, or 0."""
    try:
        return int(signing.loads(text, salt="assistant.turn", max_age=MAX_AGE))
    except (signing.BadSignature, TypeError, ValueError):
        return 0


def _plain(reply: Reply) -> dict[str, Any]:
    row = asdict(reply)
    for source in [row["source"], *row["candidates"]]:
        if source and source["as_of"]:
            source["as_of"] = source["as_of"].isoformat()
    return row


def _reply(row: dict[str, Any]) -> Reply:
    quote = row["quote"]
    return Reply(
        **{
            **row,
            "facts": tuple(Fact(label, tuple(lines), language) for label, lines, language in row["facts"]),
            "quote": Quote(quote["heading"], tuple(Piece(**p) for p in quote["pieces"]), quote["url"])
            if quote
            else None,
            "source": _source(row["source"]),
            "candidates": tuple(found for part in row["candidates"] if (found := _source(part))),
            "buttons": tuple(Button(**button) for button in row["buttons"]),
        }
    )


def _source(row: dict[str, Any] | None) -> Source | None:
    if not row:
        return None
    return Source(**{**row, "as_of": date.fromisoformat(row["as_of"]) if row["as_of"] else None})
