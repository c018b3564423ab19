"""A report becomes a case. Website, Open311, mail, counter and import come through this door."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from complaints.correspondence import photos, telling
from complaints.models import Area, Case, Category, ComplaintSettings, Photo, Reporter, SuggestionFeedback
from complaints.places import locating
from complaints.places.place import NOWHERE, Place
from complaints.rules import arrangements, clock, routing, words
from complaints.rules.arrangements import Arrangements
from complaints.workflow import Kind, Source
from portal import audit, numbers
from portal.models import User
from portal.untrusted import one_line

LONGEST_TEXT = 4000
PREFIX = "A"


class ReportRefused(Exception):
    """Base of the named refusals; nothing was written."""


class TextMissing(ReportRefused):
    """A report needs words."""


class TextTooLong(ReportRefused):
    """More than LONGEST_TEXT characters."""


class PlaceMissing(ReportRefused):
    """This category needs a place: a position or an address."""


class ContactMissing(ReportRefused):
    """This category cannot be reported without a way to answer."""


@dataclass(frozen=True)
class Contact:
    """Who, as far as the person wants to tell. `confirmed`: the address has proved to be theirs."""

    name: str = ""
    email: str = ""
    phone: str = ""
    confirmed: bool = False

    def __bool__(self) -> bool:
        return bool(self.email or self.phone)


@dataclass(frozen=True)
class Report:
    """What somebody tells the city. `suggested` is what the suggestion put first, with its probability."""

    text: str
    category: Category | None
    kind: str = ""  # empty: that of the category
    place: Place = NOWHERE
    contact: Contact = Contact()
    source: str = Source.WEB
    language: str = "de"
    attributes: Mapping[str, Any] = field(default_factory=dict)
    concerned: str = ""
    external_id: str = ""
    suggested: tuple[Category, float] | None = None


def report(
    said: Report,
    *,
    form_key: UUID | None = None,
    images: Sequence[photos.Clean] = (),
    actor: User | None = None,
    received: datetime | None = None,
    city: Arrangements | None = None,
    beside: Callable[[Case, Reporter], None] | None = None,
) -> Case:
    """File a report and give it a number, a department and deadlines. Raises a ReportRefused, photos.TooMany,
    routing.OutsideCity or routing.NoDepartment.

    The same `form_key` again returns the case of the first time: citizens press twice. `beside` does what belongs to a
    new case in the same transaction.
    """
    city = city or arrangements.current()
    said = replace(said, place=locating.complete(said.place))
    text = _checked(said)
    area = routing.area_at(said.place.latitude, said.place.longitude, city)
    if len(images) > photos.MOST_PHOTOS:
        raise photos.TooMany
    kept: list[Photo] = []
    try:
        with photos.undone(kept), transaction.atomic():
            case = _filed(said, text, area, city, form_key=form_key, received=received or timezone.now())
            for image in images:
                kept.append(photos.keep(image, case=case))
            reporter = _join(case, said, city.settings)
            if beside is not None:
                beside(case, reporter)
            audit.record(verb="reported", subject=case, actor=actor, kind=case.kind, source=case.source)
            return case
    except IntegrityError as clash:  # the other press won the race while we were writing
        first = form_key and Case.objects.filter(form_key=form_key).first()
        if first:
            return first
        if "complaints_case_number_key" not in str(clash):
            raise
    # with a number that nobody has
    return report(
        said, form_key=form_key, images=images, actor=actor, received=received, city=city, beside=beside
    )


def _checked(said: Report) -> str:
    if len(said.text) > LONGEST_TEXT:
        raise TextTooLong
    text = words.plain(said.text, LONGEST_TEXT)
    if not text:
        raise TextMissing
    category = said.category
    if category is not None and said.source in {Source.WEB, Source.DESK}:
        if category.place == Category.Place.REQUIRED and not said.place:
            raise PlaceMissing
        if not category.anonymous_allowed and not said.contact:
            raise ContactMissing
    return text


def _filed(
    said: Report,
    text: str,
    area: Area | None,
    city: Arrangements,
    *,
    form_key: UUID | None,
    received: datetime,
) -> Case:
    kind = said.kind or (said.category.kind if said.category else Kind.DEFECT)
    way = routing.route(routing.Question(text, kind, said.category, area.pk if area else None), city)
    case = Case(
        number=numbers.new(PREFIX),
        form_key=form_key,
        external_id=said.external_id,
        kind=kind,
        source=said.source,
        language=said.language,
        text=text,
        attributes=dict(said.attributes),
        category=said.category,
        department=way.department,
        assignee=routing.clerk(way),
        latitude=said.place.latitude,
        longitude=said.place.longitude,
        address=said.place.address[:250],
        address_id=said.place.address_id[:80],
        postal_code=said.place.postal_code[:12],
        area=area,
        created_at=received,
        updated_at=received,
        concerned_text=said.concerned[:200],
    )
    clock.start(case, city.settings, received)
    if kind != Kind.COMPLAINT:
        receipt_acknowledges(case, received, has_address=bool(said.contact.email))
    case.save(force_insert=True)
    if kind == Kind.COMPLAINT:
        hide_from_named(case)
    return case


def hide_from_named(case: Case) -> None:
    """Nobody reads or gets the complaint about himself, also before a person has looked at it."""
    concerned = _named(f"{case.concerned_text} {case.text}")
    case.concerned_people.add(*concerned)
    if case.assignee_id in {user.pk for user in concerned}:
        case.assignee = None
        case.save(update_fields=["assignee"])


def receipt_acknowledges(case: Case, now: datetime, *, has_address: bool) -> None:
    """The receipt by mail acknowledges an ordinary report; without an address there is nobody to acknowledge it to, and
    never will be. A formal complaint wants a person to do it."""
    if not has_address:
        case.acknowledge_by = None
    clock.acknowledge(case, now)


def _named(text: str) -> list[User]:
    """Members of staff whose surname occurs in a complaint: it is hidden from them until a person has looked.
    Better one clerk too many than the one whom it is about."""
    staff = User.objects.filter(is_active=True, is_staff=True).exclude(last_name="").only("pk", "last_name")
    return [user for user in staff if words.is_named(user.last_name, text)]


def _join(case: Case, said: Report, settings: ComplaintSettings) -> Reporter:
    contact = said.contact
    reporter = Reporter.objects.create(
        case=case,
        name=one_line(contact.name)[:150],
        email=contact.email.lower(),
        phone=contact.phone[:40],
        language=said.language,
        confirmed_at=case.created_at if contact.email and contact.confirmed else None,
    )
    if said.suggested or said.category:
        suggested, probability = said.suggested or (None, None)
        SuggestionFeedback.objects.create(
            case=case,
            suggested=suggested,
            probability=probability,
            by_citizen=said.category,
            chosen=said.category,
        )
    if reporter.email:
        telling.receipt(case, reporter, settings)
    return reporter
