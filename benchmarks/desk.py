"""The clerk's day: a full list, twelve counters calling at once, and what open screens cost."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache as once
from functools import partial
from threading import Barrier
from urllib.parse import quote

import psutil
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from appointments.desk.models import Counter, Visit
from appointments.desk.people import board, queue
from appointments.models import Pool
from benchmarks import measure
from benchmarks.harness import Figure, figures
from portal.kept_values import values
from portal.models import Membership, Role, User

PEOPLE, COUNTERS, ROUNDS = 600, 12, 20
DAY_VIEWS, DISPLAYS, SECONDS = 20, 5, 15


@once
def _hall() -> Pool:
    """An office of the demo city with 600 people in today's list."""
    pool = Pool.objects.filter(active=True).select_related("office").order_by("pk").first()
    assert pool is not None
    Visit.objects.all().delete()
    now = timezone.now()
    Visit.objects.bulk_create(
        Visit(
            office=pool.office, pool=pool, day=timezone.localdate(), number=f"B{n}", name=f"Person {n}",
            due_at=now - timedelta(minutes=n % 240), arrived_at=now - timedelta(minutes=n % 240),
        )
        for n in range(1000, 1000 + PEOPLE)
    )  # fmt: skip
    return pool


@once
def _clerk() -> User:
    user = User.objects.create_user("bench-clerk", is_staff=True)
    Membership.objects.create(user=user, department=_hall().office.department, role=Role.LEAD)
    return user


def _signed_in() -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(_clerk(), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@figures
def day_view() -> Iterator[Figure]:
    client, path = _signed_in(), reverse("desk:day", args=[_hall().office.slug])
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    yield Figure("day view with 600 entries, statements", len(asked), "queries", at_most=15)
    slow = measure.percentile_ms(lambda: client.get(path), 0.95, times=20)
    yield Figure("day view with 600 entries, p95", slow, "ms", at_most=200)
    first = measure.percentile_ms(lambda: (values().clear(), client.get(path)), 0.95, times=20)
    yield Figure("day view with 600 entries, first look after a change, p95", first, "ms", at_most=200)


@figures
def call_next() -> Iterator[Figure]:
    """Twelve counters press at once, twenty times."""
    pool, clerk = _hall(), _clerk()
    counters = [Counter.objects.create(office=pool.office, label=f"bench {n}") for n in range(COUNTERS)]
    for counter in counters:
        counter.pools.add(pool)
    times, called = _all_at_once([_command(counter, clerk) for counter in counters])
    waiting = Visit.objects.filter(pool=pool, step="waiting", day=timezone.localdate()).count()
    yield Figure("people called twice", len(called) - len(set(called)), "people", at_most=0)
    yield Figure("people skipped", abs(PEOPLE - len(called) - waiting), "people", at_most=0)
    yield Figure("call next by 12 counters at once, p95", _p95(times), "ms", at_most=60)


@figures
def call_next_by_http() -> Iterator[Figure]:
    """The same through gunicorn: sign-in, rights, CSRF, command and the counter's new screen in each answer.

    Its time is printed without a limit, what a press costs is held: docs/decisions/0014 says why.
    """
    pool = _hall()
    Visit.objects.update(step="waiting", counter=None, ended_at=None, version=1)
    counters = [Counter.objects.create(office=pool.office, label=f"http {n}") for n in range(COUNTERS)]
    for counter in counters:
        counter.pools.add(pool)
    with measure.portal(workers=2) as server:
        presses = [_clicks(server, counter) for counter in counters]
        before = server.processor_seconds()
        times, called = _all_at_once(presses)
        each = 1000 * (server.processor_seconds() - before) / (2 * len(times))  # each call and its no-show
    yield Figure("by HTTP, people called twice", len(called) - len(set(called)), "people", at_most=0)
    yield Figure("by HTTP, call next by 12 counters at once, p95", _p95(times), "ms")
    yield Figure("by HTTP, processor time of one press without the database", each, "ms", at_most=20)


# milliseconds, who was called, and how they leave again
Press = Callable[[], tuple[float, int, Callable[[], object]]]


def _all_at_once(presses: list[Press]) -> tuple[list[float], list[int]]:
    barrier, times, called = Barrier(len(presses)), [], []

    def work(press: Press) -> None:
        try:
            for _ in range(ROUNDS):
                barrier.wait(timeout=60)
                taken, who, leave = press()
                times.append(taken)
                called.append(who)
                barrier.wait(timeout=60)  # nobody has served a person before all have called theirs
                leave()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as threads:
        list(threads.map(work, presses))
    return times, called


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]


