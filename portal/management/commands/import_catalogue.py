"""manage.py import_catalogue DIR --hours "Mo-Fr 08:00-12:00, Do 13:00-17:00" --counters 4"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from portal import registries
from portal.catalogue import Broken, Counts
from portal.imports.catalogue_import import CatalogueRefused, Report, take_over
from portal.imports.dldb import FileBroken, read_catalogue
from portal.imports.weekly_hours import HoursNotUnderstood, parse_hours
from portal.look import money
from portal.models import City, Office

_MOST_COUNTERS = 200


class Command(BaseCommand):
    help = "Takes over a service catalogue in the dldb form: services_de.json and locations_de.json in DIR (or _cs, _pl …)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--hours",
            default="",
            help='opening hours of every office, e.g. "Mo-Fr 08:00-12:00, Do 13:00-17:00"; known offices keep theirs without it',
        )
        parser.add_argument(
            "--counters",
            type=int,
            default=1,
            help="desks of every office that takes appointments; counts together with --hours",
        )
        parser.add_argument(
            "--all", action="store_true", help="write unchanged records again, over editors' changes"
        )
        parser.add_argument(
            "--force", action="store_true", help="import even if most known services are missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["counters"] <= _MOST_COUNTERS:
            raise CommandError(f"--counters must be a number from 0 to {_MOST_COUNTERS}.")
        try:
            language = City.current().own_language
            hours = parse_hours(options["hours"], language) if options["hours"] else ()
            catalogue = read_catalogue(
                options["folder"],
                hours=hours,
                counters=options["counters"],
                language=language,
                currency=money.currency(),
            )
            steps = len(catalogue.services) * (1 + len(registries.catalogue_consumers))
            with tqdm(total=steps, desc="Importing", unit="step", disable=not sys.stderr.isatty()) as bar:
                report = take_over(
                    catalogue=catalogue,
                    progress=lambda name: bar.update() and None,
                    everything=options["all"],
                    force=options["force"],
                )
                bar.update(steps - bar.n)  # records that a service passed over were not counted one by one
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was changed.", returncode=130) from None
        except HoursNotUnderstood as error:
            raise CommandError(f"--hours: {error}") from error
        except (FileBroken, CatalogueRefused) as error:
            raise CommandError(str(error)) from error
        self._tell(report, details=options["verbosity"] > 1)
        self._tell_closed([office.key for office in catalogue.offices if office.counters])

    def _tell(self, report: Report, *, details: bool) -> None:
        self._line("offices", report.offices)
        self._line("services", report.services)
        for name, counts in report.consumers:
            self._line(f"  {name}", counts)
        self._list("withdrawn", report.withdrawn)
        self._list("skipped", report.skipped if details else _by_reason(report.skipped))
        self._list("taken with a gap", report.notes)
        self._list("broken, left as it was", report.broken)

    def _tell_closed(self, keys: list[str]) -> None:
        """Nothing can be booked where no hours are known, and nothing else would say so."""
        closed = Office.objects.filter(external_id__in=keys, active=True, hours=None).count()
        if closed:
            self.stdout.write(f"offices without hours: {closed}; nothing can be booked there, give --hours")

    def _line(self, what: str, counts: Counts) -> None:
        self.stdout.write(
            f"{what:<16} {counts.added} added, {counts.changed} changed, "
            f"{counts.withdrawn} withdrawn, {counts.skipped} unchanged or skipped"
        )

    def _list(self, heading: str, lines: Any) -> None:
        for line in lines:
            self.stdout.write(f"{heading}: {line.key}: {line.reason}")


def _by_reason(skipped: list[Broken]) -> list[Broken]:
    """One line for all internal queues; -v 2 names each."""
    if not skipped:
        return []
    keys = ", ".join(entry.key for entry in skipped)
    return [Broken(f"{len(skipped)} services", f"internal, without any text for citizens ({keys})")]
