"""Made-up German reports for the demo city and for trying out the suggestion. Pure: the sentences lie in demo/complaints.

Each report joins one hand-written core ("what is wrong") with one detail, a place, and the small words around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from complaints.imports.address_file import HouseNumber
from portal.demo.content import read


@dataclass(frozen=True)
class Spot:
    """A place in the demo city: how a report names it, its address and position."""

    said: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class MadeUpReport:
    text: str
    category: str
    group: str
    spot: Spot | None


def position(street: dict[str, Any], number: int) -> tuple[float, float]:
    """Where a house number of an invented street lies: (latitude, longitude) between its two ends."""
    share = number / street["numbers"]
    (south, west), (north, east) = street["from"], street["to"]
    return float(south) + (float(north) - float(south)) * share, float(west) + (
        float(east) - float(west)
    ) * share


def house_numbers() -> Iterator[HouseNumber]:
    """The demo city's list of addresses; odd numbers stand on one side of the street, even ones on the other."""
    for street in read("complaints/streets.toml")["street"]:
        for number in range(1, street["numbers"] + 1):
            latitude, longitude = position(street, number)
            side = 0.00006 if number % 2 else -0.00006
            at = round(latitude + side, 6), round(longitude - side, 6)
            yield HouseNumber(number, street["name"], number, "", "99990", "", "", *at)


class Reports:
    """A source of reports; the same seed always tells the same ones.

    `half` 0 or 1 uses every second sentence only: what is learnt from one half and tried on the other has never
    seen a sentence of the test.
    """

    def __init__(self, seed: int, *, half: int | None = None) -> None:
        self._random = Random(seed)  # noqa: S311 - made-up texts, no secret
        self._words = read("complaints/words.toml")
        self._streets: list[dict[str, Any]] = read("complaints/streets.toml")["street"]
        content = read("complaints/categories.toml")
        self.categories: list[dict[str, Any]] = content["category"]
        if half is not None:
            for category in self.categories:
                category["cores"] = category["cores"][half::2]
                category["details"] = [*category["details"][half:-1:2], ""]
        self.groups: dict[str, dict[str, Any]] = {group["slug"]: group for group in content["group"]}

    def about(self, category: dict[str, Any]) -> MadeUpReport:
        spot = self.spot() if category["place"] != "none" else None
        core: str = self._random.choice(category["cores"])
        opening: str = self._random.choice(self._words["openings"])
        parts = [
            opening,
            self._sentence(core.replace("{ort}", spot.said) if spot else core, after_comma=bool(opening)),
            self._random.choice(category["details"]),
            self._random.choice(self._words["closings"]),
        ]
        shown = spot if spot and "{ort}" in core else None
        return MadeUpReport(" ".join(filter(None, parts)), category["slug"], category["group"], shown)

    def different(self, count: int, *, without: frozenset[str] = frozenset()) -> Iterator[MadeUpReport]:
        """`count` reports with different texts, all categories but `without` in turn."""
        seen: set[str] = set()
        categories = [category for category in self.categories if category["slug"] not in without]
        for number in range(count * 50):
            found = self.about(categories[number % len(categories)])
            if found.text not in seen:
                seen.add(found.text)
                yield found
            if len(seen) == count:
                return
        raise ValueError(f"The sentences make no {count} different reports.")

    def spot(self) -> Spot:
        street, other = self._random.sample(self._streets, 2)
        number = self._random.randint(1, street["numbers"])
        latitude, longitude = position(street, number)
        side = self._random.uniform(-0.0001, 0.0001)
        said = self._random.choice(self._words["places"]).format(
            am=street["at"], strasse=street["name"], nummer=number, andere=other["name"]
        )
        return Spot(
            said=said,
            address=f"{street['name']} {number}",
            latitude=round(latitude + side, 6),
            longitude=round(longitude - side, 6),
        )

    def _sentence(self, text: str, *, after_comma: bool) -> str:
        """After "Guten Tag," German goes on with a small letter, but for nouns."""
        first = text.split()[0]
        if after_comma and first.capitalize() in self._words["small"]:
            return first.lower() + text[len(first) :]
        return text[:1].upper() + text[1:]
