"""Articles and topics as citizens read them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.views.decorators.http import conditional_page, require_safe

from knowledge import kept, listing, reading, search_log, service_page
from knowledge.models import Article, Topic
from knowledge.outside import alternates, structured
from portal import readonly
from portal.models import Service

ROWS_PER_PAGE = 25


@require_safe
@conditional_page
def service(request: HttpRequest, slug: str, *, plain: bool = False) -> HttpResponse:
    """A service with its article; one that nobody has described yet still shows where and when."""
    _note_click(request, slug)
    beside = partial(service_page.beside, slug, get_language() or "")
    return kept.page(request, lambda stamp: _service(request, slug, plain=plain), beside=beside)


def _service(request: HttpRequest, slug: str, *, plain: bool) -> HttpResponse:
    found = reading.read(slug, get_language() or "", plain=plain)
    if found is None:
        bare = get_object_or_404(Service.objects.offered(), slug=slug)
        now = service_page.service_now(bare, get_language() or "")
        return render(request, "knowledge/bare_service.html", {"service": bare, "now": now})
    if found.article.kind != Article.Kind.SERVICE or found.article.slug != slug:
        return redirect(found.article, permanent=True)
    return _show(request, found, "knowledge/service.html", plain=plain)


@require_safe
@conditional_page
def article(request: HttpRequest, slug: str, *, plain: bool = False) -> HttpResponse:
    _note_click(request, slug)
    beside = partial(service_page.beside, slug, get_language() or "")
    return kept.page(request, lambda stamp: _article(request, slug, plain=plain), beside=beside)


def _note_click(request: HttpRequest, slug: str) -> None:
    if query := search_log.searched_before(request):
        readonly.after_response(request, partial(search_log.note_click, query, slug=slug))


def _article(request: HttpRequest, slug: str, *, plain: bool) -> HttpResponse:
    found = reading.read(slug, get_language() or "", plain=plain)
    if found is None:
        raise Http404
    if found.article.kind == Article.Kind.SERVICE:
        return redirect(found.article, permanent=True)
    return _show(request, found, "knowledge/article.html", plain=plain)


def _show(request: HttpRequest, found: reading.Reading, template: str, *, plain: bool) -> HttpResponse:
    if plain and not found.text.plain:
        return redirect(found.article)
    now: Any = SimpleLazyObject(partial(service_page.now, found.article, get_language() or ""))
    context = {
        "reading": found,
        "text": found.text,
        "article": found.article,
        "sections": SimpleLazyObject(partial(service_page.sections, found)),
        "now": now,
        "structured": lambda: structured.page(found, now.places),
        "alternates": SimpleLazyObject(partial(alternates.of_article, found)),
    }
    return render(request, template, context)


@require_safe
@conditional_page
def services(request: HttpRequest) -> HttpResponse:
    """All services from A to Z, one letter a page."""
    language = get_language() or ""
    letters = listing.letters(language)
    wanted = request.GET.get("buchstabe", "").upper()
    letter = wanted if wanted in letters else next(iter(letters), "")
    rows = listing.by_letter(letter, language) if letter else []
    context = {"letters": letters, "letter": letter, "rows": rows}
    return render(request, "knowledge/services.html", context)


@require_safe
@conditional_page
def topics(request: HttpRequest) -> HttpResponse:
    return render(request, "knowledge/topics.html", {"roots": listing.tree(get_language() or "")})


@require_safe
@conditional_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic: what it divides into, and its articles, most wanted first."""
    language = get_language() or ""
    found = get_object_or_404(Topic.objects.select_related("parent"), slug=slug)
    page = Paginator(listing.ids_of_topic(found), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "topic": found,
        "name": found.name_in(language),
        "parent": found.parent.name_in(language) if found.parent else "",
        "children": [(child, child.name_in(language)) for child in found.children.all()],
        "page": page,
        "rows": listing.rows(page.object_list, language),
    }
    return render(request, "knowledge/topic.html", context)
