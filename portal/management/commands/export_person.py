"""Everything that is kept about one e-mail address, as JSON (GDPR, articles 15 and 20)."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal import registries


class Command(BaseCommand):
    help = "Print all that is kept about one e-mail address as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        kept: dict[str, Any] = {}
        for export in registries.person_exporters:
            kept |= export(options["email"])
        self.stdout.write(json.dumps(kept, ensure_ascii=False, indent=2, default=str))
