"""Signing in, the second factor, and the city's own sign-in; everything else of allauth stays closed."""

from allauth.account import views
from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from portal.staff import codes
from portal.throttle import hit, limited


def closed(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404


def second_step(request: HttpRequest) -> HttpResponse:
    """allauth counts wrong codes in the memory of one process; six digits want a count that all hosts share."""
    stage = get_pending_stage(request)
    if request.method == "POST" and stage is not None:
        hit(scope="staff second factor", key=str(stage.login.user.pk), limit=10, seconds=900)
    answer: HttpResponse = AuthenticateView.as_view()(request)
    return answer


codes.install()
sign_in = limited("staff sign-in", limit=30, seconds=300)(views.LoginView.as_view())

urlpatterns: list[URLPattern | URLResolver] = [
    path("anmelden/", sign_in, name="account_login"),
    path("abmelden/", views.LogoutView.as_view(), name="account_logout"),
    path("bestaetigen/", views.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("gesperrt/", views.AccountInactiveView.as_view(), name="account_inactive"),
    path("neu/", closed, name="account_signup"),
    path("zweiter-faktor/authenticate/", second_step),
    path("zweiter-faktor/", include("allauth.mfa.urls")),
]
if settings.OIDC_SERVER:
    urlpatterns += [
        path("stadt/", include("portal.staff.city_sign_in")),
        path("stadt/", include("allauth.socialaccount.urls")),
    ]
