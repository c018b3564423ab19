"""Beside the single case: many at once, a case taken at the counter, saved filters, a rehearsal of the routing, the year."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.desk import bulk, inbox, saved_filters
from complaints.desk.forms import BulkForm, NewCaseForm
from complaints.figures import yearly
from complaints.intake import reporting
from complaints.intake.reporting import Contact, Report
from complaints.models import Case, ComplaintSettings, SavedFilter
from complaints.places.place import Place
from complaints.rules import routing
from complaints.views.desk import _person
from complaints.workflow import Source
from portal import backoffice, pages, spreadsheets, untrusted
from portal.staff import unsent

FIRST_YEAR, LAST_YEAR = 1900, 9000  # a year later there is always another one


@require_http_methods(["GET", "HEAD", "POST"])
@backoffice.page(permission="complaints.change_case")
def many(request: HttpRequest) -> HttpResponse:
    """Two steps: first what would happen to each chosen case, then (sure=1) the deed itself."""
    user = _person(request)
    is_sent = request.method == "POST"
    sent = request.POST if is_sent else unsent.as_sent(request)
    if not (is_sent or sent):  # the address opened again: it begins at the list
        filtered = urlencode(inbox.parameters(request.GET))
        return pages.see_other(request, f"{reverse('complaints_office:inbox')}?{filtered}")
    chosen = sent.getlist("case")[: bulk.MOST]
    cases = list(
        Case.objects.visible_to(user)
        .filter(number__in=chosen)
        .select_related("category", "assignee", "department")
        .prefetch_related("concerned_people")
    )
    form = BulkForm(sent)
    if is_sent and form.is_valid() and sent.get("sure") == "1":
        outcome = bulk.run(cases, form.cleaned_data, user)
        request.session[bulk.WAY_BACK] = bulk.way_back(cases, outcome, form.cleaned_data)
        return _done(request, outcome)
    lines = bulk.preview(cases, form.cleaned_data, user) if form.is_valid() else []
    possible = [line.case for line in lines if not line.refused]
    told = bulk.told(possible, form.cleaned_data) if possible else 0
    context = {"form": form, "lines": lines, "cases": cases, "told": told, "query": _query(sent)}
    status = 422 if is_sent and form.errors else 200
    return backoffice.render(request, "complaints/desk/bulk.html", context, status=status)


@require_POST
@backoffice.page(permission="complaints.change_case")
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last deed for many."""
    return _done(request, bulk.take_back(request.session.pop(bulk.WAY_BACK, []), _person(request)))


def _done(request: HttpRequest, outcome: list[bulk.Line]) -> HttpResponse:
    inbox.acted(request.session)
    done = sum(1 for line in outcome if not line.refused)
    flash.success(request, ngettext("%(n)d case changed.", "%(n)d cases changed.", done) % {"n": done})
    for line in outcome:
        if line.refused:
            flash.warning(request, f"{line.case.number}: {line.refused}")
    return _back_to_list(request)


def _query(sent: QueryDict) -> str:
    """The filter of the list from which the form came."""
    return urlencode(inbox.parameters(QueryDict(sent.get("query", "")[:500])))


def _back_to_list(request: HttpRequest) -> HttpResponse:
    return pages.see_other(request, f"{reverse('complaints_office:inbox')}?{_query(request.POST)}")


@require_http_methods(["GET", "HEAD", "POST"])
@backoffice.page(permission="complaints.add_case")
def new(request: HttpRequest) -> HttpResponse:
    """A report at the counter or on the phone."""
    form = NewCaseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = form.cleaned_data
        said = Report(
            text=values["text"],
            category=values["category"],
            kind=values["kind"],
            place=Place(address=values["address"]),
            contact=Contact(values["name"], values["email"], values["phone"]),
            source=Source.DESK,
        )
        try:
            case = reporting.report(said, form_key=values["key"], actor=_person(request))
        except routing.OutsideCity:
            form.add_error("address", _("This place lies outside our city."))
        except reporting.PlaceMissing:
            form.add_error("address", _("This topic needs a place."))
        except reporting.ContactMissing:
            form.add_error("phone", _("This topic needs an address or a phone number."))
        else:
            inbox.acted(request.session)
            flash.success(request, _("Received under the number %(number)s.") % {"number": case.number})
            return pages.see_other(request, "complaints_office:inbox")
    return backoffice.render(
        request, "complaints/desk/new.html", {"form": form}, status=422 if form.errors else 200
    )


@require_POST
@backoffice.page(permission="complaints.view_case")
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the present filter as a tab of one's own, or remove one."""
    user, name = _person(request), request.POST.get("name", "").strip()[:80]
    inbox.acted(request.session)
    if request.POST.get("remove"):
        own = SavedFilter.objects.filter(owner=user)
        kept = get_object_or_404(own, pk=untrusted.row_number(request.POST["remove"]))
        saved_filters.remove(kept=kept, actor=user)
        return pages.see_other(request, "complaints_office:inbox")
    if name:
        saved_filters.keep(name=name, query=_query(request.POST), actor=user)
    return _back_to_list(request)


@require_safe
@backoffice.page(permission="complaints.arrange")
def rehearse(request: HttpRequest) -> HttpResponse:
    """What the routing rules, as they stand now, would do with the newest cases. Changes nothing."""
    newest = Case.objects.visible_to(_person(request)).select_related(
        "category", "category__department", "category__parent__department", "department", "area"
    )
    runs = routing.dry_run(newest.order_by("-created_at")[:200], ComplaintSettings.current())
    runs = sorted(runs, key=lambda run: not run.moves)  # what would change is not looked for among 200
    context = {"runs": runs, "moves": sum(run.moves for run in runs), "rules": routing.rules()}
    return backoffice.render(request, "complaints/desk/rehearse.html", context)


@require_safe
@backoffice.page(permission="complaints.view_reports")
def year(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The yearly report on formal complaints, as a page or (format=csv) as a table."""
    wanted = number or timezone.localdate().year
    if not FIRST_YEAR <= wanted <= LAST_YEAR:
        raise Http404
    report = yearly.report(_person(request), wanted)
    if request.GET.get("format") == "csv":
        head, *rows = report.table()
        return spreadsheets.answer(pgettext("file", "complaints") + f"-{wanted}", head, rows)
    context: dict[str, Any] = {"report": report, "year": wanted, "before": wanted - 1, "after": wanted + 1}
    return backoffice.render(request, "complaints/desk/year.html", context)
