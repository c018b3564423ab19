"""Which language a citizen writes in, however short: by small words, by letters, by our phrases, by what the pages know."""

from knowledge.articles.retrieval import COLLECTION
from knowledge.assistant.phrases import LANGUAGES, named, words_of
from portal.language.folding import tokens
from portal.language.recognition import recognise
from portal.language.tables import Shelves

_TELLING = {"de": "äß", "pl": "ąęłńśźżć", "cs": "ěřůťďň", "hu": "őű"}
MUCH_BETTER = 2  # words
LISTS = ("asking", "aspects", "routes", "fillers")


def spoken(text: str, page_language: str) -> str:
    """The language of the text; that of the page where the text could be any."""
    if recognised := recognise(text):
        return recognised if recognised == page_language else _unless_phrases_tell(text, recognised)
    for code, letters in _TELLING.items():
        if any(letter in letters for letter in text.lower()):
            return code
    return _by_phrases(text, page_language) or _by_pages(text, page_language) or page_language


def _unless_phrases_tell(text: str, recognised: str) -> str:
    """Letters alone mislead: "domácí násilí" could be Hungarian, but its words are Czech."""
    words = words_of(text)
    explained = {code: len(_explained(words, code)) for code in LANGUAGES}
    best = max(LANGUAGES, key=lambda code: (explained[code], code == recognised))
    return best if explained[best] >= explained[recognised] + MUCH_BETTER else recognised


def _by_phrases(text: str, page_language: str) -> str:
    """The language whose phrases explain most of the words, that of the page among equals; "" where none explains any."""
    words = words_of(text)
    explained = {code: len(_explained(words, code)) for code in LANGUAGES}
    best = max(LANGUAGES, key=lambda code: (explained[code], code == page_language))
    return best if explained[best] else ""


def _explained(words: list[str], code: str) -> set[int]:
    return {place for name in LISTS for places in named(name, words, [code]).values() for place in places}


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
