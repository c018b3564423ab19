"""Forms and links of a page, read as a browser would send and follow them; no browser needed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.http import HttpResponse
from django.test import Client


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    sent: bool = True
    """Whether a browser would send it as it stands (boxes only when ticked)."""


@dataclass
class Form:
    action: str
    method: str
    encoding: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[Field] = field(default_factory=list)

    def values(self, **changes: str) -> dict[str, list[str]]:
        """What would be sent, with `changes` typed in."""
        values: dict[str, list[str]] = {}
        for entry in self.fields:
            if entry.sent and entry.kind != "file":
                values.setdefault(entry.name, []).append(entry.value)
        return values | {name: [value] for name, value in changes.items()}

    def names(self) -> list[str]:
        return list(dict.fromkeys(entry.name for entry in self.fields))


class Page(HTMLParser):
    def __init__(self, html: str, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._list: Field | None = None
        self._text: Field | None = None
        self._later: list[tuple[str, Field, bool]] = []
        self.feed(html)
        for form_id, entry, is_button in self._later:
            if form := self._by_id.get(form_id):
                (form.buttons if is_button else form.fields).append(entry)

    def form(self, part: str, method: str = "post") -> Form:
        """The form whose action holds `part`."""
        found = next((f for f in self.forms if f.method == method and part in f.action), None)
        assert found, f"no {method} form to {part!r} on {self.address}"
        return found

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.address, given["href"]).split("#")[0])
        elif tag == "form":
            self._open = Form(
                action=urljoin(self.address, given.get("action", "")),
                method=given.get("method", "get").lower(),
                encoding=given.get("enctype", ""),
            )
            self.forms.append(self._open)
            self._by_id[given.get("id", "")] = self._open
        elif tag == "option" and self._list is not None:
            self._list.options.append(given.get("value", ""))
            if "selected" in given or len(self._list.options) == 1:
                self._list.value = given.get("value", "")
        elif tag in {"input", "select", "textarea", "button"}:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "submit" if tag == "button" else tag if tag != "input" else "text").lower()
        entry = Field(given.get("name", ""), kind, given.get("value", ""))
        if kind in {"checkbox", "radio"}:
            entry.value, entry.sent = given.get("value", "on"), "checked" in given
        if tag == "select":
            self._list = entry
        if tag == "textarea":
            self._text = entry
        is_button = kind in {"submit", "image", "button", "reset"}
        if not entry.name and not is_button:
            return
        if "form" in given:
            self._later.append((given["form"], entry, is_button))
        elif self._open is not None:
            (self._open.buttons if is_button else self._open.fields).append(entry)

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._list = None
        elif tag == "textarea":
            self._text = None


def sent(client: Client, address: str, **changes: Any) -> HttpResponse:
    """The long form of a page as a browser would send it, with some fields changed; what is empty stays empty."""
    page = Page(client.get(address).content.decode(), address)
    form = next(form for form in page.forms if form.method == "post" and len(form.fields) > 4)
    return client.post(address, {**form.values(), **changes})
