"""A portal of its own to break: database, web server, worker and a mail server, each with a handle to kill it by."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import psycopg
import requests
from aiosmtpd.controller import Controller

from benchmarks.measure import free_port, wait_for
from portal.running import embedded

ROOT = Path(__file__).resolve().parent.parent.parent


class MailServer:
    """Takes mails; or refuses them while `refusing`, breaks off in mid-mail while `dropping`, falls silent while `hanging`."""

    def __init__(self) -> None:
        self.refusing = self.dropping = self.hanging = False
        self.mails: list[Message] = []
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusing:
            return "451 come back later"
        if self.dropping:
            server.transport.abort()
            return "421 gone"
        if self.hanging:
            await asyncio.sleep(60)
        self.mails.append(SimpleNamespace(to=envelope.rcpt_tos, content=envelope.content))  # type: ignore[arg-type]
        return "250 OK"


class Stage:
    def __init__(self, folder: Path, url: str, mail: MailServer) -> None:
        self.folder, self.url, self.mail = folder, url, mail
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self.surroundings = {
            **os.environ,
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "DEMO": "1",
            "INSECURE_HTTP": "1",
            "PORT": str(self.port),
            "WEB_WORKERS": "2",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mail.port),
            "LOG_LEVEL": "ERROR",
        }

    # -- the parts
    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.surroundings, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start_web(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
        self.web = self._spawn(command, "web")
        wait_for(self.port)

    def start_worker(self) -> None:
        self.worker = self._spawn([sys.executable, "manage.py", "work"], "worker")

    def _spawn(self, command: list[str], name: str) -> "subprocess.Popen[bytes]":
        """Its complaints about what we break go to a file beside the data."""
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self.surroundings, stdout=log, stderr=log)

    def stop(self) -> None:
        self.thaw_database()
        for process in (self.web, self.worker):
            if process is not None and process.poll() is None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                process.kill()

    # -- what citizens and clerks see
    def get(self, path: str = "/", timeout: float = 30) -> requests.Response:
        return requests.get(self.address + path, timeout=timeout, allow_redirects=False)

    def ask(self, question: str) -> Any:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(question).fetchone()[0]  # type: ignore[call-overload, index]

    # -- what breaks
    def database(self) -> psutil.Process:
        return psutil.Process(int((self.folder / "postgres/postmaster.pid").read_text().split()[0]))

    def kill_database(self) -> None:
        self.database().send_signal(signal.SIGKILL)
        wait_until(lambda: not embedded._answers(self.folder / "postgres"), 10)

    def start_database(self) -> None:
        embedded._ensure_running(self.folder / "postgres")

    def freeze_database(self) -> None:
        postmaster = self.database()
        for process in [postmaster, *postmaster.children()]:
            process.suspend()

    def thaw_database(self) -> None:
        with suppress(psutil.Error, OSError):
            postmaster = self.database()
            for process in [*postmaster.children(), postmaster]:
                process.resume()


@contextmanager
def set_up(folder: Path) -> Iterator[Stage]:
    mail = MailServer()
    with embedded.held(folder) as url:
        stage = Stage(folder, url, mail)
        try:
            stage.manage("migrate", "-v0")
            stage.manage("collectstatic", "-v0", "--noinput")
            if list(ROOT.glob("*/management/commands/load_demo.py")):
                stage.manage("load_demo")
            stage.start_web()
            stage.start_worker()
            yield stage
        finally:
            stage.stop()
            mail.controller.stop()


def wait_until(condition: Callable[[], bool], seconds: float) -> float:
    """How long it took until `condition` held; fails after `seconds`."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - started
