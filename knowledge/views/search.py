"""The search: results, and proposals while one types."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from knowledge.articles.publishing import reference_language
from knowledge.outside import opensearch
from knowledge.search import result_page, searched, suggestions
from knowledge.shown import kept, listing
from portal import pages
from portal.gate import readonly
from portal.look import frame
from portal.look.context import language_links

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
        "stamp": stamp,
        "roots": SimpleLazyObject(partial(listing.tree, get_language() or "")),
    }
    drawn = render_to_string("knowledge/_results.html", context, request)
    response = pages.page_or_fragment(request, drawn, partial(_whole, request, wish))
    response[HITS] = str(results.total)
    return response


def _whole(request: HttpRequest, wish: result_page.Asked, results: SafeString) -> str:
    """The page around `results`; for visitors without a session of their own all that differs is what they asked."""

    def draw(asked: result_page.Asked, **more: object) -> str:
        context = {"asked": asked, "hide_search": True, **more}
        return render_to_string("knowledge/search.html", context, request)

    if not wish.query or any(wish.kept.values()) or not kept.same_for_everybody(request):
        return draw(wish, drawn=results)
    typed, address, middle = map(frame.hole, "qar")
    holes = {"drawn": middle, "language_links": language_links(request.path, address)}
    return frame.filled(
        f"knowledge.search.{get_language()}",
        lambda: draw(replace(wish, query=typed), **holes),
        {"q": escape(wish.query), "a": escape(request.GET.urlencode()), "r": results},
    )


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
