"""manage.py open311_key "FixMyStreet" --contact post@example.org"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from complaints.open311 import keys


class Command(BaseCommand):
    help = "Makes a key for a program that files reports over Open311, and prints it this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="which program of whom will use it")
        parser.add_argument("--contact", default="", help="e-mail address of those who run it")
        parser.add_argument("--token", action="store_true", help="answer with a token instead of the number")

    def handle(self, *args: Any, **options: Any) -> None:
        _key, secret = keys.issue(
            name=options["name"], contact=options["contact"], answers_with_token=options["token"]
        )
        self.stdout.write(secret)
