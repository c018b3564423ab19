"""Hours and absences of an office: the week, the exceptions, and edits that say whom they affect first."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appointments.desk import rights
from appointments.desk.forms.hours import AbsenceForm, CloseForm, OpeningFormSet, SpecialDayForm
from appointments.desk.hours import editing, edits
from appointments.desk.models import AffectedBooking, HoursChange
from appointments.desk.rights import EDIT_HOURS, RUN_DAY
from appointments.models import Absence, Opening, Pool, SpecialDay
from appointments.pure.refusals import Refused
from portal import access, backoffice
from portal.models import Closure, Office
from portal.pages import see_other
from portal.untrusted import row_number

CHANGES_SHOWN = 20
WEEK = "openings__services__service"


@require_safe
@backoffice.page(permission=RUN_DAY)
def home(request: HttpRequest) -> HttpResponse:
    """Straight to the only office's hours, or a choice."""
    mine = rights.offices(request, EDIT_HOURS) or rights.offices(request, RUN_DAY)
    if len(mine) == 1:
        return see_other(request, "desk:hours", mine[0].slug)
    context = {"choices": [{"office": office} for office in mine], "target": "desk:hours"}
    return backoffice.render(request, "appointments/desk/offices.html", context)


@require_safe
@backoffice.page(permission=RUN_DAY)
def overview(request: HttpRequest, office: str) -> HttpResponse:
    here = rights.office(request, office, RUN_DAY)
    today = timezone.localdate()
    pools = Pool.objects.filter(office=here, active=True)
    closures = Closure.objects.filter(Q(office=here) | Q(office=None), last_day__gte=today)
    special_days = SpecialDay.objects.filter(pool__office=here, last_day__gte=today)
    absences = Absence.objects.filter(pool__office=here, ends_at__gte=timezone.now())
    exceptions: list[tuple[str, edits.Exceptional]] = [
        *(("closure", row) for row in closures),
        *(("special", row) for row in special_days.select_related("pool").order_by("first_day")),
        *(("absence", row) for row in absences.select_related("pool").order_by("starts_at")),
    ]
    context = {
        "office": here,
        "may_edit": access.may(request.user, EDIT_HOURS, here),
        "pools": [{"pool": pool, "week": _week(pool)} for pool in pools.prefetch_related(WEEK)],
        "exceptions": [{"kind": kind, "row": row, "what": edits.described(row)} for kind, row in exceptions],
        "unfitting": editing.unattended(here, timezone.now()),
        "changes": HoursChange.objects.filter(office=here).select_related("actor")[:CHANGES_SHOWN],
    }
    return backoffice.render(request, "appointments/desk/hours.html", context)


def _week(pool: Pool) -> list[list[tuple[Opening, str]]]:
    """The openings per weekday that are valid today or later, with what is particular about each."""
    today = timezone.localdate()
    rows = [row for row in pool.openings.all() if row.valid_until is None or row.valid_until >= today]
    return [[(row, edits.rhythm(row, today)) for row in rows if row.weekday == day] for day in range(7)]


@backoffice.page(permission=EDIT_HOURS)
def close(request: HttpRequest, office: str) -> HttpResponse:
    """Close the office for whole days, everybody affected informed in the same step."""
    here = rights.office(request, office, EDIT_HOURS)
    form = CloseForm(request.POST or None)
    return _edit(
        request, here, form, _("Close the office"), lambda: edits.closure(office=here, **form.cleaned_data)
    )


@backoffice.page(permission=EDIT_HOURS)
def absence(request: HttpRequest, office: str) -> HttpResponse:
    here = rights.office(request, office, EDIT_HOURS)
    form = AbsenceForm(request.POST or None, office=here)
    return _edit(request, here, form, _("Counters missing"), lambda: edits.absence(**form.cleaned_data))


@backoffice.page(permission=EDIT_HOURS)
def special_day(request: HttpRequest, office: str) -> HttpResponse:
    """Other hours of one group of counters on single days."""
    here = rights.office(request, office, EDIT_HOURS)
    form = SpecialDayForm(request.POST or None, office=here)
    title = _("Other hours on single days")

    def edit() -> edits.Edit:
        return edits.special_day(pool=form.instance.pool, save=form.save, reason=form.instance.reason)

    return _edit(request, here, form, title, edit)


@backoffice.page(permission=EDIT_HOURS)
def lift(request: HttpRequest, office: str, kind: str, pk: int) -> HttpResponse:
    """An exception ends before its time."""
    here = rights.office(request, office, EDIT_HOURS)
    rows: dict[str, QuerySet[Any]] = {
        "closure": Closure.objects.filter(office=here),
        "special": SpecialDay.objects.filter(pool__office=here).select_related("pool"),
        "absence": Absence.objects.filter(pool__office=here).select_related("pool"),
    }
    if kind not in rows:
        raise Http404
    row = rows[kind].filter(pk=pk).first()
    if row is None:
        context = {"office": here, "title": _("Lift an exception"), "refusal": edits.AlreadyLifted()}
        return backoffice.render(request, "appointments/desk/refused.html", context, status=409)
    form = forms.Form(request.POST or None)
    title = _("Lift: %(what)s") % {"what": edits.described(row)}
    return _edit(request, here, form, title, lambda: edits.lifted(row=row))


