"""What a city arranges: topics, areas, rules, templates, keys of other programs. Cases themselves are worked on at their own pages."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from complaints.models import (
    ApiKey,
    ApiSubmission,
    Area,
    Attribute,
    Category,
    ComplaintSettings,
    HistoryImport,
    LearntModel,
    OutsideBody,
    ReceivedMail,
    ReplyTemplate,
    RoutingRule,
    SavedFilter,
)
from complaints.open311 import keys
from complaints.places import geometry, plan
from portal import backoffice
from portal.models import City
from portal.staff.office_lists import AuditedAdmin, ReadOnlyAdmin

_LISTS = frozenset({"singlevaluelist", "multivaluelist"})


class AnswersField(forms.CharField):
    """The answers to choose from, one a line: "key = words", or the words alone."""

    widget = forms.Textarea(attrs={"rows": 5})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{one['key']} = {one['name']}" for one in value)

    def clean(self, value: Any) -> Any:
        found = []
        for line in str(super().clean(value)).splitlines():
            key, sign, name = (part.strip() for part in line.partition("="))
            if key:
                found.append({"key": key if sign else slugify(key) or key, "name": name if sign else key})
        if not all(one["name"] for one in found):
            raise forms.ValidationError(_("An answer has no words."))
        if len({one["key"] for one in found}) < len(found):
            raise forms.ValidationError(_("Two answers have the same key."))
        return found


def _part_of_an_address(code: str) -> str:
    """Codes that other programs send and ask for."""
    if code and not re.fullmatch(r"[\w.:-]+", code):
        raise forms.ValidationError(
            _("Letters, digits, dots, hyphens and underscores only: programs write the code into addresses.")
        )
    return code


class AttributeForm(forms.ModelForm[Attribute]):
    values = AnswersField(
        label=_("Answers to choose from"),
        required=False,
        help_text=_(
            "One answer a line, for example: 1 = one lamp. The key before the sign goes to other programs."
        ),
    )

    def clean_code(self) -> str:
        return _part_of_an_address(self.cleaned_data["code"])

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        if given.get("datatype") in _LISTS and given.get("values") == []:
            self.add_error("values", _("A question of this type needs answers to choose from."))
        return given


class AttributeFormSet(forms.BaseInlineFormSet[Attribute, Category, forms.ModelForm[Attribute]]):
    def clean(self) -> None:
        """Rows of one page do not see each other in the database yet."""
        super().clean()
        codes = set()
        for form in self.forms:
            code = form.cleaned_data.get("code") if form not in self.deleted_forms else None
            if code in codes:
                form.add_error("code", _("This category has a question with this code already."))
            codes |= {code} if code else set()


class AttributeInline(admin.StackedInline[Attribute, Category]):
    model = Attribute
    form = AttributeForm
    formset = AttributeFormSet
    extra = 0


class CategoryForm(forms.ModelForm[Category]):
    """Two levels, names that can be read, and codes that mean one category each."""

    def clean_names(self) -> Any:
        names = self.cleaned_data["names"] or {}
        if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
            raise forms.ValidationError(
                _("Write a name for each language, for example %(example)s."),
                params={"example": '{"en": "Street light"}'},
            )
        return names

    def clean_parent(self) -> Category | None:
        parent: Category | None = self.cleaned_data["parent"]
        if parent is not None and parent.pk == self.instance.pk:
            raise forms.ValidationError(_("A category cannot stand above itself."))
        if parent is not None and (
            parent.parent_id or (self.instance.pk and self.instance.children.exists())
        ):
            raise forms.ValidationError(
                _("There are two levels: a category that has others below it stands above.")
            )
        return parent

    def clean_service_code(self) -> str | None:
        return _part_of_an_address(self.cleaned_data["service_code"] or "") or None

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        others = Category.objects.exclude(pk=self.instance.pk)
        code, slug = given.get("service_code"), given.get("slug")
        uncoded = others.filter(service_code=None)
        if (code and uncoded.filter(slug=code).exists()) or (
            slug and not code and others.filter(service_code=slug).exists()
        ):
            self.add_error(
                "service_code" if code else "slug", _("Another category is reported under this code.")
            )
        return given


@admin.register(Category, site=backoffice.site)
class CategoryAdmin(AuditedAdmin):
    form = CategoryForm
    list_display = ("name", "parent", "department", "kind", "answer_days", "is_public", "active")
    list_filter = ("active", "kind", "parent")
    search_fields = ("name", "keywords")
    prepopulated_fields = {"slug": ("name",)}
    inlines = [AttributeInline]


UNUSABLE = {
    geometry.NotAPolygon: _("This is no GeoJSON polygon."),
    geometry.NoDegrees: _(
        "These are no degrees of longitude and latitude (WGS84), as GeoJSON has them. Please convert the file first."
    ),
    geometry.Swapped: _("Latitude and longitude are swapped: GeoJSON has the longitude first."),
}


class ShapeForm(forms.ModelForm[Any]):
    """A polygon that cannot be read is refused here, not on the day when a citizen reports."""

    def _shape(self, name: str) -> Any:
        value = self.cleaned_data.get(name)
        if value:
            city = City.current()
            try:
                geometry.usable(value, city=(city.map_latitude, city.map_longitude))
            except geometry.NotAPolygon as reason:
                raise forms.ValidationError(UNUSABLE[type(reason)]) from None
        return value

    def clean_geometry(self) -> Any:
        return self._shape("geometry")

    def clean_boundary(self) -> Any:
        return self._shape("boundary")


@admin.register(Area, site=backoffice.site)
class AreaAdmin(AuditedAdmin):
    list_display = ("name", "order", "is_public")
    prepopulated_fields = {"slug": ("name",)}
    form = ShapeForm

    def save_model(self, request: HttpRequest, obj: Area, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        cache.delete(plan.KEY)


@admin.register(RoutingRule, site=backoffice.site)
class RoutingRuleAdmin(AuditedAdmin):
    list_display = (
        "name",
        "order",
        "category",
        "area",
        "kind",
        "keywords",
        "department",
        "assignee",
        "active",
    )
    list_editable = ("order", "active")

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        rows: Any = super().get_changelist_formset(request, **kwargs)
        for name in self.list_editable:  # the columns' heads alone name no field for a screen reader
            rows.form.base_fields[name].widget.attrs["aria-label"] = rows.form.base_fields[name].label
        return rows


@admin.register(ReplyTemplate, site=backoffice.site)
class ReplyTemplateAdmin(AuditedAdmin):
    list_display = ("name", "category", "state", "language", "order", "active")
    list_filter = ("state", "language", "active")


@admin.register(OutsideBody, site=backoffice.site)
class OutsideBodyAdmin(AuditedAdmin):
    list_display = ("name", "email", "active")


@admin.register(SavedFilter, site=backoffice.site)
class SavedFilterAdmin(AuditedAdmin):
    list_display = ("name", "owner", "query", "order")


@admin.register(ReceivedMail, site=backoffice.site)
class ReceivedMailAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "verdict", "case", "note")
    list_filter = ("verdict",)


@admin.register(ComplaintSettings, site=backoffice.site)
class ComplaintSettingsAdmin(AuditedAdmin):
    form = ShapeForm

    def save_model(self, request: HttpRequest, obj: ComplaintSettings, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)
        cache.delete(plan.KEY)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not ComplaintSettings.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ApiKey, site=backoffice.site)
class ApiKeyAdmin(AuditedAdmin):
    list_display = ("name", "hint", "contact", "answers_with_token", "active", "created_at")
    list_filter = ("active",)
    readonly_fields = ("hint", "created_at")

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """A key's secret is shown once, after it was drawn; only its hash is kept."""
        secret = "" if change else keys.draw(obj)
        super().save_model(request, obj, form, change)
        if secret:
            told = _("The key is %(secret)s. It is shown only now: pass it on and do not keep it here.")
            messages.warning(request, told % {"secret": secret})


@admin.register(ApiSubmission, site=backoffice.site)
class ApiSubmissionAdmin(ReadOnlyAdmin):
    list_display = ("case", "key", "device_id", "account_id", "media_url", "created_at")
    exclude = ("token_hash",)


@admin.register(LearntModel, site=backoffice.site)
class LearntModelAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "is_current", "cases", "first", "among_three", "corrections")
    fields = ("created_at", "is_current", "cases", "first", "among_three", "corrections")


@admin.register(HistoryImport, site=backoffice.site)
class HistoryImportAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "created_at", "added", "known", "broken")
