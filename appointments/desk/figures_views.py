"""Statistics of the desk: charts with their tables, CSV, no person anywhere; and the secret calendar feeds."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from appointments.desk import figures, rights
from appointments.desk.registration import SEE_FIGURES
from portal import backoffice, charts, spreadsheets
from portal.charts import Chart
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
    first = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

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
    asked = (
        request.GET
        if "first" in request.GET
        else {"first": today - timedelta(days=28), "last": today - timedelta(days=1)}
    )
    form = PeriodForm(asked, offices=mine)
    if not form.is_valid():
        return backoffice.render(request, "appointments/desk/figures.html", {"form": form}, status=422)
    values = form.cleaned_data
    found = figures.report(
        offices=[values["office"]] if values["office"] else mine,
        first=values["first"],
        last=values["last"],
        service=values["service"].pk if values["service"] else None,
    )
    if request.GET.get("format") == "csv":
        return _csv(found)
    context = {
        "form": form,
        "report": found,
        "charts": _charts(found),
        "csv": f"{request.GET.urlencode()}&format=csv",
    }
    if "first" not in request.GET:
        context["csv"] = f"first={found.first}&last={found.last}&format=csv"
    return backoffice.render(request, "appointments/desk/figures.html", context)


def _charts(found: figures.Report) -> list[Chart]:
    day = _("Day")
    return [
        charts.bars(
            [(_short(on), counted.booked) for on, counted in found.days],
            title=_("Appointments"),
            sentence=_(
                "%(booked)s were booked, %(cancelled)s cancelled; in %(share).0f %% of the booked nobody came."
            )
            % {
                "booked": found.total.booked,
                "cancelled": found.total.cancelled,
                "share": found.no_show_share,
            },
            head=(day, _("Appointments")),
        ),
        charts.line(
            [(_short(on), ahead) for on, ahead in found.earliest],
            title=_("Days to the earliest free time"),
            sentence=_(
                "The median over offices and services: so long would somebody have waited who asked that day."
            ),
            head=(day, _("Days")),
        ),
        charts.bars(
            [(_short(on), figures.middle(counted.waits)) for on, counted in found.days],
            title=_("Waiting in the house"),
            sentence=_(
                "Half of the people waited at most %(wait).0f minutes, and were served within %(length).0f."
            )
            % {"wait": found.wait, "length": found.length},
            head=(day, _("Minutes")),
            unit="min",
        ),
        charts.bars(
            [(_short(on), share) for on, share in found.utilisation],
            title=_("Utilisation"),
            sentence=_("Booked time as a share of the time that counters were open."),
            head=(day, _("Per cent")),
            unit="%",
        ),
        charts.bars(
            [(name, counted.booked + counted.walk_ins) for name, counted in found.services[:10]],
            title=_("What people came for"),
            sentence=_("The ten most wanted services, with and without appointment."),
            head=(_("Matter"), _("People")),
        ),
    ]


def _short(on: date) -> str:
    return f"{on.day}.{on.month}."


def _csv(found: figures.Report) -> HttpResponse:
    head = [
        _("Day"),
        _("booked"),
        _("of these online"),
        _("cancelled"),
        _("did not come"),
        _("without appointment"),
        _("served"),
        _("median minutes waited"),
        _("median minutes served"),
    ]
    rows = (
        [
            on.isoformat(),
            counted.booked,
            counted.online,
            counted.cancelled,
            counted.no_shows,
            counted.walk_ins,
            counted.served,
            figures.middle(counted.waits),
            figures.middle(counted.lengths),
        ]
        for on, counted in found.days
    )
    return spreadsheets.answer(f"termine-{found.first}-{found.last}", head, rows)
