"""A cache of values that are made once and only read: handed out as they are, not packed and unpacked for every reader.

A page asks for the doors of a hundred offices, the city and ten rows each time; unpickling them cost more than the page's statements.
Who puts a value here promises that nobody changes it: frozen dataclasses, tuples, texts, a mapping that is only looked into.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any, ClassVar, cast

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

Entry = tuple[float | None, Any]
"""When it ends (None = never), and the value."""


class KeptValues(BaseCache):
    """In the memory of the process; when it is full, what was not asked for longest goes. One shelf for each LOCATION."""

    _shelves: ClassVar[dict[str, OrderedDict[str, Entry]]] = {}
    _lock: ClassVar[Lock] = Lock()

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = params.get("OPTIONS", {})
        self._most = int(options.get("MAX_ENTRIES", 300))
        self._shelf = self._shelves.setdefault(name, OrderedDict())

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        name = self.make_key(key, version)
        with self._lock:
            ends, value = self._shelf.get(name, (0.0, None))
            if ends is not None and ends <= time.time():
                self._shelf.pop(name, None)
                return default
            self._shelf.move_to_end(name)
            return value

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """Those that are there; a search asks for sixty documents at once."""
        now, found = time.time(), {}
        with self._lock:
            for key in keys:
                name = self.make_key(key, version)
                entry = self._shelf.get(name)
                if entry is not None and (entry[0] is None or entry[0] > now):
                    self._shelf.move_to_end(name)
                    found[key] = entry[1]
        return found

    def set(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        name = self.make_key(key, version)
        with self._lock:
            self._shelf[name] = (self.get_backend_timeout(timeout), value)
            self._shelf.move_to_end(name)
            while len(self._shelf) > self._most:
                self._shelf.popitem(last=False)

    def add(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        if self.get(key, self, version) is not self:
            return False
        self.set(key, value, timeout, version)
        return True

    def delete(self, key: Any, version: int | None = None) -> bool:
        with self._lock:
            return self._shelf.pop(self.make_key(key, version), None) is not None

    def clear(self) -> None:
        with self._lock:
            self._shelf.clear()


def values() -> KeptValues:
    """This process's shelf of kept values."""
    return cast(KeptValues, caches["values"])
