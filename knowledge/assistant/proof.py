"""Does a text say only what its source says? Every number, amount, date, time, address, paragraph and link is looked up. Pure.

Numbers are compared as wholes ("3" does not prove itself by "30"), written in figures or in words.
"""

import re
from collections.abc import Iterator

from portal.language.folding import bare, fold

LONGEST_TEXT = 700
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+", re.IGNORECASE)
_STREET = re.compile(
    r"\b[A-ZÄÖÜ][\w-]*(?:straße|strasse|str\.|weg|platz|gasse|allee|ring|ufer|damm)\b|"
    r"\b(?:Am|Im|An der|Zum|Zur|Auf dem)\s+[A-ZÄÖÜ][\w-]+\s+\d|\b(?:ulica|ul\.|ulice|utca|út|улица|ул\.)\s+\w+|\b\w+\s+(?:utca|ulice)\b"
)
_WORDS: dict[str, str] = {}
for _number, _names in (
    ("0", "null zero nula zéró нула"),
    ("1", "eins ein einen einem einer one jeden jedna jedno jedním egy един една едно"),
    ("2", "zwei beide beiden two dwa dwie dva dvě kettő két два две"),
    ("3", "drei three trzy tři három три"),
    ("4", "vier four cztery čtyři négy четири"),
    ("5", "fünf five pięć pět öt пет"),
    ("6", "sechs six sześć šest hat шест"),
    ("7", "sieben seven siedem sedm hét седем"),
    ("8", "acht eight osiem osm nyolc осем"),
    ("9", "neun nine dziewięć devět kilenc девет"),
    ("10", "zehn ten dziesięć deset tíz десет"),
    ("11", "elf eleven jedenaście jedenáct tizenegy единадесет"),
    ("12", "zwölf dutzend twelve dozen dwanaście dvanáct tizenkettő дванадесет"),
    ("13", "dreizehn thirteen"), ("14", "vierzehn fourteen czternaście čtrnáct tizennégy"), ("15", "fünfzehn fifteen piętnaście patnáct"),
    ("16", "sechzehn sixteen"), ("17", "siebzehn seventeen"), ("18", "achtzehn eighteen"), ("19", "neunzehn nineteen"),
    ("20", "zwanzig twenty dwadzieścia dvacet húsz двадесет"), ("24", "vierundzwanzig"), ("30", "dreißig thirty trzydzieści třicet harminc тридесет"),
    ("40", "vierzig forty"), ("50", "fünfzig fifty pięćdziesiąt padesát ötven петдесет"), ("60", "sechzig sixty"), ("70", "siebzig seventy"),
    ("80", "achtzig eighty"), ("90", "neunzig ninety"), ("100", "hundert einhundert hundred sto száz сто"), ("1000", "tausend eintausend thousand tysiąc tisíc ezer хиляда"),
):  # fmt: skip
    _WORDS |= {bare(fold(name)): _number for name in _names.split()}
_ARTICLES = {
    bare(fold(word))
    for word in [
        "ein",
        "einen",
        "einem",
        "einer",
        "egy",
        "jeden",
        "jedna",
        "jedno",
        "един",
        "една",
        "едно",
        "one",
    ]
}
_COUNTING = re.compile(
    r"(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und\w+(?:zig|ßig)|\w+(?:hundert|tausend)\w*",
    re.IGNORECASE,
)
_CALENDAR = {
    bare(fold(word))
    for word in [
        "januar",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
        "january",
        "february",
        "march",
        "may",
        "june",
        "july",
        "october",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
        "ledna",
        "února",
        "března",
        "dubna",
        "května",
        "června",
        "července",
        "srpna",
        "září",
        "října",
        "listopadu",
        "prosince",
        "január",
        "február",
        "március",
        "április",
        "május",
        "június",
        "július",
        "augusztus",
        "szeptember",
        "október",
        "február",
        "януари",
        "февруари",
        "март",
        "април",
        "май",
        "юни",
        "юли",
        "август",
        "септември",
        "октомври",
        "ноември",
        "декември",
        "heute",
        "morgen",
        "gestern",
        "kostenlos",
        "kostenfrei",
        "gebührenfrei",
        "free",
        "bezpłatnie",
        "zdarma",
        "ingyenes",
        "безплатно",
    ]
}


def number(word: str) -> str:
    """The number that a word says in one of six languages, or nothing; "ein" may be an article and says none."""
    key = bare(fold(word))
    return "" if key in _ARTICLES else key if key.isdigit() else _WORDS.get(key, "")


def is_proven(text: str, source: str) -> bool:
    """Whether everything that can be checked in `text` occurs in `source`."""
    if not 0 < len(text) <= LONGEST_TEXT or text.strip().upper().startswith("NONE"):
        return False
    known = set(_claims(source))
    return all(claim in known or claim in _ARTICLES for claim in _claims(text))


def _claims(text: str) -> Iterator[str]:
    """What can be looked up, in one spelling."""
    for link in _LINK.findall(text):
        yield link.lower().rstrip(".,;:!?)")
    for street in _STREET.findall(text):
        yield fold(" ".join(street.split()))
    for number in _NUMBER.findall(text):
        yield _plain(number)
    for word in re.findall(r"\w+", text):
        key = bare(fold(word))
        if key in _WORDS:
            yield key if key in _ARTICLES else _WORDS[key]
        elif key in _CALENDAR or _COUNTING.fullmatch(word):
            yield key


def _plain(number: str) -> str:
    """46,00 and 46 are one number; 1.200 and 1200; 8:00 and 8; 27,60 and 27.6."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", number):
        return number.replace(".", "")
    whole, *rest = re.split(r"[.,:]", number)
    if len(rest) == 1 and len(rest[0]) <= 2:
        cents = rest[0].rstrip("0")
        return f"{int(whole)}.{cents}" if cents else str(int(whole))
    return ".".join(str(int(part)) for part in [whole, *rest])
