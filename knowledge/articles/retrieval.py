"""Between articles and the index of `portal.language`.

    found = retrieval.search("Perso verloren", language="de", tags=[["topic:ausweise"], ["office:3"]], limit=10)
    int(found.hits[0].key)      # primary key of the article
    found.hits[0].passage       # heading, anchor, text, pieces (marked words) of the best passage
    found.documents["17"]       # its tags: topic, office, audience, kind, department, source
    found.kind                  # "answer" | "candidates" | "refusal"

`publishing` calls `index_article` and `remove_article` inside its transactions, so that what is public is findable at once.
Plain-language variants stand on shelves of their own (`de-plain`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache, partial
from math import log1p
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import BigIntegerField, CharField, Q, Value
from django.utils import timezone, translation

from knowledge.articles.sections import SECTIONS
from knowledge.models import Article, ArticleText, ContentStamp, Pin, Synonym
from portal.kept_values import values
from portal.language import index
from portal.language.analysis import LANGUAGES, analyser
from portal.language.confidence import REFUSAL
from portal.language.documents import Document, Passage
from portal.language.recognition import recognise
from portal.language.search import LEAST, Found
from portal.language.search import search as search_index
from portal.language.thesaurus import Thesaurus, entry, in_german, meaning
from portal.look import money, richtext

COLLECTION = "knowledge"
PLAIN = "-plain"
STEERING_SECONDS = 3600
MOTHER_TONGUE = "de"
"""The language that all pages exist in."""
SURE_ENOUGH = 0.5
SAYS_MOST = 0.85  # of what is asked: below it a page of the own language may only share a word with it
SAYS_HALF = 0.6
QUITE_SURE = 0.95
SAME_WORD = 6
"""Letters from which on a foreign word may be a mistyped German one: "beer" is no `Beet`."""
NAMED = 0.3  # of a name of the page: below it the page only mentions what is asked
MOST_WANTED = 10_000
SOURCE_MARK = "/"
"""Between source and id in the external id of articles that `import_articles` brought: `munich/1063441`."""
RELATED = ("topics", "questions", "service__offices", "texts", "fees")


def index_article(article: Article) -> None:
    """Write all public texts of the article into the index, and nothing else of it."""
    remove_article(article)
    fresh = Article.objects.select_related("service").prefetch_related(*RELATED).get(pk=article.pk)
    for document in sorted(_documents(fresh), key=lambda document: document.language):
        index.put(document)


def remove_article(article: Article) -> None:
    """Take the article from the index in all languages."""
    index.remove(collection=COLLECTION, key=str(article.pk))


@transaction.atomic
def rebuild(progress: Callable[[int], object] = lambda done: None) -> int:
    """Make the whole index anew, e.g. after an import of thousands; returns how many texts it holds."""
    ContentStamp.touch()  # first, as whoever publishes does; and nobody goes by the old documents any more
    return index.rebuild(collection=COLLECTION, documents=_all_documents, progress=progress)


def is_outdated() -> bool:
    """Whether the index was made with other word lists or weights than those of this program."""
    return index.is_outdated(COLLECTION)


def renew(*, always: bool = False, progress: Callable[[int], object] = lambda done: None) -> int | None:
    """Make the index anew if it is outdated, or `always`: how many texts it holds, None if nothing was to be done."""
    if not (always or is_outdated()):
        return None
    texts = rebuild(progress)
    index.settle()
    return texts


def search(
    query: str,
    *,
    language: str = "de",
    limit: int = 10,
    offset: int = 0,
    tags: Sequence[Sequence[str]] = (),
    plain: bool = False,
    quote: bool = True,
    near_only: bool = False,
    stamp: int | None = None,
) -> Found:
    """Search the public articles; with `near_only` not those that only share a word with the query.

    With no hit in `language`, the language that the query seems written in is tried. Where that gives nothing sure, German
    pages are asked for what the query means: better a page that one has to have translated than a wrong one or none.
    """

    def ask(shelf: str, words: str, *, is_first: bool) -> Found:
        """With `is_first` the first results of all, by which is decided which pages are asked."""
        pinned, synonyms = _steering(words, shelf.removesuffix(PLAIN), stamp)
        scope = () if is_first and near_only else tags
        found = search_index(
            words,
            collection=COLLECTION,
            language=shelf,
            limit=limit,
            offset=0 if is_first else offset,
            tags=scope,
            pinned=pinned,
            synonyms=synonyms,
            quote=quote,
            least=_least(shelf) if near_only else None,
            edition=stamp,
        )
        if not pinned or (offset and not is_first):
            return found
        return _with_pinned(found, pinned, shelf, scope, limit)

    recognised = recognise(query) or language
    shelves = list(dict.fromkeys(([language + PLAIN] if plain else []) + [language, recognised]))
    if shelves == [MOTHER_TONGUE]:
        return ask(language, query, is_first=False)
    first = partial(ask, is_first=True)
    found, words = _on_the_first_shelf(query, shelves, first), query
    if MOTHER_TONGUE not in (language, found.language.removesuffix(PLAIN)):
        found, words = _or_german(query, recognised, found, first)
    if offset or (tags and near_only):
        found = ask(found.language, words, is_first=False)
    return replace(found, query=query, language=found.language.removesuffix(PLAIN))


def with_german(
    query: str, *, language: str = MOTHER_TONGUE, limit: int = 10, offset: int = 0, **how: Any
) -> Found:
    """`search`, and beneath the near pages of the reader's language those that exist in German only.

    Few pages are translated: who asks for a "birth certificate" gets the passport, which mentions it, and then the certificate.
    """
    found = search(query, language=language, limit=limit, offset=offset, **how)
    if MOTHER_TONGUE in (language, found.language):
        return found
    is_near = how.get("near_only") and not offset
    how["near_only"], shown = True, offset + limit
    near = found if is_near else search(query, language=language, limit=shown, **how)
    german = in_german(query, recognise(query) or language)
    meant = search(german, language=MOTHER_TONGUE, limit=shown, **how) if german else Found(query, language)
    if (
        near.language == MOTHER_TONGUE
        or meant.kind == REFUSAL
        or meant.documents.keys() <= near.documents.keys()
    ):
        return found
    added = [replace(hit, passage=None) for hit in meant.hits if hit.key not in near.documents]
    ahead = {hit.key for hit in (*near.hits, *added)}
    rest = [hit for hit in found.hits if hit.key not in ahead] if not offset else []
    documents = {**meant.documents, **near.documents}
    tags = how.get("tags", ())
    return replace(
        found,
        hits=(*near.hits, *added, *rest)[offset:shown],
        total=sum(_has(tags, own) for own in documents.values()),
        documents=documents,
    )


def _least(shelf: str) -> int:
    """So many are shown at any rate: of a language that few pages are translated into the German ones follow."""
    return LEAST if shelf.removesuffix(PLAIN) == MOTHER_TONGUE else 1


def _on_the_first_shelf(query: str, shelves: Sequence[str], ask: Callable[[str, str], Found]) -> Found:
    """What is found where anything is."""
    for shelf in shelves:
        found = ask(shelf, query)
        if found.total:
            break
    return found


def _or_german(
    query: str, language: str, found: Found, ask: Callable[[str, str], Found]
) -> tuple[Found, str]:
    """What German pages say, where those of the question's language are in doubt and these are surer; and what was asked."""
    named = bool(found.hits) and found.hits[0].why.name >= NAMED
    german, is_whole = meaning(query, language)
    if found.confidence >= SURE_ENOUGH and found.coverage >= SAYS_MOST and named and not is_whole:
        return found, query
    meant = ask(MOTHER_TONGUE, german) if german else found
    if _is_surer(meant, found):
        found, query = meant, german
    if found.total:
        return found, query
    same = ask(MOTHER_TONGUE, query)  # "WLAN": the same word in many languages
    slips = same.corrections.items()
    fits = all(word[0] == right[0] and len(word) >= SAME_WORD for word, right in slips)
    return (same if fits else found), query


