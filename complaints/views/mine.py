"""The own page of a person who reported: what happens, the thread, and what one may do. Reached by a link with a token."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages as flash
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints import workflow
from complaints.correspondence import messages as thread
from complaints.correspondence import photos, ways_in
from complaints.desk import handling
from complaints.intake.forms import AnswerForm, ReasonForm, SurveyForm
from complaints.models import ComplaintSettings, Reporter
from complaints.public import following, status
from portal import links, pages, throttle

View = Callable[..., HttpResponse]


def with_reporter(view: View) -> View:
    """Find the reporter behind the token; an unknown or old link gets a kind page. A POST by a link from a mail proves
    that the address is theirs."""

    @wraps(view)
    def known(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        try:
            reporter, by_mail = ways_in.reporter_of(token)
        except (links.LinkUnknown, links.LinkExpired):
            return pages.render_page(request, "complaints/unknown_link.html", status=404)
        if by_mail and request.method == "POST":
            following.confirm(reporter=reporter)
        return pages.no_store(view(request, reporter, token=token, by_mail=by_mail, **kwargs))

    return known


@require_safe
@with_reporter
def mine(request: HttpRequest, reporter: Reporter, *, token: str, by_mail: bool) -> HttpResponse:
    return _page(request, reporter, token=token, by_mail=by_mail)


@require_safe
@with_reporter
def sent(request: HttpRequest, reporter: Reporter, *, token: str, by_mail: bool) -> HttpResponse:
    """Thank you: number in large type, link, what happens next and by when."""
    context = {
        "reporter": reporter,
        "case": reporter.case,
        "token": token,
        "link": links.absolute(request.path),
    }
    return pages.render_page(request, "complaints/sent.html", context)


@require_POST
@throttle.limited("complaints.answer", limit=60, seconds=600)
@with_reporter
def answer(request: HttpRequest, reporter: Reporter, *, token: str, by_mail: bool) -> HttpResponse:
    form = AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            thread.from_citizen(
                reporter=reporter, text=form.cleaned_data["text"], images=form.cleaned_data["photos"]
            )
        except photos.TooMany:
            form.add_error(
                "photos", _("There are already many photos with this report. Please send only the text.")
            )
        else:
            flash.success(request, _("Thank you. Your message is with us."))
            return pages.see_other(request, "complaints:mine", token)
    return _page(request, reporter, token=token, by_mail=by_mail, answer=form)


@require_POST
@throttle.limited("complaints.answer", limit=60, seconds=600)
@with_reporter
def reopen(request: HttpRequest, reporter: Reporter, *, token: str, by_mail: bool) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            handling.reopen(reporter=reporter, reason=form.cleaned_data["reason"])
        except handling.TooLate:
            form.add_error(None, _("This report was closed too long ago. Please report it anew."))
        except (workflow.MoveRefused, handling.OnlyJoined):
            form.add_error(None, _("This report cannot be opened again."))
        else:
            flash.success(request, _("Your report is open again. We will look at it."))
            return pages.see_other(request, "complaints:mine", token)
    return _page(request, reporter, token=token, by_mail=by_mail, reason=form)


@require_POST
@throttle.limited("complaints.answer", limit=60, seconds=600)
@with_reporter
def survey(request: HttpRequest, reporter: Reporter, *, token: str, by_mail: bool) -> HttpResponse:
    form = SurveyForm(request.POST)
    if form.is_valid():
        try:
            handling.answer_survey(reporter=reporter, **form.cleaned_data)
        except handling.TooLate:
            form.add_error(None, _("This report was closed too long ago. Please report it anew."))
        except handling.OnlyJoined:
            form.add_error(None, _("This report cannot be opened again."))
        except workflow.MoveRefused:
            form.add_error(None, _("This report is not closed."))
        else:
            flash.success(request, _("Thank you for your answer."))
            return pages.see_other(request, "complaints:mine", token)
    return _page(request, reporter, token=token, by_mail=by_mail, survey=form)


@require_POST
@throttle.limited("complaints.answer", limit=60, seconds=600)
@with_reporter
def change(request: HttpRequest, reporter: Reporter, *, token: str, by_mail: bool, deed: str) -> HttpResponse:
    """The buttons without a form: confirm the address, withdraw, no more mails."""
    if deed == "confirm" and by_mail:
        flash.success(request, _("Thank you. Your address is confirmed."))  # with_reporter did it
    elif deed == "withdraw":
        try:
            handling.withdraw(reporter=reporter)
            flash.success(request, _("Your report is withdrawn."))
        except workflow.MoveRefused:
            flash.error(request, _("This report is already closed."))
    elif deed == "quiet":
        following.sign_off(reporter=reporter)
        flash.success(request, _("You get no more mails about this report."))
    return pages.see_other(request, "complaints:mine", token)


@require_safe
@with_reporter
def photo(request: HttpRequest, reporter: Reporter, *, token: str, by_mail: bool, key: str) -> HttpResponse:
    found = get_object_or_404(status.photos(reporter), key=key)
    try:
        return FileResponse(found.file.open(), content_type="image/jpeg")  # type: ignore[return-value]  # a file is an answer too
    except FileNotFoundError:
        raise Http404 from None


def _page(
    request: HttpRequest, reporter: Reporter, *, token: str, by_mail: bool, **bound: Any
) -> HttpResponse:
    case = reporter.case.merged_into or reporter.case
    settings = ComplaintSettings.current()
    forms = {"answer": AnswerForm(), "reason": ReasonForm(), "survey": SurveyForm(), **bound}
    context = {
        "case": case,
        "own": reporter.case,
        "reporter": reporter,
        "token": token,
        "must_confirm": by_mail and reporter.confirmed_at is None,
        "events": status.story(case, reporter),
        "photos": list(status.photos(reporter)),
        "offers": status.offers(case, reporter, settings),
        **forms,
    }
    failed = next((form for form in bound.values() if form.errors), None)
    context["form"] = failed
    return pages.render_page(request, "complaints/mine.html", context, status=422 if failed else 200)
