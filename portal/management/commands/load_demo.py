"""manage.py load_demo: the demo city Lindenau an der Aue."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.demo import city


class Command(BaseCommand):
    help = "Loads the demo city into an empty database. A second time changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            city.refuse_to_mix()
        except city.NotEmpty as refusal:
            raise CommandError(str(refusal)) from refusal
        city.load(progress=lambda text: self.stdout.write(f"  {text}"))
        self.stdout.write(f"The demo city is loaded ({time.monotonic() - started:.0f} s).")
        for login in city.logins():
            self.stdout.write(f"  {login.username:<16} {login.role:<14} {login.name}")
        self.stdout.write(f"  Password of all of them: {city.PASSWORD}")