def _is_surer(meant: Found, found: Found) -> bool:
    """Whether the German pages know better: surely and another page, where a page of the own language is not quite wrong.

    "Dog tax" meets a page about trades by the tax alone.
    """
    if found.confidence < SURE_ENOUGH or not meant.first:
        return meant.confidence > found.confidence
    if found.coverage < SAYS_HALF:
        return meant.confidence * meant.coverage > found.confidence
    return meant.confidence >= QUITE_SURE and meant.first != found.first


def _with_pinned(
    found: Found, pinned: Sequence[str], shelf: str, tags: Sequence[Sequence[str]], limit: int
) -> Found:
    """A pinned article that has none of the words asked for is shown as if one had searched its title."""
    if not pinned:
        return found
    lacking = [int(key) for key in pinned if key not in {hit.key for hit in found.hits}]
    titles = ArticleText.objects.public().filter(article__in=lacking, language=shelf.removesuffix(PLAIN))
    brought = {
        key: hit
        for key, title in titles.values_list("article_id", "title")
        for hit in search_index(
            title, collection=COLLECTION, language=shelf, pinned=[str(key)], quote=False
        ).hits[:1]
        if hit.key == str(key)
    }
    added = [brought[key] for key in lacking if key in brought and _has(tags, brought[key].tags)]
    if not brought:
        return found
    best = added[0] if added else None
    return replace(
        found,
        hits=(*added, *found.hits)[:limit],
        total=found.total + len(added),
        documents={**{hit.key: hit.tags for hit in brought.values()}, **found.documents},
        first=best.key if best else found.first,
        coverage=best.why.coverage if best else found.coverage,
    )


def _has(tags: Sequence[Sequence[str]], own: Sequence[str]) -> bool:
    """Of each inner list one."""
    return all(not set(any_of).isdisjoint(own) for any_of in tags)


