"""What, for how many, and when: the first two steps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial, wraps
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.fairness import hoarding, robots
from appointments.letters import summary
from appointments.pure.refusals import NotInSeason, PageTooOld, Refused
from appointments.times import orders, rulebook, timetable, wishes
from appointments.times.orders import Order
from appointments.times.rules import RuleBook, ServiceRules
from appointments.times.wishes import Asked
from appointments.views import nearby, refusing
from appointments.visit import holding, tickets
from portal import pages, throttle, untrusted
from portal.language.folding import bare, fold
from portal.look import alphabet

HOLDS_PER_TEN_MINUTES = 600
"""Of one address, taken and let go: how many are kept at once, the city's switch says."""
INSTEAD = "instead"
ServiceView = Callable[..., HttpResponse]


def for_service(view: ServiceView) -> ServiceView:
    """Give the view the rules and the service of the address; 404 where citizens cannot book it."""

    @wraps(view)
    def found(request: HttpRequest, slug: str, *args: object) -> HttpResponse:
        book = rulebook.current()
        service = book.by_slug(slug)
        if service is None or not service.online:
            raise Http404
        return view(request, book, service, *args)

    return found


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Step 0: the services that can be booked."""
    book, language = rulebook.current(), get_language() or "de"
    text = request.GET.get("q", "").strip()[:80]
    offered = {pk for pool in book.pools.values() for pk in pool.bases}
    services = [s for s in book.services.values() if s.online and s.id in offered]
    typed = bare(fold(text))  # who types without accents means the same
    shown = [s for s in services if typed in bare(fold(s.name_in(language)))] if text else services
    rows = sorted(((s.name_in(language), s) for s in shown), key=lambda row: alphabet.key(row[0], language))
    most = [(s.name_in(language), s) for s in services if s.wanted][:6] if not text else []
    context = {"rows": rows, "most": most, "text": text, "some": bool(services)}
    return pages.render_page(request, "appointments/start.html", context)


@require_safe
@for_service
def what(request: HttpRequest, book: RuleBook, service: ServiceRules) -> HttpResponse:
    """Step 1: for how many, and what else in the same visit. Skipped where there is nothing to choose."""
    others = orders.partners(service, book)
    season, now = service.season_at(timezone.now()), timezone.now()
    closed = bool(service.seasons) and not (season and season.opens_at <= now < season.closes_at)
    if service.max_count == 1 and not others and not closed:
        return pages.see_other(request, "appointments:times", service.slug)
    language, picked = get_language() or "de", request.GET  # who comes back finds what was chosen
    context = {
        "service": service,
        "name": service.name_in(language),
        "counts": range(1, service.max_count + 1),
        "picked": untrusted.row_number(picked.get("n", "")),
        "others": [
            (o.name_in(language), o, range(o.max_count + 1), untrusted.row_number(picked.get(f"c{o.id}", "")))
            for o in others
        ],
        "instead": ticket if tickets.is_token(ticket := picked.get(INSTEAD, "")) else "",
        "season": season,
        "closed": closed,
        "ahead": summary.ahead(Order(((service.id, 1),)), book, language, now),
    }
    return pages.render_page(request, "appointments/what.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("appointments.near", limit=120, seconds=600)
@for_service
def times(request: HttpRequest, book: RuleBook, service: ServiceRules) -> HttpResponse:
    """Step 2: the next five dates, one day, a month, or office by office. POST says from where the distances count."""
    now = timezone.now()
    try:
        asked = wishes.asked(service, request.GET, book, now)
    except NotInSeason:
        return pages.see_other(request, "appointments:what", service.slug)
    except Refused as refusal:
        return refusing.page(request, refusal, service=service)
    asked = on_from(asked, request.GET.get(INSTEAD, ""))
    chosen = wishes.filters(request.GET, book)
    near: HttpResponse | dict[str, Any] = {}
    if nearby.is_asked(request):
        near = nearby.answer(request, timetable.Links(asked, chosen), book)
    if isinstance(near, HttpResponse):
        return near
    language = get_language() or "de"
    context = timetable.context(service, asked, chosen, book, now, language)
    context |= {
        "guard": robots.stamp(),
        "form_key": uuid4(),
        "ahead": partial(summary.ahead, asked.order, book, language, now),  # drawn once, then kept
        **near,
    }
    return pages.render_page(request, "appointments/times.html", context, status=422 if near else 200)


@require_POST
@throttle.limited("appointments.hold", limit=HOLDS_PER_TEN_MINUTES, seconds=600)
@for_service
def hold(request: HttpRequest, book: RuleBook, service: ServiceRules) -> HttpResponse:
    """The chosen time is kept for ten minutes; then come the details."""
    now, asked = timezone.now(), None
    if request.POST.get("website"):
        return pages.see_other(request, _times_url(service, request))
    start: datetime | None = None
    try:
        asked = on_from(wishes.asked(service, request.POST, book, now), request.POST.get(INSTEAD, ""))
        pool_id, start = wishes.slot(request.POST.get("slot", ""))
        if not robots.is_stamped(request.POST.get("shown", "")):
            raise PageTooOld
        network = hoarding.network_of(request)
        hoarding.refuse_more_holds(network, book.switches.holds_at_once, now)
        kept = holding.hold(
            order=asked.order,
            pool_id=pool_id,
            start=start,
            language=get_language() or "de",
            form_key=untrusted.form_key(request.POST.get("form_key", "")),
            client_key=network,
            now=now,
            book=book,
        )
    except Refused as refusal:
        return refusing.page(request, refusal, service=service, asked=asked, start=start)
    if earlier := tickets.find(request.POST.get(INSTEAD, "")):
        holding.hand_on(old=earlier, new=kept, now=now)
    return pages.see_other(request, "appointments:details", tickets.token_of(kept))


def on_from(asked: Asked, ticket: str) -> Asked:
    """Who gave a held time back for another one carries its ticket along: what was typed is offered again."""
    known = tickets.is_token(ticket)
    return replace(asked, fields=(*asked.fields, (INSTEAD, ticket))) if known else asked


def _times_url(service: ServiceRules, request: HttpRequest) -> str:
    try:
        asked: Asked | None = wishes.asked(service, request.POST, rulebook.current(), timezone.now())
    except Refused:
        asked = None
    path = reverse("appointments:times", args=[service.slug])
    return f"{path}?{asked.query}" if asked else path
