"""Whatever goes wrong, people read it in their language, with a phone number and a way on."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory
from django.utils.translation import gettext, override

from portal.gate import errors
from portal.models import City
from tests.builders import the_city

pytestmark = pytest.mark.django_db
LANGUAGES = ("de", "en", "pl", "cs", "hu", "bg")
PHONE = "07321 4711"


def _database_away(request: HttpRequest) -> HttpResponse:
    try:
        raise OperationalError
    except OperationalError:
        return errors.server_error(request)


PAGES = {
    "We could not read this request": lambda request: errors.bad_request(request, ValueError()),
    "That was too large": lambda request: errors.bad_request(request, RequestDataTooBig()),
    "You may not open this page": lambda request: errors.permission_denied(request, PermissionDenied()),
    "This form was open too long": errors.csrf_failure,
    "We did not find this page": lambda request: errors.not_found(request, ValueError()),
    "This page cannot do that": lambda request: errors.wrong_method(request, HttpResponseNotAllowed(["GET"])),
    "That was too often": lambda request: errors.too_many(request, 90),
    "Something went wrong on our side": errors.server_error,
    "We are back in a moment": _database_away,
}


@pytest.fixture(autouse=True)
def _known_city() -> None:
    the_city(name="Lindenau", phone=PHONE, languages=list(LANGUAGES))
    City.current()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("heading", PAGES)
def test_an_error_is_said_in_the_readers_language_with_a_way_on(
    rf: RequestFactory, heading: str, language: str
):
    start = "/" if language == "de" else f"/{language}/"
    with override(language):
        page = PAGES[heading](rf.get(f"{start}kaputt/")).content.decode()
        said = gettext(heading)
    assert language == "en" or said != heading
    assert f"<h1>{said}</h1>" in page
    assert f'<html lang="{language}"' in page
    assert PHONE in page
    assert f'<a href="{start}">' in page
