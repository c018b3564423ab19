"""What everyone may read of a case: only a text that a clerk has looked at, and photos with faces and plates blurred."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from complaints.correspondence import photos, telling
from complaints.models import Case, Message, Photo
from complaints.rules import words
from complaints.workflow import HIDDEN, Kind, State
from portal import audit
from portal.models import User


class NeverPublic(Exception):
    """Complaints, sorted-out and joined cases, and cases of private categories are never published."""


class TextMissing(Exception):
    """Nothing is published without a moderated text."""


@transaction.atomic
def publish(*, case: Case, public_text: str, actor: User, address: str | None = None) -> Case:
    """Show the moderated text on the map and list; those who follow the area hear of it the first time. `address` is the
    place as everyone reads it: the one that was reported stays for those who go there.

    Raises NeverPublic or TextMissing.
    """
    case = Case.objects.locked(case.pk)
    text = words.plain(public_text, 4000)
    if may_never(case):
        raise NeverPublic
    if not text:
        raise TextMissing
    first = not case.public_text
    if address is not None:
        place = words.plain(address, 250)
        case.public_address = None if place == case.address else place
    case.public_text, case.is_public, case.updated_at = text, True, timezone.now()
    case.save(update_fields=["public_text", "is_public", "public_address", "updated_at"])
    audit.record(verb="published", subject=case, actor=actor)
    if first:
        telling.neighbours(case)
    return case


@transaction.atomic
def hide(*, case: Case, actor: User) -> Case:
    """Take it off the map again; the moderated text stays for next time."""
    case = Case.objects.locked(case.pk)
    case.is_public, case.updated_at = False, timezone.now()
    case.save(update_fields=["is_public", "updated_at"])
    audit.record(verb="hidden", subject=case, actor=actor)
    return case


@transaction.atomic
def redact(*, case: Case, text: str, actor: User) -> Case:
    """Replace personal data in the citizen's own words for good, everywhere in the house. Raises TextMissing."""
    case = Case.objects.locked(case.pk)
    text = words.plain(text, 4000)
    if not text:
        raise TextMissing
    if case.public_text == case.text:  # published word for word: what goes, goes there, too
        case.public_text = text
    case.text, case.updated_at = text, timezone.now()
    case.save(update_fields=["text", "public_text", "updated_at"])
    audit.record(verb="redacted", subject=case, actor=actor)
    return case


@transaction.atomic
def redact_message(*, message: Message, text: str, actor: User) -> Message:
    """The same for one message of the thread."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    message.text = words.plain(text, 8000) or "…"
    message.save(update_fields=["text"])
    audit.record(verb="redacted", subject=message.case, actor=actor, message=message.pk)
    return message


@transaction.atomic
def show_photo(
    *,
    photo: Photo,
    boxes: Sequence[tuple[float, float, float, float]],
    public: bool,
    actor: User,
    for_good: bool = False,
) -> Photo:
    """Blur boxes into the public copy (`for_good`: into the original, too) and show or hide it. Raises NeverPublic."""
    case = photo.case
    if case is None or (public and case.kind == Kind.COMPLAINT):
        raise NeverPublic
    photo = photos.blur(photo=photo, boxes=boxes, public=public, for_good=for_good)
    Case.objects.filter(pk=case.pk).update(updated_at=timezone.now())
    audit.record(
        verb="photo_blurred" if for_good else "photo_shown" if public else "photo_hidden",
        subject=case,
        actor=actor,
        photo=photo.pk,
        boxes=len(boxes),
        for_good=for_good,
    )
    return photo


def may_never(case: Case) -> bool:
    private = case.category is not None and not case.category.is_public
    return case.kind == Kind.COMPLAINT or private or State(case.state) in HIDDEN
