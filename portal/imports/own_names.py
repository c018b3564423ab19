"""What an import calls the things that it makes itself, as the city's own language says it."""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import override

from portal.models import City


def names_of(say: Callable[[], str]) -> list[str]:
    """What `say` says in the city's own language, then in the others: a city that changes its language keeps what there is."""
    own = City.current().own_language
    found: dict[str, None] = {}
    for code in (own, *(code for code, _name in settings.LANGUAGES)):
        with override(code):
            found[say()] = None
    return list(found)
