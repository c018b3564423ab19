"""`manage.py feedback_month 2026-11 > feedback.csv`: a month's ratings per page, without free text."""

from io import StringIO
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from knowledge import feedback
from portal import spreadsheets


class Command(BaseCommand):
    help = "Write the page ratings of a month (the last one, if none is named) as CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", nargs="?", help="year and month, e.g. 2026-11")

    def handle(self, *args: Any, month: str | None = None, **options: Any) -> None:
        try:
            chosen = feedback.read_month(month) if month else feedback.last_month()
        except ValueError:
            raise CommandError(f"{month} is no month; write it like 2026-11.") from None
        table = StringIO()
        spreadsheets.write(table, feedback.HEAD, feedback.month(chosen))
        self.stdout.write(table.getvalue(), ending="")
