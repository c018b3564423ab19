"""The result page as values: rows with their best passage, facets to narrow by, what was corrected, the way on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple
from urllib.parse import quote_plus, urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from knowledge.articles import retrieval
from knowledge.articles.publishing import reference_language
from knowledge.models import Article, Topic
from knowledge.search.direct import NOTHING, Direct, told
from knowledge.shown import doors, listing
from portal.kept_values import values
from portal.language import tables
from portal.language.confidence import SURE
from portal.language.search import Quote

PER_PAGE = 10
LAST_PAGE = 30
LONGEST = 400  # characters of a query that are looked at; questions are shorter
FACETS = {"thema": "topic", "ort": "office", "fuer": "audience", "art": "kind"}
MOST_VALUES = 8
NAMES_SECONDS = 3600
SO_NAMED = 0.6  # a city of five pages is never sure, but knows what they are called
UNSURE = 0.3
"""Below this confidence lie half of the queries that no page answers, and one of thirty that one does."""


@dataclass(frozen=True)
class Asked:
    """What the address of a result page says; nothing in it is trusted."""

    query: str = ""
    language: str = "de"
    page: int = 1
    plain: bool = False
    facets: Mapping[str, str] = field(default_factory=dict)
    everything: bool = False
    """Those that match less well, too."""
    wanted_language: str = ""
    """If it was chosen for this search: not that of the page."""

    @property
    def is_first(self) -> bool:
        """Whether this is what somebody sees first of a search."""
        return self.page == 1 and not self.facets and not self.everything

    @property
    def kept(self) -> Mapping[str, str]:
        """What holds for the next search as well."""
        return {"sprache": self.wanted_language, **({"leicht": "1"} if self.plain else {})}

    def address(self, **changes: object) -> str:
        """The query string of this page with `changes`; an empty value takes the parameter away."""
        known = {"q": self.query, **self.facets, **self.kept, "alle": "1" if self.everything else ""}
        pairs = {**known, **changes}
        return "?" + urlencode({name: value for name, value in pairs.items() if value not in ("", None)})


def asked(parameters: QueryDict, language: str) -> Asked:
    wanted = parameters.get("sprache", "")
    wanted = wanted if wanted in dict(settings.LANGUAGES) and wanted != language else ""
    page = parameters.get("page", "1")
    return Asked(
        query=" ".join(parameters.get("q", "")[:LONGEST].split()),
        language=wanted or language,
        page=min(max(int(page), 1), LAST_PAGE) if page.isascii() and page.isdigit() and len(page) < 4 else 1,
        plain=parameters.get("leicht") == "1",
        facets={name: value[:120] for name in FACETS if (value := parameters.get(name, ""))},
        everything=parameters.get("alle") == "1",
        wanted_language=wanted,
    )


class Value(NamedTuple):
    """`mark` is unique on the page."""

    mark: str
    label: str
    number: int
    url: str
    current: bool
    language: str
    """Of the label, where it is not the page's own."""


@dataclass(frozen=True)
class Facet:
    heading: str
    values: Sequence[Value]


@dataclass(frozen=True)
class Results:
    asked: Asked
    rows: Sequence[listing.Row] = ()
    quotes: Mapping[int, Quote | None] = field(default_factory=dict)
    """What was found in each article."""
    direct: Direct = NOTHING
    confidence: float = 1.0
    named: float = 0.0
    """How well a name of the best fits."""
    total: int = 0
    is_all: bool = True
    """Whether `total` is all there is; else it is the best of more."""
    beyond: int = 0
    beyond_url: str = ""
    """Where those stand that match less well."""
    facets: Sequence[Facet] = ()
    corrected: str = ""
    expansions: Sequence[tuple[str, str]] = ()
    previous_url: str = ""
    next_url: str = ""

    @property
    def is_unsure(self) -> bool:
        """Whether the best may only share words with the query: then that is said, and the other ways come first."""
        doubtful = self.confidence < UNSURE and self.named < SO_NAMED
        return bool(self.rows) and self.asked.is_first and doubtful

    @property
    def is_folded(self) -> bool:
        """Whether the rows are folded away, because they are hardly meant."""
        elsewhere = self.direct.authority is not None and self.confidence < SURE
        return self.is_unsure or elsewhere

    @property
    def unfiltered_url(self) -> str:
        return self.asked.address(**dict.fromkeys(self.asked.facets, ""))

    @property
    def german_url(self) -> str:
        """The same in the city's texts, which are more than those of the reader's language."""
        reference = reference_language()
        return self.asked.address(sprache=reference) if self.asked.language != reference else ""

    @property
    def own_url(self) -> str:
        return self.asked.address(sprache="") if self.asked.wanted_language else ""


