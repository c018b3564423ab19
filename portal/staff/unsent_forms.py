"""A form of the back office that comes too late leads to the sign-in and back to its page, with the words in their fields.

Nothing is done by itself: the person looks, and presses the button again. Photos and other files have to be chosen anew.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from portal import backoffice, pages
from portal.models import UnsentWords
from portal.staff import filling, unsent

_ACCOUNT = ("/amt/konto/", "/amt/login/", "/amt/logout/")


class UnsentFormsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(unsent.OFFICE):
            return response
        if not request.path.startswith(_ACCOUNT):
            if request.method == "POST":
                response = _after_sending(request, response)
            elif request.method == "GET" and "unsent" in request.GET and request.user.is_authenticated:
                response = _with_words(request, response)
        unsent.remember_person(request, response)
        return response


def _after_sending(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep what came too late; let go what was sent after all."""
    too_late = getattr(request, "_csrf_refused", False) or _asks_to_sign_in(request, response)
    if too_late:
        person = unsent.author(request)
        if person is None or (request.user.is_authenticated and request.user.pk != person.pk):
            return response
        kept = unsent.keep(request, person)
        return response if kept is None else _led_to(request, kept)
    if response.status_code in {302, 303} and request.user.is_authenticated and "unsent" in request.POST:
        unsent.drop(person=request.user, key=request.POST["unsent"])
    return response


def _asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    to = response.headers.get("Location") or response.headers.get("HX-Redirect") or ""
    ways = {reverse("admin:login")}
    return not request.user.is_authenticated and urlsplit(to).path in ways


def _led_to(request: HttpRequest, kept: UnsentWords) -> HttpResponse:
    to = kept.address
    if not request.user.is_authenticated:
        to = redirect_to_login(to, reverse("admin:login")).url
    if pages.wants_fragment(request):
        return HttpResponseClientRedirect(to)
    answer = HttpResponseRedirect(to)
    answer.status_code = 303
    return answer


def _with_words(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    kept = unsent.of(request.user, request.GET["unsent"])
    if kept is None:
        return response
    if response.status_code in {301, 302, 303}:  # the form's own address leads to its page
        to = urlsplit(response.headers["Location"])
        if not to.netloc and to.path.startswith(unsent.OFFICE):
            page = f"{to.path}?{to.query}" if to.query else to.path
            response.headers["Location"] = UnsentWords(key=kept.key, page=page).address
        return response
    filled = None
    if response.status_code == 200 and not response.streaming:
        filled = filling.fill(
            response.content.decode(), page=request.path, sent_to=kept.path, values=kept.fields
        )
    if filled is None:  # what could be sent then cannot be sent any more
        shown = {name: "\n".join(values) for name, values in kept.fields.items() if any(values)}
        return pages.no_store(backoffice.render(request, "admin/unsent.html", {"kept": kept, "left": shown}))
    if not filled.is_seen:
        return response
    note = render_to_string("admin/_unsent.html", {"kept": kept, "left": filled.left}, request)
    response.content = filled.html.replace("<!--unsent-->", note, 1)
    return response
