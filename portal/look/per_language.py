"""A text in each language of the portal, as one field: instead of JSON, a box per language. Values are {"de": …}."""

from typing import Any

from django import forms
from django.conf import settings


def own_first() -> list[tuple[str, str]]:
    """The languages of the portal, code and name, that of the installation before the others."""
    found = [(code, str(name)) for code, name in settings.LANGUAGES]
    return sorted(found, key=lambda language: language[0] != settings.LANGUAGE_CODE)


class PerLanguageWidget(forms.MultiWidget):
    """A box for each language, named by the language."""

    template_name = "forms/per_language.html"

    def __init__(self, rows: int) -> None:
        self.languages = own_first()
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.Textarea(attrs={"rows": rows, "lang": code}) for code, _name in self.languages
        }
        super().__init__(boxes)

    def decompress(self, value: Any) -> list[str]:
        texts = value if isinstance(value, dict) else {}
        return [_typed(texts.get(code, "")) for code, _name in self.languages]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for box, (_code, language) in zip(context["widget"]["subwidgets"], self.languages, strict=True):
            box["language"] = language
        return context


class PerLanguageField(forms.MultiValueField):
    """Texts by language; with `lines` a list by language, an item a line. Languages left empty are not kept."""

    widget: PerLanguageWidget

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        boxes = [forms.CharField(required=False) for _language in own_first()]
        widget = PerLanguageWidget(rows=5 if lines else 2)
        super().__init__(boxes, widget=widget, required=False, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, Any]:
        typed = zip((code for code, _name in own_first()), data_list, strict=False)
        return {code: self._value(text) for code, text in typed if text and text.strip()}

    def _value(self, text: str) -> Any:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines if self.lines else "\n".join(lines)


def _typed(kept: Any) -> str:
    return "\n".join(map(str, kept)) if isinstance(kept, list) else str(kept or "")
