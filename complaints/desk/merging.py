"""Cases that belong together: joined with another one, taken apart, or one part of a larger one.

Joining moves no row of any reporter, message or photo: the joined case keeps them and points to its target, so that
everyone can be told, and a joining by mistake can be undone.
"""

from django.db import transaction
from django.utils import timezone

from complaints import workflow
from complaints.correspondence import telling
from complaints.desk import handling
from complaints.intake import reporting
from complaints.models import Case, Category, ComplaintSettings, Reporter
from complaints.rules import arrangements, clock, routing, words
from complaints.workflow import Kind, State
from portal import audit, numbers
from portal.models import User

MOST_CHILDREN = 20


class CannotJoin(Exception):
    """A case cannot be joined with itself, with a closed-as-joined one, nor a complaint with anything public."""


class CannotBePart(Exception):
    """Parts have one level only, and no case is a part of itself."""


@transaction.atomic
def merge(*, case: Case, into: Case, actor: User) -> Case:
    """Join `case` with `into`: everyone who reported it is told, and hears of `into` from now on.

    Raises CannotJoin or workflow.MoveRefused.
    """
    case, into = _both(case, into)
    formal = Kind.COMPLAINT in {case.kind, into.kind}
    if (
        case.pk == into.pk
        or into.state in {State.MERGED, State.REFUSED}
        or (formal and case.kind != into.kind)
    ):
        raise CannotJoin
    old, now, settings = State(case.state), timezone.now(), ComplaintSettings.current()
    workflow.check(old, State.MERGED, kind=Kind(case.kind), reason="")
    clock.go_on(case, now)
    case.state, case.merged_into, case.closed_at, case.updated_at = State.MERGED, into, now, now
    case.is_public = False
    clock.settle(case)
    case.save()
    # those too whose cases were joined with this one before
    told = list(Reporter.objects.of(case.pk).reachable())
    Case.objects.filter(merged_into=case).update(merged_into=into)  # one step, however long the chain was
    Case.objects.filter(pk=into.pk).update(updated_at=now)
    if concerned := set(case.concerned_people.all()):  # whom the one is about does not read it in the other
        handling.hide_from(case=into, people=concerned | set(into.concerned_people.all()), actor=actor)
    audit.record(verb="merged", subject=case, actor=actor, into=into.number)
    audit.record(verb="joined_by", subject=into, actor=actor, case=case.number)
    event = f"{case.pk}.{into.pk}.{now:%Y%m%d%H%M%S%f}"  # the same two may be joined again after a mistake
    for reporter in told:
        telling.one(into, reporter, "merged", settings, event=event, old=case)
    return into


@transaction.atomic
def take_apart(*, case: Case, reason: str, actor: User) -> Case:
    """Undo a joining: the case is open again, with its own reporters, who are told, and new deadlines."""
    joined_with = case.merged_into
    case = handling.move(case=case, to=State.RECEIVED, reason=reason, actor=actor)
    settings, event = ComplaintSettings.current(), f"{case.pk}.{case.updated_at:%Y%m%d%H%M%S%f}"
    telling.reporters(case, "apart", settings, event=event, old=joined_with)
    return case


@transaction.atomic
def split(*, case: Case, text: str, category: Category, actor: User) -> Case:
    """Make one part of a report a case of its own, linked to this one and with the same reporters.

    Raises reporting.TextMissing, CannotBePart or routing.NoDepartment.
    """
    case, settings, now = Case.objects.locked(case.pk), ComplaintSettings.current(), timezone.now()
    text = words.plain(text, reporting.LONGEST_TEXT)
    if not text:
        raise reporting.TextMissing
    if case.parent_id or case.children.count() >= MOST_CHILDREN:
        raise CannotBePart
    question = routing.Question(text, case.kind, category, case.area_id)
    way = routing.route(question, arrangements.current())
    part = Case(
        number=numbers.several(reporting.PREFIX, 1, taken=Case.objects.numbered)[0],
        kind=case.kind, source=case.source, language=case.language, text=text,
        category=category, department=way.department, assignee=routing.clerk(way), office=case.office,
        latitude=case.latitude, longitude=case.longitude, address=case.address, postal_code=case.postal_code,
        area=case.area, parent=case, created_at=now, updated_at=now,
        acknowledged_at=case.acknowledged_at, concerned_text=case.concerned_text,
    )  # fmt: skip
    clock.start(part, settings, now)
    part.save(force_insert=True)
    part.concerned_people.set(case.concerned_people.all())
    if part.kind == Kind.COMPLAINT:
        reporting.hide_from_named(part)
    for reporter in Reporter.objects.filter(case=case):
        copy = Reporter.objects.create(
            case=part, is_first=reporter.is_first, name=reporter.name, email=reporter.email, phone=reporter.phone,
            language=reporter.language, confirmed_at=reporter.confirmed_at, signed_off_at=reporter.signed_off_at,
        )  # fmt: skip
        if copy.email and copy.confirmed_at and not copy.signed_off_at:
            telling.one(part, copy, "split", settings, event=f"{part.pk}", old=case)
    audit.record(verb="split", subject=case, actor=actor, part=part.number)
    audit.record(
        verb="reported", subject=part, actor=actor, kind=part.kind, source=part.source, part_of=case.number
    )
    return part


@transaction.atomic
def make_part(*, case: Case, of: Case | None, actor: User) -> Case:
    """Put `case` under a larger one, or take it out (`of` None). Raises CannotBePart."""
    if of is None:
        case = Case.objects.locked(case.pk)
    elif of.pk == case.pk:
        raise CannotBePart
    else:
        case, of = _both(case, of)
        full = of.children.exclude(pk=case.pk).count() >= MOST_CHILDREN
        if of.parent_id or full or case.children.exists() or State.MERGED in {case.state, of.state}:
            raise CannotBePart
    case.parent, case.updated_at = of, timezone.now()
    case.save(update_fields=["parent", "updated_at"])
    audit.record(verb="part_of", subject=case, actor=actor, of=of.number if of else None)
    return case


def _both(one: Case, other: Case) -> tuple[Case, Case]:
    """Both as they stand now and held, always in the same order: two clerks crossing must not block each other."""
    rows = {pk: Case.objects.locked(pk) for pk in sorted({one.pk, other.pk})}
    return rows[one.pk], rows[other.pk]
