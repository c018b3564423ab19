"""Texts for people: collected from code and templates, kept in one catalogue per service, compiled without system gettext.

English is written in the code itself and needs no catalogue. German is the reference and must be complete;
a text missing in another language appears in the language of the installation, and in English where that is the one.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

REFERENCE = "de"
LANGUAGES = ("de", "pl", "cs", "hu", "bg")
APPS = ("portal", "appointments", "appointments/desk", "complaints", "knowledge", "knowledge/assistant")
# the first folder named here decides whose text a template is; what is not named here belongs to the portal
TEMPLATE_OWNERS = {
    "appointments/desk": "appointments/desk",
    "hall": "appointments/desk",
    "assistant": "knowledge/assistant",
    "appointments": "appointments",
    "complaints": "complaints",
    "knowledge": "knowledge",
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
Id = str | tuple[str, ...] | list[str]
Key = tuple[Id, str | None]


@dataclass
class State:
    """How complete one catalogue is: message ids, in words a developer can act on."""

    app: str
    language: str
    total: int = 0
    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.wrong and not (self.missing and self.language == REFERENCE)


def catalogue_path(root: Path, app: str, language: str) -> Path:
    return root / app / "locale" / language / "LC_MESSAGES" / "django.po"


def sources(root: Path, app: str) -> Iterator[Path]:
    """The Python files and templates whose texts belong to `app`."""
    for path in sorted((root / app).rglob("*.py")):
        inner = any(
            other != app and path.is_relative_to(root / other) for other in APPS if other.startswith(app)
        )
        if not inner and "migrations" not in path.parts:
            yield path
    templates = root / "templates"
    for path in sorted([*templates.rglob("*.html"), *templates.rglob("*.txt")]):
        if _owner(path.relative_to(templates)) == app:
            yield path


def _owner(template: Path) -> str:
    """Whose text a template is: `complaints/list.html`, `mails/complaints/…` and `admin/complaints/…` are theirs."""
    folder = f"/{template.parent.as_posix()}/"
    return next((owner for part, owner in TEMPLATE_OWNERS.items() if f"/{part}/" in folder), "portal")


def collect(root: Path, app: str) -> Catalog:
    """Every text of `app` as an empty catalogue."""
    found = Catalog(domain="django", project="Bürgerhaus")
    for path in sources(root, app):
        for _line, message, comments, context in _messages(path):
            found.add(message, context=context, auto_comments=comments)
    return found


def _messages(path: Path) -> Iterator[tuple[int, Id, list[str], str | None]]:
    text = path.read_text()
    if path.suffix == ".py":
        yield from extract("python", io.BytesIO(text.encode()), KEYWORDS)
    elif "{% " in text:
        # Django blanks out all but the calls; the JavaScript reader is the one that bears with the rest
        yield from extract("javascript", io.BytesIO(templatize(text).encode()), KEYWORDS)


def update(root: Path, app: str, language: str) -> State:
    """Bring the catalogue up to what the code says; translations stay, texts that are gone go."""
    path = catalogue_path(root, app, language)
    known, wanted = read(path, language), collect(root, app)
    merged = Catalog(locale=language, domain="django", project="Bürgerhaus", fuzzy=False)
    for message in wanted:
        if message.id:
            before = known.get(message.id, message.context)
            merged.add(
                message.id, before.string if before else None, context=message.context, flags=message.flags
            )
    if len(merged):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_written(merged))
    return state(merged, app, language)


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, domain="django")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def check(root: Path, app: str, language: str) -> State:
    """The state of the catalogue against today's code, without writing anything."""
    known, result = read(catalogue_path(root, app, language), language), State(app, language)
    for message in collect(root, app):
        if message.id:
            _judge(result, message.id, known.get(message.id, message.context))
    return result


def state(catalogue: Catalog, app: str, language: str) -> State:
    result = State(app, language)
    for message in catalogue:
        if message.id:
            _judge(result, message.id, message)
    return result


def _judge(result: State, key: Id, message: object) -> None:
    original = (key,) if isinstance(key, str) else key
    string = getattr(message, "string", "") or ""
    translated = (string,) if isinstance(string, str) else tuple(string)
    result.total += 1
    if not all(translated):
        result.missing.append(original[0])
        return
    allowed = set().union(*map(placeholders, original))
    needed = set.intersection(*map(placeholders, original))
    for number, text in enumerate(translated):
        # only the first of several forms may say "one"; where a language has a single form, it is of every number
        said = needed if number == 0 and len(translated) > 1 else placeholders(original[-1])
        if not said <= placeholders(text) <= allowed:
            result.wrong.append(f"{original[0]} → {text}")


def placeholders(text: str) -> set[str]:
    """The names in `%(name)s` and `{name}`."""
    return {named or braced for named, braced in PLACEHOLDER.findall(text)}


def compile_stale(root: Path) -> int:
    """Write the .mo beside each .po that is newer; returns how many were written."""
    written = 0
    paths = [path for app in APPS for path in sorted((root / app).glob("locale/*/LC_MESSAGES/django.po"))]
    for path in paths:
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        catalogue = read(path, path.parents[1].name)
        unfinished = compiled.with_suffix(".mo.new")
        with unfinished.open("wb") as file:
            write_mo(file, catalogue)
        unfinished.replace(compiled)
        written += 1
    return written


def _written(catalogue: Catalog) -> str:
    """The .po text without dates and line numbers, in the order of the texts: small, quiet diffs."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, no_location=True, sort_output=True, omit_header=False)
    dated = re.compile(
        r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By).*\n', re.M
    )
    text = dated.sub("", out.getvalue().decode())
    return text[text.index("msgid") :].rstrip() + "\n"


if __name__ == "__main__":  # at set-up, before there are settings or a database
    compile_stale(Path(__file__).resolve().parent.parent)
