"""`make run`: everything from an empty folder to a portal in the browser, and back with Ctrl-C."""

import fcntl
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from portal.demo import city
from portal.models import City, Department
from portal.running import embedded, endings, obstacles, port, supervisor


class Command(BaseCommand):
    help = "Prepare the database, load the demo city into an empty one, and serve with gunicorn and the job worker."
    requires_system_checks = []
    _greeted = False  # an address is named when somebody opens there

    def handle(self, *args: Any, **options: Any) -> None:
        if in_the_way := port.obstacle(settings.PORT):
            raise CommandError(in_the_way)
        endings.heed(signal.SIGINT)
        try:
            with self._alone():
                self._prepare_database()
                self._prepare_files()
        except endings.ToldToEnd:
            endings.hear_no_more()
            raise CommandError("Stopped before it was ready; the next start takes it up again.") from None
        except OSError as error:
            place = error.filename or settings.DATA_DIR
            raise CommandError(
                f"The data folder cannot be written: {error.strerror or error} ({place})."
            ) from error
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
        worker = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work"]
        try:
            supervisor.run({"web server": gunicorn, "job worker": worker}, beside=self._look_after)
        except (supervisor.GaveUp, embedded.CannotStart) as refusal:
            raise CommandError(str(refusal)) from refusal
        self._say("Stopped. The data is kept.")

    def _look_after(self) -> None:
        embedded.look_after()
        if not self._greeted and port.answers(settings.PORT):
            self._greeted = True
            self._greet()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One start after the other in one data folder: two at once would both load the demo city."""
        with (Path(settings.DATA_DIR) / "serve.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._say("Another start prepares the same folder; waiting for it …")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare_database(self) -> None:
        self._say("Preparing the database …")
        if in_the_way := obstacles.obstacle():
            raise CommandError(in_the_way)
        call_command("migrate", verbosity=0, interactive=False)
        unfinished = Path(settings.DATA_DIR) / "demo.unfinished"  # an interrupted load is taken up again
        if settings.DEMO and (unfinished.exists() or not Department.objects.exists()):
            unfinished.touch()
            self._say("Loading the demo city (up to half a minute, only this once) …")
            city.load(progress=lambda text: self._say(f"  {text}"))
            unfinished.unlink()

    def _prepare_files(self) -> None:
        """Collect the static files if one is newer than the last collection: hashing and packing them takes seconds."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        folders = [Path(name) for finder in finders.get_finders() for name in _folders(finder)]
        newest = max((path.stat().st_mtime for folder in folders for path in folder.rglob("*")), default=0.0)
        if stamp.exists() and stamp.stat().st_mtime >= newest:
            return
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.touch()

    def _greet(self) -> None:
        address = settings.PUBLIC_URL
        self._say(f"\n{City.current().name} is open at {address}/\nBack office at {address}/amt/")
        if settings.DEMO and city.is_loaded():
            for login in city.logins():
                self._say(f"  {login.username:<16} {login.role:<14} {login.name}")
            self._say(f"  The password of all of them is {city.PASSWORD}")
        if not settings.EMAIL_HOST:
            self._say(
                f"Mails go nowhere: read them at {address}{reverse('admin:portal_outgoingmail_changelist')}"
            )
        self._say("Ctrl-C stops everything and keeps the data.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _folders(finder: Any) -> list[str]:
    return [storage.location for storage in getattr(finder, "storages", {}).values()]
