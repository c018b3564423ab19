"""Who may do what in the back office: roles per department, one table of grants, checked by object."""

from collections import defaultdict
from typing import Any, cast

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet

from portal.models import Department, Membership, Role, User

Anyone = User | AnonymousUser

_grants: dict[str, set[str]] = defaultdict(set)  # permission -> roles; filled once, at start-up


def grant(role: str, *permissions: str) -> None:
    """Give `role` these permissions ("app.verb_thing"). Called from AppConfig.ready()."""
    for permission in permissions:
        _grants[permission].add(role)


def granted() -> dict[str, frozenset[str]]:
    """The whole table, permission -> roles, for the permission matrix and the help page."""
    return {permission: frozenset(roles) for permission, roles in sorted(_grants.items())}


def is_administrator(user: Anyone) -> bool:
    return user.is_active and (user.is_superuser or bool(_departments_by_role(user)[Role.ADMINISTRATOR]))


def standing(user: Anyone) -> str:
    """All that the rights of a person hang on: whoever has the same may do the same."""
    roles = sorted((role, sorted(pks)) for role, pks in _departments_by_role(user).items() if pks)
    return f"{user.is_active and user.is_superuser}{roles}"


def departments(user: Anyone, *roles: str) -> QuerySet[Department]:
    """The departments in which `user` has one of `roles` (any role when none is named)."""
    if is_administrator(user):
        return Department.objects.all()
    return Department.objects.filter(pk__in=_ids(user, set(roles) or set(Role.values)))


def departments_with(user: Anyone, permission: str) -> QuerySet[Department]:
    """The departments in which `user` has `permission`: the row filter of every list."""
    if is_administrator(user):
        return Department.objects.all()
    return Department.objects.filter(pk__in=_ids(user, _grants[permission]))


def department_ids_with(user: Anyone, permission: str) -> list[int]:
    """The same as ids, for whoever is no administrator: what the memberships say, without asking the database again."""
    return sorted(_ids(user, _grants[permission]))


def may(user: Anyone, permission: str, subject: Model | None = None) -> bool:
    """Whether `user` has `permission`, for `subject` if given (by its department or its office's)."""
    if not user.is_active or user.is_anonymous:
        return False
    if is_administrator(user):
        return True
    ids = _ids(user, _grants[permission])
    if subject is None:
        return bool(ids)
    department = _department_of(subject)
    if department is None:  # not yet given to anybody: those who give work out see it
        return bool(ids & _departments_by_role(user)[Role.LEAD])
    return department in ids


def _ids(user: Anyone, roles: set[str]) -> set[int]:
    return {pk for role, pks in _departments_by_role(user).items() if role in roles for pk in pks}


def _departments_by_role(user: Anyone) -> dict[str, set[int]]:
    """Role -> department ids; one query per request, kept on the user object."""
    known: dict[str, set[int]] | None = getattr(user, "_departments_by_role", None)
    if known is None:
        known = defaultdict(set)
        if user.is_authenticated:
            for role, pk in Membership.objects.filter(user=user).values_list("role", "department_id"):
                known[role].add(pk)
        user._departments_by_role = known  # type: ignore[union-attr]  # kept for this request
    return known


def _department_of(subject: Model) -> int | None:
    if isinstance(subject, Department):
        return subject.pk
    if hasattr(subject, "department_id"):
        return cast("int | None", subject.department_id)
    office = getattr(subject, "office", None)
    return office.department_id if office is not None else None


class RoleBackend(ModelBackend):
    """Passwords as Django checks them; permissions from the table above."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        return may(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        if is_administrator(user_obj):
            return True
        return any(
            _ids(user_obj, roles)
            for permission, roles in _grants.items()
            if permission.startswith(f"{app_label}.")
        )

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        return {permission for permission in _grants if may(user_obj, permission, obj)}
