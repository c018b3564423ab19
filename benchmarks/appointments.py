"""Booking: exact under a crowd, quick over many offices, each figure beside its limit in the same run."""

import itertools
import random
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.db import connection, connections, transaction
from django.utils import timezone

from appointments.models import BookableService, Channel, Offer, Opening, Pool, Switches
from appointments.pure.availability import moment_of, unit_of
from appointments.pure.refusals import SlotTaken
from appointments.times import capacity, orders, rulebook, search
from appointments.visit import holding
from benchmarks import measure
from benchmarks.harness import Figure, figures
from portal.models import Department, Office, Service

OFFICES, DAYS, PER_DAY = 12, 90, 36  # quarters of an hour from 8 to 17
CROWD, PLACES = 64, 6
TOGETHER = 12  # clients who hold times at once


def _service(slug: str, minutes: int = 15) -> BookableService:
    service = Service.objects.create(name=f"Bench {slug}", slug=slug)
    return BookableService.objects.create(
        service=service, base_minutes=minutes, lead_minutes=0, horizon_days=DAYS
    )


def _pool(service: BookableService, name: str, counters: int) -> Pool:
    department, _new = Department.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    office = Office.objects.create(department=department, name=name, slug=name.lower())
    pool = Pool.objects.create(office=office, name="Schalter", grid_minutes=15)
    Offer.objects.create(pool=pool, service=service)
    Opening.objects.bulk_create(
        Opening(
            pool=pool,
            weekday=weekday,
            opens="08:00",
            closes="17:00",
            capacity=counters,
            public_capacity=counters,
            valid_from=date(2020, 1, 1),
        )
        for weekday in range(7)
    )
    return pool


def _starts(pool: Pool) -> list[datetime]:
    """Every start the rules offer from tomorrow on: on holidays, whenever they fall, there is none."""
    facts, today = rulebook.current().pools[pool.pk], timezone.localdate()
    plans = (facts.plan(today + timedelta(days=n)) for n in range(1, 31))
    return [moment_of(unit) for plan in plans for unit in plan.starts]


def _at(days: int, quarter: int) -> datetime:
    day = timezone.localdate() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 8, tzinfo=rulebook.local_zone()) + timedelta(
        minutes=15 * quarter
    )


_COPIES = """
INSERT INTO appointments_appointment (number, pool_id, service_id, "order", starts_at, ends_at, day, state, channel,
  purpose, desk_code, sequence, name, email, phone, contact_key, client_key, language, answers, must_confirm,
  hold_extended, created_at, confirmed_at)
SELECT left(md5(random()::text || n), 12), %(pool)s, %(service)s, '[]', s, s + interval '15 minutes', s::date,
  'confirmed', 'web', 'visit', '', 0, 'Bench', 'b@example.org', '', '', '', 'de', '{}', false, false, now(), now()
FROM unnest(%(starts)s::timestamptz[]) WITH ORDINALITY AS u(s, n)
"""


_COUNT = """
UPDATE appointments_slotload s SET taken = c.n, taken_public = c.n
  FROM (SELECT (extract(epoch FROM a.starts_at) / 300)::int + k AS unit, count(*) AS n
          FROM appointments_appointment a, generate_series(0, 2) AS k WHERE a.pool_id = %s GROUP BY 1) c
 WHERE s.pool_id = %s AND s.unit = c.unit;
SELECT appointments_pack(pool_id, min(unit), max(unit) + 1) FROM appointments_slotload WHERE pool_id = %s GROUP BY pool_id
"""


def _fill(pools: list[Pool], service: BookableService, bookings: int, seed: int) -> None:
    """Bookings from the front, as real calendars fill: the near weeks are nearly full, the far ones are not.

    For speed the counting trigger rests and the counters are written once from the rows, as the trigger would have.
    """
    book, rng = rulebook.current(), random.Random(seed)
    places = bookings // len(pools)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_appointment DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE appointments_slotload DISABLE TRIGGER USER")
    for pool in pools:
        facts = book.pools[pool.pk]
        starts: list[datetime] = []
        for offset in range(1, DAYS):
            plan = facts.plan(timezone.localdate() + timedelta(days=offset))
            with transaction.atomic():
                capacity.lock(pool.pk, plan, plan.first, len(plan.total))
            room = plan.total_at(plan.first)[0]
            share = 0.97 if offset < DAYS * 0.6 else 0.4
            for quarter in range(PER_DAY):
                taken = sum(rng.random() < share for _ in range(room))
                starts += [_at(offset, quarter)] * min(taken, places - len(starts))
        with connection.cursor() as cursor:
            for begin in range(0, len(starts), 20_000):
                part = starts[begin : begin + 20_000]
                cursor.execute(_COPIES, {"pool": pool.pk, "service": service.pk, "starts": part})
            cursor.execute(_COUNT, [pool.pk, pool.pk, pool.pk])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_appointment ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE appointments_slotload ENABLE TRIGGER USER")
        cursor.execute("ANALYZE appointments_appointment, appointments_slotload, appointments_dayload")


