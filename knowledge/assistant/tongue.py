"""Which language a citizen writes in, however short: by small words, by letters, by our phrases, by what the pages know."""

from collections.abc import Sequence

from knowledge.articles.retrieval import COLLECTION, MOTHER_TONGUE
from knowledge.assistant.phrases import LANGUAGES, named, words_of
from portal.language.analysis import analyser
from portal.language.folding import tokens
from portal.language.recognition import TELLING, WRITES, recognise
from portal.language.tables import Shelves
from portal.language.thesaurus import shipped
from portal.models import City

BORROWED = {"de": "éèàêç", "en": "éèàêçïöü", "pl": "éü", "cs": "öü"}
ASCII = 127
A_NAME = 2  # words with strange letters are more than a name
CLOSE = {"pl": ("cs",), "cs": ("pl",)}
FEW, SHORT, LONGEST = 2, 5, 8  # words
SHORTEST = 3  # letters
MUCH_BETTER = 2  # words
LISTS = ("asking", "aspects", "cases", "routes", "fillers")


def spoken(text: str, page_language: str) -> str:
    """The language of the text; that of the page where the text could be any, or is in one that the city does not offer."""
    found, offered = _spoken(text, page_language), City.current().languages or LANGUAGES
    return found if found in offered or page_language not in offered else page_language


def _spoken(text: str, page_language: str) -> str:
    likely = _likely(text, page_language)
    possible = [code for code in LANGUAGES if _can_be(text, code)]
    if likely in possible or not possible:
        return likely
    explained = _explained(text, (*LISTS, "signs"))
    return max(
        possible,
        key=lambda code: (-_strange(text, code), explained[code], _known(text, code), code == page_language),
    )


def _can_be(text: str, code: str) -> bool:
    """Whether most words have only letters that the language writes; a name or one borrowed word says nothing."""
    strange, words = _strange(text, code), len(words_of(text))
    return strange < A_NAME or 2 * strange < words


def _strange(text: str, code: str) -> int:
    """How many words have letters that the language does not write."""
    writes = WRITES.get(code, "") + BORROWED.get(code, "")
    words = (token.text for token in tokens(text))
    return sum(any(ord(letter) > ASCII and letter not in writes for letter in word) for word in words)


def _likely(text: str, page_language: str) -> str:
    if recognised := recognise(text):
        return (
            recognised
            if recognised == page_language
            else _unless_phrases_tell(text, recognised, page_language)
        )
    for code, letters in TELLING.items():
        if any(letter in letters for letter in text.lower()):
            return code
    if _is_at_home(text, page_language):
        return page_language
    return _by_phrases(text, page_language) or _by_pages(text, page_language) or page_language


def _unless_phrases_tell(text: str, recognised: str, page_language: str) -> str:
    """Letters alone mislead: "domácí násilí" could be Hungarian, but its words are Czech."""
    explained = _explained(text)
    is_close = page_language in CLOSE.get(recognised, ())  # Czech without its accents looks like Polish
    is_chosen = page_language != MOTHER_TONGUE and len(words_of(text)) <= SHORT
    if explained[page_language] >= explained[recognised] and (is_close or is_chosen):
        return page_language
    if recognised == "en" and explained["de"] > explained["en"]:
        return "de"  # "i mecht a neis Kennzeichen": dialects have small words that are English ones, too
    best = max(LANGUAGES, key=lambda code: (explained[code], code == recognised))
    return best if explained[best] >= explained[recognised] + MUCH_BETTER else recognised


def _by_phrases(text: str, page_language: str) -> str:
    """The language whose phrases explain most of the words, that of the page among equals; "" where none explains any."""
    explained = _explained(text)
    if (
        max(explained.values()) == 1 < len(words_of(text))
    ):  # "moving van": one small word may be any language's
        explained = {code: number + _known(text, code) for code, number in explained.items()}
    best = max(LANGUAGES, key=lambda code: (explained[code], code == page_language))
    if not explained[best]:
        return ""
    strange = {letter for letter in text.lower() if letter in WRITES.get(page_language, "")}
    return page_language if strange - set(WRITES.get(best, "")) else best


def _explained(text: str, lists: Sequence[str] = LISTS) -> dict[str, int]:
    """How many words our phrases explain in each language."""
    words = words_of(text)
    return {
        code: len(
            {place for name in lists for places in named(name, words, [code]).values() for place in places}
        )
        for code in LANGUAGES
    }


def _by_pages(text: str, page_language: str) -> str:
    """The language whose pages and word lists know more of the words than those of the page do.

    A word alone is weak evidence: three letters are none, and German pages know half of all international words.
    """
    words = [token.text for token in tokens(text)]
    if len(words) == 1 and len(words[0]) <= SHORTEST:
        return ""
    known = {code: _known(text, code) for code in LANGUAGES}
    known |= {MOTHER_TONGUE: 0} if len(words) == 1 and page_language != MOTHER_TONGUE else {}
    best = max(known, key=lambda code: (known[code], code == page_language))
    return best if known[best] > known[page_language] else ""


def _is_at_home(text: str, page_language: str) -> bool:
    """A word or two that the language of the page knows too: "Internet" alone is no English question."""
    words = [token.text for token in tokens(text)]
    return 0 < len(words) <= FEW and _known(text, page_language) == len(words)


def _known(text: str, code: str) -> int:
    """How many words of the text the pages or the shipped word lists of a language know."""
    words = analyser(code)
    said = [token.text for token in words.tokens(text)][:LONGEST]
    terms = {word: words.terms(word)[0] for word in said}
    met = Shelves(COLLECTION, code).look(said, list(terms.values())).frequencies
    spoken_of = shipped(code).spoken
    return sum(terms[word] in met or word in spoken_of for word in said)
