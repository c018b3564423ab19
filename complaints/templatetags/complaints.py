"""Small words for the templates of complaints."""

from django import template

from complaints.models import Category
from complaints.public import status

register = template.Library()


@register.filter
def category_name(category: Category | None, language: str) -> str:
    """The name that people see, in the language of the page."""
    return category.name_in(language or "de") if category else "–"


@register.filter
def sentence(state: str) -> str:
    """A state as a sentence."""
    return status.said(state)


@register.filter
def per_cent(box: list[float]) -> str:
    """A blurred box as clerks type it: "10.0, 20.0, 5.0, 5.0"."""
    return ", ".join(f"{100 * part:.1f}" for part in box)


@register.filter
def positive(number: int) -> int:
    return abs(number)
