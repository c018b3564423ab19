"""The hall: a display that calls numbers, a kiosk that checks people in. No names anywhere."""

from typing import Any
from uuid import uuid4

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appointments.desk.models import Visit
from appointments.desk.people import arrivals, board, kiosk_address, waiting_times
from appointments.models import Appointment, Pool
from appointments.pure.refusals import Refused
from portal import links, numbers, throttle
from portal.look.context import path_without_language
from portal.models import Office
from portal.pages import no_store, render_page, see_other
from portal.untrusted import form_key, row_number

LAYOUTS = ("wide", "tall", "list")
WELCOME_SECONDS = 600


@require_safe
def display(request: HttpRequest, office: str) -> HttpResponse:
    """Number and counter, large. `?layout=wide|tall|list` for the screen at hand."""
    here = get_object_or_404(Office, slug=office, active=True)
    calls = board.calls(here, timezone.localdate(), timezone.now())
    stamp = "-".join(f"{call.number}{call.counter}.{call.calls}" for call in calls) or "none"
    if request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    layout = request.GET.get("layout", "wide")
    context = {
        "office": here,
        "calls": calls,
        "stamp": stamp,
        "layout": layout if layout in LAYOUTS else "wide",
    }
    return no_store(render_page(request, "hall/display.html", context, fragment="hall/_calls.html"))


def _kiosk_of(token: str) -> Office:
    try:
        return kiosk_address.office_of(token)
    except (links.LinkUnknown, links.LinkExpired):
        raise Http404 from None


def _kiosk_page(
    request: HttpRequest, token: str, office: Office, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "office": office,
        "token": token,
        # the next person's language is unknown
        "home": path_without_language(reverse("hall:kiosk", args=[token])),
        "pools": Pool.objects.filter(office=office, active=True),
        "form_key": uuid4(),
        **more,
    }
    return no_store(render_page(request, "hall/kiosk.html", context, status=status))


@require_safe
def kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """Three doors: I have an appointment, I need a number, I need help."""
    return _kiosk_page(request, token, _kiosk_of(token), code=request.GET.get("code", "")[:20])


@require_POST
@throttle.limited("hall.check_in", limit=40, seconds=60)
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """By the number of the mail, its QR code, or the short code."""
    office = _kiosk_of(token)
    typed = request.POST.get("code", "")[:40]
    appointment = _find(typed, office)
    if appointment is None:
        refusal = _("We do not find this number here today. Please check it, or ask at the reception.")
        return _kiosk_page(request, token, office, 422, refusal=refusal, code=typed)
    try:
        visit = arrivals.arrive(appointment=appointment)
    except Refused as error:
        return _kiosk_page(request, token, office, 409, refusal=str(error), code=typed)
    return _welcome(request, token, visit)


@require_POST
@throttle.limited("hall.number", limit=40, seconds=60)
def take_number(request: HttpRequest, token: str) -> HttpResponse:
    office = _kiosk_of(token)
    pool = get_object_or_404(Pool, pk=row_number(request.POST.get("pool")), office=office, active=True)
    key = form_key(request.POST.get("form_key", ""))
    return _welcome(request, token, arrivals.ticket(pool=pool, form_key=key))


@require_safe
def ask_for_help(request: HttpRequest, token: str) -> HttpResponse:
    return _kiosk_page(request, token, _kiosk_of(token), help=True)


@require_safe
def welcome(request: HttpRequest, token: str, ticket: str) -> HttpResponse:
    """The number, large, and how long it will take. Its own page, so that a reload takes no second number."""
    office = _kiosk_of(token)
    try:
        pk = signing.loads(ticket, salt="hall.welcome", max_age=WELCOME_SECONDS)
    except signing.BadSignature:
        return see_other(request, "hall:kiosk", token)
    visit = get_object_or_404(Visit.objects.select_related("pool"), pk=pk, office=office)
    outlook = waiting_times.outlook(visit, timezone.now())
    return _kiosk_page(request, token, office, visit=visit, outlook=outlook)


def _welcome(request: HttpRequest, token: str, visit: Visit) -> HttpResponse:
    return see_other(request, "hall:welcome", token, signing.dumps(visit.pk, salt="hall.welcome"))


# What a scanner set to an American keyboard types on a German one; the numbers have no Y.
_OTHER_LAYOUT = str.maketrans({"ß": "-", "y": "z", "Y": "Z"})


def _number(typed: str) -> str:
    try:
        return numbers.normalise(typed.rsplit("code=", 1)[-1])
    except numbers.NotANumber:
        return ""


def _find(typed: str, office: Office) -> Appointment | None:
    """The appointment of today's office by its number or its short code."""
    today = Appointment.objects.filter(pool__office=office, day=timezone.localdate())
    code = "".join(typed.upper().split()).replace("-", "")
    if not code:
        return None
    if len(code) <= 6:
        return today.filter(desk_code=code).first()
    number = _number(typed) or _number(typed.translate(_OTHER_LAYOUT))
    if not number:
        return None
    # another day or office: the command says so kindly, the code of a stranger stays unknown
    return Appointment.objects.filter(number=number, pool__office=office).first()
