"""What the knowledge base hands to the house at start-up."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from knowledge import catalogue, feedback, listing, search_log
from portal import registries

NOTICES_ON_HOME = 4


def notices(request: HttpRequest) -> dict[str, Any]:
    """The newest public notices, for the home page."""
    return {"notices": listing.newest_notices(get_language() or "", NOTICES_ON_HOME)}


def move_in() -> None:
    registries.catalogue_consumers.add(catalogue.consume)
    registries.home_tiles.add(registries.Tile("notices", "knowledge/_notices.html", notices, order=20))
    registries.page_end_parts.add("knowledge/_feedback.html")
    registries.retention_rules.add(registries.RetentionRule("search log", search_log.forget))
    registries.retention_rules.add(registries.RetentionRule("feedback", feedback.forget))
