"""manage.py renew_search [--always]"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from knowledge.articles import retrieval


class Command(BaseCommand):
    help = "Makes the search index anew where an update changed how words are read. The worker does so by itself within minutes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--always", action="store_true", help="also if no update asks for it")

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(desc="Indexing", unit="text", disable=not sys.stderr.isatty()) as bar:
            texts = retrieval.renew(
                always=options["always"], progress=lambda done: bar.update(done - bar.n) and None
            )
        self.stdout.write(
            "The index is up to date." if texts is None else f"{texts} texts are in the index anew."
        )
