"""Statistics of the desk: charts with their tables, CSV, no person anywhere."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from appointments.desk import rights
from appointments.desk.figures import reports, shown
from appointments.desk.figures.reports import Report
from appointments.desk.rights import SEE_FIGURES
from portal import backoffice, spreadsheets
from portal.look.pickers import DayPicker
from portal.models import Office, Service

LONGEST = timedelta(days=366)


class PeriodForm(forms.Form):
    """Which offices, which service, from when to when."""

    office = forms.ModelChoiceField(
        label=gettext_lazy("Office"),
        queryset=Office.objects.none(),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    service = forms.ModelChoiceField(
        label=gettext_lazy("Matter"),
        queryset=Service.objects.none(),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    first = forms.DateField(label=gettext_lazy("From"), widget=DayPicker())
    last = forms.DateField(label=gettext_lazy("Until"), widget=DayPicker())

    def __init__(self, *args: Any, offices: list[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office: Any = self.fields["office"]
        service: Any = self.fields["service"]
        office.queryset = Office.objects.filter(pk__in=[known.pk for known in offices])
        service.queryset = Service.objects.filter(booking__offers__pool__office__in=offices).distinct()

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and not timedelta(0) <= last - first <= LONGEST:
            self.add_error("last", _("Please choose a period of at most a year."))
        return values


@require_safe
@backoffice.page(permission=SEE_FIGURES)
def report(request: HttpRequest) -> HttpResponse:
    mine = rights.offices(request, SEE_FIGURES)
    today = timezone.localdate()
    usual = {"first": today - timedelta(days=28), "last": today - timedelta(days=1)}
    form = PeriodForm(request.GET if "first" in request.GET else usual, offices=mine)
    if not form.is_valid():
        return backoffice.render(request, "appointments/desk/figures.html", {"form": form}, status=422)
    values = form.cleaned_data
    found = reports.report(
        offices=[values["office"]] if values["office"] else mine,
        first=values["first"],
        last=values["last"],
        service=values["service"],
    )
    wanted = request.GET.get("format")
    if wanted in ("csv", "detail"):
        return _per_day(found) if wanted == "csv" else _in_detail(found)
    context = {"form": form, **_shown(request, found, whole=not values["service"])}
    return backoffice.render(request, "appointments/desk/figures.html", context)


def _shown(request: HttpRequest, found: Report, *, whole: bool) -> dict[str, Any]:
    """What the page shows of a report; `whole` = of all matters, so that the counters' time can be compared."""
    tables = [(_("By matter"), _("Matter"), shown.table(found.services))]
    if len(found.offices) > 1:
        tables.append((_("By office"), _("Office"), shown.table(found.offices)))
    asked = "first" in request.GET
    return {
        "report": found,
        "summary": shown.summary(found, whole=whole),
        "charts": shown.drawn(found, whole=whole),
        "asked_for": shown.asked_for(found),
        "tables": tables,
        "heads": shown.heads(),
        "query": request.GET.urlencode() if asked else f"first={found.first}&last={found.last}",
    }


def _per_day(found: Report) -> HttpResponse:
    """One row a day, with utilisation and the earliest time."""
    share, ahead = dict(found.utilisation), dict(found.earliest.days)
    head = [
        _("Day"),
        *shown.heads(),
        _("utilisation, per cent"),
        _("days to the earliest free time (median)"),
    ]
    rows = (
        [on.isoformat(), *shown.numbers(counted), share.get(on), ahead.get(on)] for on, counted in found.days
    )
    return spreadsheets.answer(pgettext("file", "appointments") + f"-{found.first}-{found.last}", head, rows)


def _in_detail(found: Report) -> HttpResponse:
    """One row per day, office and matter."""
    head = [_("Day"), _("Office"), _("Matter"), *shown.heads()]
    rows = (
        [on.isoformat(), office, what, *shown.numbers(counted)] for on, office, what, counted in found.rows
    )
    return spreadsheets.answer(
        pgettext("file", "appointments-in-detail") + f"-{found.first}-{found.last}", head, rows
    )
