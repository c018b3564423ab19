"""A report under way: kept between its three pages, so that going back loses nothing and needs no cookie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from complaints import photos, reporting, suggestion
from complaints.models import Case, Category, ComplaintSettings, Draft, Photo
from complaints.place import Place
from complaints.reporting import Contact, Report
from complaints.workflow import Source

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Offer:
    """A suggested category and how sure we are, in whole per cent."""

    category: Category
    percent: int


@transaction.atomic
def begin(
    *, text: str, kind: str, concerned: str, images: Sequence[photos.Clean], category: int | None = None
) -> Draft:
    """Keep page 1 as a new draft, with what the suggestion makes of the text."""
    draft = Draft(data={"category": category} if category else {})
    return change(draft=draft, text=text, kind=kind, concerned=concerned, images=images)


@transaction.atomic
def change(*, draft: Draft, text: str, kind: str, concerned: str, images: Sequence[photos.Clean]) -> Draft:
    """Page 1 again: new words are looked at again, photos are added."""
    if draft.data.get("text") != text:
        draft.data["suggested"] = [[pk, round(chance, 4)] for pk, chance in suggestion.likely(text)]
    draft.data |= {"text": text, "kind": kind, "concerned": concerned}
    draft.save(force_insert=draft._state.adding)
    kept: list[Photo] = []
    with photos.undone(kept):
        for image in images:
            kept.append(photos.keep(image, draft=draft))
    return draft


@transaction.atomic
def drop_photos(*, draft: Draft, keys: Sequence[str]) -> None:
    photos.drop(Photo.objects.filter(draft=draft, case=None, key__in=keys))


@transaction.atomic
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
    draft.save(update_fields=["data"])
    return draft


def send(*, draft: Draft, category: Category, contact: Contact, language: str, wanted: UUID) -> Case:
    """Page 3: the draft becomes a case, once, however often it is sent. Raises what reporting.report raises."""
    data = draft.data
    suggested = next(iter(data.get("suggested", [])), None)
    first = (
        Category.objects.only("pk").filter(pk=suggested[0]).order_by().first()
        if suggested and suggested[0] != category.pk
        else category
    )
    said = Report(
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
    return reporting.report(said, form_key=wanted, draft=draft)


def offers(
    draft: Draft, categories: Sequence[Category], settings: ComplaintSettings
) -> tuple[list[Offer], int | None]:
    """The suggested categories, best first, and the one to preselect: none if we are not sure enough."""
    known = {category.pk: category for category in categories}
    found = [
        Offer(known[pk], round(100 * probability))
        for pk, probability in draft.data.get("suggested", [])
        if pk in known
    ]
    sure = bool(found) and found[0].percent >= 100 * settings.suggestion_threshold
    return found, found[0].category.pk if sure else None


def forget_old(now: datetime) -> int:
    """Drafts of yesterday and their photos."""
    old = Draft.objects.filter(created_at__lt=now - KEPT)
    photos.drop(Photo.objects.filter(draft__in=old, case=None))
    deleted, _by_model = old.delete()
    return deleted
