"""The sentence of a page that answers a question best, word for word."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant.phrases import named, words_of
from knowledge.assistant.reading import ASKED_WHEN, TIMES, Asked
from knowledge.models import ArticleText
from portal.language.analysis import LANGUAGES, Analyser, analyser
from portal.language.folding import bare, fold
from portal.look import money, richtext

SECTIONS = (
    "summary",
    "requirements",
    "documents",
    "procedure",
    "processing_time",
    "deadlines",
    "fees_note",
    "body",
)
ITS_PLACE, SECOND_PLACE, LIKELY = 1.8, 0.9, 0.6
WANTED = {  # where each aspect is answered, and how much that counts
    "cost": {"fees_note": ITS_PLACE},
    "documents": {"documents": ITS_PLACE},
    "deadline": {"deadlines": ITS_PLACE, "processing_time": SECOND_PLACE},
    "validity": {"deadlines": SECOND_PLACE, "processing_time": LIKELY, "summary": LIKELY},
    "when": {"deadlines": ITS_PLACE, "processing_time": SECOND_PLACE},
    "duration": {"processing_time": ITS_PLACE, "deadlines": SECOND_PLACE},
    "who": {"requirements": ITS_PLACE},
    "allowed": {"requirements": LIKELY},
    "how": {"procedure": ITS_PLACE},
    "payment": {"procedure": LIKELY, "fees_note": LIKELY},
    "appointment": {"procedure": LIKELY},
    "by_phone": {"procedure": LIKELY, "summary": LIKELY},
    "hours": {"summary": LIKELY, "body": LIKELY, "procedure": LIKELY},
    "phone": {"summary": LIKELY, "body": LIKELY},
    "where": {"summary": LIKELY, "procedure": LIKELY},
}
RULES = ("allowed", "who")
LONGEST_EXCEPTION = 160
NAMED_THINGS = ("payment", "form", "appointment", "online", "by_phone", "who")
"""What a sentence answers only if it names one of the things listed in `data/tells_….toml`."""
NUMBERED = (*ASKED_WHEN, "hours", "phone")
UNITS = (
    "tag", "werktag", "arbeitstag", "woche", "monat", "jahr", "stunde", "minute", "uhr", "day", "week", "month", "year", "hour",
    "working", "dni", "dzie", "tydz", "tyg", "miesi", "rok", "lat", "godz", "dn", "den", "tyd", "mesic", "hodin", "nap", "het",
    "honap", "ev", "ora", "ден", "дни", "седмиц", "месец", "годин", "час",
)  # fmt: skip
NUMBER_WORDS_ALONE = {  # say a time without a unit
    "sofort", "januar", "februar", "marz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "jederzeit", "taglich",
    "wochentlich",
}  # fmt: skip
SHUT = ("geschlossen", "closed", "zamkni", "nieczynn", "zavreno", "zarva", "затворен")
PLACES = (
    "strasse", "str", "platz", "gasse", "ring", "weg", "allee", "buro", "amt", "stelle", "haus", "halle", "zimmer", "hof",
    "schalter", "bibliothek", "schule", "rathaus", "online", "internet", "portal", "telefonisch", "post", "street", "square",
    "office", "library", "centre", "room", "hall", "counter", "biurze", "biuro", "biura", "ratusz", "ratuszu", "bibliotece",
    "kancelar", "kancelari", "radnice", "knihovne", "iroda", "irodaban", "hivatal", "hivatalban", "utca", "konyvtarban",
    "бюро", "бюрото", "кметството", "библиотеката", "улица",
)  # fmt: skip
NUMBER_WORDS = NUMBER_WORDS_ALONE | {
    "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "zehn", "zwolf", "ein", "eine", "einem", "einen", "two",
    "three", "four", "five", "six", "kostenlos",
}  # fmt: skip
HAS_NUMBER, NAMES_MONEY, NAMES_ASPECT, FIRST, SUMMARY = 0.9, 1.5, 0.6, 0.25, 0.3
BESIDE_THE_POINT = 0.4  # of the section's bonus, where no telling word of the question is said
BESIDE_THE_WAY = 0.8  # the same for how it is done: steps seldom name the thing itself
LEADS = 0.4  # the usual time stands before those of special cases
DONE = 0.5  # words of the subject that a German page writes small
TELLING = 0.7  # of the weight of the most telling word that the page says: the others tell little beside it
BY_THE_WAY = 0.25  # words that say how it is asked, not what about
IN_TITLE = 0.3  # words of the title stand everywhere on the page: they tell little
MEANT = 0.2  # another word for one of the question, or for the page
IN_NAMES = 0.8  # words of its other names tell which part of the page is meant
SHORTEST_STEM = 4
GOES_ON = {
    "danach", "dann", "dort", "dafur", "dabei", "dazu", "damit", "davon", "daher", "deshalb", "sonst", "ansonsten", "auch",
    "diese", "dieser", "dieses", "diesen", "dies", "er", "es", "ausserdem", "anschliessend", "zudem", "ebenso", "dennoch",
    "then", "there", "this", "these", "it", "they", "otherwise", "also", "afterwards",
}  # fmt: skip
NAMES_THING = 1.8
NAMES_RULE = 0.5
SECOND_BEST = 0.35  # of the best sentence's points: worth telling beside it
_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜÁÉÍÓÚŐŰŠČŘŽŁŚŻА-Я„\"])|\n+")
_HALF = re.compile(r"\b(\w{3,})-,? (?:und|oder|bzw\.|sowie) \w")
_SMALL = re.compile(r"\b[a-zäöüß]\w+")
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\*\*[^*]+\*\*\s*$|__[^_]+__\s*$)")
_ABBREVIATION = re.compile(r"(?:\b(?:z|B|ca|bzw|Nr|Str|Tel|d|h|u|a|inkl|evtl|ggf)|\d)\.$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its section, the text of that section, and the heading it stands under."""

    text: str
    section: str
    around: str
    heading: str = ""


