"""What the knowledge base hands to the house at start-up."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from knowledge import feedback
from knowledge.editing import rights, workload
from knowledge.imports import catalogue
from knowledge.outside import problems
from knowledge.search import searched
from knowledge.shown import listing, offering
from portal import registries

NOTICES_ON_HOME = 4
SITUATIONS_ON_HOME = 8


def notices(request: HttpRequest) -> dict[str, Any]:
    """The newest public notices, for the home page."""
    return {"notices": listing.newest_notices(get_language() or "", NOTICES_ON_HOME)}


def situations(request: HttpRequest) -> dict[str, Any]:
    """Life situations, for the home page."""
    return {"situations": listing.life_situations(get_language() or "", SITUATIONS_ON_HOME)}


def move_in() -> None:
    registries.catalogue_consumers.add(catalogue.consume)
    registries.home_tiles.add(
        registries.Tile("life situations", "knowledge/_situations.html", situations, order=10)
    )
    registries.home_tiles.add(registries.Tile("notices", "knowledge/_notices.html", notices, order=20))
    registries.page_end_parts.add("knowledge/_feedback.html")
    registries.search_sources.add(offering.beside)
    registries.retention_rules.add(registries.RetentionRule("search log", searched.forget))
    registries.retention_rules.add(registries.RetentionRule("feedback", feedback.forget))
    registries.error_voices.add(registries.ErrorVoice("/api/", problems.voice))
    _furnish_the_office()


def _furnish_the_office() -> None:
    rights.grant_all()
    links, counts = registries.desk_links, registries.office_counts
    links.add(registries.DeskLink(_("Articles"), "knowledge_office:articles", rights.WRITE, order=50))
    links.add(registries.DeskLink(_("Content reports"), "knowledge_office:reports", rights.STEER, order=51))
    for count in workload.COUNTS:
        counts.add(count)
