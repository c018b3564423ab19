"""The demo city's reports: categories, districts, and 300 cases in every state, each with its history.

Rows are written directly with dates of the past: the commands would tell everyone by mail as if it happened today.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from complaints.demo.histories import REPAIRS, WINTER, surveys, tell, write_audit
from complaints.demo.made_up import MadeUpReport, Reports, house_numbers
from complaints.demo.story import Setting, Story, is_winter
from complaints.imports import address_list
from complaints.models import (
    Area,
    Attribute,
    Case,
    Category,
    ComplaintSettings,
    Message,
    OutsideBody,
    ReplyTemplate,
    Reporter,
    RoutingRule,
    Survey,
)
from complaints.public import listing
from complaints.suggesting import learning
from complaints.workflow import HIDDEN, Kind, State
from portal import workdays
from portal.demo.content import read
from portal.models import Department, Membership, Role, User

SEED = 311
STATES = {
    State.RECEIVED: 34,
    State.IN_PROGRESS: 38,
    State.PLANNED: 26,
    State.WAITING: 12,
    State.FORWARDED: 12,
    State.REOPENED: 8,
    State.SOLVED: 128,
    State.DECLINED: 20,
    State.WITHDRAWN: 6,
    State.MERGED: 9,
    State.REFUSED: 7,
}


def load(progress: Callable[[str], None]) -> None:
    """Everything about reports in one transaction; a city that has cases already keeps them."""
    with transaction.atomic():
        departments = {department.slug: department for department in Department.objects.all()}
        categories = _categories(departments)
        _house(departments, categories)
        address_list.take_over(house_numbers())
        if Case.objects.exists():
            return
        progress(f"{sum(STATES.values())} reports with their histories")
        _cases(categories)
        listing.rebuild_map(now=timezone.now())
    learning.learn()


def _categories(departments: dict[str, Department]) -> dict[str, Category]:
    content = read("complaints/categories.toml")
    groups = {}
    for order, row in enumerate(content["group"]):
        groups[row["slug"]], _new = Category.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "names": row["names"],
                "department": departments[row["department"]],
                "order": order,
            },
        )
    categories = {}
    for order, row in enumerate(content["category"]):
        categories[row["slug"]], _new = Category.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "parent": groups[row["group"]],
                "name": row["name"],
                "names": row.get("names", {}),
                "keywords": ", ".join(row["keywords"]),
                "kind": row.get("kind", Kind.DEFECT),
                "service_code": row["slug"],
                "order": order,
                "is_public": row.get("public", True) and row.get("kind") != Kind.COMPLAINT,
                "place": row["place"],
                "interim_days": max(row["answer_days"] - 2, 1),
                "answer_days": row["answer_days"],
            },
        )
        for place, asked in enumerate(row.get("question", []), start=1):
            about = {name: value for name, value in asked.items() if name != "code"}
            Attribute.objects.update_or_create(
                category=categories[row["slug"]], code=asked["code"], defaults={"order": place, **about}
            )
    return categories


def _house(departments: dict[str, Department], categories: dict[str, Category]) -> None:
    content = read("complaints/house.toml")
    ComplaintSettings.objects.update_or_create(
        pk=1,
        defaults={
            "default_department": departments["hauptamt"],
            "complaint_department": departments["hauptamt"],
            "boundary": _polygon(content["boundary"]),
        },
    )
    areas = {}
    for order, row in enumerate(content["area"]):
        areas[row["slug"]], _new = Area.objects.update_or_create(
            slug=row["slug"],
            defaults={"name": row["name"], "order": order, "geometry": _polygon(row["ring"])},
        )
    for row in content["body"]:
        OutsideBody.objects.update_or_create(
            name=row["name"], defaults={"email": row["email"], "public_note": row["public_note"]}
        )
    for order, row in enumerate(content["rule"]):
        RoutingRule.objects.get_or_create(
            name=row["name"],
            defaults={
                "order": order,
                "category": categories.get(row.get("category", "")),
                "area": areas.get(row.get("area", "")),
                "keywords": row.get("keywords", ""),
                "department": departments[row["department"]],
            },
        )
    for order, row in enumerate(content["template"]):
        ReplyTemplate.objects.get_or_create(
            name=row["name"],
            defaults={
                "order": order,
                "category": categories.get(row.get("category", "")),
                "state": row.get("state", ""),
                "text": row["text"],
            },
        )


def _polygon(ring: list[list[Any]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[float(x), float(y)] for x, y in ring]]}


def _cases(categories: dict[str, Category]) -> None:
    """Tell all stories first, then write them, oldest first, so that the order of rows follows time as in real life."""
    reports = Reports(SEED)
    setting = _setting()
    rows = {row["slug"]: row for row in reports.categories}
    summer = frozenset() if is_winter(setting.now) else frozenset({WINTER})
    told = list(reports.different(sum(STATES.values()), without=summer))
    stories = [
        tell(report, rows[report.category], categories[report.category], state, setting)
        for report, state in _cast(told, setting.random)
    ]
    stories.sort(key=lambda story: story.case.created_at)
    joined = [story for story in stories if story.case.state == State.MERGED]
    living = [story for story in stories if story.case.state not in HIDDEN]
    Case.objects.bulk_create(story.case for story in stories if story.case.state != State.MERGED)
    for story in joined:
        _join(story, living)
    Case.objects.bulk_create(story.case for story in joined)
    Reporter.objects.bulk_create(reporter for story in stories for reporter in story.reporters)
    for story in stories:
        for message in story.messages:
            message.reporter = story.reporters[0] if message.author == Message.Author.CITIZEN else None
    Message.objects.bulk_create(message for story in stories for message in story.messages)
    Survey.objects.bulk_create(survey for story in stories for survey in surveys(story))
    write_audit(stories)


def _setting() -> Setting:
    clerks: dict[int, list[User]] = defaultdict(list)
    for membership in Membership.objects.filter(role__in=[Role.CLERK, Role.LEAD]).select_related("user"):
        clerks[membership.department_id].append(membership.user)
    return Setting(
        now=timezone.now(),
        random=Random(SEED),  # noqa: S311 - made-up histories, no secret
        calendar=workdays.calendar_for(None),
        clerks=clerks,
        departments={department.slug: department for department in Department.objects.all()},
        bodies=list(OutsideBody.objects.order_by("name")),
        areas=list(Area.objects.order_by("order")),
    )


def _cast(reports: list[MadeUpReport], random: Random) -> Iterator[tuple[MadeUpReport, State]]:
    """Give each report its state; only work in the streets is passed on, planned or joined."""
    states = [state for state, count in STATES.items() for _one in range(count)]
    random.shuffle(states)
    states.sort(key=lambda state: state not in (State.FORWARDED, State.PLANNED, State.MERGED))
    random.shuffle(reports)
    reports.sort(key=lambda report: report.group not in REPAIRS)
    only_defects = sum(state in (State.FORWARDED, State.PLANNED, State.MERGED) for state in states)
    rest = states[only_defects:]
    random.shuffle(rest)
    return zip(reports, states[:only_defects] + rest, strict=True)


def _join(story: Story, living: list[Story]) -> None:
    """A joined case points at a living one that came earlier, of its own category where there is one."""
    same = [other for other in living if other.case.category == story.case.category] or living
    earlier = [other for other in same if other.case.created_at < story.case.created_at] or same
    into = earlier[-1].case
    closed_at = story.case.closed_at
    assert closed_at is not None
    story.case.merged_into = into
    story.happen(closed_at, "merged", by=story.clerk, into=into.number)
