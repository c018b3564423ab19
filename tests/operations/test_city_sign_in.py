"""The whole way to the city's own sign-in and back, with a real server that checks what OpenID Connect asks of us."""

import json
import os
import subprocess
import sys

import pytest

from tests.operations import city_server

pytestmark = (
    pytest.mark.django_db
)  # not for its transaction: only tests that say so get the database of tests


@pytest.fixture(scope="module")
def found(database_url):
    with city_server.standing() as server:
        surroundings = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": database_url,
            "DEBUG": "1",  # plain HTTP and plain static files
            "OIDC_SERVER": server.address,
            "OIDC_CLIENT_ID": "house",
            "OIDC_SECRET": city_server.SECRET,
        }
        walk = "import django; django.setup(); from tests.operations import city_walk; city_walk.main()"
        done = subprocess.run(
            [sys.executable, "-c", walk], env=surroundings, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_who_is_known_by_a_verified_address_comes_where_the_way_began(found):
    assert found["known"][0] == found["known again"][0] == "/amt/tastatur/"
    assert found["accounts"] == ["1", "True"]  # one link, and the password stays


@pytest.mark.parametrize(
    ("person", "told"),
    [
        ("claimed", "Sie haben hier noch kein Konto."),
        ("new", "Sie haben hier noch kein Konto."),
        ("closed", "Ihr Konto hier ist gesperrt."),
        ("access_denied", "Sie haben sich am Server der Stadt nicht angemeldet."),
        ("server_error", "Die Anmeldung der Stadt hat nicht geklappt."),
        ("overheard", "Die Anmeldung der Stadt hat nicht geklappt."),
        ("another state", "Die Anmeldung der Stadt hat nicht geklappt."),
    ],
)
def test_who_does_not_get_in_stands_at_the_sign_in_again_and_reads_why(found, person, told):
    place, sentence = found[person]
    assert place == "/amt/konto/anmelden/"
    assert sentence.startswith(told)
