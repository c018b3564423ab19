"""Who gets a new case: category, area and keywords decide; formal complaints go to their own unit.

`decide` is pure over its arguments, so a dry run over old cases is the same code as the real thing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache

from complaints import geometry, words
from complaints.geometry import Shape
from complaints.models import Area, Case, Category, ComplaintSettings, RoutingRule
from complaints.workflow import Kind
from portal.models import Department, User


class NoDepartment(Exception):
    """The city has not set up a single department yet."""


class OutsideCity(Exception):
    """The position lies outside the boundary of the city."""


@dataclass(frozen=True)
class Route:
    department: Department
    assignee: User | None
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


def shapes() -> list[tuple[Area, Shape]]:
    """All areas, ready for questions, in their order; kept for a few seconds because polygons are long."""
    known: list[tuple[Area, Shape]] | None = cache.get("complaints.shapes")
    if known is None:
        known = [(area, geometry.shape(area.geometry)) for area in Area.objects.all()]
        for area, _shape in known:
            area.geometry = None  # the shape has it
        cache.set("complaints.shapes", known, 20)
    return known


def area_at(latitude: float | None, longitude: float | None) -> Area | None:
    if latitude is None or longitude is None:
        return None
    return next((area for area, shape in shapes() if shape.contains(latitude, longitude)), None)


def check_inside(latitude: float | None, longitude: float | None, settings: ComplaintSettings) -> None:
    """Raise OutsideCity for a position outside the boundary; without one, the areas together are the city."""
    if latitude is None or longitude is None:
        return
    if settings.boundary:
        if not geometry.shape(settings.boundary).contains(latitude, longitude):
            raise OutsideCity
    elif (known := shapes()) and not any(shape.contains(latitude, longitude) for _area, shape in known):
        raise OutsideCity


def decide(question: Question, rules: Iterable[RoutingRule], settings: ComplaintSettings) -> Route:
    """The first rule that fits; otherwise the category's department, the city's default, any department.

    Raises NoDepartment.
    """
    if question.kind == Kind.COMPLAINT and settings.complaint_department:
        return Route(settings.complaint_department, None, None)
    for rule in rules:
        if _fits(rule, question):
            return Route(rule.department, rule.assignee, rule)
    category = question.category
    usual = category and (category.department or (category.parent and category.parent.department))
    department = usual or settings.default_department or Department.objects.order_by("pk").first()
    if department is None:
        raise NoDepartment
    return Route(department, None, None)


def rules() -> list[RoutingRule]:
    return list(RoutingRule.objects.filter(active=True).select_related("department", "assignee"))


def route(question: Question, settings: ComplaintSettings) -> Route:
    return decide(question, rules(), settings)


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
