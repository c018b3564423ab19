"""Who gets a new case: category, area and keywords decide; formal complaints go to their own unit.

`decide` is pure over its arguments, so a dry run over old cases is the same code as the real thing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from complaints.models import Area, Case, Category, ComplaintSettings, RoutingRule
from complaints.rules import words
from complaints.rules.arrangements import Arrangements
from complaints.workflow import Kind
from portal.models import Department, User


class NoDepartment(Exception):
    """The city has not set up a single department yet."""


class OutsideCity(Exception):
    """The position lies outside the boundary of the city."""


@dataclass(frozen=True)
class Route:
    """Where to, and the rule that says so; none if nobody had to write one."""

    department: Department
    rule: RoutingRule | None


@dataclass(frozen=True)
class Question:
    """What a rule looks at."""

    text: str
    kind: str
    category: Category | None
    area_id: int | None


@dataclass(frozen=True)
class DryRun:
    """What the present rules would do with one case."""

    case: Case
    route: Route

    @property
    def moves(self) -> bool:
        return self.route.department.pk != self.case.department_id


def area_at(latitude: float | None, longitude: float | None, city: Arrangements) -> Area | None:
    """The area of a position, the first where they overlap. Raises OutsideCity for a position outside the boundary;
    without a boundary, the areas together are the city."""
    if latitude is None or longitude is None:
        return None
    if city.boundary is not None and not city.boundary.contains(latitude, longitude):
        raise OutsideCity
    found = next((area for area, shape in city.areas if shape.contains(latitude, longitude)), None)
    if found is None and city.areas and city.boundary is None:
        raise OutsideCity
    return found


def decide(question: Question, rules: Iterable[RoutingRule], settings: ComplaintSettings) -> Route:
    """The first rule that fits; otherwise the category's department, the city's default, any department.

    Raises NoDepartment.
    """
    if question.kind == Kind.COMPLAINT and settings.complaint_department:
        return Route(settings.complaint_department, None)
    for rule in rules:
        if _fits(rule, question):
            return Route(rule.department, rule)
    category = question.category
    usual = category and (category.department or (category.parent and category.parent.department))
    department = usual or settings.default_department or Department.objects.order_by("pk").first()
    if department is None:
        raise NoDepartment
    return Route(department, None)


def rules() -> list[RoutingRule]:
    """The rules in use with the people they name, for a table."""
    return list(RoutingRule.objects.filter(active=True).select_related("department", "assignee"))


def route(question: Question, city: Arrangements) -> Route:
    return decide(question, city.rules, city.settings)


def clerk(way: Route) -> User | None:
    """The person whom the rule names, if they still work here."""
    named = way.rule.assignee_id if way.rule else None
    return User.objects.filter(pk=named, is_active=True).first() if named else None


def dry_run(cases: Iterable[Case], settings: ComplaintSettings) -> list[DryRun]:
    """What the rules as they stand now would do with these cases. Writes nothing."""
    present = rules()
    return [
        DryRun(case, decide(Question(case.text, case.kind, case.category, case.area_id), present, settings))
        for case in cases
    ]


def _fits(rule: RoutingRule, question: Question) -> bool:
    category = question.category
    own = {category.pk, category.parent_id} if category else set()
    return (
        (rule.category_id is None or rule.category_id in own)
        and (rule.area_id is None or rule.area_id == question.area_id)
        and (not rule.kind or rule.kind == question.kind)
        and (not rule.keywords or words.has_keyword(question.text, rule.keywords))
    )
