"""manage.py learn_categories"""

from typing import Any

from django.core.management.base import BaseCommand

from complaints.suggesting import learning


class Command(BaseCommand):
    help = "Learns the category suggestion anew from the closed cases and puts it to use."

    def handle(self, *args: Any, **options: Any) -> None:
        learnt = learning.learn(progress=self.stdout.write)
        self.stdout.write(f"learnt from {learnt.cases} cases: {len(learnt.labels)} categories")
