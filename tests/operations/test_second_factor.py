"""Nobody works in the back office with a password alone, where the city asks for a second factor."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from portal.models import Role
from portal.staff.second_factor import SAID_ANEW
from tests.builders import a_clerk, the_city

pytestmark = pytest.mark.django_db
PASSWORD = "geheim-genug-12"


@pytest.fixture(autouse=True)
def asked(settings):
    settings.SECOND_FACTOR = True
    the_city()


def sign_in(client: Client, user):
    return client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})


def code(secret: str, at: float | None = None) -> str:
    return f"{hotp_value(secret, int(at or time.time()) // 30):06d}"


def test_the_back_office_sends_to_the_sign_in_and_back(client):
    response = client.get("/amt/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/amt/konto/anmelden/?next=/amt/")
    assert b"kern-btn" in response.content


def test_without_a_second_factor_the_first_thing_is_to_set_one_up(client):
    assert sign_in(client, a_clerk()).status_code == 302
    response = client.get("/amt/")
    assert response.url == reverse("mfa_index")
    assert client.get(response.url).status_code == 200


def test_with_an_app_the_code_is_asked_and_opens_the_door(client):
    user = a_clerk()
    secret = TOTP.activate(user, "JBSWY3DPEHPK3PXP").instance.data and "JBSWY3DPEHPK3PXP"
    response = sign_in(client, user)
    assert response.url.startswith(reverse("mfa_authenticate"))
    assert client.get("/amt/").status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 302
    assert client.get("/amt/").status_code == 200


def test_a_code_opens_once_on_whichever_process_it_is_tried(client):
    user = a_clerk()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    right = code("JBSWY3DPEHPK3PXP")
    sign_in(client, user)
    assert client.post(reverse("mfa_authenticate"), {"code": right}).status_code == 302
    cache.clear()  # what another process remembers
    elsewhere = Client()
    sign_in(elsewhere, user)
    assert elsewhere.post(reverse("mfa_authenticate"), {"code": right}).status_code == 200
    assert elsewhere.get("/amt/").status_code == 302


def test_somebody_signed_in_does_not_become_another_by_that_ones_password_alone(client):
    me, chief = a_clerk(), a_clerk(Role.ADMINISTRATOR)
    TOTP.activate(me, "JBSWY3DPEHPK3PXP")
    TOTP.activate(chief, "JBSWY3DPEHPK3PXP")
    client.force_login(me)
    for door in ("/amt/login/", "/amt/login/?next=/amt/portal/user/"):
        client.post(door, {"username": chief.username, "password": PASSWORD})
        assert client.session["_auth_user_id"] == str(me.pk)
    assert client.get("/amt/portal/user/").status_code == 403


def test_codes_cannot_be_tried_one_after_the_other_from_many_addresses(client, settings):
    settings.TRUSTED_PROXIES = 1
    user = a_clerk()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    sign_in(client, user)
    seen = {
        client.post(
            reverse("mfa_authenticate"), {"code": "000000"}, headers={"X-Forwarded-For": f"192.0.2.{n}"}
        ).status_code
        for n in range(11)
    }
    assert 429 in seen


def test_the_whole_set_up_with_an_app(client):
    user = a_clerk()
    sign_in(client, user)
    asked = client.get(reverse("mfa_activate_totp"))
    # the password once more before the lock changes
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert client.post(asked.url, {"password": PASSWORD}).status_code == 302
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    secret = client.session["mfa.totp.secret"]
    codes = client.post(reverse("mfa_activate_totp"), {"code": code(secret)}, follow=True)
    assert codes.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert len(codes.context["unused_codes"]) == 10
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 200
    assert client.get("/amt/").status_code == 200


def test_the_citys_own_sign_in_brings_its_own_second_factor(client):
    user = a_clerk()
    sign_in(client, user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "socialaccount", "at": time.time(), "provider": "city"}
    ]
    session.save()
    assert client.get("/amt/").status_code == 200


def test_staff_cannot_sign_up_by_themselves(client):
    assert client.get(reverse("account_signup")).status_code == 404


def test_staff_are_not_called_by_their_first_names():
    with override("de"):
        said = [gettext(text) for text in SAID_ANEW]
    assert len(said) == len([text for text in said if re.search(r"\b(Sie|Ihr)\b", text)])


def test_where_it_is_not_asked_the_plain_sign_in_stays(client, settings):
    settings.SECOND_FACTOR = False
    assert client.get("/amt/login/").status_code == 200
    client.force_login(a_clerk())
    assert client.get("/amt/").status_code == 200


def test_where_the_city_has_its_own_sign_in_the_way_leads_to_its_button(client, settings):
    settings.SECOND_FACTOR = False
    settings.OIDC_SERVER = "https://sign-in.example"
    assert client.get("/amt/login/?next=/amt/").url.startswith(reverse("account_login"))


def test_passwords_cannot_be_tried_at_the_plain_sign_in_either(client, settings):
    settings.SECOND_FACTOR = False
    tries = [client.post("/amt/login/", {"username": "x", "password": str(n)}).status_code for n in range(31)]
    assert tries[0] == 200
    assert tries[-1] == 429


@pytest.mark.parametrize(
    "name", ["account_login", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_logout"]
)
def test_pages_hold_no_inline_script_or_style(client, name):
    if name != "account_login":
        sign_in(client, a_clerk())
    page = client.get(reverse(name), follow=True)
    html = page.content.decode()
    assert page.status_code == 200
    assert "<style" not in html
    assert 'style="' not in html
    for start in html.split("<script")[1:]:
        tag = start.split(">", 1)[0]
        assert "src=" in tag or "application/json" in tag, tag
