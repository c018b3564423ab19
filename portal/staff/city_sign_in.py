"""The city's own sign-in (OpenID Connect): to its server and back."""

import logging
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect import views
from django.contrib import messages
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.models import User

logger = logging.getLogger(__name__)
Step = Callable[[HttpRequest, str], HttpResponse]
NONCE = "portal.city_nonce"  # in the session: what the server's answer must name


class CityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Whoever does not get in reads why at the sign-in, where the next try begins."""

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **further: Any
    ) -> None:
        if isinstance(exception, requests.RequestException):
            raise ImmediateHttpResponse(_does_not_answer(request, exception))
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(_back(request, _("You did not sign in at the city's server.")))
        logger.warning("The city's sign-in failed: %s: %s", error, exception)
        told = _(
            "The city's sign-in did not work. Please try again; if it fails again, tell your administration."
        )
        raise ImmediateHttpResponse(_back(request, told))

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Staff are made by an administrator; here their accounts are only found.

        allauth's own search by address takes the password away, because anybody could have signed up with it. Here nobody
        signs up, and a password is the way in while the city's server is away.
        """
        known = sociallogin.is_existing
        user = sociallogin.user if known else _by_address(sociallogin)
        if user is None:
            told = _(
                "You have no account here yet. Please ask your administration to add you with the e-mail address of the city's sign-in."
            )
            raise ImmediateHttpResponse(_back(request, told))
        if not user.is_active:
            told = _("Your account here is closed. Please ask your administration.")
            raise ImmediateHttpResponse(_back(request, told))
        if not known:
            sociallogin.connect(request, user)


class _AnswerToUs(views.OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """The library asks for no nonce: an answer that was given to another browser is none to this one."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        sociallogin = super().complete_login(request, app, token, **kwargs)
        named = str(sociallogin.account.extra_data.get("id_token", {}).get("nonce", ""))
        if not constant_time_compare(named, request.session.get(NONCE) or secrets.token_urlsafe()):
            raise OAuth2Error("The answer names another sign-in.")
        return sociallogin


def _by_address(sociallogin: Any) -> User | None:
    """The one person with an address that the city's server has verified; of two, the one whose account is open."""
    addresses = {
        address.email.lower()  # the server may name one twice
        for address in sociallogin.email_addresses
        if address.verified and address.email
    }
    found = list(User.objects.annotate(address=Lower("email")).filter(address__in=addresses))
    found = [user for user in found if user.is_active] or found
    return found[0] if len(found) == 1 else None


def _ask(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the city's server. Only we say what it is asked: the library would take more from the address."""
    nonce = request.session.setdefault(NONCE, secrets.token_urlsafe(16))
    asked = {name: request.GET[name] for name in ("next", "process") if name in request.GET}
    request.GET = QueryDict(urlencode(asked | {"auth_params": urlencode({"nonce": nonce})}))
    answer: HttpResponse = views.login(request, provider_id)
    return answer


def _hear(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        view = OAuth2CallbackView.adapter_view(_AnswerToUs(request, provider_id))
        answer: HttpResponse = view(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer


def _step(view: Step) -> Step:
    """Both steps are GETs by the protocol, and both keep a session."""

    @wraps(view)
    def answer(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except (requests.RequestException, KeyError, ValueError) as error:  # away, or its answer is none
            return _does_not_answer(request, error)

    answer.writes_on_get = True  # type: ignore[attr-defined]
    return answer


def _does_not_answer(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("The city's sign-in failed: %s", type(error).__name__)
    return _back(request, _("The city's sign-in does not answer. Please try again later."))


def _back(request: HttpRequest, told: str) -> HttpResponse:
    messages.error(request, told)
    return redirect("account_login")


urlpatterns = [
    path("oidc/<str:provider_id>/login/", _step(_ask), name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", _step(_hear), name="openid_connect_callback"),
]
