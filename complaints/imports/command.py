"""What the imports from a CSV file have in common on the command line: how to read the file, how far it is, what was left out."""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from complaints.imports.csv_lines import BrokenLine, FileRefused
from portal.models import City, Country

MOST_TOLD = 50
_LEGACY = {Country.PL: "cp1250", Country.CZ: "cp1250", Country.HU: "cp1250", Country.BG: "cp1251"}


def legacy_encoding() -> str:
    """In what the programs of the city's country wrote before UTF-8."""
    return _LEGACY.get(Country(City.current().country), "cp1252")


class ImportCommand(BaseCommand):
    fields: Sequence[str]
    unit: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", type=Path)
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADER",
            help=f"which column holds a field, where its name does not tell; fields: {', '.join(self.fields)}",
        )  # fmt: skip
        parser.add_argument("--delimiter", default="", help="found out if not given")
        parser.add_argument(
            "--encoding",
            default="",
            help="found out if not given (UTF-8, UTF-16, or the Windows encoding of the country)",
        )
        parser.add_argument(
            "--utm", type=int, default=0, metavar="ZONE", help="positions are metres of this UTM zone (32, 33 …)"
        )  # fmt: skip

    @contextmanager
    def opened(self, path: Path) -> Iterator[tuple[BinaryIO, "tqdm[None]"]]:
        """The file and a bar for the person who waits; what the file is refused for is said in one sentence."""
        try:
            with (
                path.open("rb") as stream,
                tqdm(desc="Importing", unit=self.unit, disable=not sys.stderr.isatty()) as bar,
            ):
                yield stream, bar
        except OSError as refusal:
            raise CommandError(f"{path} cannot be read: {refusal.strerror}") from refusal
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def tell_broken(self, broken: Sequence[BrokenLine], *, everything: bool) -> None:
        """The first broken lines with their reasons, and how often each reason occurs among the rest."""
        told = broken if everything else broken[:MOST_TOLD]
        for one in told:
            self.stdout.write(f"line {one.line}: {one.reason}")
        if rest := broken[len(told) :]:
            self.stdout.write(f"{len(rest)} more (all with -v 2):")
            for reason, count in Counter(one.reason.split(":")[0] for one in rest).most_common():
                self.stdout.write(f"  {count} x {reason}")
