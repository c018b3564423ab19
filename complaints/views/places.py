"""Addresses while somebody types or points at the map, and the plan under it. The form works without them: it finds the place when it is sent."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from complaints.places import locating, plan
from complaints.rules import arrangements, routing

LONGEST = 120
KEPT_SECONDS = 300


@require_safe
def addresses(request: HttpRequest) -> JsonResponse:
    """What may be meant by what was typed so far."""
    typed = request.GET.get("q", "")[:LONGEST]
    return _public({"addresses": locating.suggestions(typed) if len(typed.strip()) > 2 else []})


@require_safe
def position(request: HttpRequest) -> JsonResponse:
    """Where an address (q) lies, or which address a position has and whether it lies in the city."""
    if typed := request.GET.get("q", "")[:LONGEST]:
        hit = locating.find(typed)
        return _public(
            {"latitude": hit.latitude, "longitude": hit.longitude, "exact": hit.exact} if hit else {}
        )
    try:
        latitude, longitude = (float(request.GET.get(name, "")) for name in ("latitude", "longitude"))
    except ValueError:
        return JsonResponse({"error": "q, or latitude and longitude"}, status=400)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return JsonResponse({"error": "latitude, longitude"}, status=400)
    try:
        routing.area_at(latitude, longitude, arrangements.current())
    except routing.OutsideCity:
        return _public({"address": "", "inside": False})
    return _public({"address": locating.words_for(latitude, longitude), "inside": True})


@require_safe
def drawing(request: HttpRequest) -> HttpResponse:
    """The plan that the map draws where the city names no server of map pictures."""
    response = HttpResponse(plan.drawn(), content_type="application/json")
    response["Cache-Control"] = f"public, max-age={plan.KEPT_SECONDS}"
    return response


def _public(found: dict[str, object]) -> JsonResponse:
    response = JsonResponse(found)
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response
