"""manage.py search_eval QUERIES.jsonl [--run OUT.jsonl] [--floor ndcg=.82 --floor recall5=.88 --floor zero=.01]"""

import json
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from knowledge.articles import retrieval
from knowledge.models import Article
from knowledge.search import judging
from knowledge.search.judging import Answered, Judged

NAMES = {"ndcg": "nDCG@10", "recall5": "recall@5", "success1": "success@1", "mrr": "MRR", "zero": "zero"}
CEILINGS = ("zero", "p95")
EVERYTHING = "*"


class Command(BaseCommand):
    help = "Measures the search with judged queries: JSON lines with query, relevant [{id, grade}] and, if wanted, qid and type."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="QUERIES.jsonl", type=Path)
        parser.add_argument(
            "--run", metavar="OUT.jsonl", type=Path, help="write the results of every query there"
        )
        parser.add_argument(
            "--floor",
            action="append",
            default=[],
            metavar="MEASURE=LIMIT",
            help=f"fail under (zero, p95: over) this limit; measures: {', '.join(NAMES)}, p95 (ms)",
        )
        parser.add_argument(
            "--source",
            help="search only the articles that import_articles brought under this name; * for all articles. "
            "Without it: the source that the judged ids come from, if there is one.",
        )
        parser.add_argument("--language", default="de", help="of queries that don't say (de)")

    def handle(self, *args: Any, **options: Any) -> None:
        floors = dict(_floor(text) for text in options["floor"])
        queries = self._read(options["file"])
        external_ids = {
            str(pk): external for pk, external in Article.objects.values_list("pk", "external_id")
        }
        source = options["source"] or _source_of(queries, list(external_ids.values()))
        tags = [[f"source:{source}"]] if source and source != EVERYTHING else []
        answered = [
            _ask(query, query.language or options["language"], tags, external_ids) for query in queries
        ]
        if options["run"]:
            self._write(options["run"], answered)
        if tags:
            self.stdout.write(f"source: {source}")
        measured = self._tell(answered)
        failed = [text for name, limit in floors.items() if (text := _under(name, limit, measured))]
        if failed:
            raise CommandError("; ".join(failed))

    def _read(self, path: Path) -> list[Judged]:
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        queries = []
        for line in judging.read(lines):
            if isinstance(line, str):
                self.stderr.write(line)
            else:
                queries.append(line)
        return queries

    def _write(self, path: Path, answered: Sequence[Answered]) -> None:
        try:
            with path.open("w", encoding="utf-8") as out:
                for answer in answered:
                    out.write(json.dumps(answer.line(), ensure_ascii=False) + "\n")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _tell(self, answered: Sequence[Answered]) -> dict[str, float]:
        measured = judging.measure(answered)
        self.stdout.write(f"{'':<14}{'n':>5}" + "".join(f"{name:>11}" for name in NAMES.values()))
        for name, group in {**judging.by_type(answered), "all": [a for a in answered if a.in_scope]}.items():
            row = judging.measure(group)
            if row:
                self.stdout.write(
                    f"{name:<14}{len(group):>5}" + "".join(f"{row[key]:>11.3f}" for key in NAMES)
                )
        self.stdout.write(f"\n{'first hit':<14}" + "".join(f"{kind:>11}" for kind in judging.KINDS))
        for name, counts in judging.refusals(answered).items():
            self.stdout.write(f"{name:<14}" + "".join(f"{counts[kind]:>11}" for kind in judging.KINDS))
        times = sorted(answer.ms for answer in answered)
        if times:
            measured["p95"] = times[min(int(len(times) * 0.95), len(times) - 1)]
            self.stdout.write(
                f"\nms: p50 {times[len(times) // 2]:.1f}, p95 {measured['p95']:.1f}, most {times[-1]:.1f}"
            )
        return measured


def _ask(
    query: Judged, language: str, tags: Sequence[Sequence[str]], external_ids: dict[str, str]
) -> Answered:
    start = time.perf_counter()
    found = retrieval.with_german(query.query, language=language, tags=tags, limit=judging.DEPTH)
    ms = (time.perf_counter() - start) * 1000
    results = [_without_source(external_ids.get(hit.key, "")) or hit.key for hit in found.hits]
    return Answered(query, list(dict.fromkeys(results)), ms, found.kind)


def _without_source(external_id: str) -> str:
    return external_id.partition(retrieval.SOURCE_MARK)[2] or external_id


def _source_of(queries: Sequence[Judged], external_ids: Sequence[str]) -> str:
    """The imported collection that the judged ids come from; with no judgments the only collection there is."""
    sources: dict[str, set[str]] = {}
    for external in external_ids:
        source, mark, key = external.partition(retrieval.SOURCE_MARK)
        if mark:
            sources.setdefault(source, set()).add(key)
    judged = {key for query in queries for key in query.relevant}
    if judged:
        hits = {source: len(judged & keys) for source, keys in sources.items()}
        best = max(hits, key=lambda source: hits[source], default="")
        return best if best and hits[best] * 2 >= len(judged) else ""
    return next(iter(sources)) if len(sources) == 1 else ""


def _floor(text: str) -> tuple[str, float]:
    name, _, limit = text.partition("=")
    try:
        if name not in NAMES and name not in CEILINGS:
            raise ValueError
        return name, float(limit)
    except ValueError:
        raise CommandError(
            f"--floor {text}: give one of {', '.join(NAMES)}, p95 and a number, e.g. ndcg=.82"
        ) from None


def _under(name: str, limit: float, measured: dict[str, float]) -> str:
    if name not in measured:
        return f"{name}: nothing was measured"
    value = measured[name]
    holds = value <= limit if name in CEILINGS else value >= limit
    return "" if holds else f"{NAMES.get(name, name)} is {value:.3f}, the limit is {limit}"
