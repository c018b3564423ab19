"""The city's own sign-in (OpenID Connect): to its server and back."""

import logging
from collections.abc import Callable
from functools import wraps

import requests
from allauth.socialaccount.providers.openid_connect import views
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)
Step = Callable[[HttpRequest, str], HttpResponse]


def _step(view: Step) -> Step:
    """Both steps are GETs by the protocol, and both keep a session."""

    @wraps(view)
    def answer(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except (requests.RequestException, KeyError, ValueError) as error:  # away, or its answer is none
            logger.warning("The city's sign-in failed: %s", type(error).__name__)
            messages.error(request, _("The city's sign-in does not answer. Please try again later."))
            return redirect("account_login")

    answer.writes_on_get = True  # type: ignore[attr-defined]
    return answer


urlpatterns = [
    path("oidc/<str:provider_id>/login/", _step(views.login), name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", _step(views.callback), name="openid_connect_callback"),
]