def _command(counter: Counter, clerk: User) -> Press:
    def press() -> tuple[float, int, Callable[[], object]]:
        started = time.perf_counter()
        visit = queue.call_next(counter=counter, actor=clerk)
        taken = 1000 * (time.perf_counter() - started)
        assert visit is not None
        return taken, visit.pk, partial(queue.no_show, visit=visit, seen=visit.version, actor=clerk)

    return press


def _clicks(server: measure.Server, counter: Counter) -> Press:
    """One clerk's browser at one counter."""
    client, link = _signed_in(), measure.Connection(server.port)
    act = reverse("desk:counter_act", args=[counter.pk])
    client.get(reverse("desk:counter", args=[counter.pk]))
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    cookies = "; ".join(f"{name}={found.value}" for name, found in client.cookies.items())
    headers = f"Cookie: {cookies}\r\nX-CSRFToken: {token}\r\nHX-Request: true\r\n"

    def leave(step: str) -> None:
        status, _body = link.post(act, {"do": step}, headers)
        assert status == 200

    def press() -> tuple[float, int, Callable[[], object]]:
        started = time.perf_counter()
        status, body = link.post(act, {"do": "next"}, headers)
        taken = 1000 * (time.perf_counter() - started)
        step = re.search(rb"no_show:(\d+):(\d+)", body)
        assert status == 200, (status, body[:300])
        assert step is not None
        return taken, int(step[1]), partial(leave, step[0].decode())

    return press


@figures
def open_screens() -> Iterator[Figure]:
    """20 day views (each 5 s) and 5 displays (each 3 s) ask a real gunicorn; its processor time is the cost."""
    client, office = _signed_in(), _hall().office
    day, display = reverse("desk:day", args=[office.slug]), reverse("hall:display", args=[office.slug])
    cookie = (
        f"Cookie: {settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}\r\n"
    )
    htmx = "HX-Request: true\r\n"
    with measure.portal() as server:
        link = measure.Connection(server.port)
        stamp = board.fingerprint(office, timezone.localdate())
        shown = quote(client.get(display).content.decode().partition('data-stamp="')[2].partition('"')[0])
        asks = [(f"{day}?stamp={stamp}", cookie + htmx)] * round(DAY_VIEWS * SECONDS / 5)
        asks += [(f"{display}?stamp={shown}", htmx)] * round(DISPLAYS * SECONDS / 3)
        link.get(*asks[0])
        before = _processor_seconds(server)
        for path, headers in asks:
            link.get(path, headers)
        cost = _processor_seconds(server) - before
        yield Figure("20 day views and 5 displays, share of one core", cost / SECONDS, "share", at_most=0.2)
        yield Figure(
            "the same while somebody moves on every 5 s, share of one core",
            _busy_day(server, link, day, cookie + htmx) / SECONDS, "share", at_most=0.2,
        )  # fmt: skip


def _busy_day(server: measure.Server, link: measure.Connection, day: str, headers: str) -> float:
    """Processor seconds of 20 day views that find a changed list at each of their refreshes."""
    visits = iter(Visit.objects.filter(step="waiting").order_by("-pk"))
    before = _processor_seconds(server)
    for _change in range(SECONDS // 5):
        visit = next(visits)
        queue.park(visit=visit, seen=visit.version, actor=_clerk())
        for _view in range(DAY_VIEWS):
            status, _body = link.get(f"{day}?stamp=old", headers)
            assert status == 200
    return _processor_seconds(server) - before


def _processor_seconds(server: measure.Server) -> float:
    """Of the web server and of the database's processes."""
    processes = [*server.workers(), *(p for p in psutil.process_iter() if p.name() == "postgres")]
    total = 0.0
    for process in processes:
        try:
            spent = process.cpu_times()
            total += spent.user + spent.system
        except psutil.NoSuchProcess:
            continue
    return total
