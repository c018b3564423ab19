"""What every list of the back office shares: changes leave their audit row, roles count in their own departments."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from portal import access, audit
from portal.models import User


class AuditedAdmin(admin.ModelAdmin[Any]):
    """Rows edited in the admin's own forms; which fields were touched is recorded in the same transaction."""

    def facts(self, obj: Any) -> dict[str, Any]:
        """What else is worth remembering of the row as it is now; no personal data of citizens."""
        return {}

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _record("added", obj, request, fields=_fields(message), **self.facts(obj))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _record("changed", obj, request, fields=_fields(message), **self.facts(obj))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            _record("deleted", obj, request)
        return super().log_deletions(request, queryset)


class OwnRowsAdmin(AuditedAdmin):
    """Only rows of the departments in which this person has the role, to see, to change and to choose from.

    `department_path` leads from a row to its department. Rows that belong to no department are seen by everybody who
    may see the list; they are changed by administrators, or by everybody with the role where `shared`.
    """

    department_path: ClassVar[str] = "department"
    shared: ClassVar[bool] = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if access.is_administrator(request.user):
            return rows
        return rows.filter(self._in_departments(request, "view", "change") | Q(**self._of_nobody()))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_touch(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_touch(request, "delete", obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A row can be given only to a department of one's own."""
        first, _dot, rest = self.department_path.partition("__")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name != first or field is None or access.is_administrator(request.user):
            return field
        own = access.departments_with(request.user, self._permission("add")) | access.departments_with(
            request.user, self._permission("change")
        )
        field.queryset = db_field.related_model._default_manager.filter(
            **{f"{rest}__in" if rest else "pk__in": own.values("pk")}
        )
        field.required = not self.shared
        return field

    def _may_touch(self, request: HttpRequest, verb: str, obj: Any) -> bool:
        if obj is None or access.is_administrator(request.user):
            return True
        own = self._in_departments(request, verb)
        if self.shared:
            own |= Q(**self._of_nobody())
        found: bool = self.model._default_manager.filter(own, pk=obj.pk).exists()
        return found

    def _in_departments(self, request: HttpRequest, *verbs: str) -> Q:
        found = Q()
        for verb in verbs:
            own = access.departments_with(request.user, self._permission(verb)).values("pk")
            found |= Q(**{f"{self.department_path}__in": own})
        return found

    def _of_nobody(self) -> dict[str, Any]:
        return {f"{self.department_path.partition('__')[0]}__isnull": True}

    def _permission(self, verb: str) -> str:
        return f"{self.opts.app_label}.{verb}_{self.opts.model_name}"


def _record(verb: str, obj: Model, request: HttpRequest, **facts: Any) -> None:
    actor = request.user if isinstance(request.user, User) else None
    audit.record(verb=verb, subject=obj, actor=actor, **facts)


def _fields(message: Any) -> list[str]:
    """The names of the touched fields, those of rows inside the form included; never their values."""
    parts: Iterable[dict[str, Any]] = message if isinstance(message, list) else []
    found: set[str] = set()
    for verb, what in (pair for part in parts for pair in part.items()):
        names = what.get("fields", [])
        found.update([f"{what['name']}: {name}" for name in names or [verb]] if "name" in what else names)
    return sorted(found)
