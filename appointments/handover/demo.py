"""The demo city's appointments: switches, enrolment seasons, a wedding room and two weeks of bookings.

Everything hangs on what the catalogue brought; what is missing there is left out. No real person's name.
"""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from appointments.fairness import ready
from appointments.models import (
    Appointment,
    BookableService,
    Channel,
    Purpose,
    Resource,
    Season,
    Switches,
)
from appointments.pure.availability import Load, free_starts, moment_of
from appointments.pure.states import State
from appointments.times import capacity, rulebook
from appointments.times.orders import Order
from appointments.times.rules import PoolFacts, RuleBook
from portal import numbers
from portal.models import Office

FIRST_NAMES = [
    "Adele",
    "Bruno",
    "Clara",
    "Dario",
    "Emilia",
    "Falk",
    "Greta",
    "Hanno",
    "Ida",
    "Jaro",
    "Kira",
    "Levin",
    "Mila",
    "Nuri",
    "Olga",
    "Pavel",
    "Quirin",
    "Rosa",
    "Selma",
    "Timo",
]
LAST_NAMES = [
    "Auental",
    "Birkbach",
    "Distelkamp",
    "Erlenhof",
    "Feldmoos",
    "Goldhain",
    "Haselried",
    "Irisweg",
    "Kornblum",
    "Lindquell",
    "Moorkamp",
    "Nesselau",
]
DAYS_BACK, DAYS_AHEAD = 7, 14
PICKUP, KINDERGARTEN, SCHOOL = "pass-abholung", "kita-anmeldung", "schuleinschreibung"
WEDDING = "trautermin"
COMES_ALONG = {  # beside what the service asks for each year
    "de": ["Ihr Kind: Es kommt mit"],
    "en": ["your child, who comes along"],
    "pl": ["dziecko: przychodzi z Państwem"],
    "cs": ["vaše dítě: přijde s vámi"],
    "hu": ["a gyermek: Önnel együtt jön"],
    "bg": ["детето Ви: идва с Вас"],
}


@transaction.atomic
def load(progress: Callable[[str], None]) -> None:
    """Fill the appointment service. Running it again adds nothing twice."""
    Switches.objects.get_or_create(pk=1)
    today = timezone.localdate()
    _pickup()
    _season(KINDERGARTEN, f"Kindergartenanmeldung {_school_year(today)}", today, (6, 2), progress)
    _season(SCHOOL, f"Schuleinschreibung {_school_year(today)}", today, (7, 5), progress)
    _wedding_room()
    if Appointment.objects.exists():
        return
    progress("bookings of two weeks")
    book, rng = rulebook.current(), random.Random(20270101)  # noqa: S311 - a demo, not a secret
    for pool in book.pools.values():
        for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
            _fill_day(book, pool, today + timedelta(days=offset), rng)


def _pickup() -> None:
    """Passport pickup: only ready documents, two persons of one household in one visit."""
    found = BookableService.objects.filter(service__external_id=PICKUP)
    found.update(only_ready_documents=True, asks_birth_date=True, horizon_days=30)
    if found:
        ready.import_list(lines=[*ready.DEMO_NUMBERS.split(", "), *(f"LA2027{n:03}" for n in range(4, 60))])


def _season(key: str, name: str, today: date, ages: tuple[int, int], progress: Callable[[str], None]) -> None:
    """An enrolment that is open now; `ages` are the oldest and the youngest child on 30 September."""
    service = BookableService.objects.filter(service__external_id=key).first()
    if service is None or Season.objects.filter(service=service).exists():
        return
    progress(name)
    start = _school_year_start(today)
    oldest, youngest = ages
    Season.objects.create(
        service=service,
        name=name,
        opens_at=datetime.combine(today - timedelta(days=7), time(8), rulebook.local_zone()),
        closes_at=datetime.combine(today + timedelta(days=120), time(18), rulebook.local_zone()),
        born_from=date(start - oldest, 10, 1),
        born_until=date(start - youngest, 9, 30),
        checklist=COMES_ALONG,
        forget_after=date(start, 12, 31),
    )
    service.horizon_days = 120
    service.save(update_fields=["horizon_days"])


def _school_year_start(today: date) -> int:
    return today.year + 1 if today.month >= 9 else today.year


def _school_year(today: date) -> str:
    start = _school_year_start(today)
    return f"{start}/{(start + 1) % 100:02}"


def _wedding_room() -> None:
    """The one room for weddings and the registrar; registering a marriage needs neither."""
    office = Office.objects.filter(external_id="standesamt").first()
    if office is None:
        return
    for name, kind in (("Trausaal", Resource.Kind.ROOM), ("Standesbeamtin Birkbach", Resource.Kind.PERSON)):
        needed, _new = Resource.objects.get_or_create(office=office, name=name, defaults={"kind": kind})
        needed.services.set(BookableService.objects.filter(service__external_id=WEDDING))


def _fill_day(book: RuleBook, pool: PoolFacts, day: date, rng: random.Random) -> None:
    """Bookings of one day, in the numbers that are usual: near days fuller than far ones."""
    plan = pool.plan(day)
    services = [pk for pk in pool.bases if pk in book.services and not book.services[pk].seasons]
    services = [pk for pk in services if not book.services[pk].resources]
    if not plan.starts or not services:
        return
    load = capacity.lock(pool.id, plan, plan.first, len(plan.total))
    ahead = (day - timezone.localdate()).days
    share = 0.75 if ahead <= 1 else max(0.15, 0.8 - ahead * 0.05)
    weights = [1 + book.services[pk].wanted for pk in services]
    rows: list[Appointment] = []
    for start in plan.starts:
        for _place in range(plan.total_at(start)[0]):
            if rng.random() > share:
                continue
            order = Order(((rng.choices(services, weights)[0], 1),))
            length = order.length_at(pool, book)
            if free_starts(plan, load, length, earliest=0, public=True, among=[start]):
                rows.append(_visit(book, pool, order, start, length, rng, len(rows)))
                _count(load, start, length)
    Appointment.objects.bulk_create(rows)


def _visit(
    book: RuleBook, pool: PoolFacts, order: Order, start: int, length: int, rng: random.Random, n: int
) -> Appointment:
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    starts_at, ends_at = moment_of(start), moment_of(start + length)
    now = timezone.now()
    state = State.CONFIRMED if starts_at > now else (State.NO_SHOW if rng.random() < 0.1 else State.DONE)
    address = f"{first}.{last}{rng.randrange(1000)}@example.org".lower()
    return Appointment(
        number=numbers.new("T"),
        pool_id=pool.id,
        service_id=order.main,
        order=order.snapshot(book),
        starts_at=starts_at,
        ends_at=ends_at,
        day=starts_at.astimezone(book.zone).date(),
        state=state,
        channel=Channel.WEB,
        purpose=Purpose.VISIT,
        desk_code=f"{pool.letter}{100 + n}",
        name=f"{first} {last}",
        email=address,
        contact_key=address,
        confirmed_at=min(now, starts_at) - timedelta(days=rng.randrange(1, 20)),
    )


def _count(load: Load, start: int, length: int) -> None:
    for i in range(start - load.first, start - load.first + length):
        load.taken[i] += 1
        load.public[i] += 1
