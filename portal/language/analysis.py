"""How the words of six languages become index terms. Indexing, query and marking share these classes.

    analyser("de").terms("Anmeldungen")  -> ("anmeld",)
    analyser("cs").terms("průkazů")      -> ("prukaz",)

No database, no settings, nothing outside the word lists beside this module.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

import simplemma
import snowballstemmer

from portal.language import compounds, data
from portal.language.folding import Token, bare, fold, folded_words, tokens

LANGUAGES = ("de", "en", "pl", "cs", "hu", "bg")
MOST_WORDS = 2048  # remembered a language: the common words of a city; 100,000 would cost a worker 30 MB
MOST_WORDS_AT_ONCE = 30_000  # while a whole collection is read

Known = Callable[[str], bool]


class Analyser:
    """One language. Subclasses change the stem, nothing else has to know which language it is."""

    language = ""
    snowball = ""
    german = False
    links: tuple[str, ...] = ()

    def __init__(self, most_words: int = MOST_WORDS) -> None:
        fold_all = self._fold_all
        self.stop = fold_all(data.words(self.language, "stop"))
        self.weak = fold_all(data.words(self.language, "weak"))
        self.common = fold_all(data.words(self.language, "common"))
        self.negations = fold_all(data.words(self.language, "negation"))
        self.listed = fold_all(data.words(self.language, "parts"))
        self._deeds = fold_all(data.words(self.language, "deeds"))
        self._everyday = fold_all(data.words(self.language, "everyday"))
        self._stem: Callable[[str], str] = self._make_stem()
        self.terms: Callable[[str], tuple[str, ...]] = lru_cache(most_words)(self._terms)
        """The index terms of a folded word: one, or a second one for how it would be stemmed without accents."""
        self._common_stems = frozenset(self.stem(word) for word in self.common)
        self.listed_parts: Callable[[str], tuple[str, ...]] = lru_cache(most_words)(self._listed_parts)

    def tokens(self, text: str) -> list[Token]:
        """The words of a text, folded, with their places."""
        return tokens(text, german=self.german)

    def words(self, text: str) -> list[str]:
        """The words that carry meaning, folded, in order."""
        return [word for word in folded_words(text, german=self.german) if not self.is_stop(word)]

    def stem(self, word: str) -> str:
        """The index term of a folded word."""
        return word if _plain(word) else self._stem(word)

    def _terms(self, word: str) -> tuple[str, ...]:
        return (self.stem(word),)

    def spellings(self, text: str) -> tuple[str, ...]:
        """How people type it: languages with many accents also without."""
        return (text,)

    def is_stop(self, word: str) -> bool:
        """Carries no subject, or is a single letter."""
        return word in self.stop or (len(word) == 1 and not word.isdigit())

    def is_weak(self, word: str) -> bool:
        """Says what somebody wants to do with the subject rather than the subject."""
        return word in self.weak

    def is_common(self, word: str) -> bool:
        """An everyday word that hardly tells one subject from another."""
        return word in self.common or self.stem(word) in self._common_stems

    def is_deed(self, word: str) -> bool:
        """A verb of offices that goes with most subjects: to register, to report, to open."""
        return word in self._deeds

    def is_ordinary(self, word: str) -> bool:
        """A word of the lists, so surely no slip of the pen."""
        return word in self._everyday or word in self.listed or self.is_common(word)

    def parts(self, word: str, met: Known) -> tuple[str, ...]:
        """The parts of a compound, as words without stop words; () if it is none."""
        if not self.links or not word.isalpha():
            return ()
        found = compounds.split(word, listed=self.listed.__contains__, met=met, links=self.links)
        return tuple(part for part in found if not self.is_stop(part))

    def _listed_parts(self, word: str) -> tuple[str, ...]:
        """The parts by the shipped list alone: the same everywhere, so remembered."""
        return self.parts(word, lambda _: False)

    def _make_stem(self) -> Callable[[str], str]:
        return _snowball(self.snowball)

    def _fold_all(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(fold(word, german=self.german) for word in words)


class English(Analyser):
    language, snowball = "en", "english"


class _Accented(Analyser):
    """Languages with many accents: indexed with and without, because many people type without."""

    _verb = re.compile("(?!)")
    """The forms of the verbs that offices make their nouns of, typed with accents or without; and how the noun ends."""
    _noun = ""

    def _terms(self, word: str) -> tuple[str, ...]:
        """A verb also has the stem that it had without its noun: `budować` meets `budowanie` and `budowa`."""
        stems = [self.stem(word), self.stem(bare(word))]
        if self._verb.match(word):
            stems.append(self._plain_stem(word))
        return tuple(dict.fromkeys(map(bare, stems)))

    def _make_stem(self) -> Callable[[str], str]:
        self._plain_stem = _snowball(self.snowball)
        return lambda word: self._plain_stem(self._verb.sub(self._as_noun, word))

    def _as_noun(self, verb: re.Match[str]) -> str:
        return verb[1] + self._noun

    def spellings(self, text: str) -> tuple[str, ...]:
        plain = bare(text)
        return (text,) if plain == text else (text, plain)

    def _fold_all(self, words: Iterable[str]) -> frozenset[str]:
        folded = [fold(word) for word in words]
        return frozenset(folded) | frozenset(bare(word) for word in folded if len(word) > 3)


class Polish(_Accented):
    """`parkuję`, `zaparkowałem` and `parkowanie` have one stem, which Snowball leaves apart."""

    language, snowball = "pl", "polish"
    _verb = re.compile(
        r"^(\w{3,})(?:ow(?:ać|ac|[aą]ł\w{0,4}|al\w{0,4}|an[yaeiąo]\w{0,3})|uj(?:ę|e|esz|emy|ecie|ą|a|cie|my)?)$"
    )
    _noun = "owanie"


class Czech(_Accented):
    """`stěhuju se`, `stěhovali` and `stěhování` have one stem, which Snowball leaves apart."""

    language, snowball = "cs", "czech"
    _verb = re.compile(r"^(\w{3,})(?:ov(?:at|al\w?|[áa]n\w{0,3})|uj(?:i|í|u|e|eš|es|eme|ete|ou|me|te)?)$")
    _noun = "ování"


class Hungarian(_Accented):
    language, snowball = "hu", "hungarian"
    links = ("",)


class Bulgarian(Analyser):
    """Snowball has no Bulgarian; lemmas from a word list, and for words it lacks the article endings cut off."""

    language = "bg"
    _latin = (
        ("sht", "щ"), ("zh", "ж"), ("ch", "ч"), ("sh", "ш"), ("ts", "ц"), ("yu", "ю"), ("ya", "я"), ("ia", "ия"), ("a", "а"), ("b", "б"), ("v", "в"),
        ("w", "в"), ("g", "г"), ("d", "д"), ("e", "е"), ("z", "з"), ("i", "и"), ("j", "й"), ("y", "й"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"),
        ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("f", "ф"), ("h", "х"), ("c", "ц"), ("q", "я"), ("x", "х"),
    )  # fmt: skip
    _endings = re.compile(r"(?<=\w{4})(?:ията|ите|ият|ния|ове|ът|ят|та|то|те|ия|ът|а|я|и|о|е)$")

    def _terms(self, word: str) -> tuple[str, ...]:
        """A word in Latin letters is also read as Bulgarian typed on another keyboard: `lichna karta`."""
        if not word.isascii() or not word.isalpha():
            return (self.stem(word),)
        cyrillic = word
        for latin, letter in self._latin:
            cyrillic = cyrillic.replace(latin, letter)
        return self.stem(word), self.stem(cyrillic)

    def _make_stem(self) -> Callable[[str], str]:
        def stem(word: str) -> str:
            lemma = str(simplemma.lemmatize(word, lang="bg", low_memory=True))
            return self._endings.sub("", fold(lemma))

        return stem


class German(Analyser):
    """Snowball 3.1 after strong verbs, participles and infinitives with `zu` have been led back to one form."""

    language, snowball, german = "de", "german", True
    links = compounds.GERMAN_LINKS
    _particles = "an|ab|auf|aus|ein|um|vor|nach|mit|weg|her|hin|zurueck|fest|frei|heim|zusammen|weiter|bei|zu"
    _inseparable = (
        "be",
        "ver",
        "ent",
        "er",
        "zer",
        "ueber",
        "unter",
        "wieder",
        "hinter",
        "durch",
        "um",
        "miss",
    )
    _prefixes = (
        "", *_particles.split("|"), "los", "raus", "rein", "hinaus", "heraus", "hinein", "herein", "herum", "hoch", "runter",
        "bevor", "statt", "teil", *_inseparable,
    )  # fmt: skip
    _with_zu = re.compile(rf"^({_particles})zu(\w{{3,}}en)$")
    _participle = re.compile(rf"^({_particles})ge(\w{{3,}}?)(?:et|t|en)(?:e|er|es|em|en)?$")

    _ern = (
        "aender|laenger|neuer|foerder|liefer|weiter|inner|besser|groesser|ringer|hinder|wander|sicher|speicher|aeusser|forder|"
        "feier|mauer|trauer|steiger|weiger|lager|leichter|saeuber|minder|kuemmer|waesser|fuetter|laeuter|siegel|steuer"
    )
    # Snowball takes -ern for a plural
    _ern_verb = re.compile(rf"^(\w*(?:{_ern}))(?:n|e|t|te|ten|et|nd|ung|ungen)$")

    def is_weak(self, word: str) -> bool:
        """As people type it, too: `wo beantrag ich`."""
        return word in self.weak or f"{word}e" in self.weak

    def _make_stem(self) -> Callable[[str], str]:
        snowball, listed = _snowball(self.snowball), self.listed
        family = self._families(snowball)

        def stem(word: str) -> str:
            if lead := family(word):
                return lead
            if word.endswith("s") and word[:-1] in listed and word not in listed and word[-2] in "aiouy":
                return stem(word[:-1])  # Autos, Kitas: Snowball leaves them
            infinitive = self._with_zu.sub(r"\1\2", word)
            if infinitive == word and not word.endswith(("heit", "keit", "heiten", "keiten", "igen")):
                infinitive = self._participle.sub(r"\1\2en", word)
            infinitive = self._ern_verb.sub(r"\1ung", infinitive)
            return family(infinitive) or snowball(infinitive)

        return stem

    def _families(self, snowball: Callable[[str], str]) -> Callable[[str], str]:
        """What a form of an irregular word or of a strong verb with any prefix is led back to; "" for other words.

        Asked prefix by prefix: written out, the forms would be twenty thousand words in the memory of each worker.
        """
        irregular: dict[str, str] = {}
        for line in data.lines("de", "irregular"):
            noun, *others = line.split()
            for word in (noun, *others):
                irregular.setdefault(word, snowball(noun))
        verbs: list[tuple[str, str]] = []
        bare: dict[bool, dict[str, int]] = {False: {}, True: {}}
        for number, line in enumerate(data.lines("de", "strong")):
            forms = line.split()
            verbs.append((forms[0], next(form for form in forms if form.endswith(("en", "tun")))))
            for form in forms:
                bare[False].setdefault(form, number)
                bare[True].setdefault(form.removeprefix("ge"), number)  # no ge- in the participle
        prefixes = [(prefix, prefix in self._inseparable) for prefix in self._prefixes]

        def family(word: str) -> str:
            if word in irregular:
                return irregular[word]
            first, lead = len(verbs), ""
            for prefix, closed in prefixes:
                if word.startswith(prefix):
                    number = bare[closed].get(word[len(prefix) :], first)
                    if number < first:  # nouns of closed ones end in -ung: the infinitive leads
                        first, lead = number, prefix + verbs[number][closed]
            return snowball(lead) if lead else ""

        return family


@cache
def analyser(language: str) -> Analyser:
    """The analyser of a language; unknown ones are read as English, which only cuts plain endings."""
    return _class_of(language)()


def analyser_at_once(language: str) -> Analyser:
    """One for going through a whole collection: it remembers more words, and is given up with the work."""
    return _class_of(language)(MOST_WORDS_AT_ONCE)


def _class_of(language: str) -> type[Analyser]:
    classes: dict[str, type[Analyser]] = {
        "de": German,
        "en": English,
        "pl": Polish,
        "cs": Czech,
        "hu": Hungarian,
        "bg": Bulgarian,
    }
    return classes.get(language.split("-")[0].lower(), English)


def _plain(word: str) -> bool:
    """Numbers, § and words with digits are kept as they are."""
    return any(letter.isdigit() or letter == "§" for letter in word)


def _snowball(name: str) -> Callable[[str], str]:
    stemmer = snowballstemmer.stemmer(name)
    stemmer.maxCacheSize = 0  # `terms` remembers; another ten thousand words would only lie in memory

    def stem(word: str) -> str:
        return str(stemmer.stemWord(word)) or word

    return stem
