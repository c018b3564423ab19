"""What the areas measure with: a real gunicorn and a keep-alive client, ratios to a bare Django view, memory, medians."""

import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from urllib.parse import urlencode

import psutil
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    """A running gunicorn: its port and its processes."""

    port: int
    process: psutil.Process

    def workers(self) -> list[psutil.Process]:
        return self.process.children()

    def processor_seconds(self) -> float:
        """What its workers have used so far."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.workers())

    def peak_worker_mb(self) -> float:
        """The largest worker's resident memory, in MB."""
        return max(worker.memory_info().rss for worker in self.workers()) / 1e6


@contextmanager
def portal(*, workers: int = 1) -> Iterator[Server]:
    """The portal under gunicorn, on the area's database."""
    with _gunicorn("portal.wsgi", workers) as server:
        yield server


@contextmanager
def bare_django(*, workers: int = 1) -> Iterator[Server]:
    """A Django of its own with the usual middleware and one view: a 60-row template, no query."""
    with _gunicorn("benchmarks.bare", workers) as server:
        yield server


@contextmanager
def _gunicorn(application: str, workers: int) -> Iterator[Server]:
    port = free_port()
    surroundings = {**os.environ, "PORT": str(port), "BIND": f"127.0.0.1:{port}", "WEB_WORKERS": str(workers)}
    if application == "benchmarks.bare":
        surroundings["DJANGO_SETTINGS_MODULE"] = "benchmarks.bare"
    command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", application]
    process = subprocess.Popen(command, cwd=ROOT, env=surroundings)
    try:
        wait_for(port)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if Connection(port).get("/healthz")[0] in {200, 404}:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")


_numbers = count()


class Connection:
    """One keep-alive connection that does next to nothing per request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.left = b""

    def get(self, path: str, headers: str = "") -> tuple[int, bytes]:
        """Status and body. Opens the connection anew when the server has closed it."""
        _fields, status, body = self._ask("GET", path, headers, b"")
        return status, body

    def post(self, path: str, fields: dict[str, str], headers: str = "") -> tuple[int, bytes]:
        """The same for a form."""
        _fields, status, body = self._form(path, fields, headers)
        return status, body

    def sent_on(self, path: str, fields: Mapping[str, object], headers: str = "") -> tuple[int, str]:
        """Send a form: status, and where the browser is sent next."""
        found, status, _body = self._form(path, fields, headers)
        return status, found.get("location", "")

    def _form(
        self, path: str, fields: Mapping[str, object], headers: str
    ) -> tuple[dict[str, str], int, bytes]:
        content = urlencode(fields).encode()
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(content)}\r\n"
        return self._ask("POST", path, headers + form, content)

    def _ask(self, method: str, path: str, headers: str, content: bytes) -> tuple[dict[str, str], int, bytes]:
        request = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{headers}\r\n".encode()
        self.socket.sendall(request + content)
        head, body = self._head()
        fields = {
            name.lower(): value
            for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])
        }
        if fields.get("transfer-encoding") == "chunked":
            raise ValueError(f"{path} answers in chunks; this client wants a length")
        length = int(fields.get("content-length", 0))
        while len(body) < length:
            body += self._more()
        self.left = body[length:]
        if fields.get("connection") == "close":
            self.__init__(self.port)  # type: ignore[misc]
        return fields, int(head.split(" ", 2)[1]), body[:length]

    def _head(self) -> tuple[str, bytes]:
        while b"\r\n\r\n" not in self.left:
            self.left += self._more()
        head, _, body = self.left.partition(b"\r\n\r\n")
        return head.decode("latin-1"), body

    def _more(self) -> bytes:
        if not (data := self.socket.recv(65536)):
            raise ConnectionError("the server closed the connection")
        return data


def share_of_bare_view(
    *paths: str, rounds: int = 7, seconds: float = 0.7, never_before: str = "", headers: str = ""
) -> float:
    """Requests/s of the portal's `paths` (in turn) as a share of the bare view's: one connection each, alternating, median.

    With `never_before` (e.g. "&nie=") each request has an address of its own, so that no kept page can answer it.
    `headers`: more lines of the request, each ended by CRLF (a clerk's cookie).
    """
    with portal() as ours:
        one, turns = Connection(ours.port), cycle(paths)
        for path in paths[:50]:  # of thousands that nobody asked before, most must stay so
            status, _ = one.get(path, headers)
            if status != 200:
                raise ValueError(f"{path} answers {status}")

        def ask() -> None:
            suffix = f"{never_before}{next(_numbers)}" if never_before else ""
            one.get(next(turns) + suffix, headers)

        return share_of_bare_requests(ask, rounds=rounds, seconds=seconds)


def share_of_bare_requests(action: Callable[[], object], *, rounds: int = 7, seconds: float = 0.7) -> float:
    """How many times a second `action` is done, as a share of the bare view's requests/s: alternating, median."""
    with bare_django() as bare:
        other = Connection(bare.port)
        _rate(action, 0.3), _rate(lambda: other.get("/"), 0.3)
        shares = [_rate(action, seconds) / _rate(lambda: other.get("/"), seconds) for _ in range(rounds)]
    return statistics.median(shares)


def processor_share_of_bare_view(action: Callable[[], object], ours: Server, *, times: int = 200) -> float:
    """How much processor time the bare view takes as a share of `action`'s on `ours`: firm on a busy machine, too.
    The database's part is not in it."""
    with bare_django() as bare:
        other = Connection(bare.port)
        done: tuple[tuple[Server, Callable[[], object]], ...] = (
            (ours, action),
            (bare, lambda: other.get("/")),
        )
        taken = []
        for server, one in done:
            _rate(one, 0.3)
            before = server.processor_seconds()
            for _ in range(times):
                one()
            taken.append(server.processor_seconds() - before)
    return taken[1] / taken[0]


def _rate(action: Callable[[], object], seconds: float) -> float:
    done, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        action()
        done += 1
    return done / elapsed


def queries(path: str, *, login: object | None = None, before: Callable[[], object] = lambda: None) -> int:
    """How many statements one GET of `path` costs; `before` is called between the first visit and the counted one."""
    client = Client(headers={"host": "127.0.0.1"})
    if login is not None:
        client.force_login(login)  # type: ignore[arg-type]
    client.get(path)  # what is read once per process is not the page's cost
    before()
    with CaptureQueriesContext(connection) as counted:
        response = client.get(path)
    if response.status_code != 200:
        raise ValueError(f"{path} answers {response.status_code}")
    return len(counted)


def median_ms(action: Callable[[], object], times: int = 20) -> float:
    return percentile_ms(action, 0.5, times)


def percentile_ms(action: Callable[[], object], share: float, times: int = 20) -> float:
    """The `share` quantile (0.5 = median) of how long `action` takes, in milliseconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)[min(times - 1, int(share * times))]


@dataclass(frozen=True)
class Run:
    seconds: float
    peak_mb: float
    output: str


def run_command(*arguments: str) -> Run:
    """Run `manage.py …` on the area's database: wall time and peak resident memory of that process."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}: {output[-800:]}")
    unit = 1e3 if sys.platform == "linux" else 1e6
    return Run(time.perf_counter() - started, usage.ru_maxrss / unit, output)


@contextmanager
def running(*arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`manage.py …` beside the measurement, ended with it."""
    process = subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def own_peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