def _steering(query: str, language: str, stamp: int | None) -> tuple[list[str], Thesaurus | None]:
    """What the editors tell the search: articles pinned to this query, the city's synonyms."""
    key = f"knowledge.steering.{language}.{stamp}.{timezone.localdate()}"
    rows = values().get(key) if stamp else None
    if rows is None:
        rows = _steering_rows(language)
        values().set(key, rows, STEERING_SECONDS if stamp else 0)
    wanted = _folded(query, language)
    pinned, synonyms = [], []
    for text, variants, article in rows:
        if article is None:
            synonyms.append((text, tuple(variants)))
        elif wanted and _folded(text, language) == wanted:
            pinned.append(str(article))
    return pinned, _thesaurus(language, tuple(synonyms)) if synonyms else None


def _steering_rows(language: str) -> list[tuple[str, list[str], int | None]]:
    """(text, its variants, the article pinned to it) in their order: one statement."""
    synonyms = Synonym.objects.filter(language=language).values_list(
        Value(0), "pk", "term", "variants", Value(None, output_field=BigIntegerField())
    )
    wanted = Q(until__isnull=True) | Q(until__gte=timezone.localdate())
    pins = Pin.objects.filter(wanted, language=language).values_list(
        "position", "pk", "query", Value(None, output_field=ArrayField(CharField())), "article_id"
    )
    rows = sorted(synonyms.union(pins, all=True), key=lambda row: row[:2])
    return [(text, variants, article) for _position, _pk, text, variants, article in rows]


@lru_cache(maxsize=512)
def _folded(query: str, language: str) -> str:
    return " ".join(token.text for token in analyser(language).tokens(query[:400]))


@lru_cache(maxsize=12)
def _thesaurus(language: str, rows: tuple[tuple[str, tuple[str, ...]], ...]) -> Thesaurus:
    words = analyser(language)
    groups = []
    for term, variants in rows:
        read = [
            entry(term, words, official=True),
            *(entry(variant, words, official=False) for variant in variants),
        ]
        groups.append([item for item in read if item is not None])
    return Thesaurus(groups)


def _all_documents() -> Iterator[Document]:
    articles = Article.objects.filter(live=True).select_related("service").prefetch_related(*RELATED)
    for article in articles.order_by("pk").iterator(chunk_size=500):
        yield from _documents(article)


def _documents(article: Article) -> Iterable[Document]:
    tags = _tags(article)
    wanted = article.service.wanted if article.service else 0
    popularity = 1 + 0.1 * min(log1p(wanted) / log1p(MOST_WANTED), 1.0)
    for text in article.texts.all():
        yield Document(
            COLLECTION,
            str(article.pk),
            text.language + (PLAIN if text.plain else ""),
            text.title,
            synonyms=tuple(text.synonyms),
            questions=tuple(q.text for q in article.questions.all() if q.language == text.language),
            passages=tuple(_passages(article, text)),
            tags=tags,
            popularity=popularity,
        )


def _tags(article: Article) -> tuple[str, ...]:
    source, mark, _rest = article.external_id.partition(SOURCE_MARK)
    offices = article.service.offices.all() if article.service else ()
    tags = [f"kind:{article.kind}", *(f"topic:{topic.slug}" for topic in article.topics.all())]
    tags += [f"office:{office.pk}" for office in offices]
    tags += [f"audience:{article.audience}"] if article.audience else []
    tags += [f"department:{article.department_id}"] if article.department_id else []
    tags += [f"source:{source}"] if mark else []
    return tuple(tags)


def _passages(article: Article, text: ArticleText) -> Iterator[Passage]:
    """The sections as the page shows them, with their anchors and their headings in the text's language."""
    language = text.language if text.language in LANGUAGES else "de"
    with translation.override(language):
        headings = {name: str(heading) for name, heading in SECTIONS.items() if name != "forms"}
    if not text.procedure:  # alone it is the page itself, without a heading
        headings["body"] = ""
    if text.summary:
        yield Passage(richtext.plain(text.summary), "", "")
    for name, heading in headings.items():
        content = _section(name, article, text)
        if content:
            yield Passage(content, heading, name.replace("_", "-"))


def _section(name: str, article: Article, text: ArticleText) -> str:
    if name == "documents":
        return "; ".join(richtext.plain(item).rstrip(".;") for item in text.documents)
    if name == "fees":
        with translation.override(text.language if text.language in LANGUAGES else "de"):
            fees = [_fee(fee.amount, fee.condition_in(text.language)) for fee in article.fees.all()]
        return "\n".join(filter(None, ["; ".join(fees), richtext.plain(text.fees_note)]))
    return richtext.plain(str(getattr(text, name)))


def _fee(amount: Decimal | None, condition: str) -> str:
    return condition if amount is None else f"{money.written(amount)} {condition}".strip()
