"""Taking over the city's list of addresses: what the file holds is the list afterwards, the same address keeps its key."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction

from complaints.imports.address_file import HouseNumber
from complaints.imports.csv_lines import BrokenLine, FileRefused
from complaints.models import Address
from complaints.places import streets

BATCH = 2000


@dataclass
class Taken:
    """What became of a file."""

    kept: int = 0
    removed: int = 0
    broken: list[BrokenLine] = field(default_factory=list)


@transaction.atomic
def take_over(
    records: Iterable[HouseNumber | BrokenLine],
    *,
    only_add: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Taken:
    """Make the good records the list; with `only_add`, beside what is there. Raises FileRefused if none is good."""
    taken, present = Taken(), set(Address.objects.values_list("pk", flat=True))
    good = _different(records, taken.broken)
    while batch := list(islice(good, BATCH)):
        rows = Address.objects.bulk_create(
            [_address(one) for one in batch],
            update_conflicts=True,
            unique_fields=["street_key", "number", "suffix", "postal_code", "district"],
            update_fields=["street", "external_id", "latitude", "longitude"],
        )
        present -= {row.pk for row in rows}
        taken.kept += len(batch)
        progress(len(batch))
    if not taken.kept:
        raise FileRefused(f"The file holds no address that can be read; {len(taken.broken)} broken lines.")
    if not only_add:
        taken.removed, _by_model = Address.objects.filter(pk__in=present).delete()
    return taken


def _different(
    records: Iterable[HouseNumber | BrokenLine], broken: list[BrokenLine]
) -> Iterator[HouseNumber]:
    """The good records, each address once; the others are put down in `broken`."""
    seen: dict[tuple[str, int, str, str, str], int] = {}
    for record in records:
        if isinstance(record, BrokenLine):
            broken.append(record)
            continue
        key = (streets.key(record.street), record.number, record.suffix, record.postal_code, record.district)
        if (first := seen.setdefault(key, record.line)) != record.line:
            broken.append(BrokenLine(record.line, f"the same address as line {first}"))
        else:
            yield record


def _address(one: HouseNumber) -> Address:
    return Address(
        street=one.street, street_key=streets.key(one.street)[:150], number=one.number, suffix=one.suffix,
        postal_code=one.postal_code, district=one.district, external_id=one.external_id,
        latitude=one.latitude, longitude=one.longitude,
    )  # fmt: skip
