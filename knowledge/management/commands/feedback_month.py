"""`manage.py feedback_month 2026-11 > feedback.csv`: a month's ratings per page, without free text."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from knowledge import feedback


class Command(BaseCommand):
    help = "Write the page ratings of a month (the last one, if none is named) as CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", nargs="?", help="year and month, e.g. 2026-11")

    def handle(self, *args: Any, month: str | None = None, **options: Any) -> None:
        try:
            chosen = date.fromisoformat(f"{month}-01") if month else _last_month()
        except ValueError:
            raise CommandError(f"{month} is no month; write it like 2026-11.") from None
        feedback.write_month(self.stdout, chosen)  # type: ignore[arg-type]  # it writes, that is all we need


def _last_month() -> date:
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
