"""Made-up case histories in several shapes, to measure how well categories are learnt.

No shape is easy on purpose: places name other categories' things, sentences are cut short, letters are swapped, people
mention two matters at once, some clerks filed differently, and some categories are rare.
"""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BANK = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Shape:
    """How a city's reports look."""

    name: str
    typos: float = 0.02  # chance of a slip in each word
    misfiled: float = 0.02  # chance that the clerk chose a neighbouring category
    two_matters: float = 0.06  # chance that a second matter is mentioned
    terse: float = 0.3  # chance of only the bare sentence
    skew: float = 0.6  # 0: all categories as frequent; 1: the most frequent has forty times the rarest
    plain_letters: float = 0.1  # ae for ä
    other_names: bool = False
    bare_parents: float = 0.0  # chance that a case is filed under its parent only


SHAPES = (
    Shape("even", skew=0.0),
    Shape("skewed", skew=1.0, bare_parents=0.03),
    Shape("noisy", typos=0.12, misfiled=0.05, terse=0.5, plain_letters=0.4, other_names=True),
    Shape("chatty", terse=0.0, two_matters=0.2),
)


@dataclass(frozen=True)
class Report:
    text: str
    category: str
    parent: str


def reports(shape: Shape, count: int, *, seed: int = 1) -> list[Report]:
    """`count` reports; the same seed gives the same reports."""
    return list(_reports(shape, count, random.Random(seed)))


def _reports(shape: Shape, count: int, rng: random.Random) -> Iterator[Report]:
    categories = BANK["category"]
    weights = [1 / (1 + rank) ** shape.skew for rank in range(len(categories))]
    order = rng.sample(categories, len(categories))
    for _ in range(count):
        category = rng.choices(order, weights)[0]
        text = _write(shape, category, rng)
        filed = category
        if rng.random() < shape.misfiled:
            filed = rng.choice([one for one in categories if one["parent"] == category["parent"]])
        parent = filed["parent"]
        name = filed["other" if shape.other_names else "name"]
        yield Report(text, parent if rng.random() < shape.bare_parents else name, parent)


def _sentence(category: dict, rng: random.Random) -> str:
    return rng.choice(category["troubles"]).replace("{d}", rng.choice(category["things"]))


def _place(rng: random.Random) -> str:
    place = rng.choice(BANK["places"])
    while "{s}" in place:
        place = place.replace("{s}", rng.choice(BANK["streets"]), 1)
    return place.replace("{n}", str(rng.randint(1, 120)))


def _write(shape: Shape, category: dict, rng: random.Random) -> str:
    core = _sentence(category, rng)
    if rng.random() < shape.terse:
        text = core if rng.random() < 0.5 else f"{core} {_place(rng)}"
    else:
        second = f" {_sentence(category, rng)}." if rng.random() < 0.3 else ""
        core = core if rng.random() < 0.7 else core[0].upper() + core[1:]
        text = (
            f"{rng.choice(BANK['openings'])}{core} {_place(rng)}.{second} "
            f"{rng.choice(BANK['consequences'])} {rng.choice(BANK['closings'])}"
        )
    if rng.random() < shape.two_matters:
        text += f" Außerdem: {_sentence(rng.choice(BANK['category']), rng)}."
    if rng.random() < shape.plain_letters:
        for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
            text = text.replace(letter, plain)
    words = [_slip(word, rng) if rng.random() < shape.typos else word for word in text.split()]
    text = " ".join(words)
    return text.lower() if rng.random() < 0.25 else text


def _slip(word: str, rng: random.Random) -> str:
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 1)
    match rng.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + rng.choice("enristlaoumd") + word[at + 1 :]
