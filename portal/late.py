"""Routes whose code is loaded with the first call: a heavy library must not weigh on every worker."""

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language


class LateResolver(URLResolver):
    """Known to its parent by its namespace alone; matching a path or reversing a name in it loads the module."""

    def _populate(self) -> None:
        language = get_language()
        self._reverse_dict[language] = MultiValueDict()
        self._namespace_dict[language] = {}  # type: ignore[attr-defined]
        self._app_dict[language] = {}  # type: ignore[attr-defined]
        self._populated = True


def include_late(prefix: str, module: str, *, app_name: str, namespace: str) -> URLResolver:
    """Like `path(prefix, include(...))`; `module` is the dotted name of one with `urlpatterns`."""
    return LateResolver(RoutePattern(prefix), module, app_name=app_name, namespace=namespace)
