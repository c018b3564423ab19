"""Cases as everyone may read them over Open311: moderated, published, without a trace of who reported."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language

from complaints.models import ApiKey, Attribute, Case, Message, Photo
from complaints.open311 import directory, records
from complaints.open311.parameters import Filters
from complaints.places import geometry
from complaints.workflow import CLOSED, OPEN, Kind, State
from portal import links, numbers
from portal.distances import distance

KEYWORDS = {"problem": Kind.DEFECT, "idea": Kind.IDEA, "tip": Kind.PRAISE}
_SHOWN_ANSWERS = {"singlevaluelist", "multivaluelist", "number", "datetime"}  # free text may name people


def find(filters: Filters) -> list[records.Request]:
    """The published cases that fit, newest first, one page of them."""
    cases = matching(filters).order_by("-created_at", "-id")
    page = _with_details(cases, extensions=filters.extensions)[
        filters.offset : filters.offset + filters.page_size
    ]
    return [request(case, extensions=filters.extensions) for case in page]


def matching(filters: Filters) -> QuerySet[Case]:
    cases: QuerySet[Case] = Case.objects.public()
    if filters.ids:
        return cases.filter(number__in=[_number(text) for text in filters.ids])
    if filters.codes:
        cases = cases.filter(directory.with_codes(filters.codes, "category__"))
    if filters.statuses:
        states = (OPEN if "open" in filters.statuses else frozenset()) | (
            CLOSED if "closed" in filters.statuses else frozenset()
        )
        cases = cases.filter(state__in=sorted(states))
    if filters.keywords:
        cases = cases.filter(kind__in=[KEYWORDS[word] for word in filters.keywords])
    if filters.start:
        cases = cases.filter(created_at__gte=filters.start)
    if filters.end:
        cases = cases.filter(created_at__lt=_after(filters.end))
    cases = _changed(cases, filters.updated_after, filters.updated_before)
    return _near(cases, filters.near) if filters.near else cases


def _changed(cases: QuerySet[Case], after: datetime | None, before: datetime | None) -> QuerySet[Case]:
    """By `updated_datetime` as it is shown: of a closed case the time of closing."""
    if after:
        cases = cases.filter(Q(closed_at=None, updated_at__gte=after) | Q(closed_at__gte=after))
    if before:
        end = _after(before)
        cases = cases.filter(Q(closed_at=None, updated_at__lt=end) | Q(closed_at__lt=end))
    return cases


def _after(moment: datetime) -> datetime:
    """Times are shown to the second; the whole second belongs to the window."""
    return moment.replace(microsecond=0) + timedelta(seconds=1)


def _near(cases: QuerySet[Case], near: tuple[float, float, float]) -> QuerySet[Case]:
    latitude, longitude, radius = near
    box = geometry.around(latitude, longitude, radius)
    inside = cases.filter(
        latitude__gte=box.south, latitude__lte=box.north, longitude__gte=box.west, longitude__lte=box.east
    )
    close = [
        pk
        for pk, lat, lon in inside.values_list("pk", "latitude", "longitude")
        if lat is not None and lon is not None and distance((latitude, longitude), (lat, lon)) <= radius
    ]
    return cases.filter(pk__in=close)


def one(text: str, *, key: ApiKey | None, extensions: bool) -> records.Request | None:
    """A single case by its number. Until it is moderated it is known to exist, without text or place;
    who filed it (by the key) reads it whole. Formal complaints and sorted-out reports are unknown."""
    known = Case.objects.exclude(kind=Kind.COMPLAINT).exclude(state=State.REFUSED)
    case = _with_details(known.filter(number=_number(text)), extensions=extensions).first()
    if case is None:
        return None
    if case.is_public:
        return request(case, extensions=extensions)
    own = key is not None and case.source == Case.Source.OPEN311 and _filed_by(case, key)
    if not own and (case.category is None or not case.category.is_public):
        return None
    return request(case, extensions=extensions and own, text=case.text if own else "", place=own)


def updates(start: datetime, end: datetime) -> list[records.Update]:
    """The last step of every published case that changed in the window, for two-way synchronisation."""
    changed = _changed(Case.objects.public(), start, end).order_by("updated_at", "id")[:1000]
    return [
        records.Update(
            id=f"{case.number}-{_updated(case):%Y%m%d%H%M%S}",
            request_id=case.number,
            status=_status(case),
            at=timezone.localtime(_updated(case)),
            description=case.public_note,
        )
        for case in changed
    ]


def request(
    case: Case, *, extensions: bool = False, text: str | None = None, place: bool = True
) -> records.Request:
    """The record of one case; `text` instead of the published one, `place` False leaves address and position out."""
    photos = [photo_url(photo) for photo in getattr(case, "shown_photos", [])] if case.is_public else []
    category = case.category
    return records.Request(
        id=case.number,
        status=_status(case),
        status_notes=case.public_note if case.is_public else "",
        service_name=category.name_in(get_language() or "de") if category else "",
        service_code=directory.code_of(category),
        description=case.public_text if text is None else text,
        requested_at=timezone.localtime(case.created_at),
        updated_at=timezone.localtime(_updated(case)),
        expected_at=timezone.localtime(case.answer_by) if case.is_open and case.answer_by else None,
        agency=case.department.name,
        address=case.shown_address if place else "",
        # the key of a house says more than a street
        address_id=case.address_id if place and case.public_address is None else "",
        zipcode=case.postal_code if place else "",
        latitude=case.latitude if place else None,
        longitude=case.longitude if place else None,
        media_url=photos[0] if photos else "",
        detailed_status=case.state.upper(),
        kind=next((word for word, kind in KEYWORDS.items() if kind == case.kind), ""),
        votes=getattr(case, "votes", 0),
        photos=tuple(photos),
        answers=_answers(case) if extensions else (),
        notes=_notes(case) if extensions else (),
    )


def photo_url(photo: Photo) -> str:
    try:
        return links.absolute(reverse("complaints:photo", args=[photo.key]))
    except NoReverseMatch:
        return ""


def _with_details(cases: QuerySet[Case], *, extensions: bool) -> QuerySet[Case]:
    shown = Photo.objects.filter(is_public=True).exclude(published="")
    cases = cases.select_related("category", "department").prefetch_related(
        Prefetch("photos", shown, to_attr="shown_photos")
    )
    if not extensions:
        return cases
    public = Message.objects.filter(visibility=Message.Visibility.PUBLIC)
    asked = Attribute.objects.filter(datatype__in=_SHOWN_ANSWERS)
    return cases.annotate(votes=Count("reporters", filter=Q(reporters__is_first=False))).prefetch_related(
        Prefetch("messages", public, to_attr="public_messages"),
        Prefetch("category__attributes", asked, to_attr="shown_attributes"),
    )


def _answers(case: Case) -> tuple[records.Answer, ...]:
    found = []
    given: dict[str, Any] = case.attributes if isinstance(case.attributes, dict) else {}
    for attribute in getattr(case.category, "shown_attributes", []):
        value = given.get(attribute.code)
        for single in value if isinstance(value, list) else [value]:
            if single not in (None, ""):
                found.append(records.Answer(attribute.code, attribute.description, str(single)))
    return tuple(found)


def _notes(case: Case) -> tuple[records.Note, ...]:
    return tuple(
        records.Note(timezone.localtime(message.created_at), message.text, "update")
        for message in getattr(case, "public_messages", [])
    )


def _filed_by(case: Case, key: ApiKey) -> bool:
    submission = getattr(case, "api_submission", None)
    return submission is not None and submission.key_id == key.pk


def _status(case: Case) -> str:
    return "open" if case.state in OPEN else "closed"


def _updated(case: Case) -> datetime:
    return case.closed_at or case.updated_at


def _number(text: str) -> str:
    try:
        return numbers.normalise(text)
    except numbers.NotANumber:
        return text[:20]
