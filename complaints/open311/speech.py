"""Answers in the caller's format, refusals included: also those of the house around (404, 413, 429, 500)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt  # programs have a key, no session

from complaints.open311 import records, wire
from complaints.open311.records import Fault
from portal.pages import known_by_content

Answer = tuple[str, wire.Node]  # name of the root element, tree
View = Callable[..., Answer]


class Refused(Exception):
    """The call cannot be served; `faults` say why, the first one gives the HTTP status."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.description for fault in faults))
        self.faults = faults


def endpoint(**views: View) -> Callable[..., HttpResponse]:
    """One address: `endpoint(GET=…, POST=…)`. The last part of the path chooses the format."""
    allowed = [*views, *(["HEAD"] if "GET" in views else []), "OPTIONS"]

    @known_by_content  # who asks again with the ETag is told "unchanged"
    @csrf_exempt  # no cookie is looked at: a foreign page gains nothing
    def answer(request: HttpRequest, *, form: str, **named: Any) -> HttpResponse:
        if form not in wire.CONTENT_TYPES:
            return refuse(
                request, [Fault(404, _("There is XML and JSON: end the address in .xml or .json."))]
            )
        if request.method == "OPTIONS":
            return _options(allowed)
        view = views.get("GET" if request.method == "HEAD" else request.method or "")
        if view is None:
            response = refuse(request, [Fault(405, _("This address does not know that method."))])
            response["Allow"] = ", ".join(allowed)
            return response
        return _said(request, form, lambda: view(request, **named))

    return answer


def _said(request: HttpRequest, form: str, view: Callable[[], Answer]) -> HttpResponse:
    try:
        root, tree = view()
    except Refused as refusal:
        return refuse(request, refusal.faults)
    except Http404:
        return refuse(request, [Fault(404, _("There is nothing here."))])
    except RequestDataTooBig:
        return refuse(request, [Fault(413, _("More data than we take at once."))])
    except (BadRequest, MultiPartParserError, UnicodeError):
        return refuse(request, [Fault(400, _("The request cannot be read."))])
    return _response(wire.render(root, tree, form=form), form, 200)


def refuse(request: HttpRequest, faults: Sequence[Fault]) -> HttpResponse:
    form = "json" if request.path.endswith(".json") else "xml"
    status = faults[0].code if faults else 400
    return _response(wire.render("errors", records.errors(faults), form=form), form, status)


def _response(body: bytes, form: str, status: int) -> HttpResponse:
    response = HttpResponse(body, content_type=wire.CONTENT_TYPES[form], status=status)
    response["Access-Control-Allow-Origin"] = "*"  # public data, and no cookie is ever looked at
    return response


def _options(allowed: Sequence[str]) -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = ", ".join(allowed)
    response["Access-Control-Allow-Origin"] = "*"
    return response


_SENTENCES: dict[int, Callable[[], str]] = {
    400: lambda: _("The request cannot be read."),
    403: lambda: _("That is not allowed."),
    404: lambda: _("There is nothing here."),
    405: lambda: _("This address does not know that method."),
    413: lambda: _("More data than we take at once."),
    429: lambda: _("Too many requests; please wait a little."),
    503: lambda: _("The service is away for a moment."),
}


def voice(request: HttpRequest, status: int) -> HttpResponse:
    """What the house says under /open311/ when no view of ours was asked."""
    sentence = _SENTENCES.get(status, lambda: _("Something went wrong here."))()
    return refuse(request, [Fault(status, sentence)])
