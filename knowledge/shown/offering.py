"""Pages and appointments that may help somebody at once who is writing something else: a report, for example."""

from django.utils.translation import gettext as _

from knowledge.articles import retrieval
from knowledge.shown import listing
from portal.registries import SearchHit

_SURE = 0.6  # more than a search page needs: nobody asked for these, and a wrong one is in the way
_BESIDE_THE_BEST = 0.6  # share of the best score: what is further behind is about something else


def beside(text: str, language: str, limit: int) -> list[SearchHit]:
    """The best pages for what was typed, each followed by its appointment; nothing where the search is not sure."""
    found = retrieval.search(text, language=language, limit=limit, quote=False)
    if found.confidence < _SURE:
        return []
    hits = []
    near = [int(hit.key) for hit in found.hits if hit.score >= _BESIDE_THE_BEST * found.hits[0].score]
    for row in listing.rows(near, language):
        hits.append(SearchHit(row.title, row.url, row.summary, "article"))
        if row.book_url:
            hits.append(
                SearchHit(_("Book an appointment") + f": {row.title}", row.book_url, kind="appointment")
            )
    return hits
