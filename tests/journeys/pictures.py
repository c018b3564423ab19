"""The pictures of the README: `make screenshots` loads the demo city, looks at it and writes docs/screenshots/*.png."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.urls import NoReverseMatch, reverse
from PIL import Image

from portal.models import User
from tests.journeys import steps

if TYPE_CHECKING:
    from tests.journeys.conftest import NewPage

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"
DESKTOP, PHONE = (1280, 860), (390, 780)
COLOURS = 128  # enough for flat pages, a third of the size
# name, URL name, arguments, what follows the path, size, dark, who is signed in
PUBLIC = [
    ("home", "home", {}, "", DESKTOP, False),
    ("home-phone", "home", {}, "", PHONE, False),
    ("home-dark", "home", {}, "", DESKTOP, True),
    ("service", "knowledge:service", {"slug": "personalausweis"}, "", DESKTOP, False),
    ("search", "knowledge:search", {}, "?q=Pass+abholen", DESKTOP, False),
    ("booking", "appointments:times", {"slug": "personalausweis"}, "", PHONE, False),
    ("report", "complaints:report", {}, "", PHONE, False),
    ("reports", "complaints:list", {}, "", DESKTOP, False),
    ("assistant", "assistant:ask", {}, "", PHONE, False),
]
OFFICE = [
    ("office", "admin:index", {}, "buergerbuero"),
    ("office-day", "desk:day", {"office": "buergerbuero-rathaus"}, "buergerbuero"),
    ("office-cases", "complaints_office:inbox", {}, "leitung-bauhof"),
    ("office-articles", "knowledge_office:articles", {}, "redaktion"),
]


@pytest.mark.django_db(transaction=True)
def test_take_the_pictures(open_page: "NewPage"):
    call_command("load_demo", verbosity=0)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, route, arguments, query, (width, height), dark in PUBLIC:
        if path := _path(route, arguments):
            page = open_page(width=width, height=height, dark=dark)
            page.goto(path + query)
            _keep(name, page.screenshot())
    for name, route, arguments, username in OFFICE:
        if path := _path(route, arguments):
            page = open_page(width=DESKTOP[0], height=DESKTOP[1], cookies=steps.session_of(_staff(username)))
            page.goto(path)
            _keep(name, page.screenshot())


def _staff(username: str) -> User:
    return User.objects.get(username=username)


def _path(route: str, arguments: dict[str, str]) -> str:
    try:
        return reverse(route, kwargs=arguments)
    except NoReverseMatch:
        return ""


def _keep(name: str, picture: bytes) -> None:
    """Fewer colours, so that the repository stays small."""
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS)
    image.save(FOLDER / f"{name}.png", optimize=True)
