"""Route tables that cost little: one for all languages instead of one each, and none before the first call where the code is heavy."""

from importlib import import_module
from typing import Any

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language


class SharedResolver(URLResolver):
    """Routes whose words are the same in every language share one table (six of them: 5 MB and a third of a second a worker)."""

    def _populate(self) -> None:
        known = next(iter(self._reverse_dict), None)
        if known is None:
            super()._populate()
            return
        language = get_language()
        self._namespace_dict[language] = self._namespace_dict[known]  # type: ignore[attr-defined]  # Django's own, without a name in the stubs
        self._app_dict[language] = self._app_dict[known]  # type: ignore[attr-defined]  # Django's own, without a name in the stubs
        self._reverse_dict[language] = self._reverse_dict[known]  # last: it is looked at first


class LateResolver(URLResolver):
    """Known to its parent by its namespace alone; matching a path or reversing a name in it loads the module."""

    def _populate(self) -> None:
        language = get_language()
        self._reverse_dict[language] = MultiValueDict()
        self._namespace_dict[language] = {}  # type: ignore[attr-defined]  # Django's own, without a name in the stubs
        self._app_dict[language] = {}  # type: ignore[attr-defined]  # Django's own, without a name in the stubs
        self._populated = True


def include_shared(prefix: str, module: Any, *, app_name: str, namespace: str) -> URLResolver:
    """Like `path(prefix, include(...))`; `module` is the dotted name of one with `urlpatterns`, or a list of patterns."""
    patterns = import_module(module) if isinstance(module, str) else module
    return SharedResolver(RoutePattern(prefix), patterns, app_name=app_name, namespace=namespace)


def include_late(prefix: str, module: str, *, app_name: str, namespace: str) -> URLResolver:
    """The same for a module that is loaded with the first call; given by its dotted name."""
    return LateResolver(RoutePattern(prefix), module, app_name=app_name, namespace=namespace)
