"""Articles of made-up words, the same ones every time."""

import random
from collections.abc import Iterator
from itertools import accumulate

from knowledge.imports.article_file import Line, take
from portal.language import data, index
from portal.language.analysis import analyser
from portal.language.documents import Document, Passage

SEED = 20261123
VERBS = (
    "beantragen",
    "anmelden",
    "abmelden",
    "verlängern",
    "abholen",
    "ändern",
    "verlieren",
    "melden",
    "kündigen",
    "bezahlen",
)


def words_of_a_city(rng: random.Random) -> tuple[list[str], list[int]]:
    """City words and compounds of them, the common ones much commoner (weights added up)."""
    parts = sorted(data.words("de", "parts"))
    rng.shuffle(parts)
    made = parts + ["".join(rng.sample(parts, 2)) for _ in range(15_000)]
    return made, list(accumulate(1_000_000 // (rank + 10) for rank in range(len(made))))


def made_up_articles(count: int) -> Iterator[Document]:
    rng = random.Random(SEED)
    words, weights = words_of_a_city(rng)
    small = sorted(analyser("de").stop)
    for number in range(count):
        chosen = rng.choices(words, cum_weights=weights, k=120)
        title = f"{rng.choice(words).capitalize()} {rng.choice(VERBS)}"
        sections = [
            " ".join(f"{word} {rng.choice(small)}" for word in chosen[start : start + 30]) + "."
            for start in range(0, 120, 30)
        ]
        yield Document(
            "bench",
            str(number),
            "de",
            title,
            synonyms=tuple(rng.choices(words, k=5)),
            passages=tuple(
                Passage(text, f"Abschnitt {place}", f"s{place}") for place, text in enumerate(sections)
            ),
            tags=(f"topic:{number % 20}",),
        )


def take_articles(count: int) -> None:
    """Bring made-up articles into the city, with pages of their own."""
    lines = (
        Line(number, article.key, article.title, " ".join(passage.text for passage in article.passages))
        for number, article in enumerate(made_up_articles(count))
    )
    take(list(lines), source="bench", language="de", progress=lambda done: None)
    index.settle()
