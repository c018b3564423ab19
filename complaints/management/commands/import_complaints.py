"""manage.py import_complaints FILE.csv --column text=Meldetext --column created=Eingang"""

from argparse import ArgumentParser
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import CommandError
from django.utils import timezone

from complaints.imports import history
from complaints.imports.command import ImportCommand, legacy_encoding
from complaints.imports.csv_lines import named_columns, one_delimiter
from complaints.imports.history_file import FIELDS, LONGEST_TEXT, Reading, read


class Command(ImportCommand):
    help = "Takes over old cases from a CSV file. Nobody is notified; importing the same file again adds nothing."
    fields, unit = FIELDS, "case"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        for name in FIELDS:
            parser.add_argument(
                f"--{name}-column", metavar="HEADER", default="", help=f"the same as --column {name}=HEADER"
            )
        parser.add_argument("--timezone", default="", help="of times without one; otherwise that of the city")
        parser.add_argument("--month-first", action="store_true", help="03/04/2026 is the fourth of March")
        parser.add_argument(
            "--publish", action="store_true", help="the texts are moderated and may be shown in public"
        )
        parser.add_argument(
            "--no-learning", action="store_true", help="do not learn the categories anew afterwards"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with self.opened(options["file"]) as (stream, bar):
            taken = history.take_over(
                read(stream, replace(_reading(options), tell=self._columns), now=timezone.now()),
                file_name=options["file"].name,
                publish=options["publish"],
                learn=not options["no_learning"],
                progress=lambda done: bar.update(done) and None,
            )
        self.stdout.write(
            f"{taken.added} cases added, {taken.known} were here already, {len(taken.broken)} broken lines left out; "
            f"{taken.categories} categories and {taken.departments} departments made."
        )
        if taken.shortened:
            self.stdout.write(
                f"{taken.shortened} texts are longer than {LONGEST_TEXT} characters and were cut there."
            )
        if taken.unplaced:
            self.stdout.write(
                f"{taken.unplaced} taken without a position: metres of a grid that the file does not name "
                "(--utm ZONE, if it is one of UTM)."
            )
        self.tell_broken(taken.broken, everything=options["verbosity"] > 1)

    def _columns(self, read: dict[str, str], unread: list[str]) -> None:
        """What is left unread by mistake costs more later than a line of words now."""
        self.stderr.write("read: " + ", ".join(f"{field} = {header}" for field, header in read.items()))
        if left := [header for header in unread if header.strip()]:
            self.stderr.write(f"not read: {', '.join(left)} (--column FIELD=HEADER)")


def _reading(options: dict[str, Any]) -> Reading:
    columns = {name: options[f"{name}_column"] for name in FIELDS if options[f"{name}_column"]}
    columns |= named_columns(options["column"])
    delimiter = one_delimiter(options["delimiter"])
    try:
        zone = ZoneInfo(options["timezone"]) if options["timezone"] else timezone.get_default_timezone()
    except (ZoneInfoNotFoundError, ValueError) as refusal:
        raise CommandError(f"There is no time zone {options['timezone']}.") from refusal
    encoding, legacy = options["encoding"], legacy_encoding()
    return Reading(columns, delimiter, encoding, legacy, options["utm"], zone, options["month_first"])
