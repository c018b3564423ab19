"""Staff who try the city's sign-in, in a process whose settings name its server; what is written is taken back at the end."""

import json
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.models import SocialAccount
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings, setup_test_environment

from tests.builders import a_clerk, the_city

LOGIN = "/amt/konto/stadt/oidc/city/login/"


def try_to_enter(person: str, *, state: str = "") -> tuple[str, str]:
    """Where somebody stands at the end, and what is told there."""
    client = Client()
    away = client.get(LOGIN + "?next=/amt/tastatur/")
    back = requests.get(f"{away['Location']}&person={person}", allow_redirects=False, timeout=5)
    way = urlsplit(back.headers["Location"] + state)
    page = client.get(f"{way.path}?{way.query}", follow=True)
    told = " ".join(str(message) for message in page.context["messages"])
    return page.redirect_chain[-1][0], told


def main() -> None:
    setup_test_environment()
    cheap = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    with override_settings(**cheap), transaction.atomic():
        call_command("migrate", "socialaccount", verbosity=0)  # only where the city's sign-in is used
        the_city()
        known = a_clerk(email="anna.amt@city.example")
        a_clerk(email="ANNA.amt@city.example", is_active=False)  # an earlier account of hers
        a_clerk(email="closed@city.example", is_active=False)
        found = {
            person: try_to_enter(person)
            for person in ("known", "claimed", "new", "closed", "access_denied", "server_error")
        }
        found["another state"] = try_to_enter("known", state="x")
        found["overheard"] = try_to_enter("overheard")
        found["known again"] = try_to_enter("known")
        known.refresh_from_db()
        found["accounts"] = (str(SocialAccount.objects.count()), str(known.has_usable_password()))
        transaction.set_rollback(True)
    print(json.dumps(found))
