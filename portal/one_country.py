"""Lets the package `holidays` load the country that is asked for, and not all 250 of them (8 MB a worker).

Its `countries` package imports every country in its `__init__`; its own loader needs only the one module. So the package is
entered in Python's list as an empty one with the same path, before anything imports it.
"""

import sys
from importlib.util import find_spec
from types import ModuleType

NAME = "holidays.countries"


def _enter() -> None:
    package = find_spec("holidays")
    if NAME in sys.modules or package is None or not package.submodule_search_locations:
        return
    countries = ModuleType(NAME)
    countries.__path__ = [f"{folder}/countries" for folder in package.submodule_search_locations]
    sys.modules[NAME] = countries


_enter()
