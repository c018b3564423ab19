"""The everyday words of people and the words of offices, as shipped (`data/<language>/thesaurus.txt`) or entered by the city.

A line of the file is one subject:  `Wohnsitz anmelden, Ummeldung = umziehen, neue Adresse, Einwohnermeldeamt`
Left: how offices write. Right: how people say it. Each entry may have several words; all must stand in the query.
Other languages have the German words before a bar: `Personalausweis | dowód osobisty = dowód`; see `in_german`.
With `~` before it the line says what a word has to do with, not what it means: `~Ausland = Italien, Spanien`.
With `@` it names kinds of one thing: `@Kind = Sohn, Tochter`. An entry of several words that says `Kind` is then also met by
`Sohn`; alone, `Sohn` still means nothing more. So `Kind Ausland Schule` is one entry and not three hundred.
A "not" of the query (`nicht`, `kein`, `ohne` …) is a word of its own in entries, though it is never looked for.
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
KIND = 0.95
"""An entry met by a kind of what it names is a little less sure."""
NOT = "\N{NOT SIGN}"
"""Stands for all words of the query that say no."""

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

    def __init__(
        self, groups: Iterable[Sequence[Entry]], kinds: Iterable[tuple[Entry, Sequence[Entry]]] = ()
    ) -> None:
        self._by_stem: dict[str, list[tuple[Entry, Sequence[Entry]]]] = {}
        self._lookalikes: Lookalikes | None = None
        self.spoken: set[str] = set()
        """All words of all entries, folded: what a compound may be made of."""
        for group in groups:
            for entry in group:
                self.spoken.update(entry.words)
                rarest = max(entry.stems, key=len)
                self._by_stem.setdefault(rarest, []).append((entry, group))
        self._kinds: dict[str, list[tuple[Stems, str]]] = {}
        """Last stem of a kind -> all its stems, and what it is a kind of."""
        for whole, members in kinds:
            for member in members:
                self.spoken.update(member.words)
                self._kinds.setdefault(member.stems[-1], []).append((member.stems, whole.stems[0]))

    def expansions(self, stems: Collection[str]) -> list[Expansion]:
        """All other ways to say what `stems` contains, the more specific triggers first."""
        said = {stem: (stem,) for stem in stems}
        present = self._kinds_of(stems) | said
        found: list[Expansion] = []
        for stem in present:
            for entry, group in self._by_stem.get(stem, ()):
                if not all(other in present for other in entry.stems):
                    continue
                trigger = tuple(dict.fromkeys(word for other in entry.stems for word in present[other]))
                by_kind = sum(other not in said for other in entry.stems)
                if by_kind and len(trigger) < max(len(entry.stems), 2):
                    continue  # one word of the query can't be two of the entry
                found += [
                    Expansion(trigger, other.stems, other.shown, weight * KIND**by_kind)
                    for other in group
                    if other.stems != entry.stems and (weight := _weight(entry, other))
                ]
        found.sort(key=lambda expansion: (-len(expansion.trigger), -expansion.weight))
        return found

    def _kinds_of(self, stems: Collection[str]) -> dict[str, Stems]:
        """What the words of a query are kinds of, each with the words that say so."""
        return {
            whole: members
            for stem in stems
            for members, whole in self._kinds.get(stem, ())
            if all(member in stems for member in members)
        }

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
    stems = tuple(dict.fromkeys(stem for word in written if (stem := _stem(word, language))))
    telling = tuple(word for word in written if len(word) > 3 and not language.is_stop(word))
    if len(stems) == 1 and not official and len(written) > 1:
        return None  # "nach der Schule" would be asked by everybody who says "Schule"
    return Entry(stems, text.strip(), official, telling, loose, german) if set(stems) - {NOT} else None


def _stem(word: str, language: Analyser) -> str:
    if word in language.negations:
        return NOT
    return "" if language.is_stop(word) else language.terms(word)[0]


@cache
def shipped(language: str) -> Thesaurus:
    """The thesaurus that comes with the product; empty where none is written yet."""
    words = analyser(language)
    groups, kinds = [], []
    for line in data.lines(language.split("-")[0], "thesaurus"):
        if line.startswith("@"):
            kinds.append(_kind(line, words))
            continue
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
    return Thesaurus(groups, kinds)


def _kind(line: str, words: Analyser) -> tuple[Entry, list[Entry]]:
    whole, _, members = line.removeprefix("@").partition("=")
    read = [entry(member, words, official=False) for member in members.split(",")]
    named = entry(whole, words, official=True)
    if named is None:
        raise ValueError(f"{line}: nothing is named")
    return named, [item for item in read if item is not None]


def in_german(query: str, language: str) -> str:
    """What a query in another language would look for in German pages, as far as the shipped words tell."""
    words = analyser(language)
    stems = [term for word in words.words(query) for term in words.terms(word)]
    return shipped(language).german(list(dict.fromkeys(stems)))
