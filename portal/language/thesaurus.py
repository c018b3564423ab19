"""The everyday words of people and the words of offices, as shipped (`data/<language>/thesaurus.txt`) or entered by the city.

A line of the file is one subject:  `Wohnsitz anmelden, Ummeldung = umziehen, neue Adresse, Einwohnermeldeamt`
Left: how offices write. Right: how people say it. Each entry may have several words; all must stand in the query.
Other languages have the German words before a bar: `Personalausweis | dowód osobisty = dowód`; see `in_german`.
With `~` before it the line says what a word has to do with, not what it means: `~Ausland = Italien, Spanien`.
With `@` it names kinds of one thing: `@Kind = Sohn, Tochter`. An entry of several words that says `Kind` is then also met by
`Sohn`; alone, `Sohn` still means nothing more. So `Kind Ausland Schule` is one entry and not three hundred.
A "not" of the query (`nicht`, `kein`, `ohne` …) is a word of its own in entries, though it is never looked for.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from portal.language import data, typos
from portal.language.analysis import Analyser, analyser
from portal.language.typos import Lookalikes

OFFICIAL = 0.9
OFFICIAL_ONCE_MORE = 0.55
EVERYDAY = 0.3
SEVERAL_WORDS = 1.3
"""A trigger of several words says more surely what is meant."""
LOOSE = 0.4
KIND = 0.75
"""An entry met by a kind of what it names is less sure than the word that was asked: a pavement is a street, but who parks
on it does not ask for a permit to park in his street."""
NOT = "\N{NOT SIGN}"
"""Stands for all words of the query that say no."""

READ = 256
"""Groups, and stems with their entries, that stay unpacked: those that people ask for."""

Stems = tuple[str, ...]


class Entry(NamedTuple):
    """One way to say a subject: its stems, the words as written, and whether offices say so."""

    stems: Stems
    shown: str
    official: bool
    words: tuple[str, ...] = ()
    loose: bool = False
    german: str = ""


class Expansion(NamedTuple):
    """`trigger` (stems of the query) may also be said as `stems`."""

    trigger: Stems
    stems: Stems
    shown: str
    weight: float


class Thesaurus:
    """Finds the subjects that a query names.

    Ten thousand entries as objects would cost each worker ten megabytes, so they lie packed as text and are read when asked for.
    """

    def __init__(
        self, groups: Iterable[Sequence[Entry]], kinds: Iterable[tuple[Entry, Sequence[Entry]]] = ()
    ) -> None:
        spoken: set[str] = set()
        places: dict[str, list[str]] = {}
        self._groups: list[bytes] = []
        for number, group in enumerate(groups):
            self._groups.append("\n".join(_packed(item) for item in group).encode())
            for place, item in enumerate(group):
                spoken.update(item.words)
                rarest = max(item.stems, key=len)
                places.setdefault(rarest, []).append(f"{number} {place} {' '.join(item.stems)}")
        kinds_of: dict[str, list[str]] = {}
        for whole, members in kinds:
            for member in members:
                spoken.update(member.words)
                kinds_of.setdefault(member.stems[-1], []).append(f"{whole.stems[0]} {' '.join(member.stems)}")
        self._by_stem = {stem: "\n".join(lines).encode() for stem, lines in places.items()}
        """Rarest stem of an entry -> a line for each: its group, its place in it, all its stems."""
        self._kinds = {stem: "\n".join(lines).encode() for stem, lines in kinds_of.items()}
        """Last stem of a kind -> a line for each: what it is a kind of, and all its stems."""
        self.spoken = frozenset(spoken)
        """All words of all entries, folded: what a compound may be made of."""
        self._group = lru_cache(READ)(self._read_group)
        self._entries_by = lru_cache(READ)(self._read_entries_by)
        self._lookalikes: Lookalikes | None = None

    def expansions(self, stems: Collection[str]) -> list[Expansion]:
        """All other ways to say what `stems` contains, the more specific triggers first."""
        said = {stem: (stem,) for stem in stems}
        present = self._kinds_of(stems) | said
        found: list[Expansion] = []
        for entry, group in self._named_by(present):
            trigger = tuple(dict.fromkeys(word for other in entry.stems for word in present[other]))
            wholes = [other for other in entry.stems if other not in said]
            if wholes and len(trigger) < max(len(entry.stems), 2):
                continue  # one word of the query can't be two of the entry
            found += [
                Expansion(trigger, other.stems, other.shown, weight * KIND ** len(wholes))
                for other in group
                if other.stems != entry.stems
                and (weight := _weight(entry, other))
                and (not wholes or set(other.stems) <= set(trigger) or not self._is_kind(other.stems, wholes))
            ]
        found.sort(key=lambda expansion: (-len(expansion.trigger), -expansion.weight))
        return found

    def _named_by(self, present: Collection[str]) -> Iterator[tuple[Entry, Sequence[Entry]]]:
        """The entries whose stems are all `present`, each with its group."""
        for stem in present:
            for number, place, stems in self._entries_by(stem):
                if len(stems) == 1 or all(other in present for other in stems):
                    group = self._group(number)
                    yield group[place], group

    def _kinds_of(self, stems: Collection[str]) -> dict[str, Stems]:
        """What the words of a query are kinds of, each with the words that say so."""
        found: dict[str, Stems] = {}
        for stem in stems:
            for line in _lines(self._kinds.get(stem)):
                whole, *members = line.split(" ")
                if all(member in stems for member in members):
                    found[whole] = tuple(members)
        return found

    def _is_kind(self, stems: Stems, wholes: Collection[str]) -> bool:
        """Who names one kind does not mean its sister: a new `Personalausweis` is no `Reisepass`."""
        lines = [line.split(" ") for line in _lines(self._kinds.get(stems[-1]))]
        return any(whole in wholes and tuple(members) == stems for whole, *members in lines)

    def german(self, stems: Collection[str]) -> tuple[str, frozenset[str]]:
        """The German words for what `stems` names, the longest names first, and the stems that say so; "" if nothing is known."""
        present = self._kinds_of(stems) | {stem: (stem,) for stem in stems}
        found = [entry for entry, _ in self._named_by(present) if entry.german]
        most = max((len(entry.stems) for entry in found), default=0)
        found = [entry for entry in found if len(entry.stems) == most]
        said = frozenset(word for entry in found for stem in entry.stems for word in present[stem])
        return " ".join(dict.fromkeys(entry.german for entry in found)), said

    def names(self, stems: Iterable[str]) -> list[str]:
        """The entries of one word that say one of `stems`, as written."""
        return [entry.shown for stem in stems for entry, _ in self._named_by((stem,))]

    def like(self, word: str) -> Sequence[str]:
        """Words of the thesaurus that a mistyped `word` may have meant."""
        if self._lookalikes is None:
            self._lookalikes = Lookalikes(self.spoken)
        return self._lookalikes.like(word)

    def _read_entries_by(self, stem: str) -> tuple[tuple[int, int, Stems], ...]:
        """The entries whose rarest stem it is: group, place in it, all stems."""
        lines = (line.split(" ") for line in _lines(self._by_stem.get(stem)))
        return tuple((int(number), int(place), tuple(stems)) for number, place, *stems in lines)

    def _read_group(self, number: int) -> tuple[Entry, ...]:
        return tuple(_unpacked(line) for line in _lines(self._groups[number]))


def _packed(item: Entry) -> str:
    kind = f"{item.official:d}{item.loose:d}"
    return "\t".join((" ".join(item.stems), item.shown.replace("\t", " "), kind, item.german))


def _unpacked(line: str) -> Entry:
    stems, shown, kind, german = line.split("\t")
    return Entry(tuple(stems.split(" ")), shown, kind[0] == "1", (), kind[1] == "1", german)


def _lines(packed: bytes | None) -> list[str]:
    return packed.decode().split("\n") if packed else []


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
    lines = data.lines(language.split("-")[0], "thesaurus")
    return Thesaurus(
        (_subject(line, words) for line in lines if not line.startswith("@")),
        (_kind(line, words) for line in lines if line.startswith("@")),
    )


def _subject(line: str, words: Analyser) -> list[Entry]:
    german, bar, rest = line.removeprefix("~").rpartition("|")
    official, _, everyday = rest.partition("=")
    loose, german = line.startswith("~"), german.strip() if bar else ""
    read = [
        entry(spelling, words, official=kind, loose=loose, german=german)
        for kind, texts in ((True, official), (False, everyday))
        for text in texts.split(",")
        for spelling in words.spellings(text.strip())
    ]
    return [item for item in read if item is not None]


def _kind(line: str, words: Analyser) -> tuple[Entry, list[Entry]]:
    whole, _, members = line.removeprefix("@").partition("=")
    read = [entry(member, words, official=False) for member in members.split(",")]
    named = entry(whole, words, official=True)
    if named is None:
        raise ValueError(f"{line}: nothing is named")
    return named, [item for item in read if item is not None]


class Meaning(NamedTuple):
    """What a query in another language asks for in German, and whether a name of several words says all of it."""

    german: str = ""
    is_whole: bool = False


def meaning(query: str, language: str) -> Meaning:
    """What a query in another language would look for in German pages, as far as the shipped words tell.

    A word that goes with any subject says nothing where the subject is not understood: who wants to "book a flight" asks for no
    appointment.
    """
    words, known = analyser(language), shipped(language)
    telling: list[frozenset[str]] = []
    stems: list[str] = []
    for word in words.words(query):
        said = list(words.terms(word))
        if word not in known.spoken and not words.is_ordinary(word):
            # another case of a noun looks like a slip: "podatku" for "podatek"
            near = [other for other in known.like(word) if typos.is_close(word, other)]
            meant = typos.meant(word, dict.fromkeys(near, 0).items())
            said += [term for other, _ in meant[:1] for term in words.terms(other)]
        stems += said
        if not (words.is_weak(word) or words.is_common(word) or words.is_deed(word)):
            telling.append(frozenset(said))
    german, said_by = known.german(list(dict.fromkeys(stems)))
    understood = sum(not said_by.isdisjoint(each) for each in telling)
    if telling and not understood:
        return Meaning()
    return Meaning(german, len(said_by) > 1 and understood == len(telling))


def in_german(query: str, language: str) -> str:
    """The German words of its meaning; "" if nothing is known."""
    return meaning(query, language).german
