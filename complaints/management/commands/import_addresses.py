"""manage.py import_addresses FILE.csv --column street=Strassenname"""

from argparse import ArgumentParser
from typing import Any

from complaints.imports import address_list
from complaints.imports.address_file import FIELDS, read
from complaints.imports.command import ImportCommand, legacy_encoding
from complaints.imports.csv_lines import Reading, named_columns, one_delimiter


class Command(ImportCommand):
    help = "Makes a CSV file of house numbers with positions the city's list of addresses. May run as often as you like."
    fields, unit = FIELDS, "address"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--add", action="store_true", help="keep addresses that the file does not name")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.opened(options["file"]) as (stream, bar):
            columns, delimiter = named_columns(options["column"]), one_delimiter(options["delimiter"])
            how = Reading(columns, delimiter, options["encoding"], legacy_encoding(), options["utm"])
            taken = address_list.take_over(
                read(stream, how),
                only_add=options["add"],
                progress=lambda done: bar.update(done) and None,
            )
        self.stdout.write(
            f"{taken.kept} addresses, {taken.removed} that the file no longer names removed, "
            f"{len(taken.broken)} broken lines left out."
        )
        self.tell_broken(taken.broken, everything=options["verbosity"] > 1)
