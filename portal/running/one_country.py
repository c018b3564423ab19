"""Lets the package `holidays` load the country that is asked for, and not all 250 of them with the moons of every calendar (10 MB a worker).

Its packages import all their modules in their `__init__`; a country needs its own and two or three others. So each package is entered
in Python's list with the same path but nothing in it, before anything imports it, and finds a name when it is asked for.
"""

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGES = ("countries", "groups", "calendars")


def _enter() -> None:
    whole = find_spec("holidays")
    if "holidays" in sys.modules or whole is None or not whole.submodule_search_locations:
        return
    for name in PACKAGES:
        folders = [Path(place) / name for place in whole.submodule_search_locations]
        package = ModuleType(f"holidays.{name}")
        package.__path__ = [str(folder) for folder in folders]
        package.__getattr__ = _finder(package.__name__, folders[0] / "__init__.py")  # type: ignore[method-assign]  # how a module is asked, PEP 562
        sys.modules[package.__name__] = package


def _finder(package: str, source: Path) -> Callable[[str], Any]:
    """Fetches a name from the module that the package's own `__init__` would have imported it from."""

    def find(name: str) -> Any:
        for node in ast.parse(source.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names):
                return getattr(import_module(str(node.module)), name)
        raise AttributeError(f"{package} has no {name}")

    return find


_enter()

from holidays import HolidayBase, country_holidays  # noqa: E402  the packages have been entered

__all__ = ["HolidayBase", "country_holidays"]
