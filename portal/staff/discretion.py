"""Mails and audit entries about a row are read by those who may see the row itself, and by nobody else."""

import re
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import BigIntegerField, Case, Exists, Model, OuterRef, Q, QuerySet, When
from django.db.models.functions import Cast

from portal import access, registries
from portal.models import User

M = TypeVar("M", bound=Model)

_TOKEN = re.compile(r"/[A-Za-z0-9_-]{22}(?=/|\s|$)")


def readable(rows: QuerySet[M], user: User, *, kind: str, key: str, others: bool) -> QuerySet[M]:
    """The `rows` whose subject (its label in the column `kind`, its number in `key`) this person may see.

    What no service has registered is readable where `others` says so, and to administrators; they also read about rows that
    are gone, but like everybody else nothing about a row that is hidden from them.
    """
    chief = access.is_administrator(user)
    labels = [subject.label for subject in registries.subjects]
    allowed = ~Q(**{f"{kind}__in": labels}) if others or chief else Q()
    for number, subject in enumerate(registries.subjects):
        # the key of another kind of row need not be a number: CASE keeps the cast away from it
        of_kind = When(**{kind: subject.label}, then=Cast(key, BigIntegerField()))
        rows = rows.alias(**{f"subject_{number}": Case(of_kind, output_field=BigIntegerField())})
        here = {"pk": OuterRef(f"subject_{number}")}
        seen = Exists(subject.visible(user).order_by().filter(**here))
        if chief:
            gone = ~Exists(apps.get_model(subject.label)._default_manager.filter(**here))
            allowed |= Q(**{kind: subject.label}) & (Q(seen) | Q(gone))
        else:
            allowed |= Q(**{kind: subject.label}) & Q(seen)
    return rows.filter(allowed) if allowed else rows.none()


def without_keys(text: str) -> str:
    """A mail as staff read it: who opens a citizen's secret link could act in the citizen's name."""
    return _TOKEN.sub("/…", text)


def only(model: type[Model], permission: str, path: str) -> Any:
    """A `visible` for rows that follow the ordinary rule: those of the departments in which one has `permission`."""

    def visible(user: User) -> QuerySet[Any]:
        return model._default_manager.filter(
            **{f"{path}__in": access.departments_with(user, permission).values("pk")}
        )

    return visible
