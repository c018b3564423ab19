"""One person of the day: a number for who walks in, and everything that can be done with who is there."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from appointments.desk import rights
from appointments.desk.forms.people import ForwardForm, NoteForm, TicketForm
from appointments.desk.models import Visit
from appointments.desk.people import arrivals, queue, steps, told, waiting_times
from appointments.desk.pure.states import NEXT, Press, Step
from appointments.desk.rights import RUN_DAY
from appointments.pure.refusals import Refused
from portal import audit, backoffice
from portal.models import Office
from portal.pages import see_other

HISTORY_SHOWN = 40
REMOVALS = (
    (Press.NO_SHOW, Step.NO_SHOW),
    (Press.LEAVE, Step.LEFT),
    (Press.PARK, Step.PARKED),
    (Press.REQUEUE, Step.WAITING),
)


@backoffice.page(permission=RUN_DAY)
def ticket(request: HttpRequest, office: str) -> HttpResponse:
    """A number for somebody who just came in."""
    here = rights.office(request, office, RUN_DAY)
    form = TicketForm(request.POST or None, office=here, initial={"form_key": uuid4()})
    if request.method == "POST" and form.is_valid():
        actor: Any = request.user
        given = arrivals.ticket(actor=actor, **form.cleaned_data)
        return see_other(request, "desk:given", here.slug, given.pk)
    context = {"office": here, "form": form}
    status = 422 if form.errors else 200
    return backoffice.render(request, "appointments/desk/ticket.html", context, status=status)


@require_safe
@backoffice.page(permission=RUN_DAY)
def given(request: HttpRequest, office: str, pk: int) -> HttpResponse:
    """The number, large, and what to tell the person about the wait."""
    here = rights.office(request, office, RUN_DAY)
    visit = rights.visit(pk, here)
    context = {"office": here, "visit": visit, "outlook": waiting_times.outlook(visit, timezone.now())}
    return backoffice.render(request, "appointments/desk/given.html", context)


@backoffice.page(permission=RUN_DAY)
def person(request: HttpRequest, office: str, pk: int) -> HttpResponse:
    """One visit: facts, every possible step, internal note, priority, history."""
    here = rights.office(request, office, RUN_DAY)
    visit = rights.visit(pk, here)
    form = NoteForm(
        request.POST or None, initial={"note": visit.note, "priority": visit.priority, "seen": visit.version}
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        actor: Any = request.user
        try:
            queue.annotate(visit=visit, actor=actor, **form.cleaned_data)
        except Refused as error:
            refusal = error
        else:
            return see_other(request, "desk:day", here.slug)
    return _person_page(request, here, visit, form, refusal=refusal)


def _person_page(
    request: HttpRequest, here: Office, visit: Visit, form: NoteForm, *, refusal: Refused | None = None
) -> HttpResponse:
    today = visit.day == timezone.localdate()
    context = {
        "office": here,
        "visit": visit,
        "form": form,
        "matter": told.matter(visit.appointment) if visit.appointment else "",
        "told": told.about(visit.appointment),
        "steps": _steps(visit) if today else [],
        "forward_form": ForwardForm(office=here) if today and visit.step in _FORWARDABLE else None,
        "refusal": refusal,
        "history": audit.history(visit)[:HISTORY_SHOWN],
    }
    status = 409 if refusal else 422 if form.errors else 200
    return backoffice.render(request, "appointments/desk/person.html", context, status=status)


_FORWARDABLE = frozenset({Step.WAITING, Step.PARKED, Step.DONE, Step.CALLED, Step.SERVING})


def _steps(visit: Visit) -> list[Press]:
    """The buttons of `desk:act` that are possible now."""
    possible = NEXT[Step(visit.step)]
    presses = [press for press, step in REMOVALS if step in possible]
    return [*presses, Press.UNDO] if queue.may_undo(visit, timezone.now()) else presses


@require_POST
@backoffice.page(permission=RUN_DAY)
def forward(request: HttpRequest, office: str, pk: int) -> HttpResponse:
    """To another group of counters or one counter, from the reception."""
    here = rights.office(request, office, RUN_DAY)
    visit = rights.visit(pk, here)
    form = ForwardForm(request.POST, office=here)
    actor: Any = request.user
    try:
        if not form.is_valid():
            raise steps.NotPossible
        seen = rights.number(request.POST.get("seen"))
        queue.forward(visit=visit, seen=seen, actor=actor, **form.where(visit.pool))
    except Refused as refusal:
        note = NoteForm(initial={"note": visit.note, "priority": visit.priority, "seen": visit.version})
        return _person_page(request, here, visit, note, refusal=refusal)
    return see_other(request, "desk:day", here.slug)