@figures
def one_slot() -> Iterator[Figure]:
    """64 clients on one slot of capacity 6."""
    service = _service("bench-crowd")
    pool = _pool(service, "Bench-Crowd", PLACES)
    order = orders.check([(service.pk, 1)], rulebook.current(), channel=Channel.WEB, now=timezone.now())
    start, gate, results = _starts(pool)[40], threading.Barrier(CROWD + 1), []

    def client(_n: int) -> None:
        connection.ensure_connection()
        gate.wait()
        try:
            holding.hold(order=order, pool_id=pool.pk, start=start)
            results.append("held")
        except SlotTaken:
            results.append("taken")
        except Exception as error:
            results.append(type(error).__name__)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as crowd:
        waiting = [crowd.submit(client, n) for n in range(CROWD)]
        gate.wait()
        began = time.perf_counter()
        for one in waiting:
            one.result()
        seconds = time.perf_counter() - began
    yield Figure("64 clients on one slot, places sold", results.count("held"), "of 6", at_most=PLACES)
    yield Figure(
        "64 clients on one slot, places left unsold", PLACES - results.count("held"), "places", at_most=0
    )
    others = len([r for r in results if r not in ("held", "taken")])
    yield Figure("64 clients on one slot, deadlocks and errors", others, "errors", at_most=0)
    yield Figure("64 clients on one slot, seconds", seconds, "s", at_most=1)
    yield Figure("recount after the crowd", len(capacity.recount()), "units", at_most=0)


_BARE = """
INSERT INTO appointments_slotload AS s (pool_id, unit, taken, taken_public, capacity, public_capacity)
SELECT %s, u, 0, 0, 200, 200 FROM generate_series(%s::int, %s::int) AS u ORDER BY u
ON CONFLICT (pool_id, unit) DO UPDATE SET capacity = excluded.capacity WHERE s.taken < excluded.capacity
"""


@figures
def throughput() -> Iterator[Figure]:
    """The hold command beside the bare upsert of the same three units: same driver, same database, a transaction each.

    Alternating, one client alone; then twelve at once on twelve pools, and on one.
    """
    service = _service("bench-rate")
    pools = [_pool(service, f"Bench-Rate-{n}", 200) for n in range(TOGETHER)]
    order = orders.check([(service.pk, 1)], rulebook.current(), channel=Channel.WEB, now=timezone.now())
    starts = _starts(pools[0])

    def bare(pool: Pool, rng: random.Random) -> None:
        first = unit_of(rng.choice(starts))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BARE, [pool.pk, first, first + 2])

    def command(pool: Pool, rng: random.Random) -> None:
        holding.hold(order=order, pool_id=pool.pk, start=rng.choice(starts))

    for name, used, least in (
        ("hold, share of the bare upsert", pools[:1], 0.5),
        # Together they do not wait for the disk but for two processors and one Python: told, without a limit of the issue.
        (f"hold, share of the bare upsert, {TOGETHER} at once on as many pools", pools, None),
        (f"hold, share of the bare upsert, {TOGETHER} at once on one pool", pools[:1] * TOGETHER, None),
    ):
        for action in (bare, command):
            _rate_together(action, used, 0.3)
        rounds = [(_rate_together(bare, used, 0.4), _rate_together(command, used, 0.4)) for _ in range(7)]
        yield Figure(name, statistics.median(c / b for b, c in rounds), "ratio", at_least=least)
        upserts, holds = (statistics.median(column) for column in zip(*rounds, strict=True))
        sys.stderr.write(f"bare upsert {upserts:.0f}/s, hold {holds:.0f}/s\n")
    yield Figure("recount after the holds", len(capacity.recount()), "units", at_most=0)


def _rate_together(action: Callable[[Pool, random.Random], None], pools: list[Pool], seconds: float) -> float:
    """How often a second clients, one for each of `pools`, do `action` together."""
    gate, counts = threading.Barrier(len(pools)), [0.0] * len(pools)

    def client(n: int) -> None:
        rng = random.Random(n)
        connection.ensure_connection()
        gate.wait()
        try:
            counts[n] = _rate(lambda: action(pools[n], rng), seconds)
        finally:
            connections.close_all()

    if len(pools) == 1:
        alone = random.Random(len(pools))
        return _rate(lambda: action(pools[0], alone), seconds)
    with ThreadPoolExecutor(len(pools)) as crowd:
        list(crowd.map(client, range(len(pools))))
    return sum(counts)


def _rate(action: Callable[[], object], seconds: float) -> float:
    count, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        action()
        count += 1
    return count / spent


