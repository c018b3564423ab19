"""Figures with limits: `make bench [ONLY=area]` prints one JSON object a line and exits 1 if a limit does not hold.

`benchmarks/README.md` tells how to write an area. Each area runs in a process of its own on a database of its own, cloned from
one that is migrated and holds the demo city.
"""

import argparse
import hashlib
import importlib
import importlib.util
import json
import logging
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import django
import psycopg

from portal.running import embedded, memory

ROOT = Path(__file__).resolve().parent.parent
AREAS = ("house", "appointments", "desk", "enrolment", "complaints", "knowledge", "assistant")
TEMPLATE = "buergerhaus_bench"


@dataclass(frozen=True)
class Figure:
    """One measured value; give one of `at_least` and `at_most`."""

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    def line(self) -> dict[str, Any]:
        low, high = self.at_least, self.at_most
        holds = (low is None or self.value >= low) and (high is None or self.value <= high)
        value = round(self.value, 4) if abs(self.value) < 10 else round(self.value, 1)
        return {
            "name": self.name,
            "value": value,
            "unit": self.unit,
            "limit": high if low is None else low,
            "holds": holds,
        }


_measures: list[tuple[str, Callable[[], Iterator[Figure]]]] = []


def figure(
    name: str, *, unit: str, at_least: float | None = None, at_most: float | None = None
) -> Callable[..., Any]:
    """Decorate a function without arguments that returns the value."""

    def keep(measure: Callable[[], float]) -> Callable[[], float]:
        def one() -> Iterator[Figure]:
            yield Figure(name, float(measure()), unit, at_least, at_most)

        _measures.append((name, one))
        return measure

    return keep


def figures(measure: Callable[[], Iterator[Figure]]) -> Callable[[], Iterator[Figure]]:
    """Decorate a generator of `Figure`s, where one set-up serves several."""
    _measures.append((measure.__name__, measure))
    return measure


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("areas", nargs="*", help=f"of {', '.join(AREAS)}; none = all")
    arguments.add_argument("--inside", help=argparse.SUPPRESS)
    arguments.add_argument("--match", default="", help="only figures whose name contains this")
    chosen = arguments.parse_args()
    if chosen.inside:
        return _measure_area(chosen.inside, chosen.match)
    unknown = set(chosen.areas) - set(AREAS)
    if unknown:
        arguments.error(f"no area {', '.join(sorted(unknown))}; there are {', '.join(AREAS)}")
    areas = [area for area in chosen.areas or AREAS if importlib.util.find_spec(f"benchmarks.{area}")]
    with _server() as url:
        template = _template(url)
        return max([_run_area(url, template, area, chosen.match) for area in areas], default=0)


def _measure_area(area: str, match: str) -> int:
    """In the area's process: Django is set up, every figure is printed as soon as it is known."""
    django.setup()
    logging.getLogger("django.request").setLevel(logging.ERROR)
    importlib.import_module(f"benchmarks.{area}")
    failed = False
    for name, measure in _measures:
        if match not in name:
            continue
        memory.leave_out_what_is_loaded()  # as a web worker: a look at all of this process's objects was once taken for the page's time
        try:
            for found in measure():
                line = found.line()
                failed |= not line["holds"]
                print(json.dumps(line, ensure_ascii=False), flush=True)
        except Exception:
            failed = True
            traceback.print_exc()
            print(
                json.dumps({"name": name, "value": None, "unit": "error", "limit": None, "holds": False}),
                flush=True,
            )
    return int(failed)


@contextmanager
def _server() -> Iterator[str]:
    """The PostgreSQL to measure on: DATABASE_URL's, or the embedded one."""
    if named := os.environ.get("DATABASE_URL"):
        yield named
        return
    with embedded.held() as url:
        yield url


def _run_area(url: str, template: str, area: str, match: str) -> int:
    name = f"buergerhaus_bench_{area}"
    _sql(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        command = [sys.executable, "-m", "benchmarks.harness", "--inside", area, "--match", match]
        return subprocess.run(command, cwd=ROOT, env=_surroundings(_named(url, name)), check=False).returncode
    finally:
        _sql(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _template(url: str) -> str:
    """The database with the demo city, made anew when migrations or demo content have changed."""
    wanted = _state()
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [TEMPLATE]
        ).fetchone()
    if found and found[0] == wanted:
        return TEMPLATE
    _say("preparing the database with the demo city …")
    _sql(url, f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)", f"CREATE DATABASE {TEMPLATE}")
    surroundings = _surroundings(_named(url, TEMPLATE))
    commands = [["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"]]
    if (ROOT / "portal/management/commands/load_demo.py").exists() or list(
        ROOT.glob("*/management/commands/load_demo.py")
    ):
        commands.append(["load_demo"])
    for command in commands:
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=surroundings, check=True, stdout=sys.stderr
        )
    _sql(url, f"COMMENT ON DATABASE {TEMPLATE} IS '{wanted}'")
    return TEMPLATE


def _state() -> str:
    sources = [
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("*/*/migrations/*.py"),
        *ROOT.glob("demo/**/*"),
        *ROOT.glob("static/**/*"),
    ]
    facts = sorted(
        f"{path.relative_to(ROOT)}:{path.stat().st_size}:{path.stat().st_mtime_ns}"
        for path in sources
        if path.is_file()
    )
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _named(url: str, database: str) -> str:
    parts = urlsplit(url)
    # urlunsplit drops an empty host: postgresql:///x must keep its three slashes
    return (
        urlunsplit(parts._replace(path=f"/{quote(database)}"))
        if parts.netloc
        else f"{parts.scheme}:///{database}?{parts.query}"
    )


def _sql(url: str, *statements: str) -> None:
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def _surroundings(url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DATA_DIR": str(embedded.data_dir() / "bench"),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        "DEMO": "1",
        "INSECURE_HTTP": "1",
        "LOG_LEVEL": "ERROR",
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    started = time.monotonic()
    # run as a script this module is __main__; the areas import it by its name and must meet the same list
    code = importlib.import_module("benchmarks.harness").main()
    if "--inside" not in sys.argv:
        _say(f"done in {time.monotonic() - started:.0f} s")
    sys.exit(code)
