"""The everyday words of people and the words of offices, as shipped (`data/<language>/thesaurus.txt`) or entered by the city.

A line of the file is one subject:  `Wohnsitz anmelden, Ummeldung = umziehen, neue Adresse, Einwohnermeldeamt`
Left: how offices write. Right: how people say it. Each entry may have several words; all must stand in the query.
Other languages have the German words before a bar: `Personalausweis | dowód osobisty = dowód`; see `in_german`.
With `~` before it the line says what a word has to do with, not what it means: `~Ausland = Italien, Spanien`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from portal.language import data
from portal.language.analysis import Analyser, analyser
from portal.language.typos import Lookalikes

OFFICIAL = 0.9
OFFICIAL_ONCE_MORE = 0.55
EVERYDAY = 0.3
SEVERAL_WORDS = 1.3
"""A trigger of several words says more surely what is meant."""
LOOSE = 0.4

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to say a subject: its stems, the words as written, and whether offices say so."""

    stems: Stems
    shown: str
    official: bool
    words: tuple[str, ...] = ()
    loose: bool = False
    german: str = ""


@dataclass(frozen=True, slots=True)
class Expansion:
    """`trigger` (stems of the query) may also be said as `stems`."""

    trigger: Stems
    stems: Stems
    shown: str
    weight: float


class Thesaurus:
    """Finds the subjects that a query names."""

    def __init__(self, groups: Iterable[Sequence[Entry]]) -> None:
        self._by_stem: dict[str, list[tuple[Entry, Sequence[Entry]]]] = {}
        self._lookalikes: Lookalikes | None = None
        self.spoken: set[str] = set()
        """All words of all entries, folded: what a compound may be made of."""
        for group in groups:
            for entry in group:
                self.spoken.update(entry.words)
                rarest = max(entry.stems, key=len)
                self._by_stem.setdefault(rarest, []).append((entry, group))

    def expansions(self, stems: Collection[str]) -> list[Expansion]:
        """All other ways to say what `stems` contains, the more specific triggers first."""
        present = set(stems)
        found: list[Expansion] = []
        for stem in stems:
            for entry, group in self._by_stem.get(stem, ()):
                if present.issuperset(entry.stems):
                    found += [
                        Expansion(entry.stems, other.stems, other.shown, _weight(entry, other))
                        for other in group
                        if other.stems != entry.stems and _weight(entry, other)
                    ]
        found.sort(key=lambda expansion: (-len(expansion.trigger), -expansion.weight))
        return found

    def german(self, stems: Collection[str]) -> str:
        """The German words for what `stems` names, the longest names first; "" if nothing is known."""
        present = set(stems)
        found = [
            entry
            for stem in stems
            for entry, _ in self._by_stem.get(stem, ())
            if entry.german and present.issuperset(entry.stems)
        ]
        most = max((len(entry.stems) for entry in found), default=0)
        return " ".join(dict.fromkeys(entry.german for entry in found if len(entry.stems) == most))

    def like(self, word: str) -> Sequence[str]:
        """Words of the thesaurus that a mistyped `word` may have meant."""
        if self._lookalikes is None:
            self._lookalikes = Lookalikes(self.spoken)
        return self._lookalikes.like(word)

    def words(self) -> set[str]:
        """Stems of all single-word entries."""
        return {stem for stem, rows in self._by_stem.items() for entry, _ in rows if len(entry.stems) == 1}


def _weight(entry: Entry, other: Entry) -> float:
    sure = SEVERAL_WORDS if len(entry.stems) > 1 else 1.0
    if entry.loose:
        return LOOSE if other.official and not entry.official else 0.0
    if not other.official:
        return sure * EVERYDAY
    return sure * (OFFICIAL_ONCE_MORE if entry.official else OFFICIAL)


def entry(
    text: str, language: Analyser, *, official: bool, loose: bool = False, german: str = ""
) -> Entry | None:
    """Read one entry; None if only stop words remain."""
    written = [token.text for token in language.tokens(text)]
    stems = tuple(dict.fromkeys(language.terms(word)[0] for word in written if not language.is_stop(word)))
    telling = tuple(word for word in written if len(word) > 3 and not language.is_stop(word))
    if len(stems) == 1 and not official and len(written) > 1:
        return None  # "nach der Schule" would be asked by everybody who says "Schule"
    return Entry(stems, text.strip(), official, telling, loose, german) if stems else None


@cache
def shipped(language: str) -> Thesaurus:
    """The thesaurus that comes with the product; empty where none is written yet."""
    words = analyser(language)
    groups = []
    for line in data.lines(language.split("-")[0], "thesaurus"):
        german, bar, rest = line.removeprefix("~").rpartition("|")
        official, _, everyday = rest.partition("=")
        read = [
            entry(
                spelling,
                words,
                official=kind,
                loose=line.startswith("~"),
                german=german.strip() if bar else "",
            )
            for kind, texts in ((True, official), (False, everyday))
            for text in texts.split(",")
            for spelling in words.spellings(text.strip())
        ]
        groups.append([item for item in read if item is not None])
    return Thesaurus(groups)


def in_german(query: str, language: str) -> str:
    """What a query in another language would look for in German pages, as far as the shipped words tell."""
    words = analyser(language)
    stems = [term for word in words.words(query) for term in words.terms(word)]
    return shipped(language).german(list(dict.fromkeys(stems)))