def look(wish: Asked, stamp: int | None = None) -> Results:
    """Search and dress the results; an empty query finds nothing. With the content stamp, what it holds is kept."""
    if not wish.query:
        return Results(wish)
    found = retrieval.with_german(
        wish.query,
        language=wish.language,
        limit=PER_PAGE,
        offset=(wish.page - 1) * PER_PAGE,
        tags=[[f"{FACETS[name]}:{value}"] for name, value in wish.facets.items()],
        plain=wish.plain,
        near_only=not wish.everything,
        stamp=stamp,
    )
    quotes = {int(hit.key): hit.passage for hit in found.hits}
    more = found.total > wish.page * PER_PAGE and wish.page < LAST_PAGE
    is_all = found.total < tables.MOST_CANDIDATES
    first_beyond = found.total // PER_PAGE + 1
    return Results(
        asked=wish,
        rows=listing.rows(quotes, wish.language, plain=wish.plain, stamp=stamp),
        quotes=quotes,
        direct=told(wish.query, wish.language, found) if wish.is_first else NOTHING,
        confidence=found.confidence,
        named=max((hit.why.name for hit in found.hits[:1]), default=0.0),
        total=found.total,
        is_all=is_all,
        beyond=found.beyond,
        beyond_url=wish.address(alle="1", page=first_beyond) if found.beyond and not more else "",
        facets=_facets(found.documents, wish, stamp),
        corrected=found.corrected_query,
        expansions=found.expansions,
        previous_url=wish.address(page=wish.page - 1) if wish.page > 1 else "",
        next_url=wish.address(page=wish.page + 1) if more else "",
    )


def _facets(documents: Mapping[str, Sequence[str]], wish: Asked, stamp: int | None) -> list[Facet]:
    """Only groups that divide the results, or that are chosen (so that one can undo it). Each number is what its link leads to."""
    headings = {"thema": _("Topic"), "ort": _("Place"), "fuer": _("For whom"), "art": _("Kind")}
    names = _names(get_language() or wish.language, stamp)
    found = dict(_numbers(documents, wish))
    groups = []
    for parameter, kind in FACETS.items():
        numbers, chosen = found[parameter], wish.facets.get(parameter)
        if not chosen and len(numbers) < 2:
            continue
        best = sorted(numbers, key=lambda value: (value != chosen, -numbers[value], value))[:MOST_VALUES]
        without = wish.address(**{parameter: ""})
        choices = [
            _value(
                parameter, value, numbers[value], names.get(f"{kind}:{value}", (value, "")), without, chosen
            )
            for value in best
        ]
        groups.append(Facet(headings[parameter], choices))
    return groups


def _numbers(documents: Mapping[str, Sequence[str]], wish: Asked) -> Iterator[tuple[str, dict[str, int]]]:
    """How many documents each value of each filter would leave beside the other filters, in place of the one chosen."""
    whole = _by_kind(documents.values())
    for parameter, kind in FACETS.items():
        chosen = wish.facets.get(parameter)
        others = {f"{FACETS[name]}:{value}" for name, value in wish.facets.items() if name != parameter}
        within = [tags for tags in documents.values() if others.issubset(tags)] if others else None
        numbers = (whole if within is None else _by_kind(within)).get(kind, {})
        if chosen and numbers.get(chosen) == len(documents if within is None else within):
            numbers = {chosen: numbers[chosen]}  # the others were left out before, or would narrow it
        yield parameter, numbers


def _by_kind(tags: Iterable[Sequence[str]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for tag, number in Counter(chain.from_iterable(tags)).items():
        kind, _colon, value = tag.partition(":")
        found.setdefault(kind, {})[value] = number
    return found


def _value(
    parameter: str, value: str, number: int, name: tuple[str, str], without: str, chosen: str | None
) -> Value:
    """`without` is the address of the page without this filter, which the chosen value leads to."""
    url = without if value == chosen else f"{without}&{parameter}={quote_plus(value)}"
    return Value(f"{parameter}-{value}", name[0], number, url, value == chosen, name[1])


def _names(language: str, stamp: int | None) -> dict[str, tuple[str, str]]:
    """Readable names of the tags with their language, read anew when topics or offices change."""
    key = f"knowledge.tags.{language}.{stamp}.{doors.now().mark}"
    return values().get_or_set(key, lambda: _read_names(language), NAMES_SECONDS if stamp else 0) or {}


def _read_names(language: str) -> dict[str, tuple[str, str]]:
    names = {f"topic:{t.slug}": (t.name_in(language), _spoken(t, language)) for t in Topic.objects.all()}
    names |= {f"office:{pk}": (name, "") for pk, (name, _state) in doors.now().of.items()}
    names |= {f"audience:{each.value}": (str(each.label), "") for each in Article.Audience}
    return {**names, **{f"kind:{kind.value}": (str(kind.label), "") for kind in Article.Kind}}


def _spoken(topic: Topic, language: str) -> str:
    own = language if topic.names.get(language) else settings.LANGUAGE_CODE
    return "" if own == get_language() else own
