"""The lines of the inbox: one statement, planned once for everybody with the same rights, read as plain values.

A page of forty cases cost more in building the statement and forty objects than in looking them up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from complaints.models import Case
from complaints.workflow import Kind, State
from portal import access
from portal.models import Office, User
from portal.postgresql.base import prepared

_COLUMNS = (
    "pk", "number", "kind", "state", Left("text", 121), "address", "created_at", "due_at", "unread", "paused_at", "office_id",
    "category__name", "department__name", "assignee__first_name", "assignee__last_name", "assignee__username",
)  # fmt: skip
_KEPT = 3600  # seconds; a statement is never out of date, but somebody may never come back


@dataclass(slots=True)
class Line:
    """What the inbox shows of a case."""

    pk: int
    number: str
    kind: str
    state: str
    text: str
    address: str
    created_at: datetime
    due_at: datetime | None
    unread: bool
    paused_at: datetime | None
    office_id: int | None
    category_name: str | None
    department_name: str
    first_name: str | None
    last_name: str | None
    username: str | None
    left: int | None = None  # working days

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def assignee(self) -> str:
        return f"{self.first_name or ''} {self.last_name or ''}".strip() or self.username or ""

    @property
    def office(self) -> Office | None:
        return Office.objects.filter(pk=self.office_id).first() if self.office_id else None

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()

    def shown(self) -> tuple[Any, ...]:
        """The same line is drawn once, whoever looks at it, a changed one anew."""
        return (
            self.number, self.created_at.date(), self.kind, self.category_name, self.unread, self.text, self.address, self.state,
            self.assignee, self.department_name, self.left, self.paused_at, self.is_overdue,
        )  # fmt: skip


def of_keys(keys: Sequence[int]) -> list[Line]:
    """In the order of the keys."""
    rows = Case.objects.filter(pk__in=keys).values_list(*_COLUMNS) if keys else ()
    found = {row[0]: Line(*row) for row in rows}
    return [found[key] for key in keys if key in found]


def of_filter(user: User, wish: str, cases: Callable[[], QuerySet[Case]], *, often: bool) -> list[Line]:
    """`cases`, in their order. `wish` says all that they depend on beside the rights of this person; what is asked `often`
    is put together once."""
    key = f"complaints.lines.{user.pk}.{access.standing(user)}.{wish}"
    statement: str | None = caches["values"].get(key) if often else None
    if statement is None:
        sql, values = cases().values_list(*_COLUMNS).query.sql_with_params()
        with connection.cursor() as cursor:
            statement = cursor.mogrify(sql, values).replace("%", "%%")
        if often:
            caches["values"].set(key, statement, _KEPT)
    return [Line(*row) for row in prepared(statement)]