@backoffice.page(permission=EDIT_HOURS)
def decide(request: HttpRequest, office: str) -> HttpResponse:
    """Bookings that lie outside the hours because rules were changed elsewhere: move, cancel or keep them."""
    here = rights.office(request, office, EDIT_HOURS)
    return _edit(
        request, here, forms.Form(request.POST or None), _("Bookings outside the hours"), edits.decided
    )


@backoffice.page(permission=EDIT_HOURS)
def weekly(request: HttpRequest, office: str, pool: int) -> HttpResponse:
    here = rights.office(request, office, EDIT_HOURS)
    edited = get_object_or_404(Pool, pk=pool, office=here)
    kwargs = {"pool": edited}
    formset = OpeningFormSet(request.POST or None, instance=edited, prefix="openings", form_kwargs=kwargs)
    title = _("Weekly hours: %(pool)s") % {"pool": edited.name}
    return _edit(request, here, formset, title, lambda: edits.openings(pool=edited, save=formset.save))


def _edit(
    request: HttpRequest, here: Office, form: Any, title: str, edit: Callable[[], edits.Edit]
) -> HttpResponse:
    """Form → preview with the people affected → change. The preview holds the form's values in hidden fields."""
    context: dict[str, Any] = {
        "office": here,
        "form": form,
        "title": title,
        "wishes": AffectedBooking.Wish.choices,
        "seen": editing.last_change(here),
    }
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            editing.must_be_newest(here, request.POST.get("seen"))
            if request.POST.get("do") == "back":
                return backoffice.render(request, "appointments/desk/hours_edit.html", context)
            if request.POST.get("do") == "apply":
                actor: Any = request.user
                made = editing.change(office=here, edit=edit(), actor=actor, **_wishes(request))
                return see_other(request, "desk:hours_change", here.slug, made.pk)
            planned = edit()
            context |= {
                "preview": True,
                "affected": editing.preview(office=here, edit=planned),
                "told": planned.reason,
                "sent": _sent(request),
            }
        except Refused as refusal:
            context["refusal"], status = refusal, 409
    elif request.method == "POST":
        status = 422
    return backoffice.render(request, "appointments/desk/hours_edit.html", context, status=status)


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The form as it came, for the second step."""
    left_out = ("csrfmiddlewaretoken", "do", "told")
    return [
        (key, value)
        for key, values in request.POST.lists()
        for value in values
        if key not in left_out and not key.startswith("wish")
    ]


def _wishes(request: HttpRequest) -> dict[str, Any]:
    """`wish-all`, `wish-<appointment>` where one is treated otherwise, and `told`, the reason in the mails."""
    known = set(AffectedBooking.Wish.values)
    default = request.POST.get("wish-all", "")
    single = {
        int(key.removeprefix("wish-")): request.POST.get(key, "")
        for key in request.POST
        if row_number(key.removeprefix("wish-"))
    }
    return {
        "default": default if default in known else AffectedBooking.Wish.MOVE,
        "wishes": {pk: wish for pk, wish in single.items() if wish in known},
        "told": told[:200].strip() if (told := request.POST.get("told")) is not None else None,
    }


_TOLD = (AffectedBooking.Outcome.MOVED, AffectedBooking.Outcome.CANCELLED)


@require_safe
@backoffice.page(permission=RUN_DAY)
def change(request: HttpRequest, office: str, pk: int) -> HttpResponse:
    """How far it is: who was told what; undo while nobody was."""
    here = rights.office(request, office, RUN_DAY)
    made = get_object_or_404(HoursChange.objects.select_related("actor", "office"), pk=pk, office=here)
    affected = list(made.affected.select_related("appointment__service", "appointment__pool"))
    done = sum(bool(row.outcome) for row in affected)
    context = {
        "office": here,
        "change": made,
        "affected": affected,
        "untold": [row for row in affected if row.outcome in _TOLD and not row.appointment.email],
        "done": done,
        "may_undo": made.undone_at is None
        and done == 0
        and timezone.now() - made.created_at <= editing.UNDO_WITHIN,
        "running": made.undone_at is None and made.finished_at is None,
        "overdue": timezone.now() > made.runs_at + editing.OVERDUE_AFTER,
    }
    return backoffice.render(
        request,
        "appointments/desk/hours_change.html",
        context,
        fragment="appointments/desk/_hours_change.html",
    )


@require_POST
@backoffice.page(permission=EDIT_HOURS)
def undo(request: HttpRequest, office: str, pk: int) -> HttpResponse:
    here = rights.office(request, office, EDIT_HOURS)
    made = get_object_or_404(HoursChange, pk=pk, office=here)
    actor: Any = request.user
    try:
        editing.undo(change=made, actor=actor)
    except Refused as refusal:
        context = {"office": here, "title": made.title, "refusal": refusal}
        return backoffice.render(request, "appointments/desk/refused.html", context, status=409)
    return see_other(request, "desk:hours_change", here.slug, made.pk)
