"""The city's categories as Open311 services."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language

from complaints.models import Attribute, Category
from complaints.open311 import records
from complaints.workflow import Kind


def services() -> list[records.Service]:
    """What may be reported over Open311: every category in use except those of formal complaints."""
    asked = Exists(Attribute.objects.filter(category=OuterRef("pk")))
    categories = Category.objects.selectable().exclude(kind=Kind.COMPLAINT).annotate(asked=asked)
    return [
        _service(category, has_attributes=bool(getattr(category, "asked", False))) for category in categories
    ]


def code_of(category: Category | None) -> str:
    return (category.service_code or category.slug) if category else ""


def find(code: str) -> Category | None:
    """The category with this service code (its short name where the city gave no code)."""
    open_ones = Category.objects.selectable().exclude(kind=Kind.COMPLAINT)
    return open_ones.filter(with_codes([code])).first()


def with_codes(codes: Iterable[str], prefix: str = "") -> Q:
    """A condition on categories (or, with a prefix such as `category__`, on their cases)."""
    wanted = list(codes)
    named = {f"{prefix}service_code__in": wanted}
    by_slug = {f"{prefix}slug__in": wanted}
    without = Q(**{f"{prefix}service_code__isnull": True}) | Q(**{f"{prefix}service_code": ""})
    return Q(**named) | (Q(**by_slug) & without)


def attributes(category: Category) -> list[records.Attribute]:
    return [
        records.Attribute(
            code=one.code,
            datatype=one.datatype,
            description=one.description,
            required=one.required,
            variable=one.variable,
            hint=one.datatype_description,
            values=_values(one.values),
        )
        for one in category.attributes.all()
    ]


def _values(stored: object) -> tuple[tuple[str, str], ...]:
    """[{"key": …, "name": …}] as the city wrote it; a bare text is its own key."""
    found = []
    for one in stored if isinstance(stored, Sequence) and not isinstance(stored, str) else ():
        if isinstance(one, dict):
            key = str(one.get("key", one.get("name", "")))
            found.append((key, str(one.get("name", key))))
        else:
            found.append((str(one), str(one)))
    return tuple(found)


def _service(category: Category, *, has_attributes: bool) -> records.Service:
    language = get_language() or "de"
    group = category.parent.name_in(language) if category.parent else ""
    return records.Service(
        code=code_of(category),
        name=category.name_in(language),
        description=category.description
        or ", ".join(part for part in (group, category.name_in(language)) if part),
        has_attributes=has_attributes,
        keywords=tuple(word.strip() for word in category.keywords.split(",") if word.strip()),
        group=group,
    )
