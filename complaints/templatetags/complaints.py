"""Small words for the templates of complaints."""

from django import template

from complaints import status
from complaints.models import Category

register = template.Library()


@register.filter
def category_name(category: Category | None, language: str) -> str:
    """The name that people see, in the language of the page."""
    return category.name_in(language or "de") if category else "–"


@register.filter
def sentence(state: str) -> str:
    """A state as a sentence."""
    return status.said(state)
