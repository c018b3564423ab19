"""What every list of the back office shares: changes leave their audit row, roles count in their own departments."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from portal import access, audit
from portal.models import User


def named(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows together with what their names are made of (`NAMED_WITH` of their model): otherwise each asks for it alone."""
    further = getattr(rows.model, "NAMED_WITH", ())
    return rows.select_related(*further) if further else rows


class NamedFilter(admin.RelatedFieldListFilter):
    """The choices beside a list, in one statement."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        rows = named(field.related_model._default_manager.all())
        return [(str(row.pk), str(row)) for row in rows]


class ListAdmin(admin.ModelAdmin[Any]):
    """Lists and forms that cost the same with one row and with a thousand: whatever a column or a choice is called by is
    read together with it. Django does that by itself for columns that are never empty."""

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        found = list(self.list_select_related) if isinstance(self.list_select_related, list | tuple) else []
        columns = [field for field in self.opts.fields if field.name in self.get_list_display(request)]
        for field in columns:
            if field.related_model is not None:
                further = getattr(field.related_model, "NAMED_WITH", ())
                found += [field.name, *(f"{field.name}__{path}" for path in further)]
        return found

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        rows: QuerySet[Any] | None = super().get_field_queryset(db, db_field, request)
        if rows is None and hasattr(db_field.related_model, "NAMED_WITH"):
            rows = db_field.related_model._default_manager.all()
        return rows if rows is None else named(rows)


class ReadOnlyAdmin(ListAdmin):
    """Rows that commands write and nobody edits."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AuditedAdmin(ListAdmin):
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
        rows = db_field.related_model._default_manager.filter(
            **{f"{rest}__in" if rest else "pk__in": own.values("pk")}
        )
        field.queryset = named(rows)
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
