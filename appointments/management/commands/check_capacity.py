"""`manage.py check_capacity`: recount every counter from the appointments; exit 1 on drift."""

from typing import Any

from django.core.management.base import BaseCommand

from appointments.times import capacity


class Command(BaseCommand):
    help = "Recounts the places taken in every five minutes of every group of counters. Exit code 1 on drift."

    def handle(self, *args: Any, **options: Any) -> None:
        drifts = capacity.recount()
        for drift in drifts[:50]:
            self.stderr.write(
                f"pool {drift.pool_id}, {drift.moment:%Y-%m-%d %H:%M} UTC: {drift.counted} appointments, "
                f"{drift.stored} counted, {drift.capacity} places"
            )
        if drifts:
            self.stderr.write(f"{len(drifts)} units differ.")
            raise SystemExit(1)
        self.stdout.write("All counters agree with the appointments.")
