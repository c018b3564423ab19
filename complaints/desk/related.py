"""The cases beside one on a clerk's page: parts, joined ones and those near by, as far as this person may open them."""

from typing import Any

from complaints.intake import duplicates
from complaints.models import Case
from portal.models import User


def cases(case: Case, user: User) -> dict[str, Any]:
    """`parent` and `target` (what it was joined with) or None; lists of `children`, `joined` and `near`. What this person
    may not open is left out: a link that ends at "not found" would say that there is something."""
    visible = Case.objects.visible_to(user)
    near = _near(case)
    asked = [case.parent_id, case.merged_into_id, *(found.case.pk for found in near)]
    known = set(visible.filter(pk__in=[pk for pk in asked if pk]).values_list("pk", flat=True))
    return {
        "parent": case.parent if case.parent_id in known else None,
        "target": case.merged_into if case.merged_into_id in known else None,
        "children": list(visible.filter(parent=case)),
        "joined": list(visible.filter(merged_into=case)),
        "near": [found for found in near if found.case.pk in known],
    }


def _near(case: Case) -> list[duplicates.Near]:
    if case.latitude is None or case.longitude is None or not case.is_open:
        return []
    found = duplicates.nearby(
        latitude=case.latitude, longitude=case.longitude, category=case.category, text=case.text
    )
    return [near for near in found if near.case.pk != case.pk]
