"""Forms of the small tables in the back office: languages to choose, articles by their name, names language by language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from knowledge.articles.publishing import reference_language
from knowledge.models import Article, Pin, Synonym, Topic
from portal.models import City


def offered() -> list[tuple[str, str]]:
    """The city's languages with their own names."""
    names = dict(settings.LANGUAGES)
    return [(code, names[code]) for code in City.current().written_languages]


class LanguageForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, str]] = offered()
        if (known := self.initial.get("language")) and known not in dict(choices):
            choices.append((known, known))
        self.fields["language"] = forms.ChoiceField(label=_("language"), choices=choices)


class SynonymForm(LanguageForm):
    class Meta:
        model = Synonym
        fields = ("language", "term", "variants")


class NamedArticle(forms.CharField):
    """An article by its title, its short name or an address that ends in it; nobody knows numbers by heart."""

    def prepare_value(self, value: Any) -> Any:
        found = Article.objects.filter(pk=value).first() if isinstance(value, int) else None
        return found.slug if found else value

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        found = Article.objects.named([name])
        if name not in found:
            raise forms.ValidationError(_("There is no article “%(name)s”.") % {"name": name})
        return Article.objects.get(pk=found[name])


class PinForm(LanguageForm):
    article = NamedArticle(label=_("article"), help_text=_("Title, short name or address."))

    class Meta:
        model = Pin
        fields = ("query", "language", "article", "position", "until")


class TopicForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The names in other languages stand in fields of their own, `name_en` and so on (see `with_names`)."""

    class Meta:
        model = Topic
        fields = ("kind", "parent", "name", "slug", "summary", "order")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in self.instance.names.items():
            self.initial[f"name_{code}"] = name

    def clean_parent(self) -> Topic | None:
        """The tree stays a tree, however long the way back to the topic itself is."""
        parent: Topic | None = self.cleaned_data["parent"]
        above, seen = parent, set()
        while above is not None and above.pk not in seen:
            if above.pk == self.instance.pk:
                raise forms.ValidationError(_("A topic cannot stand above itself."))
            seen.add(above.pk)
            above = above.parent
        return parent

    def clean(self) -> dict[str, Any]:
        """Fill the instance; names in languages the city no longer offers stay."""
        data = super().clean() or {}
        shown = {code: data[f"name_{code}"] for code, _label in others() if f"name_{code}" in data}
        names = {**self.instance.names, **shown}
        self.instance.names = {code: name for code, name in names.items() if name}
        return data


def others() -> list[tuple[str, str]]:
    return [(code, label) for code, label in offered() if code != reference_language()]


def with_names() -> type[TopicForm]:
    """`TopicForm` with a field for the name in each further language of the city."""
    fields: dict[str, Any] = {
        f"name_{code}": forms.CharField(
            label=_("name (%(language)s)") % {"language": label}, max_length=120, required=False
        )
        for code, label in others()
    }
    return type("TopicForm", (TopicForm,), fields)
