"""What the assistant could not answer, grouped; each group with its cure in one click."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from knowledge.articles import steering
from knowledge.assistant import authorities, loop, phrasing
from knowledge.assistant.house import REVIEW
from knowledge.assistant.models import AssistantSettings
from knowledge.models import Article
from portal import backoffice
from portal.look import charts
from portal.models import User
from portal.pages import see_other

GROUPS_SHOWN = 40


class CureForm(forms.Form):
    """Which questions, and what to do with them."""

    turns = forms.RegexField(r"^\d{1,12}(,\d{1,12})*$", max_length=8000)
    article = forms.ModelChoiceField(
        label=gettext_lazy("Article"), queryset=Article.objects.filter(live=True), required=False
    )
    term = forms.CharField(max_length=120, required=False)
    variant = forms.CharField(max_length=120, required=False)
    language = forms.CharField(max_length=5, required=False)

    def ids(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["turns"].split(",")]


@require_safe
@backoffice.page(permission=REVIEW)
def questions(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, error: str = "") -> HttpResponse:
    days = loop.coverage()
    asked, answered = sum(row[1] for row in days), sum(row[2] for row in days)
    share = round(100 * answered / asked) if asked else 0
    chart = charts.line(
        [(f"{day.day}.{day.month}.", 100 * good / all_ if all_ else 0) for day, all_, good in days],
        title=_("Answered directly"),
        sentence=_("Of %(asked)s questions in four weeks, %(share)s %% were answered directly.")
        % {"asked": asked, "share": share},
        head=(_("Day"), _("Per cent")),
        unit="%",
    )
    context = {
        "groups": loop.groups()[:GROUPS_SHOWN],
        "articles": Article.objects.filter(live=True).only("pk", "title").order_by("title"),
        "chart": chart,
        "switches": AssistantSettings.current(),
        "model_configured": phrasing.is_configured(),
        "error": error,
    }
    return backoffice.render(request, "assistant/office.html", context, status=422 if error else 200)


@require_POST
@backoffice.page(permission=REVIEW)
def cure(request: HttpRequest) -> HttpResponse:
    """Attach as example questions, add a synonym, or settle; take over the usual authorities of the country."""
    if request.POST.get("do") == "adopt":
        authorities.adopt(actor=cast(User, request.user))
        return see_other(request, "admin:assistant_authority_changelist")
    form = CureForm(request.POST)
    actor: Any = request.user
    if not form.is_valid():
        return _page(request, error=_("Please choose an article or give both words."))
    values, verb = form.cleaned_data, request.POST.get("do")
    if verb == "attach" and values["article"]:
        loop.attach(turns=form.ids(), article=values["article"], actor=actor)
        messages.success(
            request, _("Attached: “%(article)s” is found by it now.") % {"article": values["article"]}
        )
    elif verb == "synonym" and values["term"] and values["variant"]:
        if error := _synonym(request, form):
            return _page(request, error=error)
    elif verb == "settle":
        loop.settle(turns=form.ids(), actor=actor)
    else:
        return _page(request, error=_("Please choose an article or give both words."))
    return see_other(request, "assistant_office:questions")


def _synonym(request: HttpRequest, form: CureForm) -> str:
    """Add the two words; what is wrong with them, or nothing."""
    values: dict[str, Any] = form.cleaned_data
    words = {"term": values["term"], "variant": values["variant"]}
    try:
        loop.add_synonym(
            turns=form.ids(), language=values["language"] or "de", actor=cast(User, request.user), **words
        )
    except steering.SameWord:
        return _("Please give two different words.")
    messages.success(request, _("Who writes “%(variant)s” finds “%(term)s” now.") % words)
    return ""
