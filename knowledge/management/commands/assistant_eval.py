"""Judge the assistant on conversations; exit 1 below a floor."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from knowledge.assistant.judging import judge

AT_MOST = ("wrongly_answered", "p95_ms")


class Command(BaseCommand):
    help = "Judge the assistant on a file of conversations (shape: demo/judged/README.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--floor", action="append", default=[], metavar="NAME=VALUE", help="e.g. right=0.93"
        )
        parser.add_argument("--failures", action="store_true", help="list what went wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        report = judge(options["file"])
        if options["failures"]:
            for line in report.failures():
                self.stdout.write(line)
        figures = report.figures()
        for name, value in figures.items():
            self.stdout.write(f"{name:>18} {value:.3f}")
        for kind, number in sorted(report.kinds().items()):
            self.stdout.write(f"{number:>5} {kind}")
        missed = [floor for floor in options["floor"] if not _holds(floor, figures)]
        if missed:
            raise CommandError(f"below the floor: {', '.join(missed)}")


def _holds(floor: str, figures: dict[str, float]) -> bool:
    name, _equals, value = floor.partition("=")
    if name not in figures:
        raise CommandError(f"There is no figure {name!r}; known are {', '.join(figures)}.")
    return figures[name] <= float(value) if name in AT_MOST else figures[name] >= float(value)
