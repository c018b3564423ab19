"""Filters of the inbox that clerks keep as tabs of their own."""

from django.db import transaction

from complaints.models import SavedFilter
from portal import audit
from portal.models import User


@transaction.atomic
def keep(*, name: str, query: str, actor: User) -> SavedFilter:
    """`query` as a tab; the same name again stands for the new one."""
    kept, _new = SavedFilter.objects.update_or_create(owner=actor, name=name, defaults={"query": query})
    audit.record(verb="filter kept", subject=kept, actor=actor)
    return kept


@transaction.atomic
def remove(*, kept: SavedFilter, actor: User) -> None:
    audit.record(verb="filter removed", subject=kept, actor=actor)
    kept.delete()
