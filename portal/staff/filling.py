"""A form of a finished page, filled with what was typed into it before. Pure: HTML in, HTML out.

Pages need not know of it: the form is found by where it is sent, its fields by their names.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

Values = Mapping[str, Sequence[str]]
Attributes = dict[str, str | None]
_BUTTONS = {"submit", "button", "image", "reset"}
_NEVER = {"password", "file"}
_A_FEW_SIGNS = re.compile(r"[\w.,:-]{0,15}")


@dataclass
class _Tag:
    name: str
    attributes: Attributes
    start: int
    end: int


@dataclass
class _Control:
    tag: _Tag
    kind: str
    name: str
    folds: list[_Tag]
    options: list[_Tag] = field(default_factory=list)
    closes: int = 0


@dataclass
class _Form:
    tag: _Tag
    sent_to: set[str]
    controls: list[_Control] = field(default_factory=list)
    folds: list[_Tag] = field(default_factory=list)


@dataclass(frozen=True)
class Filled:
    html: str
    left: dict[str, str]
    """Words for which the form has no field any more."""
    is_seen: bool
    """Whether anything of it shows; a button with hidden fields beside it holds no words."""


def fill(html: str, *, page: str, sent_to: str, values: Values) -> Filled | None:
    """The page with `values` in its form for `sent_to` and a mark <!--unsent--> where that begins; None without such a form."""
    read = _Reader(html, page)
    forms = [form for form in read.forms if sent_to in form.sent_to]
    if not forms:
        return None
    form = max(forms, key=lambda one: _likeness(one, values))
    edits = [(form.tag.end, form.tag.end, "<!--unsent-->")]
    open_folds = {id(fold): fold for fold in form.folds}
    rest = {name: list(found) for name, found in values.items()}
    for control in form.controls:
        edits += _edits(control, values.get(control.name), rest)
        if control.kind not in {"hidden", "checkbox", "radio"} and any(values.get(control.name, ())):
            open_folds |= {id(fold): fold for fold in control.folds}
    edits += [(fold.start, fold.end, _written(fold, open=None)) for fold in open_folds.values()]
    for start, end, text in sorted(edits, reverse=True):
        html = html[:start] + text + html[end:]
    known = {control.name for control in form.controls}
    left = {
        name: "\n".join(found)
        for name, found in values.items()
        if name not in known and not all(_A_FEW_SIGNS.fullmatch(value) for value in found)
    }
    seen = [one for one in form.controls if one.name in values and one.kind not in {"hidden", *_BUTTONS}]
    return Filled(html, left, bool(seen or left))


def _likeness(form: _Form, values: Values) -> int:
    """Of several forms for one address (a photo each) the one whose hidden fields say the same."""
    return sum(
        1 if control.kind != "hidden" else 10
        for control in form.controls
        if control.name in values
        and (control.kind != "hidden" or control.tag.attributes.get("value") in values[control.name])
    )


def _edits(
    control: _Control, given: Sequence[str] | None, rest: dict[str, list[str]]
) -> list[tuple[int, int, str]]:
    tag, kind = control.tag, control.kind
    if kind in {"checkbox", "radio"}:  # what is not ticked is not sent
        ticked = tag.attributes.get("value", "on") in (given or ())
        return [(tag.start, tag.end, _written(tag, **{"checked": None if ticked else ""}))]
    if (
        given is None
        or kind in _BUTTONS | _NEVER
        or (kind == "hidden" and _is_the_pages(control.name, given))
    ):
        return []
    if control.tag.name == "select":
        return [
            (option.start, option.end, _written(option, selected=None if option.attributes.get("value") in given else ""))
            for option in control.options
        ]  # fmt: skip
    value = rest[control.name].pop(0) if rest[control.name] else given[-1]
    if tag.name == "textarea":
        return [(tag.end, control.closes, "\n" + escape(value))]
    return [(tag.start, tag.end, _written(tag, value=value))]


def _is_the_pages(name: str, given: Sequence[str]) -> bool:
    """The token of the page, and how many rows it has; a list of many is the page's, too."""
    return name == "csrfmiddlewaretoken" or name.endswith("_FORMS") or len(given) > 1


def _written(tag: _Tag, **changed: str | None) -> str:
    """The tag with attributes changed: None for one without a value, "" for none (but `value`)."""
    attributes: Attributes = {**tag.attributes, **changed}
    for name in ("checked", "selected", "open"):
        if changed.get(name) == "":
            attributes.pop(name)
    said = (name if value is None else f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{' '.join([tag.name, *said])}>"


class _Reader(HTMLParser):
    def __init__(self, html: str, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.page = page
        self.forms: list[_Form] = []
        self._named: dict[str, _Form] = {}
        self._outside: list[tuple[str, _Control]] = []
        self._form: _Form | None = None
        self._folds: list[_Tag] = []
        self._list: _Control | None = None
        self._text: _Control | None = None
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(html)
        for name, control in self._outside:
            if name in self._named:
                self._add(self._named[name], control)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._offset()
        found = _Tag(tag, dict(attrs), start, start + len(self.get_starttag_text() or ""))
        if tag == "form":
            self._form = _Form(found, {self._path(found.attributes.get("action"))}, folds=list(self._folds))
            self.forms.append(self._form)
            self._named[found.attributes.get("id") or ""] = self._form
        elif tag == "details":
            self._folds.append(found)
        elif tag == "option" and self._list is not None:
            self._list.options.append(found)
        elif tag in {"input", "select", "textarea", "button"}:
            self._control(found)

    def _control(self, tag: _Tag) -> None:
        usual = "submit" if tag.name == "button" else "text" if tag.name == "input" else tag.name
        kind = (tag.attributes.get("type") or usual).lower() if tag.name in {"input", "button"} else usual
        control = _Control(tag, kind, tag.attributes.get("name") or "", list(self._folds))
        if tag.name == "select":
            self._list = control
        elif tag.name == "textarea":
            self._text = control
        if name := tag.attributes.get("form"):
            self._outside.append((name, control))
        elif self._form is not None:
            self._add(self._form, control)

    def _add(self, form: _Form, control: _Control) -> None:
        form.controls.append(control)
        if control.tag.attributes.get("formaction"):
            form.sent_to.add(self._path(control.tag.attributes["formaction"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "select":
            self._list = None
        elif tag == "textarea" and self._text is not None:
            self._text.closes, self._text = self._offset(), None

    def _path(self, address: str | None) -> str:
        return urlsplit(urljoin(self.page, address or "")).path
