"""Reporting in three pages: what happened, where, who. No account, no cookie, no JavaScript needed."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.intake import beside, drafting, duplicates, reporting
from complaints.intake.forms import ContactForm, PlaceForm, QuestionsForm, WhatForm
from complaints.models import Attribute, Case, Category, Draft
from complaints.places import locating
from complaints.places.place import Place
from complaints.rules import arrangements, routing
from complaints.rules.arrangements import Arrangements
from complaints.workflow import Kind
from portal import pages, throttle, untrusted

# Whole schools and offices share one address, so the limits stop floods, not classes.
_STEP = {"limit": 6000, "seconds": 600}


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("complaints.what", **_STEP)
def what(request: HttpRequest, key: UUID | None = None) -> HttpResponse:
    """Page 1, new or gone back to."""
    draft = get_object_or_404(Draft, pk=key) if key else None
    already = list(draft.photos.all()) if draft else []
    removed = [str(photo.key) for photo in already if str(photo.key) in request.POST.getlist("remove")]
    form = WhatForm(
        _posted(request),
        request.FILES or None,
        initial=draft.data if draft else _prefilled(request),
        already=len(already) - len(removed),
    )
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("text", "kind", "concerned")}
        images = form.cleaned_data["photos"]
        if draft is None:
            draft = drafting.begin(**values, images=images, category=_asked_category(request))
        else:
            drafting.drop_photos(draft=draft, keys=removed)
            drafting.change(draft=draft, **values, images=images)
        return pages.see_other(request, "complaints:report_where", draft.pk)
    if form.errors and form.good_photos:
        if draft is not None:
            drafting.drop_photos(draft=draft, keys=removed)
        draft = drafting.keep_photos(draft=draft, images=form.good_photos)
        already = list(draft.photos.all())
    intro = arrangements.current().settings.intro
    context = {"form": form, "draft": draft, "photos": already, "intro": intro}
    return pages.render_page(
        request, "complaints/report_what.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("complaints.where", **_STEP)
def where(request: HttpRequest, key: UUID) -> HttpResponse:
    """Page 2: topic and place; beside it what may help at once."""
    draft, city, language = get_object_or_404(Draft, pk=key), arrangements.current(), get_language() or "de"
    if "back" in request.POST or not draft.data["text"]:
        return _back_to_what(request, draft)
    if request.method == "POST" and _placed(request, draft, city):
        return pages.see_other(request, "complaints:report_send", draft.pk)
    offers, likely = drafting.offers(draft, city)
    kept = {name: value for name, value in draft.data.items() if value is not None}
    kept |= kept.get(drafting.PLACE_TYPED, {})
    form = PlaceForm(
        _posted(request),
        initial={"category": likely, **kept},
        categories=list(city.topics.values()),
        language=language,
    )
    if form.is_valid() and _is_inside(form, locating.complete(form.place), city):
        form.ask_back(locating.meant(form.place.address))
    category = form.chosen if form.is_bound and not form.errors else None
    category = category or form.categories.get(kept.get("category") or likely or 0)
    questions, asked = _questions(request, category, draft)
    context = {
        "form": form, "draft": draft, "offers": offers, "category": category, "questions": questions,
        "helpful": beside.helpful(draft.data["text"], language),
    }  # fmt: skip
    failed = form.errors or (asked and questions and questions.errors)
    response = pages.render_page(
        request, "complaints/report_where.html", context, status=422 if failed else 200
    )
    return pages.allow_map_tiles(pages.no_store(response))


def _placed(request: HttpRequest, draft: Draft, city: Arrangements) -> bool:
    """Keep topic and place if everything is there and clear; the form needs no other topic than the chosen one for it."""
    chosen = city.topics.get(untrusted.row_number(request.POST.get("category")))
    form = PlaceForm(request.POST, categories=[chosen] if chosen else [], language=get_language() or "de")
    if not form.is_valid() or form.chosen is None:
        return False
    where = locating.complete(form.place)
    questions, asked = _questions(request, form.chosen, draft)
    answered = questions is None or (asked and questions.is_valid())
    if not answered or not _is_inside(form, where, city):
        return False
    unclear = where.latitude is None and request.POST.get("asked_address") != where.address
    if unclear and locating.meant(where.address):
        return False
    answers = questions.answers if questions else {}
    drafting.place(draft=draft, category=form.chosen, where=where, answers=answers)
    return True


@require_safe
def questions(request: HttpRequest, key: UUID) -> HttpResponse:
    """The further questions of a topic and what was reported near the place: a part of page 2, for browsers with JavaScript."""
    draft, city, language = get_object_or_404(Draft, pk=key), arrangements.current(), get_language() or "de"
    form = PlaceForm(request.GET, categories=list(city.topics.values()), language=language)
    form.is_valid()
    asked, _posted = _questions(request, form.chosen, draft)
    near = _nearby(draft, form.chosen, form.place.latitude, form.place.longitude, city)
    context = {"draft": draft, "category": form.chosen, "questions": asked, "near": near}
    return pages.no_store(pages.render_page(request, "complaints/_report_questions.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@throttle.limited("complaints.send", limit=3000, seconds=600)
def send(request: HttpRequest, key: UUID) -> HttpResponse:
    """Page 3: what is known nearby, contact, check, send."""
    draft = Draft.objects.with_case().filter(pk=key).first()
    if request.method == "POST" and (draft is None or draft.sent_as):  # pressed twice, or back and again
        earlier = get_object_or_404(Case, form_key=key)
        return pages.see_other(request, "complaints:sent", drafting.way_back(earlier))
    if draft is None:
        raise Http404
    city = arrangements.current()
    category = city.topics.get(draft.data.get("category") or 0)
    if category is None or "answers" not in draft.data:
        return pages.see_other(request, "complaints:report_where", draft.pk)
    if back := request.POST.get("back"):
        typed = {name: request.POST.get(name, "")[:250] for name in ContactForm.base_fields}
        drafting.remember(draft=draft, page=drafting.CONTACT_TYPED, typed=typed)
        to = "complaints:report_again" if back == "what" else "complaints:report_where"
        return pages.see_other(request, to, draft.pk)
    known = draft.data.get(drafting.CONTACT_TYPED)
    form = ContactForm(_posted(request), needed=not category.anonymous_allowed, initial=known)
    if form.is_valid() and (token := _filed(draft, category, form, city)):
        return pages.see_other(request, "complaints:sent", token)
    near = _nearby(draft, category, draft.data["latitude"], draft.data["longitude"], city)
    context = {
        "form": form, "draft": draft, "category": category, "near": near, "photos": list(draft.photos.all()),
        "kind": Kind(draft.data.get("kind") or Kind.DEFECT), "earlier": draft.sent_as,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return pages.no_store(pages.render_page(request, "complaints/report_send.html", context, status=status))


def _back_to_what(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Page 1 again; what was typed on page 2 waits there."""
    if request.method == "POST":
        typed = PlaceForm.as_typed(request.POST)
        drafting.remember(draft=draft, page=drafting.PLACE_TYPED, typed=typed)
    return pages.see_other(request, "complaints:report_again", draft.pk)


