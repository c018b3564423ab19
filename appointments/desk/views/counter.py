"""One counter: the person before it, large, and who waits."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import retarget

from appointments.desk import rights
from appointments.desk.forms.people import ForwardForm
from appointments.desk.models import Counter, Visit
from appointments.desk.people import board, queue, steps, told, turns
from appointments.desk.pure.states import AT_COUNTER, Step
from appointments.desk.rights import CALL
from appointments.desk.views import buttons
from appointments.pure.refusals import Refused
from portal import audit, backoffice
from portal.pages import wants_fragment
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
    """The screen of one counter; htmx asks again for who waits, and for all when the person has changed."""
    here = rights.counter(request, pk, CALL)
    known = request.GET.get("stamp")
    if known and known == board.fingerprint(here.office, timezone.localdate()):
        return HttpResponse(status=204)
    return _counter_page(request, here)


def _counter_page(
    request: HttpRequest, here: Counter, *, refusal: Refused | None = None, said: str = ""
) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    stamp = board.fingerprint(here.office, today)
    here_now = Visit.objects.filter(counter=here, step__in=AT_COUNTER)
    person = here_now.select_related("service", "appointment").first()
    waiting, waiting_count = turns.waiting_for(here, now, WAITING_SHOWN)
    parked = Visit.objects.filter(office=here.office_id, day=today, step=Step.PARKED)
    context: dict[str, Any] = {
        "counter": here,
        "office": here.office,
        "person": person,
        "waiting": waiting,
        "waiting_count": waiting_count,
        "parked": parked.select_related("service").order_by("due_at", "pk"),
        "refusal": refusal,
        "said": said,
        "stamp": stamp,
    }
    refreshes = "stamp" in request.GET and wants_fragment(request)
    if refreshes and request.GET.get("seen", "") == _seen(person):
        return backoffice.render(request, _WHOLE, context, fragment="appointments/desk/_counter_waiting.html")
    context |= {
        "seen": _seen(person),
        "order": person.appointment.order if person and person.appointment else [],
        "documents": board.documents(person) if person else [],
        "told": told.about(person.appointment) if person else [],
        "services": board.services_at(here, person) if person and person.step == Step.SERVING else [],
        "forward_form": ForwardForm(office=here.office) if person else None,
        "history": audit.history(person)[:8] if person else [],
        "last": None if person else queue.last_of(here, now),
        "others_turn": here.clerk_id not in (None, request.user.pk),
    }
    status = 409 if refusal else 200
    answer = backoffice.render(
        request, _WHOLE, context, fragment="appointments/desk/_counter.html", status=status
    )
    return retarget(answer, "#counter") if refreshes else answer


_WHOLE = "appointments/desk/counter.html"


def _seen(person: Visit | None) -> str:
    return f"{person.pk}.{person.version}" if person else ""


@require_POST
@backoffice.page(permission=CALL)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One button: `do` names the step, alone ("next") or with the person as the page showed it ("start:17:4")."""
    here = rights.counter(request, pk, CALL)
    return buttons.press(
        request, partial(_do, request, here), partial(_counter_page, request, here), ("desk:counter", here.pk)
    )


def _do(request: HttpRequest, here: Counter, verb: str, subject: str, seen: str) -> Visit | None:
    actor: Any = request.user
    if verb == "sit_down":
        queue.sit_down(counter=here, actor=actor)
        here.clerk = actor
        return None
    if verb == "stand_up":
        queue.stand_up(actor=actor)
        here.refresh_from_db(fields=["clerk"])
        return None
    if verb == "next":
        return queue.call_next(counter=here, actor=actor)
    visit = rights.visit(subject, here.office)
    known = {"visit": visit, "seen": rights.number(seen), "actor": actor}
    simple = {
        "recall": queue.recall,
        "start": queue.start,
        "park": queue.park,
        "requeue": queue.requeue,
        "no_show": queue.no_show,
        "undo": queue.undo,
    }
    if verb in simple:
        return simple[verb](**known)
    if verb == "call":
        return queue.call(counter=here, **known)
    if verb == "finish":
        return queue.finish(services_done=_services_done(request), **known)
    if verb != "forward":
        raise Http404
    form = ForwardForm(request.POST, office=here.office)
    if not form.is_valid():
        raise steps.NotPossible
    return queue.forward(**known, **form.where(visit.pool))


def _services_done(request: HttpRequest) -> list[list[int]]:
    """[[service id, count], …] from fields named `done-<service id>`; empty and zero ones are left out."""
    done = []
    for key in request.POST:
        service, value = key.removeprefix("done-"), request.POST.get(key, "")
        count = row_number(value)
        if key != service and row_number(service) and 0 < count <= 99:
            done.append([row_number(service), count])
    return done
