"""manage.py import_addresses FILE.csv --column street=Strassenname"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from complaints.imports import address_list
from complaints.imports.address_file import FIELDS, Reading, read
from complaints.imports.csv_lines import FileRefused, named_columns, one_delimiter

MOST_TOLD = 50


class Command(BaseCommand):
    help = "Makes a CSV file of house numbers with positions the city's list of addresses. May run as often as you like."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", type=Path)
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADER",
            help=f"which column holds a field, where its name does not tell; fields: {', '.join(FIELDS)}",
        )  # fmt: skip
        parser.add_argument("--delimiter", default="", help="found out if not given")
        parser.add_argument("--encoding", default="", help="found out if not given")
        parser.add_argument(
            "--utm",
            type=int,
            default=0,
            metavar="ZONE",
            help="positions are metres of this UTM zone (32, 33 …)",
        )
        parser.add_argument("--add", action="store_true", help="keep addresses that the file does not name")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            columns, delimiter = named_columns(options["column"]), one_delimiter(options["delimiter"])
            how = Reading(columns, delimiter, options["encoding"], options["utm"])
            with (
                path.open("rb") as stream,
                tqdm(desc="Importing", unit="address", disable=not sys.stderr.isatty()) as bar,
            ):
                taken = address_list.take_over(
                    read(stream, how),
                    only_add=options["add"],
                    progress=lambda done: bar.update(done) and None,
                )
        except OSError as refusal:
            raise CommandError(f"{path} cannot be read: {refusal.strerror}") from refusal
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{taken.kept} addresses, {taken.removed} that the file no longer names removed, "
            f"{len(taken.broken)} broken lines left out."
        )
        for one in taken.broken if options["verbosity"] > 1 else taken.broken[:MOST_TOLD]:
            self.stdout.write(f"line {one.line}: {one.reason}")
