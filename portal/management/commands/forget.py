"""Apply the retention rules of all services now."""

from typing import Any

from django.core.management.base import BaseCommand

from portal import retention


class Command(BaseCommand):
    help = "Delete or blank what is older than the retention rules allow."

    def handle(self, *args: Any, **options: Any) -> None:
        for rule, rows in retention.run().items():
            self.stdout.write(f"{rule}: {rows}")
