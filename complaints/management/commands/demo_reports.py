"""manage.py demo_reports OUT.csv --count 2000: made-up reports as a history for import_complaints and category_eval."""

import csv
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.demo.made_up import Reports
from complaints.imports.history_file import FIELDS
from portal.demo.content import read


class Command(BaseCommand):
    help = "Writes made-up, labelled German reports of the demo city: a history to try import_complaints and category_eval with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="OUT.csv", type=Path)
        parser.add_argument("--count", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--half", type=int, choices=[0, 1], help="use every second sentence only")

    def handle(self, *args: Any, **options: Any) -> None:
        reports, now = Reports(options["seed"], half=options["half"]), timezone.localtime()
        names = {category["slug"]: category["name"] for category in reports.categories}
        departments = {row["slug"]: row["name"] for row in read("departments.toml")["department"]}
        with options["file"].open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(FIELDS)
            for number, report in enumerate(reports.different(options["count"]), start=1):
                created = now - timedelta(days=5, hours=4 * number)
                spot = report.spot
                place = [spot.latitude, spot.longitude, spot.address] if spot else ["", "", ""]
                closed = (created + timedelta(days=4)).isoformat(timespec="seconds")
                writer.writerow(
                    [
                        f"demo-{number}",
                        created.isoformat(timespec="seconds"),
                        closed,
                        report.text,
                        names[report.category],
                        reports.groups[report.group]["name"],
                        departments[reports.groups[report.group]["department"]],
                        *place,
                        "closed",
                    ]
                )
        self.stdout.write(
            f"{options['count']} reports in {len(names)} categories written to {options['file']}."
        )