def best_sentences(text: ArticleText, asked: Asked, aspect: str, met: Collection[str] = ()) -> list[Sentence]:
    """The best sentence and, if one tells more of what is asked than the title does, a second from another place.

    `met` are the terms by which the search found the page: what the words of the question may also be called.
    """
    words = analyser(text.language if text.language in LANGUAGES else "de")
    read = [
        (sentence, place, stems_of(f"{sentence.heading} {sentence.text}", words))
        for sentence, place in sentences(text)
    ]
    wanted = _wanted(text, asked, words, _deeds([sentence for sentence, _place, _stems in read], words))
    also_called = set(met) - set(wanted)
    wanted |= dict.fromkeys(also_called, MEANT)
    spread = {stem: sum(is_among(stem, stems) for _, _, stems in read) for stem in wanted}
    wanted = {stem: weight / max(1, spread[stem]) ** 0.5 for stem, weight in wanted.items()}
    most_telling = max((weight for stem, weight in wanted.items() if spread[stem]), default=0.0)
    least = max(TELLING * most_telling, IN_TITLE)
    has_telling = most_telling > IN_TITLE
    sought = _sought(aspect, asked, [sentence.text for sentence, _place, _met in read])
    rated = []
    for sentence, place, stems in read:
        met = {stem for stem in wanted if is_among(stem, stems)}
        telling = {stem for stem in met if wanted[stem] > least}
        points = sum(wanted[stem] for stem in met - also_called)
        points += max(
            (wanted[stem] for stem in met & also_called), default=0.0
        )  # ways to say it never add up
        beside = BESIDE_THE_WAY if aspect == "how" else BESIDE_THE_POINT
        points += _bonus(sentence, place, sought, text.language) * (
            beside if has_telling and not telling else 1
        )
        rated.append((points, telling, sentence))
    rated.sort(key=lambda row: (row[2].text.endswith("?"), -row[0]))
    if not rated or rated[0][0] <= 0:
        return []
    most, said, best = rated[0]
    second = next(
        (
            sentence
            for points, also, sentence in rated[1:]
            if points >= SECOND_BEST * most
            and (also - said or sentence.section != best.section)
            and sentence.text not in best.around
        ),
        None,
    )
    whole = _with_its_lead(best)
    whole = _with_its_exception(whole) if aspect in RULES else whole
    return [whole, second] if second else [whole]


def _sought(aspect: str, asked: Asked, said: Sequence[str]) -> str:
    """The aspect; of "by when do I have to pay?" the payment, where the page tells when it is due."""
    pays = aspect in TIMES and {"cost", "payment"} & set(asked.aspects)
    return "due" if pays and any(tells(text, "due") for text in said) else aspect


def _with_its_exception(sentence: Sentence) -> Sentence:
    """The rule and what comes right after it: who asks whether he may, often is the exception."""
    _lead, _found, rest = sentence.around.partition(sentence.text)
    after = next(iter(split(rest.partition("\n")[0])), "")
    told = after and tells(after, "allowed") and len(after) <= LONGEST_EXCEPTION and not after.endswith("?")
    return replace(sentence, text=f"{sentence.text} {after}") if told else sentence


def _with_its_lead(sentence: Sentence) -> Sentence:
    """ "Danach nur noch für freie Plätze." says nothing alone: the sentence before it goes with it."""
    first = next(iter(words_of(sentence.text)), "")
    if first not in GOES_ON:
        return sentence
    lead = sentence.around[: sentence.around.find(sentence.text)]
    before = split(lead.rpartition("\n")[2])[-1:]
    return replace(sentence, text=" ".join([*before, sentence.text]))


def stems_of(text: str, words: Analyser) -> set[str]:
    """The stems of a text; of "Geh- und Radwege" the first is an Gehweg, too."""
    return {words.stem(word) for word in words_of(text)} | {
        f"{half}-" for half in words_of(" ".join(_HALF.findall(text)))
    }


def _deeds(read: Sequence[Sentence], words: Analyser) -> set[str]:
    """Stems that a German page writes small: what is done, not what it is about. Other languages tell us nothing so."""
    if words.language != MOTHER_TONGUE:
        return set()
    return {words.stem(bare(fold(word))) for sentence in read for word in _SMALL.findall(sentence.text)}


