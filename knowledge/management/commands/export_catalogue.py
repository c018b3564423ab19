"""`manage.py export_catalogue DIR`: our services and offices as services_de.json and locations_de.json."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from knowledge.articles.publishing import reference_language
from knowledge.outside import dldb_export


class Command(BaseCommand):
    help = "Write the public services and offices in the form that import_catalogue reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            with translation.override(reference_language()):
                services, locations = dldb_export.write(folder)
        except OSError as error:
            raise CommandError(f"{folder} can't be written: {error.strerror}.") from error
        self.stdout.write(f"{services} services and {locations} offices written to {folder}.")
