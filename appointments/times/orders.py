"""What somebody wants: services with counts, checked against the rules, with the length it takes at each pool."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from appointments.models import Channel
from appointments.pure.availability import Part, Window, length_in_units, window
from appointments.pure.refusals import BadCount, NeedsDetails, NotCombinable, NotInSeason, UnknownService
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


def partners(service: ServiceRules, book: RuleBook) -> list[ServiceRules]:
    """What citizens can have done in the same visit."""
    others = [book.services[pk] for pk in service.combinable if pk in book.services]
    return [o for o in others if o.online and book.pools_for(frozenset({service.id, o.id}))]


def choices(order: Order, book: RuleBook) -> list[tuple[ServiceRules, int, list[int]]]:
    """What a booked visit may be changed to: each service with its count now and those it may have. The main one stays.

    A service that asks for more than a name is not added, and one that asks about each is not counted anew: that is a
    visit of its own.
    """
    had, main = dict(order.lines), book.services[order.main]
    offered = [main, *(other for other in partners(main, book) if other.id in had or not other.asks_more)]
    found = []
    for service in offered:
        now, least = had.get(service.id, 0), int(service is main)
        fixed = {now} if service is main else {0, now}
        counts = fixed if service.asks_each else fixed | set(range(least, service.max_count + 1))
        found.append((service, now, sorted(counts)))
    return found


def refuse_unasked(order: Order, before: Order, book: RuleBook) -> None:
    """A change asks for no further details."""
    if order.main != before.main:
        raise NeedsDetails
    had = dict(before.lines)
    for pk, count in order.lines:
        service = book.services[pk]
        if (pk not in had and service.asks_more) or (had.get(pk, count) != count and service.asks_each):
            raise NeedsDetails
