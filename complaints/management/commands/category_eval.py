"""manage.py category_eval --folds 5 [--file FILE.csv]"""

import json
import os
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.imports import history
from complaints.imports.command import legacy_encoding
from complaints.imports.csv_lines import FileRefused
from complaints.imports.history_file import FIELDS, PastReport, Reading, read
from complaints.suggesting.classifier import MOST_EXAMPLES
from complaints.suggesting.evaluation import Filed, Outcome, evaluate


class Command(BaseCommand):
    help = "How well categories are suggested: learns from most of the closed cases and judges the others, in turns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folds", type=int, default=5)
        parser.add_argument(
            "--file", type=Path, help="reports of a CSV file instead of the city's closed cases"
        )
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADER", help="as in import_complaints"
        )
        parser.add_argument(
            "--all", action="store_true", help="all closed cases, not only those of the last import"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 2 <= options["folds"] <= 50:
            raise CommandError("--folds is a number from 2 to 50.")
        filed, origin = _from_file(options) if options["file"] else _from_cases(options["all"])
        if len(filed) < options["folds"] or len({one.label for one in filed}) < 2:
            raise CommandError(f"{len(filed)} reports ({origin}) are too few to learn from.")
        learnt = len(filed) - len(filed) // options["folds"]
        if learnt > MOST_EXAMPLES:
            origin += f"; each fold learns from {MOST_EXAMPLES} of {learnt}, as the nightly learning does"
        processes = min(options["folds"], os.cpu_count() or 1)
        outcome = evaluate(filed, folds=options["folds"], processes=processes, progress=self._say)
        if options["json"]:
            self.stdout.write(json.dumps({"reports": origin} | _figures(outcome), ensure_ascii=False))
        else:
            self._tell(outcome, origin, categories=len({one.label for one in filed}))

    def _say(self, progress: str) -> None:
        self.stderr.write(progress)

    def _tell(self, outcome: Outcome, origin: str, *, categories: int) -> None:
        found = _figures(outcome)
        self.stdout.write(f"{outcome.judged} reports in {categories} categories ({origin})")
        self.stdout.write(f"category, first suggestion right  {found['category']:.3f}")
        self.stdout.write(f"category, among three suggestions {found['top3']:.3f}")
        self.stdout.write(f"main category right               {found['parent']:.3f}")
        self.stdout.write(f"certainty of the first suggestion {found['certainty']:.3f}")
        self.stdout.write(f"time for one text                 {found['ms']:.2f} ms")
        self.stdout.write("most often mistaken:" if found["worst"] else "nothing was mistaken")
        for one in found["worst"]:
            instead = ", ".join(f"{name} ({times})" for name, times in one["instead"])
            self.stdout.write(
                f"  {one['category']}: {one['wrong']} of {one['filed']} wrong; suggested {instead}"
            )


def _figures(outcome: Outcome) -> dict[str, Any]:
    def share(count: float) -> float:
        return round(count / outcome.judged, 4)

    return {
        "judged": outcome.judged,
        "category": share(outcome.first),
        "top3": share(outcome.among_three),
        "parent": share(outcome.parent),
        "certainty": share(outcome.certainty),
        "ms": round(1000 * outcome.seconds / outcome.judged, 3),
        "worst": [
            {
                "category": _shown(label),
                "wrong": wrong,
                "filed": filed,
                "instead": [(_shown(name), times) for name, times in instead],
            }
            for label, wrong, filed, instead in outcome.worst(5)
        ],
    }


def _shown(label: str) -> str:
    parent, _sign, name = label.partition("\x1f")
    return name if parent in ("", name) else f"{parent} / {name}"


def _from_cases(everything: bool) -> tuple[list[Filed], str]:
    rows, run = history.closed_reports(everything=everything)
    origin = f"closed cases of the import of {run.file_name}" if run else "closed cases"
    return [Filed(*row) for row in rows], origin


def _from_file(options: dict[str, Any]) -> tuple[list[Filed], str]:
    how = Reading(needs=frozenset({"text"}), zone=timezone.get_default_timezone(), legacy=legacy_encoding())
    pairs = [pair.partition("=") for pair in options["column"]]
    if any(name not in FIELDS or not header for name, _sign, header in pairs):
        raise CommandError("--column takes FIELD=HEADER.")
    how = replace(how, columns={name: header for name, _sign, header in pairs})
    try:
        with options["file"].open("rb") as stream:
            records = [one for one in read(stream, how, now=timezone.now()) if isinstance(one, PastReport)]
    except OSError as refusal:
        raise CommandError(f"{options['file']} cannot be read: {refusal.strerror}") from refusal
    except FileRefused as refusal:
        raise CommandError(str(refusal)) from refusal
    filed = [Filed(one.text, one.category or one.parent, one.parent or one.category) for one in records]
    return [one for one in filed if one.category], options["file"].name
