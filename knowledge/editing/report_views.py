"""Reports and their cures in the back office."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knowledge import feedback
from knowledge.articles import retrieval, steering
from knowledge.editing import desk, reports, rights
from knowledge.editing.step_views import signed_in
from knowledge.models import Article, Feedback
from portal import backoffice, pages, slugs, spreadsheets
from portal.untrusted import row_number

MOST_PROPOSALS = 8


class SynonymForm(forms.Form):
    term = forms.CharField(
        label=gettext_lazy("Word in our texts"),
        max_length=120,
        help_text=gettext_lazy("The official word, e.g. “Personalausweis”."),
    )


@backoffice.page(permission=rights.STEER)
@require_safe
def show(request: HttpRequest, name: str = reports.REPORTS[0].name) -> HttpResponse:
    """One report as a table with its cures, or as CSV."""
    found = reports.report(name)
    if found is None:
        raise Http404
    lines = found.lines()
    if request.GET.get("format") == "csv":
        rows = [[line.title, line.detail] for line in lines]
        return spreadsheets.answer(
            slugs.stem(str(found.heading), 60) or name, [_("What"), _("Details")], rows
        )
    tabs = [
        {
            "label": each.heading,
            "url": each.address,
            "current": each.name == name,
            "count": len(lines) if each.name == name else None,
        }
        for each in reports.REPORTS
    ]
    context = {"report": found, "lines": lines, "tabs": tabs, "last_month": feedback.last_month()}
    return backoffice.render(request, "knowledge/office/reports.html", context)


@backoffice.page(permission=rights.STEER)
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """The ratings of a month (the last one, if none is named) as CSV, without what people wrote."""
    wanted = request.GET.get("monat", "")
    try:
        chosen = feedback.read_month(wanted) if wanted else feedback.last_month()
    except ValueError:
        return HttpResponseBadRequest()
    name = _("ratings-%(month)s") % {"month": f"{chosen:%Y-%m}"}
    return spreadsheets.answer(name, feedback.HEAD, feedback.month(chosen))


@backoffice.page(permission=rights.STEER)
@require_http_methods(["GET", "HEAD", "POST"])
def word(request: HttpRequest) -> HttpResponse:
    """What to do about one search: it means another word, or it belongs to an article."""
    query, language = _query(request)
    form = SynonymForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            steering.add_synonym(
                language=language,
                term=form.cleaned_data["term"].strip(),
                variant=query[:120],
                actor=signed_in(request),
            )
        except steering.SameWord:
            form.add_error("term", _("A word can't be its own synonym."))
        else:
            messages.success(request, _("Saved. The search knows it from now on."))
            return _back(request)
    words = request.GET.get("artikel", "").strip()[:100] or query
    context = {
        "form": form,
        "query": query,
        "language": language,
        "words": words,
        "articles": _proposals(words, language),
        "report": request.GET.get("bericht", ""),
    }
    return backoffice.render(
        request, "knowledge/office/word.html", context, status=422 if form.errors else 200
    )


def _proposals(words: str, language: str) -> list[Article]:
    """Articles these words may belong to: what the search finds, else what has them in its title."""
    found = retrieval.search(words, language=language, limit=MOST_PROPOSALS)
    rows = Article.objects.in_bulk([int(hit.key) for hit in found.hits])
    if not rows:
        rows = Article.objects.filter(live=True, title__icontains=words).in_bulk()
    return list(rows.values())[:MOST_PROPOSALS]


@backoffice.page(permission=rights.STEER)
@require_POST
def attach(request: HttpRequest) -> HttpResponse:
    """Let an article be found by this search."""
    query, language = _query(request)
    key = row_number(request.POST.get("article"))
    if not query or not key:
        return HttpResponseBadRequest()
    article = get_object_or_404(Article, pk=key)
    steering.attach_question(article=article, language=language, text=query, actor=signed_in(request))
    messages.success(
        request, _("“%(query)s” now finds “%(article)s”.") % {"query": query, "article": article}
    )
    return _back(request)


@backoffice.page(permission=rights.STEER)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin an article about what people searched in vain."""
    query, language = _query(request)
    if not query:
        return HttpResponseBadRequest()
    article = steering.start_article(title=query, language=language, actor=signed_in(request))
    return pages.see_other(request, "knowledge_office:edit", article.pk)


@backoffice.page(permission=rights.STEER)
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Mark one comment, or all answers about an article, as dealt with."""
    for name, field in (("feedback", "pk"), ("article", "article")):
        if key := row_number(request.POST.get(name)):
            for row in Feedback.objects.filter(settled=False, **{field: key}):
                feedback.settle(feedback=row, actor=signed_in(request))
    messages.success(request, _("Done."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the report one came from."""
    name = request.POST.get("bericht") or request.GET.get("bericht") or ""
    known = reports.report(name) or reports.REPORTS[0]
    return pages.see_other(request, "knowledge_office:report", known.name)


def _query(request: HttpRequest) -> tuple[str, str]:
    """The search that is being cured, from the address or the form."""
    values = request.POST if "text" in request.POST else request.GET
    query = (values.get("text") or values.get("q") or "").strip()[:200]
    language = values.get("language") or values.get("sprache") or ""
    return query, language if language in desk.languages() else desk.languages()[0]
