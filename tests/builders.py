"""The smallest valid objects of the kernel. A test names only what it is about."""

from itertools import count
from typing import Any

from portal.models import City, Department, Membership, Office, Role, Service, User

_number = count(1)


def the_city(**fields: Any) -> City:
    city, _new = City.objects.update_or_create(pk=1, defaults={"name": "Lindenau", **fields})
    from portal.kept_values import values

    values().delete(City.CACHE_KEY)
    return city


def a_department(**fields: Any) -> Department:
    n = next(_number)
    return Department.objects.create(**{"name": f"Amt {n}", "slug": f"amt-{n}", **fields})


def an_office(**fields: Any) -> Office:
    n = next(_number)
    fields.setdefault("department", None)
    fields["department"] = fields["department"] or a_department()
    return Office.objects.create(**{"name": f"Bürgerbüro {n}", "slug": f"buergerbuero-{n}", **fields})


def a_service(**fields: Any) -> Service:
    n = next(_number)
    return Service.objects.create(**{"name": f"Leistung {n}", "slug": f"leistung-{n}", **fields})


def a_clerk(role: str = Role.CLERK, department: Department | None = None, **fields: Any) -> User:
    """A member of staff with one role in one department, able to sign in (password "geheim-genug-12")."""
    n = next(_number)
    user = User.objects.create_user(
        **{"username": f"person{n}", "password": "geheim-genug-12", "is_staff": True, **fields}
    )
    Membership.objects.create(user=user, department=department or a_department(), role=role)
    return user
