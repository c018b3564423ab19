"""Who comes, and the check before booking: steps three and four."""

from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments.fairness import robots
from appointments.forms.details import DetailsForm
from appointments.letters import summary
from appointments.letters.summary import text_in
from appointments.models import Appointment
from appointments.pure.refusals import AlreadyBooked, AlreadyExtended, HoldOver, NotChangeable, Refused
from appointments.pure.states import ENDED, State
from appointments.times import rulebook
from appointments.times.orders import Order
from appointments.times.rules import ServiceRules
from appointments.times.wishes import Asked
from appointments.views import choosing, mine, refusing
from appointments.visit import booking, changing, enrolment, holding, tickets
from portal import pages, throttle
from portal.look import spoken


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("appointments.details", limit=600, seconds=600)
def details(request: HttpRequest, token: str) -> HttpResponse:
    """Step 3. Nothing typed is lost: what was saved comes back when one returns from the check."""
    kept = tickets.by_token(token)
    try:
        kept = _alive(request, kept)
    except Refused as refusal:
        return refusing.for_appointment(request, refusal, kept)
    form = _form(kept, request.POST or None)
    if form.is_valid() and (answer := _save(request, kept, form)):
        return answer
    return _page(request, kept, form)


def _page(request: HttpRequest, kept: Appointment, form: DetailsForm) -> HttpResponse:
    context = {
        "form": form.renewed(),
        "kept": kept,
        "token": tickets.token_of(kept),
        "facts": summary.of(kept, get_language() or "de"),
        "challenge": robots.challenge(kept) if form.switches.proof_of_work else "",
    }
    answer = pages.render_page(
        request, "appointments/details.html", context, status=422 if form.errors else 200
    )
    return pages.no_store(answer)


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("appointments.confirm", limit=600, seconds=600)
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Step 4: everything at a glance; the button books."""
    kept = tickets.by_token(token)
    pressed = request.method == "POST"
    try:
        # pressed twice: confirm knows
        if not (pressed and kept.state in (State.UNCONFIRMED, State.CONFIRMED)):
            kept = _alive(request, kept)
        if not kept.contact_key:
            return pages.see_other(request, "appointments:details", tickets.token_of(kept))
        if pressed:
            link = booking.confirm(appointment=kept)
            return mine.booked(request, link)
    except Refused as refusal:
        return refusing.for_appointment(request, refusal, kept)
    facts = summary.of(kept, get_language() or "de")
    context = {"kept": kept, "token": token, "facts": facts, "rows": _rows(kept, facts, token)}
    return pages.no_store(pages.render_page(request, "appointments/check.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, token: str) -> HttpResponse:
    """More time to type, once. The button sends the half-typed form along: nothing of it is lost."""
    kept = tickets.by_token(token)
    if request.method != "POST":
        return pages.see_other(request, "appointments:details", token)
    try:
        _refuse_booked(kept)
        holding.extend(appointment=kept)
    except AlreadyExtended:
        pass  # the page shows until when the time is kept
    except Refused as refusal:
        return refusing.for_appointment(request, refusal, kept)
    if "shown" not in request.POST:
        return pages.see_other(request, "appointments:details", token)
    kept.refresh_from_db()
    form = _form(kept, None)
    form.keep_typed(request.POST)
    return _page(request, kept, form)


@require_POST
def release(request: HttpRequest, token: str) -> HttpResponse:
    """Another time, please: give this one back and return to the list. What was typed, half a form too, comes along."""
    kept = tickets.by_token(token)
    try:
        _refuse_booked(kept)
    except Refused as refusal:
        return refusing.for_appointment(request, refusal, kept)
    form = _form(kept, request.POST)
    if "shown" in request.POST:
        form.is_valid()  # what is wrong or not there yet is left out
        changing.let_go(appointment=kept, typed=form.contact(), children=form.children())
    else:
        changing.let_go(appointment=kept)
    book, order = rulebook.current(), Order.kept(kept.order)
    if not order.lines or not order.services <= book.services.keys():
        return pages.see_other(request, "appointments:start")
    times = reverse("appointments:times", args=[book.services[order.main].slug])
    asked = choosing.on_from(Asked.of(order), tickets.token_of(kept))
    return pages.see_other(request, f"{times}?{asked.query}")


def _alive(request: HttpRequest, kept: Appointment) -> Appointment:
    """The held time; whoever sends a form too late gets the same time once more, if it is still free."""
    if kept.state == State.HOLD and kept.held_until is not None and kept.held_until > timezone.now():
        return kept
    _refuse_booked(kept)
    if request.method != "POST":
        raise HoldOver
    return holding.renew(appointment=kept)


def _refuse_booked(kept: Appointment) -> None:
    """A second window must not say "nothing was booked" of a time that the first one booked, or booked and cancelled."""
    if kept.state not in (State.HOLD, *ENDED):
        raise AlreadyBooked(mail=bool(kept.email))
    if kept.confirmed_at is not None:
        raise NotChangeable


def _form(kept: Appointment, data: Any) -> DetailsForm:
    return DetailsForm(
        data,
        order=Order.kept(kept.order),
        book=rulebook.current(),
        at=kept.created_at,
        before=kept,
    )


def _save(request: HttpRequest, kept: Appointment, form: DetailsForm) -> HttpResponse | None:
    """Write the details; None leaves the citizen on the page with the reason in the form."""
    values = form.cleaned_data
    proof = (values.get("proof_challenge", ""), values.get("proof_nonce", ""))
    must_click = robots.must_confirm(request, form.switches, kept, values["shown"], proof)
    if must_click and not values["email"]:
        form.add_error("email", _("Please give an e-mail address: you confirm the appointment with a link."))
        return None
    try:
        with transaction.atomic():
            holding.fill(appointment=kept, contact=form.contact(), must_confirm=must_click)
            if form.season:
                enrolment.register(appointment=kept, children=form.children())
    except HoldOver as refusal:
        return refusing.for_appointment(request, refusal, kept)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    return pages.see_other(request, "appointments:check", tickets.token_of(kept))


def _rows(kept: Appointment, facts: summary.Summary, token: str) -> list[dict[str, Any]]:
    """The check: a line per answer, each with its way back."""
    change = reverse("appointments:details", args=[token])
    when = summary.spoken(kept.starts_at, get_language() or "de")
    what = "\n".join(line.name + (f" ({line.count}×)" if line.count > 1 else "") for line in facts.lines)
    rows = [
        {"label": _("What"), "value": what},
        {"label": _("When"), "value": when},
        {"label": _("Where"), "value": f"{facts.place.name}\n{facts.place.address}".strip()},
        {"label": _("Name"), "value": kept.name, "change_url": change},
        *([] if kept.birth_date is None else [_born(kept.birth_date, change)]),
        {"label": _("E-mail"), "value": kept.email, "change_url": change},
        {"label": _("Phone"), "value": kept.phone, "change_url": change},
    ]
    service = rulebook.current().services.get(kept.service_id or 0)
    if service and service.seasons:
        children = list(kept.children.all())
        second = next((guardian for child in children for guardian in child.guardians[1:]), "")
        if second:
            rows.append({"label": _("Second parent or guardian"), "value": second, "change_url": change})
        rows += [
            {
                "label": _("Child"),
                "value": f"{child.name}, {spoken.plain_day(child.birth_date)}",
                "change_url": change,
            }
            for child in children
        ]
    for rules, _count in _services(kept):
        rows += [
            {
                "label": text_in(question.get("label", {}), get_language() or "de"),
                "value": kept.answers.get(question["key"], ""),
                "change_url": change,
            }
            for question in rules.extra_fields
        ]
    return rows


def _born(day: date, change: str) -> dict[str, Any]:
    return {"label": _("Date of birth"), "value": spoken.plain_day(day), "change_url": change}


def _services(kept: Appointment) -> list[tuple[ServiceRules, int]]:
    book = rulebook.current()
    return [(book.services[int(pk)], int(n)) for pk, n, _name in kept.order if int(pk) in book.services]
