"""How good the assistant is on judged conversations. Shapes: see `demo/judged/README.md`."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from django.utils import translation

from knowledge.assistant.conversation import converse
from knowledge.assistant.replies import Memory, Reply

IN_SCOPE = ("answer", "candidates", "clarify")


@dataclass
class Verdict:
    """One judged turn: what was asked, what came (several answers to several questions), and whether that was right."""

    qid: str
    question: str
    expected: dict[str, Any]
    replies: Sequence[Reply]
    ms: float

    @property
    def in_scope(self) -> bool:
        return self.expected.get("kind", "answer") in IN_SCOPE

    @property
    def reply(self) -> Reply:
        """The one that counts: the first answer from a page, else the last reply."""
        return next(iter(self.answers), self.replies[-1])

    @property
    def answers(self) -> list[Reply]:
        return [reply for reply in self.replies if reply.kind == "answer"]

    @property
    def keys(self) -> list[str]:
        found = [source for reply in self.replies for source in (reply.source, *reply.candidates) if source]
        return [source.key for source in found]

    @property
    def is_direct(self) -> bool:
        return bool(self.answers)

    @property
    def is_right(self) -> bool:
        """Every direct answer comes from a right page, and together they say what they must."""
        wanted = self.expected.get("articles") or []
        said = str(self.expected.get("contains", ""))
        sources = [reply.source.key for reply in self.answers if reply.source]
        return self.is_direct and (not wanted or set(sources) <= set(wanted)) and said in self.all_text

    @property
    def is_known_wrongly(self) -> bool:
        """Out of scope and answered all the same, from none of the pages that may be named for it."""
        return self.is_direct and not set(self.keys) & set(self.expected.get("articles") or [])

    @property
    def offers_it(self) -> bool:
        return bool(set(self.expected.get("articles") or []) & set(self.keys))

    @property
    def all_text(self) -> str:
        return " ".join(
            f"{reply.text} {' '.join(f'{fact.label} {chr(32).join(fact.lines)}' for fact in reply.facts)} "
            f"{''.join(piece.text for piece in reply.quote.pieces) if reply.quote else ''}"
            for reply in self.replies
        )


@dataclass
class Report:
    """The figures of the issue, each a share from 0 to 1, and the turns that went wrong."""

    verdicts: list[Verdict] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        inside = [v for v in self.verdicts if v.in_scope]
        outside = [v for v in self.verdicts if not v.in_scope]
        direct = [v for v in inside if v.is_direct]
        rest = [v for v in inside if not v.is_direct]
        routed = [v for v in outside if v.expected.get("kind") == "route" and v.expected.get("route")]
        times = sorted(v.ms for v in self.verdicts) or [0.0]
        return {
            "right": _share(sum(v.is_right for v in direct), len(direct)),
            "direct": _share(len(direct), len(inside)),
            "offered": _share(sum(v.offers_it for v in rest), len(rest)),
            "wrongly_answered": _share(sum(v.is_known_wrongly for v in outside), len(outside), empty=0.0),
            "routed": _share(sum(v.reply.route == v.expected["route"] for v in routed), len(routed)),
            "sourced": _share(
                sum(v.reply.source is not None for v in self.verdicts if v.is_direct),
                sum(v.is_direct for v in self.verdicts),
            ),
            "p95_ms": times[min(len(times) - 1, int(0.95 * len(times)))],
        }

    def failures(self) -> Iterable[str]:
        for v in self.verdicts:
            wrong = v.is_direct and not v.is_right if v.in_scope else v.is_known_wrongly
            missed = v.in_scope and not v.is_direct and not v.offers_it
            other = v.expected.get("route") and v.reply.route != v.expected["route"]
            if wrong or missed or other:
                yield f"{v.qid} {v.question!r}: {v.reply.kind} {v.reply.route} {v.keys[:3]} {v.reply.confidence:.2f} expected {v.expected}"

    def kinds(self) -> Counter[str]:
        return Counter(f"{v.expected.get('kind')} -> {v.reply.kind}" for v in self.verdicts)


def judge(path: Path) -> Report:
    """Hold every conversation of the file."""
    report = Report()
    for line in path.read_text().splitlines():
        if line.strip():
            _converse(json.loads(line), report)
    return report


def _converse(row: dict[str, Any], report: Report) -> None:
    memory, language = Memory(), row.get("language", "de")
    with translation.override(language):
        for turn in row["turns"]:
            started = perf_counter()
            replies, memory = converse(turn["question"], memory=memory, language=language)
            ms = 1000 * (perf_counter() - started)
            report.verdicts.append(
                Verdict(str(row.get("qid", "")), turn["question"], turn.get("expect", {}), replies, ms)
            )


def _share(part: int, whole: int, *, empty: float = 1.0) -> float:
    return part / whole if whole else empty
