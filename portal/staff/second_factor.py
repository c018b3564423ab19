"""How staff sign in: password and a second factor (authenticator app, passkey), or the city's own sign-in (OIDC).

The demo city does without (SECOND_FACTOR=0); everywhere else nobody works in the back office with a password alone.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal import throttle

OFFICE, ACCOUNT = "/amt/", "/amt/konto/"
SAID_ANEW = (  # allauth's own German says "du" to staff; our catalogue is asked first
    gettext_noop("You have signed out."),
    gettext_noop("Please type your current password."),
    gettext_noop("Your account has no password set up."),
    gettext_noop("You are about to generate a new set of recovery codes for your account."),
    gettext_noop("You are about to deactivate authenticator app based authentication. Are you sure?"),
)


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Staff are made by an administrator: no signing up, no mails from the sign-in itself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return OFFICE

    def get_client_ip(self, request: HttpRequest) -> str:
        return throttle.client_key(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails go through the outbox; the sign-in has none that staff would miss."""


class SecondFactorMiddleware:
    """Whoever has no second factor yet sets one up before anything else in the back office."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR and self._is_missing(request):
            messages.info(
                request, _("Please set up a second factor first: an authenticator app or a passkey.")
            )
            return redirect("mfa_index")
        return self.get_response(request)

    def _is_missing(self, request: HttpRequest) -> bool:
        if not request.path.startswith(OFFICE) or request.path.startswith(
            (ACCOUNT, "/amt/logout/", "/amt/jsi18n/")
        ):
            return False
        if not request.user.is_authenticated:
            return False
        records = get_authentication_records(request, request.user)
        came_by_city = any(record.get("method") == "socialaccount" for record in records)
        return not came_by_city and not is_mfa_enabled(request.user)
