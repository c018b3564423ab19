"""Which of the six languages a text is written in, by its letters and its small words. Pure."""

from functools import cache

from portal.language import data
from portal.language.analysis import LANGUAGES
from portal.language.folding import bare, fold, tokens

WRITES = {
    "de": "äöüß",
    "pl": "óąćęłńśźż",
    "cs": "áéíóúýěřůťďňčšž",
    "hu": "áéíóúöüőű",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
}
"""The letters beyond a to z that each language writes."""
TELLING = {
    code: "".join(letter for letter in letters if sum(letter in others for others in WRITES.values()) == 1)
    for code, letters in WRITES.items()
}
"""Those that no other of the six writes."""
_LONGEST = 1000


def recognise(text: str) -> str:
    """The code of the language, or "" if the text gives too little to say."""
    text = text[:_LONGEST].lower()
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in text)
    if cyrillic > len(text) / 4:
        return "bg"
    points = dict.fromkeys(LANGUAGES, 0.0)
    for code, letters in WRITES.items():
        points[code] += sum(0.5 for letter in text if letter in letters)
    for code, letters in TELLING.items():
        points[code] += sum(1.5 for letter in text if letter in letters)
    for token in tokens(text):
        for code in LANGUAGES:
            points[code] += token.text in _small_words(code)
    best, second = sorted(points.values(), reverse=True)[:2]
    if best < 1.5 or best - second < 1:
        return ""
    return max(points, key=lambda code: points[code])


@cache
def _small_words(code: str) -> frozenset[str]:
    """Stop words and the commonest words of requests, with their accents and without."""
    found = {fold(word) for name in ("stop", "weak") for word in data.words(code, name)}
    german = (
        {word.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü") for word in found}
        if code == "de"
        else set()
    )
    return frozenset(found | german | {bare(word) for word in found if len(word) > 3})