def _posted(request: HttpRequest) -> Any:
    """The form data of a POST, even an empty one; nothing for a GET."""
    return request.POST if request.method == "POST" else None


def _filed(draft: Draft, category: Category, form: ContactForm, city: Arrangements) -> str:
    """The way to the new case, or nothing, with the refusal written into the form."""
    language = get_language() or "de"
    try:
        return drafting.send(
            draft=draft, category=category, contact=form.contact, language=language, city=city
        )
    except routing.OutsideCity:
        form.add_error(None, _("This place lies outside our city."))
    except reporting.ReportRefused:
        form.add_error(None, _("Topic or place are not complete. Please go back once more."))
    return ""


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    return {"text": request.GET.get("text", "")[:4000], "kind": kind if kind in Kind else Kind.DEFECT}


def _asked_category(request: HttpRequest) -> int | None:
    """A link on another page may name the topic."""
    slug = request.GET.get("category", "")
    topics = arrangements.current().topics.values() if slug else ()
    return next((topic.pk for topic in topics if topic.slug == slug), None)


def _questions(
    request: HttpRequest, category: Category | None, draft: Draft
) -> tuple[QuestionsForm | None, bool]:
    """The questions of the topic, and whether this request answers them (rather than one that only chose the topic)."""
    attributes: list[Attribute] = list(category.attributes.all()) if category else []
    if category is None or not any(attribute.variable for attribute in attributes):
        return None, False
    asked = request.method == "POST" and request.POST.get("asked") == str(category.pk)
    known = draft.data.get(drafting.PLACE_TYPED, draft.data).get("answers", {})
    return QuestionsForm(request.POST if asked else None, attributes=attributes, initial=known), asked


def _is_inside(form: PlaceForm, where: Place, city: Arrangements) -> bool:
    try:
        routing.area_at(where.latitude, where.longitude, city)
    except routing.OutsideCity:
        form.add_error("address", _("This place lies outside our city. Please choose another one."))
        return False
    return True


def _nearby(
    draft: Draft,
    category: Category | None,
    latitude: float | None,
    longitude: float | None,
    city: Arrangements,
) -> list[duplicates.Near]:
    formal = draft.data.get("kind") == Kind.COMPLAINT
    if formal or category is None or latitude is None or longitude is None:
        return []
    return duplicates.nearby(
        latitude=latitude,
        longitude=longitude,
        category=category,
        text=draft.data["text"],
        closed_days=city.settings.nearby_closed_days,
    )