@figures
def earliest() -> Iterator[Figure]:
    """The earliest time over 12 offices and 90 days, with 12,000, 120,000 and 1,200,000 bookings."""
    medians = {}
    for bookings, counters in ((12_000, 1), (120_000, 5), (1_200_000, 45)):
        service = _service(f"bench-{bookings}")
        pools = [_pool(service, f"Bench-{bookings}-{n}", counters) for n in range(OFFICES)]
        _fill(pools, service, bookings, bookings)
        order = orders.check([(service.pk, 1)], rulebook.current(), channel=Channel.WEB, now=timezone.now())

        def find(order: orders.Order = order) -> object:
            return search.earliest(order, rulebook.current(), now=timezone.now())

        find()
        medians[bookings] = measure.median_ms(find, 60)
        if bookings == 120_000:
            yield Figure(
                "earliest of 12 offices × 90 days, p95",
                measure.percentile_ms(find, 0.95, 60),
                "ms",
                at_most=20,
            )
            url = f"/termine/neu/{service.service.slug}/zeiten/"
            yield Figure("the page of times, queries", measure.queries(url), "queries", at_most=12)
            with measure.portal() as server:
                page = measure.Connection(server.port)
                page.get(url)
                took = measure.percentile_ms(lambda page=page, url=url: page.get(url), 0.95, 40)
            yield Figure("the page of times, p95", took, "ms", at_most=80)
    yield Figure(
        "earliest, from 12,000 to 1,200,000 bookings",
        medians[1_200_000] / medians[12_000],
        "times",
        at_most=99,
    )


@figures
def shares() -> Iterator[Figure]:
    """Pages as a share of a bare Django view, on the demo city."""
    slug = Service.objects.get(external_id="personalausweis").slug
    path = f"/termine/neu/{slug}/zeiten/"
    yield Figure(
        "page of times, share of a bare view", measure.share_of_bare_view(path), "ratio", at_least=0.25
    )
    with measure.portal() as ours, measure.bare_django() as bare:
        one, other = measure.Connection(ours.port), measure.Connection(bare.port)
        press = _Presser(one, path)
        rounds = []
        for _ in range(5):
            held = press.rate(0.7)
            rounds.append(held / _rate(lambda: other.get("/"), 0.5))
        yield Figure("booking POST, share of a bare view", statistics.median(rounds), "ratio", at_least=0.10)
        wishes = _wishes()
        cold = [
            _rate_between_bookings(one, wishes[n::5], press) / _rate(lambda: other.get("/"), 0.5)
            for n in range(5)
        ]
        yield Figure(
            "page of times, each wish new and a booking before each, share of a bare view",
            statistics.median(cold),
            "ratio",
            at_least=0.20,  # our own line: filters and list are drawn anew for every wish
        )


def _wishes() -> list[str]:
    """Addresses of pages of times that all differ: nothing that was drawn before can serve."""
    book = rulebook.current()
    offered = [
        s for s in book.services.values() if s.online and not s.seasons and book.pools_for(frozenset({s.id}))
    ][:8]
    wishes = [
        f"/termine/neu/{service.slug}/zeiten/?part={part}&weekday={weekday}"
        for service in offered
        for part in ("", "morning", "midday", "afternoon")
        for weekday in range(5)
    ]
    random.Random(3).shuffle(wishes)
    return wishes


def _rate_between_bookings(page: measure.Connection, wishes: list[str], press: "_Presser") -> float:
    """Pages/s over `wishes`; the bookings between them are not timed."""
    spent = 0.0
    for path in wishes:
        press.once()
        began = time.perf_counter()
        status, _body = page.get(path)
        spent += time.perf_counter() - began
        if status != 200:
            raise ValueError(f"{path} answers {status}")
    return len(wishes) / spent


class _Presser:
    """Presses free times over one keep-alive connection, as the page's form does."""

    def __init__(self, connection: measure.Connection, path: str) -> None:
        self.connection, self.path = connection, path
        head, body = self._raw(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{connection.port}\r\n\r\n".encode())
        self.cookie = SimpleCookie(re.findall(r"(?im)^set-cookie: (.*)$", head)[0])["csrftoken"].value
        text = body.decode()
        self.fields = {
            name: re.search(rf'name="{name}" value="([^"]*)"', text)[1]  # type: ignore[index]
            for name in ("csrfmiddlewaretoken", "shown")
        }
        slots = re.findall(r'name="slot" value="(\d+)-(\d+)"', text)
        Opening.objects.filter(pool_id__in={pool for pool, _unit in slots}).update(
            capacity=240, public_capacity=240
        )
        Switches.objects.update_or_create(pk=1, defaults={"holds_at_once": 30_000})
        self.slots = itertools.cycle(f"{pool}-{unit}" for pool, unit in slots)

    def rate(self, seconds: float) -> float:
        count, began = 0, time.perf_counter()
        while (spent := time.perf_counter() - began) < seconds and count < 40:
            self.once()
            count += 1
        return count / spent

    def once(self) -> None:
        target = self.path.replace("/zeiten/", "/halten/")
        body = urlencode({**self.fields, "n": "1", "slot": next(self.slots)}).encode()
        head = (
            f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.connection.port}\r\nCookie: csrftoken={self.cookie}\r\n"
            f"Referer: http://127.0.0.1:{self.connection.port}/\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        answer, _body = self._raw(head + body)
        if " 303 " not in answer.split("\r\n")[0]:
            raise ValueError(answer.split("\r\n")[0])

    def _raw(self, request: bytes) -> tuple[str, bytes]:
        self.connection.socket.sendall(request)
        head, body = self.connection._head()
        length = int((re.search(r"(?im)^content-length: (\d+)", head) or [0, 0])[1])
        while len(body) < length:
            body += self.connection._more()
        self.connection.left = body[length:]
        return head, body[:length]
