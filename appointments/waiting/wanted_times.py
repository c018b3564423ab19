"""What somebody on the waiting list wishes: as values, on the entry, and packed until a click confirms it."""

import json
from dataclasses import asdict, dataclass
from datetime import date, time
from hashlib import sha256
from typing import Any, Self

from appointments.models import WaitingEntry
from appointments.times.search import Wish


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody waits for; empty means anything."""

    service_id: int
    count: int
    first_day: date
    last_day: date
    offices: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    from_time: time | None = None
    until_time: time | None = None
    further: tuple[tuple[int, int], ...] = ()  # other services of the same visit, with counts

    @property
    def lines(self) -> list[tuple[int, int]]:
        return [(self.service_id, self.count), *self.further]

    @property
    def wish(self) -> Wish:
        return Wish(self.offices, self.weekdays, self.from_time, self.until_time)

    def write_on(self, entry: WaitingEntry) -> None:
        """Everything but the offices, which need the entry's row."""
        entry.count, entry.first_day, entry.last_day = self.count, self.first_day, self.last_day
        entry.weekdays, entry.further = sorted(self.weekdays), [list(line) for line in self.further]
        entry.from_time, entry.until_time = self.from_time, self.until_time

    def packed(self) -> dict[str, Any]:
        plain = asdict(self) | {"offices": sorted(self.offices), "weekdays": sorted(self.weekdays)}
        found: dict[str, Any] = json.loads(json.dumps(plain, default=str))
        return found

    @classmethod
    def unpacked(cls, packed: dict[str, Any]) -> Self:
        return cls(
            service_id=packed["service_id"],
            count=packed["count"],
            first_day=date.fromisoformat(packed["first_day"]),
            last_day=date.fromisoformat(packed["last_day"]),
            offices=frozenset(packed["offices"]),
            weekdays=frozenset(packed["weekdays"]),
            from_time=_clock(packed["from_time"]),
            until_time=_clock(packed["until_time"]),
            further=tuple((pk, count) for pk, count in packed["further"]),
        )


def of(entry: WaitingEntry) -> Wanted:
    (service_id, count), *further = entry.lines
    return Wanted(
        service_id=service_id,
        count=count,
        first_day=entry.first_day,
        last_day=entry.last_day,
        offices=frozenset(office.pk for office in entry.offices.all()),
        weekdays=frozenset(entry.weekdays),
        from_time=entry.from_time,
        until_time=entry.until_time,
        further=tuple(further),
    )


def proposed_for(entry: WaitingEntry) -> Wanted | None:
    """What was asked anew for a confirmed entry and waits for the click in the mail."""
    return Wanted.unpacked(entry.proposed["wanted"]) if entry.proposed else None


def seal_of(entry: WaitingEntry) -> str:
    """The proposed wishes that a page shows, in short: the press confirms these and no later ones."""
    return sha256(json.dumps(entry.proposed, sort_keys=True).encode()).hexdigest()[:16]


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
