"""One counter: the person before it, large, and who waits."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from appointments.desk import board, queue, rights
from appointments.desk.forms import ForwardForm
from appointments.desk.models import Counter, Visit
from appointments.desk.registration import CALL
from appointments.desk.states import AT_COUNTER, Step
from appointments.refusals import Refused
from portal import audit, backoffice
from portal.pages import see_other
from portal.untrusted import row_number

WAITING_SHOWN = 12


@require_safe
@backoffice.page(permission=CALL)
def counters(request: HttpRequest) -> HttpResponse:
    """Where do you sit today?"""
    mine = rights.offices(request, CALL)
    found = Counter.objects.filter(office__in=mine, active=True).select_related("office", "clerk")
    return backoffice.render(request, "appointments/desk/counters.html", {"counters": found})


@require_safe
@backoffice.page(permission=CALL)
def counter(request: HttpRequest, pk: int) -> HttpResponse:
    return _counter_page(request, rights.counter(request, pk, CALL))


def _counter_page(request: HttpRequest, here: Counter, *, refusal: Refused | None = None) -> HttpResponse:
    now = timezone.now()
    visits = Visit.objects.select_related("service", "pool", "appointment")
    person = visits.filter(counter=here, step__in=AT_COUNTER).first()
    waiting = visits.callable_for(here, timezone.localdate(now), now)
    context = {
        "counter": here,
        "office": here.office,
        "person": person,
        "order": person.appointment.order if person and person.appointment else [],
        "services": board.services_at(here, person) if person and person.step == Step.SERVING else [],
        "forward_form": ForwardForm(office=here.office) if person else None,
        "history": audit.history(person)[:8] if person else [],
        "waiting": waiting[:WAITING_SHOWN],
        "waiting_count": waiting.count(),
        "parked": visits.filter(office=here.office_id, day=timezone.localdate(now), step=Step.PARKED),
        "refusal": refusal,
        "others_turn": here.clerk_id not in (None, request.user.pk),
    }
    return backoffice.render(
        request,
        "appointments/desk/counter.html",
        context,
        fragment="appointments/desk/_counter.html",
        status=409 if refusal else 200,
    )


@require_POST
@backoffice.page(permission=CALL)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One big button. `do` names the step, `visit` and `seen` the person as the page showed it."""
    here = rights.counter(request, pk, CALL)
    try:
        _do(request, here)
    except Refused as refusal:
        return _counter_page(request, here, refusal=refusal)
    return see_other(request, "desk:counter", here.pk)


def _do(request: HttpRequest, here: Counter) -> None:
    verb = request.POST.get("do", "")
    actor: Any = request.user
    if verb == "sit_down":
        queue.sit_down(counter=here, actor=actor)
        return
    if verb == "next":
        queue.call_next(counter=here, actor=actor)
        return
    visit = rights.visit(request, request.POST.get("visit", ""), here.office)
    known = {"visit": visit, "seen": rights.number(request.POST.get("seen")), "actor": actor}
    simple = {
        "recall": queue.recall,
        "start": queue.start,
        "park": queue.park,
        "requeue": queue.requeue,
        "no_show": queue.no_show,
        "undo": queue.undo,
    }
    if verb in simple:
        simple[verb](**known)
    elif verb == "call":
        queue.call(counter=here, **known)
    elif verb == "finish":
        queue.finish(services_done=_services_done(request), **known)
    elif verb == "forward":
        form = ForwardForm(request.POST, office=here.office)
        if not form.is_valid():
            raise queue.NotPossible
        queue.forward(**known, **form.where(visit.pool))
    else:
        raise Http404


def _services_done(request: HttpRequest) -> list[list[int]]:
    """[[service id, count], …] from fields named `done-<service id>`; empty and zero ones are left out."""
    done = []
    for key in request.POST:
        service, value = key.removeprefix("done-"), request.POST.get(key, "")
        count = row_number(value)
        if key != service and row_number(service) and 0 < count <= 99:
            done.append([row_number(service), count])
    return done


@require_POST
@backoffice.page(permission=CALL)
def stand_up(request: HttpRequest) -> HttpResponse:
    actor: Any = request.user
    queue.stand_up(actor=actor)
    return see_other(request, "desk:counters")
