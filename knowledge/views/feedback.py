"""The form behind "Was this page helpful?", loaded into the page or on a page of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from knowledge import feedback
from knowledge.forms import FeedbackForm
from portal import pages, throttle
from portal.look.context import HIDDEN, page_name


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("knowledge.feedback", limit=20, seconds=3600)
def give(request: HttpRequest) -> HttpResponse:
    sent = request.method == "POST"
    page = page_name(request.GET.get("seite", "/")[:300])
    form = FeedbackForm(
        request.POST if sent else None, initial={"page": page, "rating": request.GET.get("note")}
    )
    if sent and form.is_valid():
        if not form.cleaned_data["website"]:
            feedback.give(language=get_language() or "", **form.answer())
        page = form.cleaned_data["page"]
        context = {"page_url": "" if HIDDEN in page else page}  # there is no way back to a secret page
        return pages.render_page(
            request, "knowledge/feedback_thanks.html", context, fragment="knowledge/_feedback_thanks.html"
        )
    status = 422 if sent else 200
    return pages.render_page(
        request,
        "knowledge/feedback.html",
        {"form": form},
        fragment="knowledge/_feedback_form.html",
        status=status,
    )
