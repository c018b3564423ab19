"""The search: results, and proposals while one types."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from knowledge.articles.publishing import reference_language
from knowledge.outside import opensearch
from knowledge.search import result_page, searched, suggestions
from knowledge.shown import kept, listing
from portal import pages
from portal.gate import readonly

HITS = kept.HITS


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results, best first. A search that finds nothing still shows the way on."""
    wish = result_page.asked(request.GET, get_language() or "")
    response = kept.page(request, partial(_results, request, wish))
    if wish.query and wish.is_first:
        hits = int(response.headers.get(HITS, 0))
        note = partial(searched.note_search, wish.query, language=wish.language, hits=hits)
        readonly.after_response(request, note)
    return response


def _results(request: HttpRequest, wish: result_page.Asked, stamp: int, _around: str) -> HttpResponse:
    results = result_page.look(wish, stamp)
    context = {
        "results": results,
        "asked": wish,
        "hide_search": True,
        "roots": SimpleLazyObject(partial(listing.tree, get_language() or "")),
    }
    response = pages.render_page(
        request, "knowledge/search.html", context, fragment="knowledge/_results.html"
    )
    response[HITS] = str(results.total)
    return response


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The list under the search field; without JavaScript nobody asks for it."""
    found = suggestions.suggest(request.GET.get("q", "")[: result_page.LONGEST], get_language() or "")
    response = render(request, "knowledge/_suggestions.html", {"suggestions": found})
    response["Cache-Control"] = "private, max-age=60"
    return response


@require_safe
def opensearch_suggest(request: HttpRequest) -> HttpResponse:
    """The same proposals for the browser's own search field."""
    typed = request.GET.get("q", "")[: result_page.LONGEST]
    found = suggestions.suggest(typed, reference_language())
    return opensearch.suggestions(typed, [suggestion.text for suggestion in found])
