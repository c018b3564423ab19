"""Measures of a search against judged queries. Pure.

Grades: 1 related, 2 useful, 3 answers the need. nDCG@10 with the gain 2^grade - 1, recall@5 and success@1 over grades
from 2, the share of queries without a hit; queries with nothing relevant are out of scope and only tell about refusals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Any

from portal import json_lines

USEFUL = 2
DEPTH = 10
KINDS = ("answer", "candidates", "refusal")


@dataclass(frozen=True)
class Judged:
    """A query with the ids that matter and their grades; `qid` None where the file has none."""

    query: str
    type: str = ""
    language: str = ""
    relevant: Mapping[str, float] = field(default_factory=dict)
    judged: bool = True
    qid: Any = None


@dataclass(frozen=True)
class Answered:
    """What the search gave: ids best first, milliseconds, and what it made of it."""

    judged: Judged
    results: Sequence[str]
    ms: float
    kind: str

    @property
    def in_scope(self) -> bool:
        return bool(self.judged.relevant)

    def line(self) -> dict[str, Any]:
        named = {} if self.judged.qid is None else {"qid": self.judged.qid}
        return {
            **named,
            "query": self.judged.query,
            "results": list(self.results),
            "ms": round(self.ms, 2),
            "kind": self.kind,
        }


def read(lines: Iterable[str]) -> Iterator[Judged | str]:
    """Read judged queries from JSON lines; a line that can't be read comes as a sentence about it."""
    for number, record in json_lines.read(lines):
        if isinstance(record, str):
            yield _judged({"query": record})
        elif isinstance(record, dict):
            yield _judged(record)
        else:
            reason = record.reason if isinstance(record, json_lines.Broken) else "not a JSON object"
            yield f"line {number}: {reason}"


def _judged(record: Mapping[str, Any]) -> Judged:
    query = record.get("query", record.get("question", ""))
    return Judged(
        query=query if isinstance(query, str) else "",
        type=str(record.get("type") or ""),
        language=str(record.get("language") or record.get("lang") or ""),
        relevant=_grades(record.get("relevant")),
        judged="relevant" in record,
        qid=record.get("qid", record.get("query_id")),
    )


def _grades(relevant: object) -> dict[str, float]:
    """`[{"id": …, "grade": …}]`, `{"id": grade}` or a plain list of ids."""
    if isinstance(relevant, Mapping):
        pairs: Iterable[tuple[Any, Any]] = relevant.items()
    elif isinstance(relevant, list):
        pairs = [
            (item.get("id"), item.get("grade", 3)) if isinstance(item, Mapping) else (item, 3)
            for item in relevant
        ]
    else:
        return {}
    return {str(key): float(grade) for key, grade in pairs if key is not None and _is_grade(grade)}


def _is_grade(grade: object) -> bool:
    return isinstance(grade, int | float) and not isinstance(grade, bool) and 0 < grade < 10


def ndcg(results: Sequence[str], relevant: Mapping[str, float]) -> float:
    gains = [2 ** relevant.get(key, 0) - 1 for key in results[:DEPTH]]
    best = sorted((2**grade - 1 for grade in relevant.values()), reverse=True)[:DEPTH]
    ideal = sum(gain / log2(place + 2) for place, gain in enumerate(best))
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains)) / ideal if ideal else 0.0


def measure(answered: Sequence[Answered]) -> dict[str, float]:
    """nDCG@10, recall@5, success@1, MRR and zero rate over the queries in scope; {} if there is none."""
    asked = [answer for answer in answered if answer.in_scope]
    if not asked:
        return {}
    totals = dict.fromkeys(("ndcg", "recall5", "success1", "mrr", "zero"), 0.0)
    for answer in asked:
        relevant = answer.judged.relevant
        useful = {key for key, grade in relevant.items() if grade >= USEFUL} or set(relevant)
        places = [place for place, key in enumerate(answer.results, 1) if key in useful]
        totals["ndcg"] += ndcg(answer.results, relevant)
        totals["recall5"] += len(useful.intersection(answer.results[:5])) / len(useful)
        totals["success1"] += bool(places and places[0] == 1)
        totals["mrr"] += 1 / places[0] if places else 0.0
        totals["zero"] += not answer.results
    return {name: total / len(asked) for name, total in totals.items()}


def refusals(answered: Sequence[Answered]) -> dict[str, dict[str, int]]:
    """Rows "in scope, first hit right", "in scope, first hit wrong", "out of scope"; columns: kinds, with counts."""
    table = {row: dict.fromkeys(KINDS, 0) for row in ("right", "wrong", "out of scope")}
    for answer in answered:
        if not answer.judged.judged:
            continue
        useful = answer.in_scope and bool(answer.results)
        right = useful and answer.judged.relevant.get(answer.results[0], 0) >= USEFUL
        row = "out of scope" if not answer.in_scope else "right" if right else "wrong"
        table[row][answer.kind] += 1
    return table


def by_type(answered: Sequence[Answered]) -> dict[str, list[Answered]]:
    groups: dict[str, list[Answered]] = {}
    for answer in answered:
        if answer.in_scope:
            groups.setdefault(answer.judged.type or "-", []).append(answer)
    return dict(sorted(groups.items()))
