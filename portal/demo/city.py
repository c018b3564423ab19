"""Builds the demo city: its people and offices, then whatever each service makes of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from portal import registries
from portal.demo.content import SOURCE, demo_catalogue, read
from portal.imports.catalogue_import import take_over
from portal.kept_values import values
from portal.models import CatalogueEntry, City, Department, Membership, Role, Service, User

PASSWORD = "lindenau-zeigt-wie"  # noqa: S105 - of the demo city only, printed when it is loaded
DemoProgress = Callable[[str], None]


class NotEmpty(RuntimeError):
    """There is a city in this database already; the demo city would mix with it."""


@dataclass(frozen=True)
class Login:
    username: str
    name: str
    role: str


def refuse_to_mix() -> None:
    """NotEmpty, unless the database is empty or holds the demo city itself."""
    foreign = Service.objects.exclude(
        external_id__in=CatalogueEntry.objects.filter(source=SOURCE).values("key")
    ).exists()
    people = {row["username"] for row in read("departments.toml")["person"]}
    if foreign or User.objects.exclude(username__in=people).filter(is_superuser=False).exists():
        raise NotEmpty("This database holds a city already. The demo city only goes into an empty one.")


def load(*, progress: DemoProgress) -> None:
    """The whole demo city; a second time changes nothing. What was loaded when a step fails stays consistent."""
    with transaction.atomic():
        progress("city, departments and people")
        _city()
        _departments()
        _people()
        progress("services, pages, offices and topics")
        take_over(catalogue=demo_catalogue(), force=True)
    for loader in registries.demo_loaders:
        progress(loader.name)
        loader.load(progress)


def is_loaded() -> bool:
    return CatalogueEntry.objects.filter(source=SOURCE).exists()


def logins() -> Iterator[Login]:
    """Who can sign in to the demo's back office, for people who try it out."""
    for row in read("departments.toml")["person"]:
        yield Login(row["username"], row["name"], row["roles"][0][0])


def _city() -> None:
    City.objects.update_or_create(pk=1, defaults=read("city.toml"))
    values().delete(City.CACHE_KEY)


def _departments() -> None:
    for row in read("departments.toml")["department"]:
        Department.objects.update_or_create(
            slug=row["slug"], defaults={"name": row["name"], "email": row["email"], "phone": row["phone"]}
        )


def _people() -> None:
    password = make_password(PASSWORD)
    departments = {department.slug: department for department in Department.objects.all()}
    for row in read("departments.toml")["person"]:
        user, _new = User.objects.update_or_create(
            username=row["username"],
            defaults={
                "last_name": row["name"],
                "email": f"{row['username']}@lindenau-aue.example",
                "is_staff": True,
            },
            create_defaults={
                "last_name": row["name"],
                "email": f"{row['username']}@lindenau-aue.example",
                "is_staff": True,
                "password": password,
            },
        )
        for role, department in row["roles"]:
            Membership.objects.get_or_create(user=user, department=departments[department], role=Role(role))
