"""A report under way: kept between its three pages, so that going back loses nothing and needs no cookie."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from complaints.correspondence import photos, ways_in
from complaints.intake import reporting
from complaints.intake.reporting import Contact, Report
from complaints.models import Case, Category, Draft, Photo, Reporter
from complaints.places.place import Place
from complaints.rules.arrangements import Arrangements
from complaints.suggesting import suggestion
from complaints.workflow import Source

KEPT = timedelta(days=1)
PLACE_TYPED, CONTACT_TYPED = "place_typed", "contact_typed"  # in the data of a draft


@dataclass(frozen=True)
class Offer:
    """A suggested category and how sure we are, in whole per cent."""

    category: Category
    percent: int


def begin(
    *, text: str, kind: str, concerned: str, images: Sequence[photos.Clean], category: int | None = None
) -> Draft:
    """Keep page 1 as a new draft, with what the suggestion makes of the text."""
    return _worded(Draft(data={"category": category} if category else {}), text, kind, concerned, images)


def change(*, draft: Draft, text: str, kind: str, concerned: str, images: Sequence[photos.Clean]) -> Draft:
    """Page 1 again: new words are looked at again, photos are added."""
    return _worded(draft, text, kind, concerned, images)


def _worded(draft: Draft, text: str, kind: str, concerned: str, images: Sequence[photos.Clean]) -> Draft:
    if draft.data.get("text") != text:
        draft.data["suggested"] = [
            [one.category.pk, round(one.probability, 4)] for one in suggestion.suggest(text)
        ]
    draft.data |= {"text": text, "kind": kind, "concerned": concerned}
    return _with(images, draft)


def keep_photos(*, draft: Draft | None, images: Sequence[photos.Clean]) -> Draft:
    """The photos of a page 1 that is refused for something else: nobody has to choose them again."""
    return _with(images, draft or Draft(data={"text": ""}))


def _with(images: Sequence[photos.Clean], draft: Draft) -> Draft:
    kept: list[Photo] = []
    with photos.undone(kept), transaction.atomic() if images else nullcontext():  # one row needs no more
        draft.save(force_insert=draft._state.adding)
        for image in images:
            kept.append(photos.keep(image, draft=draft))
    return draft


@transaction.atomic
def drop_photos(*, draft: Draft, keys: Sequence[str]) -> None:
    photos.drop(Photo.objects.filter(draft=draft, case=None, key__in=keys))


def place(*, draft: Draft, category: Category, where: Place, answers: dict[str, Any]) -> Draft:
    """Page 2: topic, place and answers."""
    draft.data |= {
        "category": category.pk,
        "latitude": where.latitude,
        "longitude": where.longitude,
        "address": where.address,
        "address_id": where.address_id,
        "postal_code": where.postal_code,
        "answers": answers,
    }
    draft.data.pop(PLACE_TYPED, None)
    draft.save(update_fields=["data"])
    return draft


def remember(*, draft: Draft, page: str, typed: dict[str, Any]) -> None:
    """What stands on a page that is left backwards: not checked, only there again when they come back."""
    draft.data[page] = typed
    draft.save(update_fields=["data"])


def send(*, draft: Draft, category: Category, contact: Contact, language: str, city: Arrangements) -> str:
    """Page 3: the draft becomes a case, once, however often it is sent. Returns a token that leads to the case. Raises
    what reporting.report raises."""
    tokens: dict[int, str] = {}  # of the new case: written with it, or not at all

    def beside(case: Case, reporter: Reporter) -> None:
        Photo.objects.filter(draft=draft).update(case=case, draft=None)
        tokens[case.pk] = ways_in.on_screen(reporter)

    said = _said(draft, category, contact, language, city)
    case = reporting.report(said, form_key=draft.pk, city=city, beside=beside)
    return tokens.get(case.pk) or way_back(case)


def way_back(case: Case) -> str:
    """A fresh token for whoever sent the same form again."""
    return ways_in.on_screen(case.reporters.order_by("pk")[0])


def _said(draft: Draft, category: Category, contact: Contact, language: str, city: Arrangements) -> Report:
    data = draft.data
    suggested = next(iter(data.get("suggested", [])), None)
    first = city.topics.get(suggested[0]) if suggested else None
    return Report(
        text=data["text"],
        category=category,
        kind=data.get("kind", ""),
        place=Place(
            data.get("latitude"),
            data.get("longitude"),
            data.get("address", ""),
            data.get("address_id", ""),
            data.get("postal_code", ""),
        ),
        contact=contact,
        source=Source.WEB,
        language=language,
        attributes=data.get("answers", {}),
        concerned=data.get("concerned", ""),
        suggested=(first, suggested[1]) if suggested and first else None,
    )


def offers(draft: Draft, city: Arrangements) -> tuple[list[Offer], int | None]:
    """The suggested categories, best first, and the one to preselect: none if we are not sure enough."""
    found = [
        Offer(city.topics[pk], round(100 * probability))
        for pk, probability in draft.data.get("suggested", [])
        if pk in city.topics
    ]
    sure = bool(found) and found[0].percent >= 100 * city.settings.suggestion_threshold
    return found, found[0].category.pk if sure else None


def forget_old(now: datetime) -> int:
    """Drafts of yesterday and their photos."""
    old = Draft.objects.filter(created_at__lt=now - KEPT)
    photos.drop(Photo.objects.filter(draft__in=old, case=None))
    deleted, _by_model = old.delete()
    return deleted
