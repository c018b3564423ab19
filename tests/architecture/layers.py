"""Inside a service imports point one way: urls → views, admin, jobs → forms → commands → models → pure modules.

Which layer a module is in follows from its name, or from whether it reaches the models: a module that does is a command, one
that does not is pure. So a new module needs no entry anywhere. What stands in a room named `pure` must not reach the models.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.limits import ROOT

SERVICES = ("appointments", "complaints", "knowledge", "portal")
LAYERS = ["pure", "models", "commands", "forms", "pages", "urls", "set-up"]
_BY_NAME = {
    "pure": "pure",
    "urls": "urls",
    "forms": "forms",
    "views": "pages",
    "admin": "pages",
    "jobs": "pages",
    "api": "pages",
    "apps": "set-up",
    "bulk": "pages",  # which form, which command, for many cases
}


def upward_imports() -> Iterator[str]:
    """A sentence for each import that points up."""
    for service in SERVICES:
        for module, imports in _graph(service).items():
            for imported in sorted(imports):
                mine, other = _layer(service, module), _layer(service, imported)
                if LAYERS.index(mine) < LAYERS.index(other):
                    yield f"{module} ({mine}) imports {imported} ({other})"


def _layer(service: str, module: str) -> str:
    parts = module.split(".")[1:]
    if "models" in parts:
        return "models"
    if "management" in parts:
        return "set-up"
    for part in parts:
        for ending, layer in _BY_NAME.items():
            if part == ending or part.endswith(f"_{ending}"):
                return layer
    return "commands" if _reaches_models(service, module) else "pure"


@cache
def _reaches_models(service: str, module: str) -> bool:
    seen, ahead = set(), [module]
    while ahead:
        if "models" in (current := ahead.pop()).split("."):
            return True
        if current not in seen:
            seen.add(current)
            ahead += _graph(service).get(current, set())
    return False


@cache
def _graph(service: str) -> dict[str, set[str]]:
    """Module -> the service's own modules it imports; imports for types only and inside functions do not count."""
    files = [path for path in (ROOT / service).rglob("*.py") if "migrations" not in path.parts]
    names = {_name(path): path for path in files}
    return {name: set(_imports(path, service, names)) - {name} for name, path in names.items()}


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path, service: str, names: dict[str, Path]) -> Iterator[str]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == service:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in names else node.module
