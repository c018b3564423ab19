"""The dashboard of complaints in the back office: figures of a period, each with its sentence, its table and its CSV."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from complaints.figures import counting, periods
from complaints.figures.counting import Counts
from complaints.figures.period import Period, Scope
from complaints.figures.periods import Duration, Share
from portal import access, backoffice, spreadsheets
from portal.look import charts
from portal.look.pickers import DayPicker
from portal.models import Department

LONGEST = timedelta(days=365 * 12)


class PeriodForm(forms.Form):
    """The last three months unless somebody asks for other days."""

    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayPicker())
    last = forms.DateField(label=pgettext_lazy("end of a period", "to"), required=False, widget=DayPicker())
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Department"),
        required=False,
        empty_label=gettext_lazy("all"),
    )

    def __init__(self, data: Any, departments: Any) -> None:
        super().__init__(data)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]  # the stubs know a Field only

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        last = found.get("last") or timezone.localdate()
        first = found.get("first") or last - timedelta(days=90)
        if first > last:
            self.add_error("last", _("This day is before the first one."))
        elif last - first > LONGEST:
            self.add_error("first", _("At most twelve years at once."))
        else:
            found["period"] = Period(first, last)
        return found


@require_safe
@backoffice.page(permission="complaints.view_reports")
def dashboard(request: HttpRequest) -> HttpResponse:
    form, period, scope = _asked(request)
    context = _figures(scope, period) | {
        "form": form,
        "period": period,
        "query": request.GET.urlencode(),
    }
    return backoffice.render(
        request, "complaints/office/dashboard.html", context, status=422 if form.errors else 200
    )


@require_safe
@backoffice.page(permission="complaints.view_reports")
def dashboard_csv(request: HttpRequest, table: str) -> HttpResponse:
    if table not in _TABLES:
        raise Http404
    _form, period, scope = _asked(request)
    head, rows = _TABLES[table](scope, counting.count(scope, period))
    return spreadsheets.answer(f"{_NAMES[table]}-{period.first}-{period.last}", head, rows)


def _asked(request: HttpRequest) -> tuple[PeriodForm, Period, Scope]:
    mine = access.departments_with(request.user, "complaints.view_reports").order_by("name")
    form = PeriodForm(request.GET, mine)
    found = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate()
    period = found.get("period") or Period(today - timedelta(days=90), today)
    chosen = found.get("department")
    user: Any = request.user
    return form, period, Scope([chosen] if chosen else list(mine), user)


def _figures(scope: Scope, period: Period) -> dict[str, Any]:
    counts, opened = counting.count(scope, period), periods.open_now(scope)
    rows = periods.by_department(scope, counts, opened)
    return {
        "open": sum(cases for cases, _late in opened.values()),
        "overdue": sum(late for _cases, late in opened.values()),
        "first_answer": periods.time_to_first_answer(counts),
        "closing": periods.time_to_closing(counts),
        "reopened": periods.reopened(counts),
        "satisfied": periods.satisfied(scope, period),
        "rows": rows,
        "spots": periods.hot_spots(counts),
        "charts": _charts(counts),
        "lying": _lying(counts, rows),
    }


def _charts(counts: Counts) -> list[tuple[charts.Chart, str]]:
    """Each chart with the name of its CSV."""
    over_time = periods.over_time(counts)
    received = sum(got for _day, got, _done in over_time)
    closed = sum(done for _day, _got, done in over_time)
    return [
        (
            charts.line(
                [(_short(day, counts.period), got) for day, got, _done in over_time],
                title=_("Received"),
                sentence=_("%(received)d reports came in and %(closed)d were closed: the pile %(change)s.")
                % {"received": received, "closed": closed, "change": _change(received - closed)},
                head=(_("from"), _("received")),
            ),
            "over-time",
        ),
    ]


def _lying(counts: Counts, rows: list[periods.DepartmentRow]) -> list[tuple[charts.LyingChart, str]]:
    """The charts whose bars lie, since their labels are long names, each with the name of its CSV."""
    by_category = periods.by_category(counts)
    received = sum(row.received for row in rows)
    return [
        (
            charts.lying(
                [(row.department.name, row.open) for row in rows[:15]],
                title=_("Open now, by department"),
                sentence=_("What waits at this moment, whenever it came in."),
                head=(_("Department"), _("open")),
            ),
            "departments",
        ),
        (
            charts.lying(
                by_category,
                title=_("What it is about"),
                sentence=_most_about(by_category, received),
                head=(_("Category"), _("received")),
            ),
            "categories",
        ),
    ]


def _most_about(by_category: list[tuple[str, int]], received: int) -> str:
    if not by_category or not received:
        return _("Nothing came in.")
    name, count = by_category[0]
    share = round(100 * count / received)
    return _("%(share)d of 100 reports are about “%(category)s”.") % {"share": share, "category": name}


def _change(more: int) -> str:
    if more > 0:
        return _("grew by %(count)d") % {"count": more}
    return _("shrank by %(count)d") % {"count": -more} if more < 0 else _("stayed as it was")


def _short(day: date, period: Period) -> str:
    return date_format(day, "M y") if period.by_month else date_format(day, "j. n.")


Table = tuple[list[Any], list[list[Any]]]


def _departments_table(scope: Scope, counts: Counts) -> Table:
    head = [
        _("Department"), _("open"), _("overdue"), _("received"), _("closed"), _("first answer, median (days)"),
        _("first answer, nine of ten within (days)"), _("closing, median (days)"),
        _("closing, nine of ten within (days)"),
    ]  # fmt: skip
    rows = periods.by_department(scope, counts, periods.open_now(scope))
    return head, [
        [
            row.department.name,
            row.open,
            row.overdue,
            row.received,
            row.closed,
            *_both(row.first_answer),
            *_both(row.closing),
        ]
        for row in rows
    ]


def _both(duration: Duration) -> list[float | None]:
    return [duration.median_days, duration.p90_days]


def _over_time_table(_scope: Scope, counts: Counts) -> Table:
    rows = periods.over_time(counts)
    return [_("from"), _("received"), _("closed")], [[day.isoformat(), got, done] for day, got, done in rows]


def _categories_table(_scope: Scope, counts: Counts) -> Table:
    rows = periods.by_category(counts, most=1000)
    return [_("Category"), _("received")], [[name, count] for name, count in rows]


def _spots_table(_scope: Scope, counts: Counts) -> Table:
    head = [_("Latitude"), _("Longitude"), _("Reports"), _("open"), _("Address"), _("Category")]
    rows = periods.hot_spots(counts, most=counting.MOST_SPOTS)
    return head, [[s.latitude, s.longitude, s.cases, s.open, s.address, s.category] for s in rows]


def _summary_table(scope: Scope, counts: Counts) -> Table:
    now = periods.open_now(scope).values()
    opened, overdue = sum(cases for cases, _late in now), sum(late for _cases, late in now)
    first, closing = periods.time_to_first_answer(counts), periods.time_to_closing(counts)
    again: Share = periods.reopened(counts)
    pleased: Share = periods.satisfied(scope, counts.period)
    return [_("Figure"), _("Value"), _("Basis")], [
        [_("open"), opened, ""],
        [_("overdue"), overdue, opened],
        [_("first answer, median (days)"), first.median_days, first.count],
        [_("first answer, nine of ten within (days)"), first.p90_days, first.count],
        [_("closing, median (days)"), closing.median_days, closing.count],
        [_("closing, nine of ten within (days)"), closing.p90_days, closing.count],
        [_("opened again (%)"), again.percent, again.whole],
        [_("satisfied (%)"), pleased.percent, pleased.whole],
    ]


_TABLES: dict[str, Callable[[Scope, Counts], Table]] = {
    "departments": _departments_table,
    "over-time": _over_time_table,
    "categories": _categories_table,
    "hot-spots": _spots_table,
    "summary": _summary_table,
}

_NAMES = {  # of the files
    "departments": pgettext_lazy("file", "departments"),
    "over-time": pgettext_lazy("file", "over-time"),
    "categories": pgettext_lazy("file", "topics"),
    "hot-spots": pgettext_lazy("file", "hot-spots"),
    "summary": pgettext_lazy("file", "summary"),
}
