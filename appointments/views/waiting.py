"""The waiting list and lost links, as citizens meet them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appointments.forms.questions import QuestionsForm
from appointments.forms.waiting import LostLinkForm, WaitingForm
from appointments.letters import recovery, summary
from appointments.models import WaitingEntry, WaitingOffer
from appointments.pure.refusals import Refused
from appointments.times import rulebook, wishes
from appointments.times.orders import Order
from appointments.times.rules import RuleBook, ServiceRules
from appointments.times.wishes import PARTS
from appointments.views import mine, refusing
from appointments.views.choosing import for_service
from appointments.waiting import waitlist, wanted_times
from appointments.waiting.mails import ENTRY_LINK, OFFER_LINK
from appointments.waiting.wanted_times import Wanted
from portal import pages, throttle
from portal.look import spoken
from portal.models.places import Weekday


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("appointments.waiting", limit=30, seconds=600)
@for_service
def join(request: HttpRequest, book: RuleBook, service: ServiceRules) -> HttpResponse:
    """Tell me when something becomes free."""
    data = request.POST if request.method == "POST" else request.GET
    try:
        asked = wishes.asked(service, data, book, timezone.now())
    except Refused as refusal:
        return refusing.page(request, refusal, service=service)
    pools = book.pools_for(asked.order.services)
    form = WaitingForm(request.POST or None, pools=pools, filters=wishes.filters(request.GET, book))
    if form.is_valid():
        wanted, values = form.wanted(asked.order), form.cleaned_data
        waitlist.join(
            wanted=wanted, name=values["name"], email=values["email"], language=get_language() or "de"
        )
        return pages.see_other(request, "appointments:waiting_sent")
    context = {
        "form": form.renewed(),
        "service": service,
        "name": service.name_in(get_language() or "de"),
        "asked": asked,
        "switches": book.switches,
    }
    return pages.render_page(
        request, "appointments/waiting_join.html", context, status=422 if form.errors else 200
    )


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return pages.render_page(request, "appointments/waiting_sent.html", {})


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """My place on the list: confirm the address, or leave."""
    found = mine.by_link(token, ENTRY_LINK, WaitingEntry)
    if found is None:
        return mine.unknown_link(request)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "leave":
                waitlist.leave(entry=found)
            else:
                waitlist.confirm_entry(entry=found, seal=request.POST.get("seal", ""))
        except Refused as refusal:
            return refusing.page(request, refusal, service=None)
        return pages.see_other(request, "appointments:entry", token)
    book, proposed = rulebook.current(), wanted_times.proposed_for(found)
    service = book.services.get(found.service_id)
    context = {
        "entry": found,
        "token": token,
        "name": service.name_in(get_language() or "de") if service else str(found.service),
        "waiting": found.state == WaitingEntry.State.WAITING,
        "wishes": _wishes(wanted_times.of(found), book),
        "proposed": _wishes(proposed, book) if proposed else [],
        "seal": wanted_times.seal_of(found),
    }
    return pages.no_store(pages.render_page(request, "appointments/waiting_entry.html", context))


def _wishes(wanted: Wanted, book: RuleBook) -> list[dict[str, str]]:
    """What somebody waits for, a line each; what is left open is not said."""
    language = get_language() or "de"
    named = [
        book.services[pk].name_in(language) + (f" ({n}×)" if n > 1 else "")
        for pk, n in wanted.lines
        if pk in book.services
    ]
    places = {
        pool.place.id: pool.place.name for pool in book.pools.values() if pool.place.id in wanted.offices
    }
    part = next(
        (
            str(label)
            for label, *clock in PARTS.values()
            if tuple(clock) == (wanted.from_time, wanted.until_time)
        ),
        "",
    )
    days = f"{spoken.plain_day(wanted.first_day)} – {spoken.plain_day(wanted.last_day)}"
    rows = [
        {"label": _("What"), "value": "\n".join(named)},
        {"label": _("When"), "value": days},
        {"label": _("Where"), "value": "\n".join(sorted(places.values()))},
        {
            "label": _("Weekdays"),
            "value": ", ".join(str(Weekday(day).label) for day in sorted(wanted.weekdays)),
        },
        {"label": _("Time of day"), "value": part},
    ]
    return [row for row in rows if row["value"]]


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """The offered time, large; take or decline."""
    found = mine.by_link(token, OFFER_LINK, WaitingOffer)
    if found is None:
        return mine.unknown_link(request)
    takes = request.POST.get("do") != "decline"
    form = _questions(found, request.POST if request.method == "POST" and takes else None)
    if request.method == "POST" and (form is None or not takes or form.is_valid()):
        return _answered(request, token, found, form, takes=takes)
    open_now = found.state == WaitingOffer.State.OPEN and found.expires_at > timezone.now()
    context = {
        "offer": found,
        "token": token,
        "open": open_now,
        "form": form,
        "facts": summary.of(found.appointment, get_language() or "de"),
    }
    status = 422 if form and form.errors else 200
    return pages.no_store(pages.render_page(request, "appointments/offer.html", context, status=status))


def _questions(found: WaitingOffer, data: Any) -> QuestionsForm | None:
    """What the service asks besides name and address; who gives an earlier visit up for this one told it then."""
    kept = found.appointment
    if found.state != WaitingOffer.State.OPEN or found.entry.appointment_id is not None:
        return None
    form = QuestionsForm(
        data, order=Order.kept(kept.order), book=rulebook.current(), at=kept.created_at, before=kept
    )
    return form if form.questions else None


def _answered(
    request: HttpRequest, token: str, found: WaitingOffer, form: QuestionsForm | None, *, takes: bool
) -> HttpResponse:
    try:
        if not takes:
            waitlist.decline(offer=found)
            return pages.see_other(request, "appointments:offer", token)
        told = form.contact() if form else None
        children = form.children(found.appointment.name) if form else []
        return mine.booked(request, waitlist.accept(offer=found, told=told, children=children))
    except Refused as refusal:
        found.refresh_from_db()
        # pressed twice: the page says where to find everything
        if found.state == WaitingOffer.State.TAKEN:
            return pages.see_other(request, "appointments:offer", token)
        return refusing.for_appointment(request, refusal, found.appointment)


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("appointments.lost_link", limit=10, seconds=600)
def lost_link(request: HttpRequest) -> HttpResponse:
    """The links once more by mail; the answer is the same whether we know the address or not."""
    form = LostLinkForm(request.POST or None)
    if form.is_valid():
        recovery.send_links(email=form.cleaned_data["email"], language=get_language() or "de")
        return pages.see_other(request, "appointments:lost_link_sent")
    return pages.render_page(
        request, "appointments/lost_link.html", {"form": form.renewed()}, status=422 if form.errors else 200
    )


@require_safe
def lost_link_sent(request: HttpRequest) -> HttpResponse:
    return pages.render_page(request, "appointments/lost_link_sent.html", {})
