"""Which page is meant where the search alone is not sure, and whether it is a page of ours at all."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant import authorities, quotable, reading, seeking
from knowledge.assistant.decision import A_GUESS, ANSWER_FROM, Decision
from knowledge.assistant.phrases import words_of
from knowledge.assistant.reading import Asked
from knowledge.models import Article
from portal.language.search import Found
from portal.language.thesaurus import in_german

MOST_NEAR = 3
SAYS_ALL, SAYS_MOST = 1.0, 0.5  # of the words of a question
ALL, FEWER = 0.99, 0.75  # of what a search covers


def is_named_for(words: Sequence[str], found: Found) -> bool:
    """Whether this city has a page about just what other cities leave to somebody else: the page found goes first."""
    first = [int(hit.key) for hit in found.hits[:MOST_NEAR]]
    titles = Article.objects.filter(pk__in=first).values_list(
        "title", flat=True
    )  # in German, as the authorities are
    return any(quotable.is_headed(title, words, MOTHER_TONGUE) for title in titles)


def without_others(
    question: str, asked: Asked, named: Sequence[str], found: Found, language: str
) -> Found | None:
    """What is found without the words of other authorities, if that is surely a page of ours.

    Who needs a certificate of registration for his child benefit asks for the certificate.
    """
    said = words_of(asked.subject if language == MOTHER_TONGUE else in_german(question, language))
    deeds = set(asked.topic) - set(asked.own)  # "deregister" goes with whatever it stands beside
    happened = reading.named_words("cases", said, [MOTHER_TONGUE])  # "stolen" tells of a passport, too
    left = [word for word in said if word in happened or not (word in deeds or word in named)]
    while others := [word for word in authorities.responsible(left)[1] if word not in happened]:
        left = [word for word in left if word not in others]
    things = [word for word in left if word not in happened]
    if not things or len(things) == len(said):
        return None
    rest = seeking.search(" ".join(left), replace(asked, subject=" ".join(left)), MOTHER_TONGUE)
    first = int(rest.hits[0].key) if rest.hits and rest.confidence >= ANSWER_FROM else 0
    page = quotable.load([first], MOTHER_TONGUE).get(first) if first else None
    if page is None or not any(quotable.is_about(page, [word]) for word in things):
        return None
    is_same = found.hits and found.hits[0].key == rest.hits[0].key
    return replace(found, confidence=max(found.confidence, rest.confidence)) if is_same else rest


def first_speaks_of(words: Sequence[str], asked: Asked, found: Found, language: str) -> bool:
    """Whether the first page is about more of the question than what the other authority is known for.

    "Scheidung einreichen" meets a page on names after a divorce by the divorce alone: the deed is the court's.
    """
    first = int(found.hits[0].key) if found.hits else 0
    page = quotable.load([first], language).get(first) if first else None
    own = [word for word in asked.topic if word not in words]
    return (
        page is not None
        and quotable.speaks_of(page, words)
        and (not own or any(quotable.is_about(page, [word]) for word in own))
    )


def unless_one_is_named(decision: Decision, asked: Asked, found: Found, language: str) -> Decision:
    """An answer where the first page and no other likely one has all that is asked about in its names, or in its title."""
    if decision != Decision.CANDIDATES or not (asked.aspect or asked.whole):
        return decision
    pages = _in_order(found, language)
    for by_title in (False, True):
        named = [page for page in pages if quotable.is_about(page, asked.topic, by_title=by_title)]
        if named == pages[:1]:
            return Decision.ANSWER
    return decision


def unless_one_says_it(decision: Decision, asked: Asked, found: Found, language: str) -> Decision:
    """An answer where the first page says more of what is asked than any other: in its names and beside them in one sentence or fee."""
    if decision != Decision.CANDIDATES or not (asked.aspect or asked.whole):
        return decision
    pages = _in_order(found, language)
    if any(quotable.is_about(page, asked.topic) for page in pages):
        return decision
    first, *others = [quotable.says(page, asked.topic) for page in pages] or [0.0]
    least = SAYS_MOST if found.confidence >= A_GUESS else SAYS_ALL
    says_it = first >= least and all(first > other for other in others)
    # a search does not count what was not translated
    has_all = _has_all_alone(found) and not seeking.is_half_heard(asked, found, language)
    return Decision.ANSWER if says_it or has_all else decision


def _in_order(found: Found, language: str) -> list[quotable.Page]:
    keys = [int(hit.key) for hit in found.hits]
    pages = quotable.load(keys, language)
    return [pages[key] for key in keys if key in pages]


def _has_all_alone(found: Found) -> bool:
    """Whether every word is on the first page and on no other likely one."""
    first, *others = [hit.why.coverage for hit in found.hits] or [0.0]
    return found.confidence >= A_GUESS and first >= ALL and all(other <= FEWER for other in others)
