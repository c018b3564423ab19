"""Articles and topics as citizens read them."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from knowledge.models import Article, ArticleText, Topic
from knowledge.outside import alternates, structured
from knowledge.search import searched
from knowledge.shown import kept, listing, reading, service_page
from portal.gate import readonly
from portal.kept_values import values
from portal.models import Service
from portal.pages import known_by_content

ROWS_PER_PAGE = 25


@require_safe
@known_by_content
def service(request: HttpRequest, slug: str, *, plain: bool = False) -> HttpResponse:
    """A service with its article; one that nobody has described yet still shows where and when."""
    _note_click(request, slug)
    beside = partial(service_page.beside, slug, get_language() or "")
    return kept.page(request, partial(_service, request, slug, plain), beside=beside)


def _service(request: HttpRequest, slug: str, plain: bool, stamp: int, around: str) -> HttpResponse:
    page = _Page(slug, plain, stamp, around)
    if not page.is_known:
        if page.found is None:
            bare = get_object_or_404(Service.objects.offered(), slug=slug)
            now = service_page.service_now(bare, get_language() or "")
            return render(request, "knowledge/bare_service.html", {"service": bare, "now": now})
        if page.article.kind != Article.Kind.SERVICE or page.article.slug != slug:
            return redirect(page.article, permanent=True)
    return _show(request, page, "knowledge/service.html")


@require_safe
@known_by_content
def article(request: HttpRequest, slug: str, *, plain: bool = False) -> HttpResponse:
    _note_click(request, slug)
    beside = partial(service_page.beside, slug, get_language() or "")
    return kept.page(request, partial(_article, request, slug, plain), beside=beside)


def _note_click(request: HttpRequest, slug: str) -> None:
    if query := searched.searched_before(request):
        readonly.after_response(request, partial(searched.note_click, query, slug=slug))


def _article(request: HttpRequest, slug: str, plain: bool, stamp: int, around: str) -> HttpResponse:
    page = _Page(slug, plain, stamp, around)
    if not page.is_known:
        if page.found is None:
            raise Http404
        if page.article.kind == Article.Kind.SERVICE:
            return redirect(page.article, permanent=True)
    return _show(request, page, "knowledge/article.html")


class _Page:
    """An article's page; what it shows is read only where a part of it has to be drawn anew.

    `held_by` names the text and all that the page stands on but the minute, `around` what changes by the minute.
    """

    def __init__(self, slug: str, plain: bool, stamp: int, around: str) -> None:
        self.language = get_language() or ""
        self.held_by = service_page.held_by(slug, self.language, stamp, plain=plain)
        self.around, self.plain = around, plain
        self._read = partial(reading.read, slug, self.language, plain=plain)

    @property
    def is_known(self) -> bool:
        """Whether it was shown under this name before; if so it is an article's page and no way to another."""
        return bool(values().get(f"knowledge.shown.{self.held_by}"))

    def remember(self) -> None:
        values().set(f"knowledge.shown.{self.held_by}", True, kept.SECONDS_BESIDE)

    @cached_property
    def found(self) -> reading.Reading | None:
        return self._read()

    @cached_property
    def reading(self) -> reading.Reading:
        if self.found is None:
            raise Http404
        return self.found

    @property
    def text(self) -> ArticleText:
        return self.reading.text

    @property
    def article(self) -> Article:
        return self.reading.article

    @cached_property
    def now(self) -> service_page.Now:
        return service_page.now(self.article, self.language)

    @cached_property
    def sections(self) -> list[service_page.Section]:
        return service_page.sections(self.reading)

    def structured(self) -> dict[str, Any]:
        return structured.page(self.reading, self.now.places)

    def alternates(self) -> list[tuple[str, str]]:
        return alternates.of_article(self.reading)


def _show(request: HttpRequest, page: _Page, template: str) -> HttpResponse:
    if not page.is_known:
        if page.plain and not page.text.plain:
            return redirect(page.article)
        page.remember()
    parts = ("reading", "text", "article", "now", "sections")
    context: dict[str, Any] = {name: SimpleLazyObject(partial(getattr, page, name)) for name in parts}
    context |= {"structured": page.structured, "alternates": page.alternates}
    return render(request, template, {**context, "held_by": page.held_by, "around": page.around})


@require_safe
@known_by_content
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
@known_by_content
def topics(request: HttpRequest) -> HttpResponse:
    return render(request, "knowledge/topics.html", {"roots": listing.tree(get_language() or "")})


@require_safe
@known_by_content
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
