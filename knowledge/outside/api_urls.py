"""The routes of `/api/v1`, loaded with the first call: its library weighs 11 MB a worker, and most workers never see one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from knowledge.outside.api import api
from portal.pages import known_by_content


def _answering_head(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """ninja knows no HEAD: it is answered like GET, and the server leaves the body out."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        return view(request, *args, **kwargs)

    return answer


urlpatterns = api.urls[0]
for pattern in urlpatterns:
    if isinstance(pattern, URLPattern):  # who asks again with the ETag is told "unchanged"
        pattern.callback = known_by_content(_answering_head(pattern.callback))
