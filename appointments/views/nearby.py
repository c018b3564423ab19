"""From where somebody comes: a typed place, for the distances to the offices."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from appointments.times import nearness
from appointments.times.rules import RuleBook
from appointments.times.timetable import Links
from portal import pages

LONGEST = 200


def is_asked(request: HttpRequest) -> bool:
    return request.method == "POST" and ("near" in request.POST or "meant" in request.POST)


def answer(request: HttpRequest, links: Links, book: RuleBook) -> HttpResponse | dict[str, Any]:
    """To the same page with the distances from there; or what it says when the place is not known."""
    text = (request.POST.get("meant") or request.POST.get("near", ""))[:LONGEST].strip()
    found = nearness.find(text, book)
    if found.position is None:
        return {"near": text, "meant": found.meant, "near_failed": True}
    return pages.see_other(
        request, f"{request.path}{links.to(view='offices', at=nearness.written(found.position))}"
    )
