"""Published cases for machines: feeds, CSV and GeoJSON, by the same filter as the list. No person occurs in them.

Who asks again with the ETag of the last answer is told "unchanged". There is no Last-Modified: a case that was hidden
leaves no newer date behind, and a filter of days changes by itself.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Extract
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from complaints.models import ArrangementStamp, Case
from complaints.public import listing
from complaints.public.finding import in_order
from complaints.public.listing import Wanted
from complaints.views.public import read_wish
from complaints.workflow import OPEN
from portal import downloads, links, spreadsheets
from portal.models import City
from portal.pages import known_by_content

COLUMNS = ["number", "kind", "category", "main_category", "state", "open", "created", "changed", "closed", "text", "answer", "area", "address", "latitude", "longitude", "url"]  # fmt: skip
_READ = (
    "number", "kind", "state", "created_at", "updated_at", "closed_at", "public_text", "public_note", "address", "public_address",
    "latitude", "longitude", "category__name", "category__parent__name", "area__name",
)  # fmt: skip
IN_FEED = 50
WRITTEN_AS = 1  # raise it when the same cases are written differently: what others keep of them ends


class _Steady:
    """An empty feed says the same whenever it is asked; Django would say: changed right now."""

    def latest_post_date(self) -> datetime:
        latest: datetime = super().latest_post_date()  # type: ignore[misc]  # of the feed beside
        return latest if self.items else datetime.fromtimestamp(0, UTC)  # type: ignore[attr-defined]


class _Atom(_Steady, Atom1Feed):
    pass


class _Rss(_Steady, Rss201rev2Feed):
    pass


FEEDS: dict[str, Any] = {"atom": _Atom, "rss": _Rss}


@require_safe
@known_by_content
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """The newest published cases of the filter, as Atom or RSS."""
    wish = read_wish(request)
    language = get_language() or "de"
    about = [
        part
        for part in (wish.category and wish.category.name_in(language), wish.area and wish.area.name)
        if part
    ]
    made = FEEDS[form](
        title=" – ".join([_("Reports"), *about, City.current().name]),
        link=links.absolute(f"{reverse('complaints:list')}?{wish.query()}"),
        feed_url=links.absolute(request.get_full_path()),
        description=_("What citizens reported and what became of it"),
        language=language,
        author_name=City.current().name,
    )
    for case in listing.newest(wish, IN_FEED, "category"):
        page = links.absolute(reverse("complaints:case", args=[case.number]))
        name = case.category.name_in(language) if case.category else case.get_kind_display()
        made.add_item(
            title=", ".join(filter(None, [name, case.shown_address])),
            link=page,
            unique_id=page,
            description=_marked_up(f"{case.get_state_display()}: {case.public_text}"),
            pubdate=case.created_at,
            updateddate=case.updated_at,
            categories=[name],
        )
    return HttpResponse(made.writeString("utf-8"), content_type=FEEDS[form].content_type)


def _marked_up(text: str) -> str:
    """Readers of feeds take it for HTML: what looks like markup stays text."""
    return linebreaksbr(text, autoescape=True)


def _state(request: HttpRequest) -> str | None:
    """What the tables of this filter depend on, without reading the cases; of words only the cases themselves can tell."""
    wish = read_wish(request)
    if wish.text:
        return None
    changed = Extract("updated_at", "epoch") * 1_000_000  # to the microsecond
    cases = wish.search().walked().order_by().aggregate(n=Count("pk"), changed=Sum(changed))
    arranged = ArrangementStamp.objects.values_list("stamp", flat=True).first()
    facts = (WRITTEN_AS, request.get_full_path(), get_language(), arranged, *cases.values())
    return f'"{salted_hmac("complaints.opendata", repr(facts)).hexdigest()}"'


@require_safe
@condition(etag_func=_state)
def table(request: HttpRequest) -> StreamingHttpResponse:
    """All published cases of the filter as CSV (UTF-8 with a mark, so that spreadsheets read umlauts)."""
    wish = read_wish(request)
    response = StreamingHttpResponse(_csv(_rows(_all(wish))), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = downloads.disposition(pgettext("file", "reports") + ".csv")
    return response


@require_safe
@condition(etag_func=_state)
def geojson(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a GeoJSON FeatureCollection; cases without a position have no geometry."""
    wish = read_wish(request)
    response = StreamingHttpResponse(_features(_rows(_all(wish))), content_type="application/geo+json")
    response["Content-Disposition"] = downloads.disposition(pgettext("file", "reports") + ".geojson")
    return response


def _all(wish: Wanted) -> Iterator[Case]:
    """In pieces: the first is on its way at once, and no more than some hundred rows are ever held."""
    cases = Case.objects.public().select_related("category", "category__parent", "area").only(*_READ)
    for keys in wish.search().all_newest_first():
        yield from in_order(cases, keys)


def _rows(cases: Iterable[Case]) -> Iterator[dict[str, Any]]:
    for case in cases:
        category = case.category
        yield {
            "number": case.number,
            "kind": case.kind,
            "category": category.name if category else "",
            "main_category": category.parent.name if category and category.parent else "",
            "state": case.state,
            "open": case.state in OPEN,
            "created": case.created_at.isoformat(timespec="seconds"),
            "changed": case.updated_at.isoformat(timespec="seconds"),
            "closed": case.closed_at.isoformat(timespec="seconds") if case.closed_at else "",
            "text": case.public_text,
            "answer": case.public_note,
            "area": case.area.name if case.area else "",
            "address": case.shown_address,
            "latitude": case.latitude,
            "longitude": case.longitude,
            "url": links.absolute(reverse("complaints:case", args=[case.number])),
        }


def _csv(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    out.write("\ufeff")
    writer.writeheader()
    for row in rows:
        row["open"] = "true" if row["open"] else "false"  # for programs, as the states are
        writer.writerow({name: spreadsheets.harmless(cell) for name, cell in row.items()})
        if out.tell() > 60_000:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _features(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield '{"type": "FeatureCollection", "features": ['
    comma = ""
    for row in rows:
        latitude, longitude = row.pop("latitude"), row.pop("longitude")
        point = None if latitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
        yield comma + json.dumps(
            {"type": "Feature", "geometry": point, "properties": row}, ensure_ascii=False
        )
        comma = ",\n"
    yield "]}"
