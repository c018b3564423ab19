"""manage.py import_complaints FILE.csv --column text=Meldetext --column created=Eingang"""

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from complaints.imports import history
from complaints.imports.csv_lines import BrokenLine, FileRefused, named_columns, one_delimiter
from complaints.imports.history_file import FIELDS, Reading, read

MOST_TOLD = 50


class Command(BaseCommand):
    help = "Takes over old cases from a CSV file. Nobody is notified; importing the same file again adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", type=Path)
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADER",
            help=f"which column holds a field, where its name does not tell; fields: {', '.join(FIELDS)}",
        )  # fmt: skip
        for name in FIELDS:
            parser.add_argument(
                f"--{name}-column", metavar="HEADER", default="", help=f"the same as --column {name}=HEADER"
            )
        parser.add_argument("--delimiter", default="", help="found out if not given")
        parser.add_argument(
            "--encoding", default="", help="found out if not given (UTF-8, UTF-16, Windows-1252)"
        )
        parser.add_argument("--timezone", default="", help="of times without one; otherwise that of the city")
        parser.add_argument("--month-first", action="store_true", help="03/04/2026 is the fourth of March")
        parser.add_argument(
            "--utm",
            type=int,
            default=0,
            metavar="ZONE",
            help="positions are metres of this UTM zone (32, 33 …)",
        )
        parser.add_argument(
            "--publish", action="store_true", help="the texts are moderated and may be shown in public"
        )
        parser.add_argument(
            "--no-learning", action="store_true", help="do not learn the categories anew afterwards"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            how = _reading(options)
            with (
                path.open("rb") as stream,
                tqdm(desc="Importing", unit="case", disable=not sys.stderr.isatty()) as bar,
            ):
                taken = history.take_over(
                    read(stream, how, now=timezone.now()),
                    file_name=path.name,
                    publish=options["publish"],
                    learn=not options["no_learning"],
                    progress=lambda done: bar.update(done) and None,
                )
        except OSError as refusal:
            raise CommandError(f"{path} cannot be read: {refusal.strerror}") from refusal
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{taken.added} cases added, {taken.known} were here already, {len(taken.broken)} broken lines left out; "
            f"{taken.categories} categories and {taken.departments} departments made."
        )
        if taken.unplaced:
            self.stdout.write(
                f"{taken.unplaced} taken without a position: metres of a grid that the file does not name "
                "(--utm ZONE, if it is one of UTM)."
            )
        self._tell_broken(taken.broken, everything=options["verbosity"] > 1)

    def _tell_broken(self, broken: list[BrokenLine], *, everything: bool) -> None:
        told = broken if everything else broken[:MOST_TOLD]
        for one in told:
            self.stdout.write(f"line {one.line}: {one.reason}")
        if rest := broken[len(told) :]:
            self.stdout.write(f"{len(rest)} more (all with -v 2):")
            for reason, count in Counter(one.reason.split(":")[0] for one in rest).most_common():
                self.stdout.write(f"  {count} x {reason}")


def _reading(options: dict[str, Any]) -> Reading:
    columns = {name: options[f"{name}_column"] for name in FIELDS if options[f"{name}_column"]}
    columns |= named_columns(options["column"])
    delimiter = one_delimiter(options["delimiter"])
    try:
        zone = ZoneInfo(options["timezone"]) if options["timezone"] else timezone.get_default_timezone()
    except (ZoneInfoNotFoundError, ValueError) as refusal:
        raise CommandError(f"There is no time zone {options['timezone']}.") from refusal
    return Reading(columns, delimiter, options["encoding"], zone, options["month_first"], options["utm"])
