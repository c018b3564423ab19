"""A report in words, tables and charts: what each figure is, and how it is counted."""

from datetime import date
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from appointments.desk.figures import reports
from appointments.desk.figures.counting import Sum
from appointments.desk.figures.reports import Earliest, Report
from portal.look import charts
from portal.look.charts import Chart, LyingChart

FEW = 20  # below this a percentage says more than is known


def _share(part: int, whole: int) -> str:
    """ "12 of 80 (15 %)"; of few, no per cent: one more or less would change everything."""
    words = {"part": part, "whole": whole, "share": round(100 * part / whole) if whole else 0}
    if whole < FEW:
        return _("%(part)s of %(whole)s") % words
    return _("%(part)s of %(whole)s (%(share)s %%)") % words


def _minutes(values: list[int]) -> str:
    if not values:
        return "–"
    words = {"half": f"{reports.middle(values):g}", "most": reports.ninth_of_ten(values), "n": len(values)}
    return _("half up to %(half)s min, nine of ten up to %(most)s min (%(n)s people)") % words


def summary(found: Report, *, whole: bool) -> list[tuple[str, str, str]]:
    """(what, value, how it is counted) for the whole period."""
    rows = [*_of_people(found.total), *_of_lead_time(found.earliest)]
    if whole:
        rows.append(
            (
                _("Utilisation"),
                f"{found.utilised:.0f} %" if found.utilisation else "–",
                _("Booked time as a share of counter time, by the hours of that day; walk-ins do not count."),
            )
        )
    return rows


def _of_people(total: Sum) -> list[tuple[str, str, str]]:
    return [
        (_("Booked"), str(total.booked), _("Appointments of these days that were not cancelled.")),
        (_("of these online"), _share(total.online, total.booked), _("Booked by the citizens themselves.")),
        (
            _("Cancelled"),
            _share(total.cancelled, total.booked + total.cancelled),
            _("Confirmed appointments of these days that were cancelled, by whomever."),
        ),
        (
            _("Did not come"),
            _share(total.no_shows, total.booked),
            _("Booked, not cancelled, and marked as not come or gone home."),
        ),
        (_("Without appointment"), str(total.walk_ins), _("Numbers given at the reception or the kiosk.")),
        (_("Served"), str(total.served), _("Visits that a counter finished.")),
        (
            _("Waiting in the house"),
            _minutes(total.waits),
            _("From the arrival, or the booked time if somebody came early, to the last call."),
        ),
        (_("At the counter"), _minutes(total.lengths), _("From “Start” to “Done”.")),
    ]


def _of_lead_time(earliest: Earliest) -> list[tuple[str, str, str]]:
    days = [ahead for _day, ahead in earliest.days]
    rows = [
        (
            _("Days to the earliest free time"),
            f"{median(days):g}" if days else "–",
            _("Asked each morning for one person, per office and service; the median of the daily medians."),
        ),
        (
            _("Nothing free at all"),
            _share(earliest.nothing_free, earliest.asked),
            _("Of these morning looks, those that found no free time in the whole booking period."),
        ),
    ]
    if earliest.days_missing:
        rows.append(
            (
                _("Days not looked at"),
                str(earliest.days_missing),
                _("The morning job did not run. These days are missing in the curve, not zero."),
            )
        )
    return rows


def table(groups: list[tuple[str, Sum]]) -> list[tuple[Any, ...]]:
    return [(name, *numbers(found)) for name, found in groups]


def numbers(found: Sum) -> tuple[int | float | None, ...]:
    """What every table and CSV says of one day, office or matter; nothing measured is empty, not zero."""
    waits, lengths = found.waits, found.lengths
    return (
        found.booked,
        found.online,
        found.cancelled,
        found.no_shows,
        found.walk_ins,
        found.served,
        reports.middle(waits) if waits else None,
        reports.ninth_of_ten(waits) if waits else None,
        reports.middle(lengths) if lengths else None,
        reports.ninth_of_ten(lengths) if lengths else None,
    )


def heads() -> list[str]:
    return [
        _("booked"),
        _("of these online"),
        _("cancelled"),
        _("did not come"),
        _("without appointment"),
        _("served"),
        _("median minutes waited"),
        _("minutes waited, nine of ten"),
        _("median minutes served"),
        _("minutes served, nine of ten"),
    ]


def drawn(found: Report, *, whole: bool) -> list[Chart]:
    day, total = _("Day"), found.total
    made = [
        charts.bars(
            [(_short(on), counted.booked) for on, counted in found.days],
            title=_("Appointments"),
            sentence=_("%(booked)s were booked and not cancelled.") % {"booked": total.booked},
            head=(day, _("Appointments")),
        ),
        charts.line(
            [(_short(on), ahead) for on, ahead in found.earliest.days],
            title=_("Days to the earliest free time"),
            sentence=_(
                "The median over offices and services: so long would somebody have waited who asked that day."
            ),
            head=(day, _("Days")),
        ),
        charts.bars(
            [(_short(on), reports.middle(counted.waits)) for on, counted in found.days if counted.waits],
            title=_("Waiting in the house"),
            sentence=_minutes(total.waits),
            head=(day, _("Minutes (median)")),
            unit="min",
        ),
    ]
    if whole:
        made.append(
            charts.bars(
                [(_short(on), share) for on, share in found.utilisation],
                title=_("Utilisation"),
                sentence=_("Booked time as a share of the time that counters were open."),
                head=(day, _("Per cent")),
                unit="%",
            )
        )
    return made


def asked_for(found: Report) -> LyingChart:
    """The services people came for most; their names are too long to stand under an axis."""
    return charts.lying(
        [(name, reports.people(counted)) for name, counted in found.services[:10]],
        title=_("What people came for"),
        sentence=_("The ten most wanted services, with and without appointment."),
        head=(_("Matter"), _("People")),
    )


def _short(on: date) -> str:
    return f"{on.day}.{on.month}."
