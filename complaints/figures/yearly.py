"""The yearly report on complaints, praise and ideas: how many, how decided, what was changed, how punctual."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Case
from complaints.workflow import Decision, Kind
from portal.models import User


@dataclass(frozen=True)
class Year:
    year: int
    by_kind: list[tuple[str, int]]
    by_department: list[tuple[str, int, int, int]]  # name, received, closed, in time
    by_decision: list[tuple[str, int]]
    measures: list[tuple[str, str, str]]  # number, department, corrective action

    def table(self) -> Iterator[list[Any]]:
        """All of it as rows for a spreadsheet."""
        yield [_("Year"), self.year]
        yield []
        yield [_("Kind"), _("Received")]
        yield from (list(row) for row in self.by_kind)
        yield []
        yield [_("Complaints by department"), _("Received"), _("Closed"), _("In time")]
        yield from (list(row) for row in self.by_department)
        yield []
        yield [_("Decision"), _("Cases")]
        yield from (list(row) for row in self.by_decision)
        yield []
        yield [_("Number"), _("Department"), _("Corrective action")]
        yield from (list(row) for row in self.measures)


def report(user: User, year: int) -> Year:
    """The figures of the cases that this person may see, by the day of arrival."""
    zone = timezone.get_current_timezone()
    first, last = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    cases = Case.objects.visible_to(user).filter(created_at__gte=first, created_at__lt=last).order_by()
    formal = cases.filter(kind=Kind.COMPLAINT)
    kinds = dict(cases.values_list("kind").annotate(n=Count("pk")))
    decided = dict(formal.exclude(decision="").values_list("decision").annotate(n=Count("pk")))
    in_time = Q(closed_at__lte=F("answer_by"))
    departments = (
        formal.values_list("department__name")
        .annotate(n=Count("pk"), closed=Count("closed_at"), punctual=Count("pk", filter=in_time))
        .order_by("department__name")
    )
    return Year(
        year=year,
        by_kind=[(str(kind.label), kinds.get(kind.value, 0)) for kind in Kind],
        by_department=list(departments),
        by_decision=[(str(d.label), decided.get(d.value, 0)) for d in Decision],
        measures=list(
            formal.exclude(corrective_action="").values_list(
                "number", "department__name", "corrective_action"
            )[:500]
        ),
    )
