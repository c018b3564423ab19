"""The article editor in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knowledge.articles import publishing
from knowledge.articles.drafts import Draft
from knowledge.editing import desk, preview, rights
from knowledge.editing.article_form import ArticleForm
from knowledge.models import Article, ArticleVersion
from portal import backoffice, pages
from portal.untrusted import row_number


def _article(request: HttpRequest, pk: int, permission: str = rights.WRITE) -> Article:
    article = get_object_or_404(Article.objects.select_related("service", "owner", "department"), pk=pk)
    if not rights.may(request.user, permission, article):
        raise PermissionDenied
    return article


def _language(request: HttpRequest) -> tuple[str, bool]:
    """Which text is being edited: language and whether its plain variant."""
    wanted = request.GET.get("sprache", "")
    language = wanted if wanted in desk.languages() else publishing.reference_language()
    return language, request.GET.get("leicht") == "1"


def _form(request: HttpRequest, draft: Draft, based_on: int) -> ArticleForm:
    language, plain = _language(request)
    reference = language == publishing.reference_language()
    if request.method == "POST":
        return ArticleForm(request.POST, language=language, plain=plain, reference=reference)
    return ArticleForm.of(draft, language=language, plain=plain, reference=reference, based_on=based_on)


@backoffice.page(permission=rights.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the newest version in one language, or save what was typed as the next one."""
    article = _article(request, pk)
    newest = publishing.newest_draft(article)
    form = _form(request, newest, article.version)
    if request.method != "POST":
        return _editor(request, article, newest, form)
    if not form.is_valid():
        return _editor(request, article, newest, form, status=422)
    base = _base(article, form.cleaned_data["based_on"])
    try:
        publishing.save_draft(
            article=article,
            based_on=form.cleaned_data["based_on"],
            draft=form.onto(base),
            actor=request.user,  # type: ignore[arg-type]  # the decorator lets only staff in
            note=form.cleaned_data["note"],
        )
    except publishing.EditConflict as conflict:
        return _conflict(request, article, conflict, note=form.cleaned_data["note"])
    except publishing.NothingChanged:
        messages.info(request, _("Nothing was changed, so there is no new version."))
    except publishing.ServiceHasArticle as refusal:
        form.add_error("service", _("“%(other)s” describes this service already.") % {"other": refusal.other})
        return _editor(request, article, newest, form, status=422)
    else:
        messages.success(request, _("Saved."))
    return pages.see_other(request, request.get_full_path())


def _base(article: Article, number: int) -> Draft:
    """The version the form was opened with: what it doesn't show must come from there, not from a newer one."""
    try:
        return desk.version_pair(article, number, number)[0]
    except ArticleVersion.DoesNotExist:
        raise Http404 from None


def _conflict(
    request: HttpRequest, article: Article, conflict: publishing.EditConflict, *, note: str
) -> HttpResponse:
    """Both people's work joined in the form; what both changed is shown word by word. Saving again settles it."""
    language, plain = _language(request)
    latest, merged = conflict.latest, conflict.merged
    form = ArticleForm.of(
        merged.draft,
        language=language,
        plain=plain,
        reference=language == publishing.reference_language(),
        based_on=latest.number,
        note=note,
    )
    about = {
        "who": str(latest.author or ""),
        "at": latest.saved_at,
        "clashes": [desk.shown(change) for change in merged.conflicts],
        "taken_over": [desk.path_label(path) for path in merged.taken_over],
    }
    return _editor(request, article, merged.draft, form, status=409, conflict=about)


def _editor(
    request: HttpRequest, article: Article, draft: Draft, form: ArticleForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    may_publish = rights.may(request.user, rights.PUBLISH, article)
    context = {
        "article": article,
        "form": form,
        "tabs": desk.tabs(draft, form.language, plain=form.plain),
        "missing": desk.missing(draft),
        "steps": desk.steps(article, request.user, may_publish=may_publish),
        "waits_for_another": desk.waits_for_another(article, request.user),
        "may_publish": may_publish,
        "may_schedule": may_publish and desk.may_schedule(article),
        "unsaved": status != 200,
        "attached": article.questions.exclude(source="editor"),
        "history": desk.history(article),
        "here": request.get_full_path(),
        **preview.of(draft, form.language, plain=form.plain, article=article),
        **more,
    }
    return backoffice.render(request, "knowledge/office/editor.html", context, status=status)


@backoffice.page(permission=rights.WRITE)
@require_POST
def show_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as citizens would see it with what is typed now; nothing is saved."""
    article = _article(request, pk)
    newest = publishing.newest_draft(article)
    form = _form(request, newest, article.version)
    draft = form.onto(newest) if form.is_valid() else preview.lenient(form, newest)
    context = preview.of(draft, form.language, plain=form.plain, article=article)
    return pages.render_page(request, "knowledge/office/_preview.html", context)


@backoffice.page(permission=rights.WRITE)
@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions, and the difference of two of them (the newest and the one before, if none are named)."""
    article = _article(request, pk)
    rows = list(article.versions.select_related("author").defer("snapshot")[:200])
    numbers = [row.number for row in rows]
    new = _number(request.GET.get("bis"), numbers, article.version)
    old = _number(request.GET.get("von"), numbers, max(new - 1, 1))
    context = {"article": article, "versions": rows, "old": old, "new": new}
    context["differences"] = desk.difference(*desk.version_pair(article, old, new))
    return backoffice.render(request, "knowledge/office/versions.html", context)


def _number(text: str | None, known: list[int], default: int) -> int:
    number = row_number(text)
    return number if number in known else default
