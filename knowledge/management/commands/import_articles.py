"""manage.py import_articles FILE.jsonl [--source NAME] [--language cs]"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from knowledge.imports.article_file import Broken, Line, read, take
from knowledge.imports.renewing import Outcome
from portal.language import index
from portal.models import City


class Command(BaseCommand):
    help = "Publishes articles from JSON lines with id, title, body, keywords and url. The same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.jsonl", type=Path)
        parser.add_argument(
            "--source",
            default="articles",
            help="name of the collection; search_eval can ask it alone (articles)",
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _ in settings.LANGUAGES],
            help="of the articles (the city's own)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["source"].strip()
        if not source or "/" in source or len(source) > 30:
            raise CommandError("--source is a short name without a slash.")
        try:
            read_lines = list(
                read(options["file"].read_text(encoding="utf-8", errors="replace").splitlines())
            )
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        broken = [line for line in read_lines if isinstance(line, Broken)]
        articles = list(self._once_each(line for line in read_lines if isinstance(line, Line)))
        with tqdm(
            total=len(articles), desc="Importing", unit="article", disable=not sys.stderr.isatty()
        ) as bar:
            counts = take(
                articles,
                source=source,
                language=options["language"] or City.current().own_language,
                progress=lambda done: bar.update() and None,
            )
        index.settle()
        for line in broken:
            self.stderr.write(f"line {line.number}: {line.reason}")
        self.stdout.write(
            f"{counts[Outcome.ADDED]} added, {counts[Outcome.CHANGED]} changed, {counts[Outcome.UNCHANGED]} unchanged, "
            f"{counts[Outcome.WAITING]} waiting in a draft, {len(broken)} lines broken"
        )
        if broken and not articles:
            raise CommandError("No line could be read.")

    def _once_each(self, lines: Iterable[Line]) -> Iterator[Line]:
        seen: dict[str, int] = {}
        for line in lines:
            if line.key in seen:
                self.stderr.write(
                    f"line {line.number}: the id {line.key} stands in line {seen[line.key]} already"
                )
                continue
            seen[line.key] = line.number
            yield line
