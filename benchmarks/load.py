"""`make load`: 40 citizens book at the same time, with the pauses of people who read. On this machine only, for half a minute.

The portal, its database and the citizens share the machine, so the limits are those of a small host.
"""

import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from benchmarks.harness import Figure
from tests.faults.citizen import Citizen, Refused
from tests.faults.stage import Stage, set_up

CITIZENS, SECONDS, PAUSE = 40, 30, (0.5, 1.5)
RACERS = 60
ADDRESSES = 7
SERVICES = ("fuehrungszeugnis", "melderegisterauskunft", "wohnsitz-anmelden", "reisepass", "personalausweis")


class From(HTTPAdapter):
    """Calls from one of a few addresses of this machine: a single one may hold 600 times an hour, and a quick machine does more."""

    def __init__(self, number: int) -> None:
        self.own = f"127.0.1.{1 + number % ADDRESSES}"
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, source_address=(self.own, 0), **options)


class Reader(Citizen):
    """A citizen who looks at each page before the next step."""

    def __init__(self, address: str, number: int, rng: random.Random | None = None) -> None:
        super().__init__(address, number, rng)
        self.session.mount("http://", From(number))

    def _pause(self) -> None:
        time.sleep(self.rng.uniform(*PAUSE))

    def hold(self, times):  # type: ignore[no-untyped-def]
        self._pause()
        return super().hold(times)

    def finish(self, details):  # type: ignore[no-untyped-def]
        self._pause()
        return super().finish(details)


def main() -> int:
    with set_up(Path(tempfile.mkdtemp(prefix="load-"))) as stage:
        figures = [*crowd(stage), *race(stage)]
        stage.manage("check_capacity")
    for found in figures:
        print(json.dumps(found.line(), ensure_ascii=False), flush=True)
    return int(not all(found.line()["holds"] for found in figures))


def crowd(stage: Stage) -> list[Figure]:
    """40 citizens book again and again for half a minute."""
    over, seconds, outcomes = time.monotonic() + SECONDS, [], Counter()

    def one(number: int) -> None:
        rng = random.Random(number)
        time.sleep(rng.uniform(0, PAUSE[1]))
        turn = 0
        while time.monotonic() < over:
            turn += 1
            citizen = Reader(stage.address, number * 1000 + turn, rng)
            outcomes[_outcome(citizen, rng.choice(SERVICES))] += 1
            seconds.extend(taken for _what, taken in citizen.seconds)

    _together([threading.Thread(target=one, args=(n,)) for n in range(CITIZENS)])
    wrong = sum(number for outcome, number in outcomes.items() if outcome not in {"booked", "409", "422"})
    print(f"{dict(outcomes)}, {len(seconds)} pages", file=sys.stderr)
    return [
        Figure("40 citizens, bookings", outcomes["booked"], "bookings", at_least=200),
        Figure(
            "40 citizens, 95 % of pages within",
            sorted(seconds)[int(0.95 * len(seconds))] * 1000,
            "ms",
            at_most=300,
        ),
        Figure("40 citizens, errors", wrong, "errors", at_most=0),
    ]


def race(stage: Stage) -> list[Figure]:
    """60 citizens want the same time of one counter: as many get it as there are counters, nobody sees an error."""
    looking = Reader(stage.address, 1)
    times = looking.find_times(SERVICES[0])
    form = times.form("/halten/")
    slot = next(entry.value for entry in [*form.buttons, *form.fields] if entry.name == "slot")
    start, statuses = threading.Barrier(RACERS), Counter()

    def one(number: int) -> None:
        citizen = Reader(stage.address, 800_000 + number)
        mine = citizen.find_times(SERVICES[0]).form("/halten/")
        start.wait()
        answer = citizen.session.post(mine.action, data=mine.values(slot=slot), timeout=60)
        statuses["held" if "/reservierung/" in answer.url else str(answer.status_code)] += 1

    _together([threading.Thread(target=one, args=(n,)) for n in range(RACERS)])
    print(f"race: {dict(statuses)}", file=sys.stderr)
    errors = sum(number for status, number in statuses.items() if status.startswith("5"))
    return [
        Figure(
            "60 citizens on one time, answered without error", RACERS - errors, "citizens", at_least=RACERS
        ),
        Figure("60 citizens on one time, held", statuses["held"], "places", at_least=1, at_most=12),
    ]


def _outcome(citizen: Citizen, service: str) -> str:
    try:
        citizen.book(service)
    except Refused as refusal:
        return str(refusal.status)
    except (AssertionError, StopIteration):
        return "409"  # led back to the times, with a reason
    except requests.RequestException as error:
        return type(error).__name__
    return "booked"


def _together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
