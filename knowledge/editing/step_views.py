"""The steps of an article's life as buttons, its keeper, and the list of all articles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knowledge.articles import publishing, steering
from knowledge.articles.drafts import Draft, TextDraft
from knowledge.editing import reports, rights
from knowledge.models import Article, ExampleQuestion
from portal import access, backoffice, pages
from portal.look.pickers import DayPicker
from portal.models import Department, Service, User
from portal.untrusted import row_number

PER_PAGE = 50
STEPS: dict[str, tuple[str, Callable[..., Article]]] = {
    "submit": (rights.WRITE, publishing.submit),
    "approve": (rights.PUBLISH, publishing.approve),
    "send_back": (rights.PUBLISH, publishing.send_back),
    "publish": (rights.PUBLISH, publishing.publish),
    "schedule": (rights.PUBLISH, publishing.schedule),
    "call_off": (rights.PUBLISH, publishing.call_off),
    "archive": (rights.PUBLISH, publishing.archive),
    "confirm_review": (rights.PUBLISH, publishing.confirm_review),
    "restore": (rights.WRITE, publishing.restore),
}
REFUSALS = {
    publishing.NeedsSecondPerson: gettext_lazy("A second person must approve this article first."),
    publishing.WrongState: gettext_lazy("Somebody else was faster: the article is in another state now."),
    publishing.TimePassed: gettext_lazy("This time has passed. Please choose a later one, or publish now."),
    publishing.Untitled: gettext_lazy("The article needs a title in the city's language."),
    publishing.ServiceHasArticle: gettext_lazy("Another article describes this service already."),
    publishing.UnknownVersion: gettext_lazy("There is no such version."),
    publishing.NothingChanged: gettext_lazy("Nothing was changed, so there is no new version."),
}


class NewArticleForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Article.Kind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=250)
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), label=gettext_lazy("Service"), required=False
    )


class KeeperForm(forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("username"), label=gettext_lazy("Owner"), required=False
    )
    department = forms.ModelChoiceField(
        Department.objects.all(), label=gettext_lazy("Department"), required=False
    )
    review_due = forms.DateField(
        label=gettext_lazy("To be reviewed by"),
        required=False,
        widget=DayPicker(),
    )


@backoffice.page(permission=rights.WRITE)
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """All articles this person may edit: by state, by words of the title, page by page."""
    found = rights.visible(request.user)
    words = request.GET.get("q", "").strip()[:100]
    if words:
        found = found.filter(Q(title__icontains=words) | Q(slug__icontains=words) | Q(external_id=words))
    mine = request.GET.get("meine") == "1"
    if mine:
        found = found.filter(owner=signed_in(request))
    kept = {"q": words} | ({"meine": "1"} if mine else {})
    counts = dict(found.values_list("state").annotate(Count("pk")))
    state = request.GET.get("zustand", "")
    if state in Article.State.values:
        found = found.filter(state=state)
    page = Paginator(
        found.select_related("service", "department", "owner").order_by("title", "pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    tabs = [
        {"label": _("all"), "url": f"?{urlencode(kept)}", "current": not state, "count": sum(counts.values())}
    ]
    for each in Article.State:
        address = f"?{urlencode({'zustand': each} | kept)}"
        tab = {"label": each.label, "url": address, "count": counts.get(each, 0)}
        tabs.append({**tab, "current": state == each})
    query = f"{urlencode({'zustand': state} | kept)}&"
    context = {"page": page, "tabs": tabs, "words": words, "query": query}
    return backoffice.render(request, "knowledge/office/articles.html", context)


@backoffice.page(permission=rights.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = NewArticleForm(
        request.POST if request.method == "POST" else None, initial={"title": request.GET.get("titel", "")}
    )
    if form.is_valid():
        data = form.cleaned_data
        draft = Draft(kind=data["kind"], service=data["service"].pk if data["service"] else None)
        draft = draft.with_text(TextDraft(publishing.reference_language(), title=data["title"]))
        department = access.departments_with(request.user, rights.WRITE).first()
        try:
            article = publishing.start(draft=draft, actor=signed_in(request), department=department)
        except publishing.ServiceHasArticle as refusal:
            form.add_error(
                "service", _("“%(other)s” describes this service already.") % {"other": refusal.other}
            )
        else:
            return pages.see_other(request, "knowledge_office:edit", article.pk)
    status = 422 if form.errors else 200
    return backoffice.render(request, "knowledge/office/new.html", {"form": form}, status=status)


@backoffice.page(permission=rights.WRITE)
@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One step of the workflow; what it refuses is told in words."""
    article = get_object_or_404(Article, pk=pk)
    name = request.POST.get("step", "")
    if name not in STEPS:
        return HttpResponseBadRequest()
    permission, command = STEPS[name]
    if not rights.may(request.user, permission, article):
        raise PermissionDenied
    arguments = _arguments(name, request)
    if arguments is None:
        messages.error(request, _("Please say when, or which version."))
        return pages.see_other(request, "knowledge_office:edit", pk)
    try:
        command(article=article, actor=signed_in(request), **arguments)
    except publishing.PublishingRefused as refusal:
        messages.error(request, str(REFUSALS.get(type(refusal), refusal)))
    else:
        messages.success(request, _("Done."))
    if found := reports.report(request.POST.get("bericht", "")):
        return pages.see_other(request, "knowledge_office:report", found.name)
    return pages.see_other(request, "knowledge_office:edit", pk)


def _arguments(name: str, request: HttpRequest) -> dict[str, Any] | None:
    """What the step needs besides the article; None if it is missing or unreadable."""
    if name == "send_back":
        return {"reason": request.POST.get("reason", "")[:300]}
    if name == "restore":
        number = row_number(request.POST.get("number"))
        return {"number": number} if number else None
    if name == "schedule":
        try:
            at = parse_datetime(request.POST.get("at", ""))
        except ValueError:
            return None
        return {"at": make_aware(at) if is_naive(at) else at} if at else None
    return {}


@backoffice.page(permission=rights.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def keeper(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answers for the article, and until when it must be read again."""
    article = get_object_or_404(Article, pk=pk)
    if not rights.may(request.user, rights.PUBLISH, article):
        raise PermissionDenied
    known = {name: getattr(article, name) for name in ("owner", "department", "review_due")}
    form = KeeperForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        publishing.take_charge(article=article, actor=signed_in(request), **form.cleaned_data)
        return pages.see_other(request, "knowledge_office:edit", pk)
    status = 422 if form.errors else 200
    return backoffice.render(
        request, "knowledge/office/keeper.html", {"form": form, "article": article}, status=status
    )


@backoffice.page(permission=rights.STEER)
@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an attached question away again."""
    question = get_object_or_404(ExampleQuestion.objects.select_related("article"), pk=pk)
    steering.detach_question(question=question, actor=signed_in(request))
    return pages.see_other(request, "knowledge_office:edit", question.article_id)


def signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the decorator lets only staff in
    return request.user
