"""Collect, check and compile the texts of the portal; see portal/texts.py."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import texts

SHOWN = 40


class Command(BaseCommand):
    help = (
        "Collect new texts into the catalogues and compile them; --check only looks, --compile only compiles."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 when German is incomplete"
        )
        parser.add_argument("--compile", action="store_true", help="only compile what is newer than its .mo")
        parser.add_argument("--app", choices=texts.APPS, help="only this service")
        parser.add_argument("--language", choices=texts.LANGUAGES, help="only this language")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        if not options["compile"]:
            self._look(root, options)
        if not options["check"]:
            self.stdout.write(f"{texts.compile_stale(root)} catalogues compiled")

    def _look(self, root: Path, options: dict[str, Any]) -> None:
        work = texts.check if options["check"] else texts.update
        states = [
            work(root, app, language)
            for app in ([options["app"]] if options["app"] else texts.APPS)
            for language in ([options["language"]] if options["language"] else texts.LANGUAGES)
        ]
        for state in states:
            self.stdout.write(
                f"{state.app} {state.language}: {state.total - len(state.missing)} of {state.total} texts"
            )
            if state.language == texts.REFERENCE or options["language"]:
                for text in state.missing[:SHOWN]:
                    self.stdout.write(f"  missing: {text[:100]!r}")
            for text in state.wrong[:SHOWN]:
                self.stdout.write(f"  placeholders differ: {text[:200]}")
        if options["check"] and not all(state.holds for state in states):
            raise CommandError(
                "The German catalogue is incomplete or placeholders differ (run manage.py texts)."
            )
