"""What a process remembers of the whole city: read from its tables into values, good until the stamp changes.

Asking costs one short query. Reading anew costs what `read` does, and happens after an edit, by whatever hand: triggers write the
stamp. All threads share what is remembered, so nobody changes it.
"""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from django.db import connection

from portal.models.stamps import Stamp


class Stamped(Protocol):
    @property
    def stamp(self) -> UUID | None: ...


T = TypeVar("T", bound=Stamped)


class Remembered(Generic[T]):
    """`read` gets the stamp that its values are to carry; without one (an empty database) it is asked each time."""

    def __init__(self, kept_by: type[Stamp], read: Callable[[UUID | None], T]) -> None:
        self._asked = f'SELECT stamp FROM "{kept_by._meta.db_table}" WHERE id = 1'  # noqa: S608  our own table
        self._read = read
        self._known: T | None = None

    def current(self) -> T:
        """As it stands now."""
        return self._as_of(self._asked)

    def settled(self) -> T:
        """As it stands, and nobody can edit it until this transaction ends."""
        return self._as_of(f"{self._asked} FOR SHARE")

    def at_hand(self) -> T:
        """As this process knows it, maybe a moment old: for a command whose statement asks whether it still stands."""
        return self._known or self.current()

    def _as_of(self, query: str) -> T:
        # every booking and report asks this: without the ORM it costs a third
        with connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
        stamp, known = row[0] if row else None, self._known
        if known is None or stamp is None or known.stamp != stamp:
            known = self._known = self._read(stamp)
        return known
