"""What may help at once: answers and appointments of the other services, offered before a report is written."""

from portal import registries
from portal.registries import SearchHit

MOST = 4


def helpful(text: str, language: str) -> list[SearchHit]:
    """The best hits of every search source for what the citizen typed; each source at most two."""
    found = [hit for source in registries.search_sources for hit in source(text[:300], language, 2)[:2]]
    return found[:MOST]
