"""Page, fragment or redirect: decided here and nowhere else."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.http import parse_http_date_safe
from django.utils.safestring import SafeString
from django_htmx.http import HttpResponseClientRedirect

from portal.models import City

R = TypeVar("R", bound=HttpResponseBase)

HTMX_HEADERS = ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"]


def wants_fragment(request: HttpRequest) -> bool:
    """True when htmx will swap the answer into a page that stands; history restore wants the page."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest,
    page: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole `page`, or only its `fragment` when htmx asks. Forms with errors answer 422."""
    template = fragment if fragment and wants_fragment(request) else page
    response = render(request, template, context, status=status)
    if fragment:
        patch_vary_headers(response, HTMX_HEADERS)
    return response


def page_or_fragment(
    request: HttpRequest, fragment: SafeString, page: Callable[[SafeString], str]
) -> HttpResponse:
    """The same for a `fragment` that is drawn already: `page` puts it into its page."""
    response = HttpResponse(fragment if wants_fragment(request) else page(fragment))
    patch_vary_headers(response, HTMX_HEADERS)
    return response


def see_other(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect the browser, not the little box htmx would swap the next page into."""
    response: HttpResponseRedirect = redirect(to, *args, **kwargs)
    if wants_fragment(request):
        return cast(HttpResponse, HttpResponseClientRedirect(response.url))
    response.status_code = 303
    return response


def known_by_content(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Who asks again for a page that has not changed is told so.

    Django's `conditional_page` leaves HEAD without an ETag, because a body may be missing; our views draw it for HEAD, too.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD") or "no-store" in response.get("Cache-Control", ""):
            return response
        if "ETag" not in response:
            set_response_etag(response)
        changed = parse_http_date_safe(response.get("Last-Modified", ""))
        return cast(
            HttpResponse, get_conditional_response(request, response.get("ETag"), changed, response=response)
        )

    return answer


def allow_map_tiles(response: R) -> R:
    """Let this one page load images from the city's map server; all others stay closed."""
    tiles = urlsplit(City.current().map_tiles_url.replace("{s}", "*"))
    if tiles.scheme and tiles.netloc:
        response._csp_update = {"img-src": [f"{tiles.scheme}://{tiles.netloc}"]}  # type: ignore[attr-defined]  # read by django-csp
    return response


def no_store(response: R) -> R:
    """Personal pages stay out of every cache."""
    response["Cache-Control"] = "no-store"
    return response