def _wanted(text: ArticleText, asked: Asked, words: Analyser, deeds: Collection[str]) -> dict[str, float]:
    """The stems of the question with their weights: its subject first, the little words of its aspect hardly."""
    subject = set(words_of(asked.subject))
    wanted = {
        stem: BY_THE_WAY if word not in subject else DONE if stem in deeds else 1.0
        for word, stem in ((word, words.stem(word)) for word in asked.words)
        if not words.is_stop(word)
    }
    names = {words.stem(word) for word in words_of(" ".join(text.synonyms))}
    title = {words.stem(word) for word in words_of(text.title)}
    for stem, weight in wanted.items():
        known = IN_TITLE if is_among(stem, title) else IN_NAMES if stem in names else weight
        wanted[stem] = min(known, weight)
    return wanted


def _bonus(sentence: Sentence, place: int, aspect: str, language: str) -> float:
    """What a sentence is worth for what is asked of it, whatever it is about."""
    points = FIRST if place == 0 else 0.0
    points += SUMMARY if sentence.section == "summary" else 0.0
    its_place = WANTED.get(aspect, {}).get(sentence.section, 0.0)
    points += its_place
    points += LEADS if place == 0 and aspect in TIMES and its_place == ITS_PLACE else 0.0
    if aspect == "cost" and money.is_named(sentence.text):
        points += NAMES_MONEY
    elif aspect in NUMBERED and tells(sentence.text, aspect):
        points += HAS_NUMBER
    elif aspect in (*NAMED_THINGS, "due", "validity") and tells(sentence.text, aspect):
        points += NAMES_THING
    elif aspect == "where" and _names_place(words_of(sentence.text)):
        points += HAS_NUMBER
    elif aspect == "allowed" and tells(sentence.text, aspect):
        points += NAMES_RULE
    if aspect not in ("", "validity") and aspect in named("aspects", words_of(sentence.text), (language,)):
        points += NAMES_ASPECT
    return points


def holds(text: str, asked: Sequence[str], language: str) -> bool:
    """Whether `text` has every one of the words `asked`, in any form or inside a compound."""
    said = words_of(text)
    return all(met_by(word, said, language) for word in asked)


def met_by(word: str, said: Sequence[str], language: str) -> bool:
    """Whether `word` is among the words `said`, in any form or inside a compound."""
    words = analyser(language if language in LANGUAGES else "de")
    return is_among(words.stem(word), {words.stem(other) for other in said})


def is_among(stem: str, stems: Collection[str]) -> bool:
    """The stem itself, or as the beginning or end of a compound."""
    if stem in stems:
        return True
    return len(stem) >= SHORTEST_STEM and any(
        other.startswith(stem)
        or other.endswith(stem)
        or (other.endswith("-") and stem.startswith(other[:-1]))
        for other in stems
    )


def tells(text: str, aspect: str) -> bool:
    """Whether a text can answer that aspect at all: a time for when, a number for whom to call, a place for where."""
    words = words_of(text)
    has_digit = any(letter.isdigit() for letter in text)
    if aspect in (*TIMES, "due"):
        has_number = has_digit or bool(NUMBER_WORDS & set(words))
        is_time = has_number and any(word.startswith(UNITS) or word in NUMBER_WORDS_ALONE for word in words)
        return is_time and (aspect in ASKED_WHEN or aspect in named("tells", words, LANGUAGES))
    if aspect in NAMED_THINGS or aspect == "allowed":
        return aspect in named("tells", words, LANGUAGES)
    if aspect == "cost":
        return money.is_named(text)
    if aspect == "where":
        return has_digit or _names_place(words)
    if aspect == "hours":
        return has_digit or any(word.startswith(SHUT) for word in words)
    return has_digit if aspect in NUMBERED else True


def _names_place(words: Sequence[str]) -> bool:
    return any(word.endswith(PLACES) for word in words)


def sentences(text: ArticleText) -> Iterator[tuple[Sentence, int]]:
    """Every sentence of the page with its place in its section; list items count as sentences.

    A heading says nothing by itself, least of all one that asks: its words count for what stands below it.
    """
    for section in SECTIONS:
        value = getattr(text, section)
        lines = value if isinstance(value, list) else str(value).splitlines()
        around = "\n".join(filter(None, (richtext.plain(line) for line in lines)))
        place, heading = 0, ""
        for line in lines:
            if _HEADING.match(line):
                heading = richtext.plain(line)
                continue
            for sentence in split(richtext.plain(line)):
                yield Sentence(sentence, section, around, heading), place
                place += 1


def split(text: str) -> list[str]:
    """Sentences and lines; an abbreviation or a step's number ends none."""
    found: list[str] = []
    for part in _END.split(text):
        piece = part.strip(" -•\n")
        if not piece:
            continue
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def first_sentence(text: str) -> str:
    """The first that says something: a page may begin with a question of its own."""
    found = split(text)
    return next((said for said in found if not said.endswith("?")), "".join(found[:1]))
