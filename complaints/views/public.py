"""Public list and map: moderated text only. Works without a map; the map asks for its marks by itself."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.intake.forms import SubscribeForm
from complaints.models import Area, Case, Category, Message, Photo
from complaints.public import listing, status
from complaints.public.listing import Wanted
from complaints.workflow import Kind
from portal import numbers, pages
from portal.pages import known_by_content

STATES = (
    ("", gettext_lazy("all")),
    ("open", gettext_lazy("open")),
    ("closed", gettext_lazy("done or closed")),
)


def read_wish(request: HttpRequest) -> Wanted:
    """The filter of the address parameters; the tables are asked only for what is named."""
    category, area = request.GET.get("category", ""), request.GET.get("area", "")
    categories = list(Category.objects.filter(active=True, slug=category)) if category else []
    areas = list(Area.objects.filter(is_public=True, slug=area).defer("geometry")) if area else []
    return listing.wanted(request.GET, categories, areas)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list, with the map beside it."""
    wish = read_wish(request)
    cases, following = listing.page(wish, request.GET.get("before", ""))
    language = get_language() or "de"
    for case in cases:
        case.label = case.category.name_in(language) if case.category else case.get_kind_display()  # type: ignore[attr-defined]  # for the template
        case.sentence = status.said_to_all(case.state)  # type: ignore[attr-defined]  # for the template
    context = {
        "cases": cases,
        # what the list shows, in short: the same list is drawn once, a changed one anew
        "shown": repr([_shown(case) for case in cases]),
        "wish": wish,
        "topics": SimpleLazyObject(lambda: _topics(wish, language)),  # the filter is kept for half a minute
        "areas": SimpleLazyObject(lambda: list(Area.objects.filter(is_public=True).defer("geometry"))),
        "named": [
            (topic.name_in(language), wish.query(q="", category=topic.slug))
            for topic in ([] if wish.category else listing.topics_named(wish.text, language))
        ],
        "following": wish.query(before=following) if following else "",
        "states": STATES,
        "here": wish.query(),
    }
    response = pages.render_page(request, "complaints/list.html", context, fragment="complaints/_list.html")
    return pages.allow_map_tiles(response)


def _shown(case: Any) -> tuple[Any, ...]:
    return (
        case.number,
        case.state,
        case.shown_address,
        case.public_text[:240],
        case.area and case.area.name,
        case.label,
    )


@require_safe
@known_by_content
def marks(request: HttpRequest) -> JsonResponse:
    """The marks of a window of the map: [latitude, longitude, count, open, number or ""]."""
    try:
        box, zoom = listing.window(request.GET)
    except ValueError:
        return JsonResponse({"error": listing.WINDOW}, status=400)
    wish = read_wish(request)
    found, are_newest = listing.spots(wish, box, zoom)
    single = [spot.case_id for spot in found if spot.case_id]
    known = dict(Case.objects.public().filter(pk__in=single).values_list("pk", "number"))
    rows = [
        [round(s.latitude, 6), round(s.longitude, 6), s.count, s.is_open, known.get(s.case_id or 0, "")]
        for s in found
    ]
    response = JsonResponse(
        {"marks": rows, "newest": are_newest, "page": reverse("complaints:case", args=["NUMBER"])}
    )
    response["Cache-Control"] = "public, max-age=30"
    return response


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: its published words; of others only how far it is. Joined ones lead to the one they were joined with."""
    try:
        number = numbers.normalise(number)
    except numbers.NotANumber:
        raise Http404 from None
    found = get_object_or_404(
        Case.objects.select_related("category", "area", "merged_into", "department"), number=number
    )
    if found.merged_into is not None and found.merged_into.is_public:
        return pages.see_other(request, "complaints:case", found.merged_into.number)
    if found.state == "refused":
        raise Http404
    return case_page(request, found)


def case_page(request: HttpRequest, case: Case, *, refused: SubscribeForm | None = None) -> HttpResponse:
    """The page of a case; with the form to follow it as it was typed, if that was refused."""
    context = {"case": case, "sentence": status.said_to_all(case.state), **_about(case)}
    if refused is not None:
        context["form"] = refused
    page = pages.render_page(request, "complaints/case.html", context, status=422 if refused else 200)
    return pages.allow_map_tiles(page)


@require_safe
def photo(request: HttpRequest, key: str) -> HttpResponse:
    """A published photo, in its blurred copy."""
    found = get_object_or_404(Photo, key=key, is_public=True, case__is_public=True)
    try:
        response = FileResponse(found.published.open(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "public, max-age=300"
    return response  # type: ignore[return-value]  # a file is an answer too


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Where is my report? By its number."""
    typed = request.GET.get("number", "")
    wrong = ""
    if typed:
        try:
            number = numbers.normalise(typed)
        except numbers.NotANumber:
            wrong = _("This is not a number of ours. It looks like A-4KJ7-93HB.")
        else:
            if Case.objects.filter(number=number).exclude(state="refused").exists():
                return pages.see_other(request, "complaints:case", number)
            wrong = _("We do not know this number.")
    context = {"typed": typed[:40], "wrong": wrong}
    return pages.render_page(request, "complaints/find.html", context, status=422 if wrong else 200)


def _about(case: Case) -> dict[str, Any]:
    """What everyone may know of a case; the words, photos and notes of published ones only."""
    category, formal = case.category, case.kind == Kind.COMPLAINT
    known: dict[str, Any] = {
        "category": category.name_in(get_language() or "de") if category and not formal else "",
        "may_join": case.is_open and not formal and category is not None and category.is_public,
    }
    if case.is_public:
        known |= {
            "photos": list(case.photos.filter(is_public=True)),
            "notes": list(case.messages.filter(visibility=Message.Visibility.PUBLIC)),
            "supporters": case.reporters.filter(is_first=False).count() + case.merged.count(),
            "form": SubscribeForm(),
        }
    return known


def _topics(wish: Wanted, language: str) -> list[dict[str, Any]]:
    """Main categories with their own below, each with the number of open cases."""
    numbers_of = listing.counts()
    categories = Category.objects.filter(active=True).order_by("order", "name")
    below: dict[int | None, list[Category]] = {}
    for category in categories:
        below.setdefault(category.parent_id, []).append(category)
    topics = []
    for main in below.get(None, []):
        parts = [
            {
                "slug": c.slug,
                "name": c.name_in(language),
                "open": numbers_of.get(c.pk, (0, 0))[0],
                "current": c == wish.category,
            }
            for c in below.get(main.pk, [])
            if c.is_public
        ]
        opened = (
            sum(numbers_of.get(c.pk, (0, 0))[0] for c in below.get(main.pk, []))
            + numbers_of.get(main.pk, (0, 0))[0]
        )
        topics.append(
            {
                "slug": main.slug,
                "name": main.name_in(language),
                "open": opened,
                "parts": parts,
                "current": main == wish.category,
            }
        )
    return topics
