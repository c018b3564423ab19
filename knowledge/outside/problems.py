"""How the house says no under /api/ when no view of ours was asked: in JSON, as the interface does."""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _


def voice(request: HttpRequest, status: int) -> JsonResponse:
    sentences = {400: _("This request can't be read."), 404: _("There is nothing at this address.")}
    return JsonResponse({"detail": sentences.get(status, _("Something went wrong here."))}, status=status)
