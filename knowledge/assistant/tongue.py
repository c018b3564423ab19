"""Which language a citizen writes in, however short: by small words, by letters, by our phrases, by what the pages know."""

from knowledge.articles.retrieval import COLLECTION
from knowledge.assistant.phrases import LANGUAGES, named, words_of
from portal.language.folding import tokens
from portal.language.recognition import recognise
from portal.language.tables import Shelves

_TELLING = {"de": "äß", "pl": "ąęłńśźżć", "cs": "ěřůťďň", "hu": "őű"}
_WRITES = {"de": "äöüß", "pl": "óąćęłńśźż", "cs": "áéíóúýěřůťďňčšž", "hu": "áéíóúöüőű"}
CLOSE = {"pl": ("cs",), "cs": ("pl",)}
MUCH_BETTER = 2  # words
LISTS = ("asking", "aspects", "routes", "fillers")


def spoken(text: str, page_language: str) -> str:
    """The language of the text; that of the page where the text could be any."""
    if recognised := recognise(text):
        return (
            recognised
            if recognised == page_language
            else _unless_phrases_tell(text, recognised, page_language)
        )
    for code, letters in _TELLING.items():
        if any(letter in letters for letter in text.lower()):
            return code
    return _by_phrases(text, page_language) or _by_pages(text, page_language) or page_language


def _unless_phrases_tell(text: str, recognised: str, page_language: str) -> str:
    """Letters alone mislead: "domácí násilí" could be Hungarian, but its words are Czech."""
    explained = _explained(text)
    if explained[page_language] >= explained[recognised] and page_language in CLOSE.get(recognised, ()):
        return page_language  # "mam prosly prukaz": Czech without its accents looks like Polish
    best = max(LANGUAGES, key=lambda code: (explained[code], code == recognised))
    return best if explained[best] >= explained[recognised] + MUCH_BETTER else recognised


def _by_phrases(text: str, page_language: str) -> str:
    """The language whose phrases explain most of the words, that of the page among equals; "" where none explains any."""
    explained = _explained(text)
    best = max(LANGUAGES, key=lambda code: (explained[code], code == page_language))
    if not explained[best]:
        return ""
    strange = {letter for letter in text.lower() if letter in _WRITES.get(page_language, "")}
    return page_language if strange - set(_WRITES.get(best, "")) else best


def _explained(text: str) -> dict[str, int]:
    """How many words our phrases explain in each language."""
    words = words_of(text)
    return {
        code: len(
            {place for name in LISTS for places in named(name, words, [code]).values() for place in places}
        )
        for code in LANGUAGES
    }


def _by_pages(text: str, page_language: str) -> str:
    """The language whose pages know most of the words, asked only where the page's own language knows none."""
    words = [token.text for token in tokens(text)][:8]
    if not words or Shelves(COLLECTION, page_language).look(words, ()).words:
        return ""
    known = {
        code: len(Shelves(COLLECTION, code).look(words, ()).words)
        for code in LANGUAGES
        if code != page_language
    }
    best = max(known, key=lambda code: known[code])
    return best if known[best] else ""
