"""Joining a report, and following a public case or new ones of an area and a topic by mail, once the link in the mail was used."""

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.correspondence import ways_in
from complaints.intake.forms import ContactForm, SubscribeForm
from complaints.models import Case, Draft, Subscription
from complaints.public import following
from complaints.views import public
from portal import links, pages, throttle, untrusted


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("complaints.me_too", limit=300, seconds=600)
def me_too(request: HttpRequest, number: str) -> HttpResponse:
    """Join a report instead of making another one: one click, with or without an address."""
    case = get_object_or_404(Case.objects.select_related("category", "merged_into"), number=number)
    begun = untrusted.form_key(request.GET.get("from", ""))
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            reporter = following.me_too(case=case, contact=form.contact, language=get_language() or "de")
        except following.NotOpenToOthers:
            form.add_error(None, _("This report is closed or not open to others. Please report it anew."))
        else:
            return pages.see_other(request, "complaints:sent", ways_in.on_screen(reporter))
    context = {"form": form, "case": case, "draft": Draft.objects.filter(pk=begun).first() if begun else None}
    return pages.render_page(request, "complaints/me_too.html", context, status=422 if form.errors else 200)


@require_POST
@throttle.limited("complaints.follow", limit=30, seconds=600)
def follow_case(request: HttpRequest, number: str) -> HttpResponse:
    case = get_object_or_404(Case.objects.public(), number=number)
    form = SubscribeForm(request.POST)
    if not form.is_valid():
        return public.case_page(request, case, refused=form)
    following.subscribe(email=form.cleaned_data["email"], language=get_language() or "de", case=case)
    flash.success(request, _("Please confirm the mail that we have just sent you."))
    return pages.see_other(request, "complaints:case", case.number)


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("complaints.follow", limit=30, seconds=600)
def follow_area(request: HttpRequest) -> HttpResponse:
    """New reports of an area and a topic by mail."""
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        following.subscribe(**form.cleaned_data, language=get_language() or "de")
        flash.success(request, _("Please confirm the mail that we have just sent you."))
        return pages.see_other(request, "complaints:list")
    status = 422 if form.errors else 200
    return pages.render_page(request, "complaints/follow.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def following_page(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm or stop: the page shows both buttons, only a press changes anything (mail scanners open every link)."""
    try:
        row = links.resolve(token, purpose=ways_in.FOLLOW, model=Subscription)
    except (links.LinkUnknown, links.LinkExpired):
        return pages.render_page(request, "complaints/unknown_link.html", status=404)
    if request.method == "POST" and request.POST.get("deed") == "stop":
        following.unsubscribe(subscription=row)
        flash.success(request, _("You get no more of these mails."))
        return pages.see_other(request, "complaints:list")
    if request.method == "POST":
        following.confirm_subscription(subscription=row)
        flash.success(request, _("Confirmed. You will hear from us."))
        return pages.see_other(request, "complaints:following", token)
    return pages.no_store(pages.render_page(request, "complaints/following.html", {"row": row}))
