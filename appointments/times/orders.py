"""What somebody wants: services with counts, checked against the rules, with the length it takes at each pool."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from appointments.models import Channel
from appointments.pure.availability import Part, Window, length_in_units, window
from appointments.pure.refusals import BadCount, NotCombinable, NotInSeason, UnknownService
from appointments.times.rules import PoolFacts, RuleBook, ServiceRules

MOST_SERVICES = 5
DESK_HORIZON_DAYS = 730
JUST_BEGUN = -10  # minutes


@dataclass(frozen=True, slots=True)
class Order:
    """One visit: each service once, with the number of persons or documents."""

    lines: tuple[tuple[int, int], ...]

    @classmethod
    def kept(cls, lines: Iterable[Sequence[Any]]) -> Self:
        """As an appointment keeps it: service, count and name in each line."""
        return cls(tuple((int(line[0]), int(line[1])) for line in lines))

    @property
    def services(self) -> frozenset[int]:
        return frozenset(pk for pk, _count in self.lines)

    @property
    def main(self) -> int:
        return self.lines[0][0]

    def length_at(self, pool: PoolFacts, book: RuleBook) -> int:
        """Units this visit takes at `pool`."""
        return length_in_units(
            Part(pool.bases[pk], book.services[pk].extra, count) for pk, count in self.lines
        )

    def rules(self, book: RuleBook) -> list[ServiceRules]:
        return [book.services[pk] for pk, _count in self.lines]

    def window(self, book: RuleBook, channel: str, now: datetime) -> Window:
        """What may be booked now: the strictest lead and horizon that the services have in this channel."""
        windows = [
            window(now, book.zone, lead_minutes=s.lead, horizon_days=s.horizon, release=s.release)
            if channel == Channel.WEB
            else window(now, book.zone, lead_minutes=_desk_lead(s), horizon_days=_desk_horizon(s))
            for s in self.rules(book)
        ]
        return Window(max(w.earliest for w in windows), min(w.last_day for w in windows))

    def snapshot(self, book: RuleBook) -> list[list[int | str]]:
        return [[pk, count, book.services[pk].name] for pk, count in self.lines]


def _desk_lead(service: ServiceRules) -> int:
    """Somebody who stands at the desk may have a time that began a moment ago, unless the service needs time before."""
    return JUST_BEGUN if service.desk_lead is None else service.desk_lead


def _desk_horizon(service: ServiceRules) -> int:
    return service.desk_horizon or DESK_HORIZON_DAYS


def check(lines: Iterable[tuple[int, int]], book: RuleBook, *, channel: str, now: datetime) -> Order:
    """The order, or the refusal that says what is wrong with it."""
    wanted = tuple(lines)
    if not wanted or len(wanted) > MOST_SERVICES or len({pk for pk, _count in wanted}) != len(wanted):
        raise UnknownService
    for pk, count in wanted:
        service = book.services.get(pk)
        if service is None or (channel == Channel.WEB and not service.online):
            raise UnknownService
        if not 1 <= count <= service.max_count:
            raise BadCount(most=service.max_count)
        if channel == Channel.WEB and service.seasons:
            season = service.season_at(now)
            if season is None or not season.opens_at <= now < season.closes_at:
                raise NotInSeason(season)
    order = Order(wanted)
    for service in order.rules(book):
        if not order.services - {service.id} <= service.combinable:
            raise NotCombinable
    return order
