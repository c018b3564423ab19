"""Small tables of the knowledge base in the back office; every change is seen by the search at once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from knowledge.editing.steering_forms import PinForm, SynonymForm, TopicForm, others, with_names
from knowledge.models import BlockedSuggestion, ContentStamp, KnowledgeSettings, Pin, Synonym, Topic
from portal import backoffice
from portal.masking import normalised
from portal.staff.office_lists import AuditedAdmin


class StampedAdmin(AuditedAdmin):
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        ContentStamp.touch()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        ContentStamp.touch()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        ContentStamp.touch()


@admin.register(Topic, site=backoffice.site)
class TopicAdmin(StampedAdmin):
    list_display = ("name", "kind", "parent", "order")
    list_filter = ("kind",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = with_names()
        return super().get_form(request, obj, change, **{**kwargs, "form": form, "fields": None})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*TopicForm.Meta.fields, *(f"name_{code}" for code, _label in others())]


@admin.register(Synonym, site=backoffice.site)
class SynonymAdmin(StampedAdmin):
    form = SynonymForm
    list_display = ("term", "variants", "language")
    list_filter = ("language",)
    search_fields = ("term", "variants")


@admin.register(Pin, site=backoffice.site)
class PinAdmin(StampedAdmin):
    form = PinForm
    list_display = ("query", "article", "position", "until", "language")
    search_fields = ("query",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.query = normalised(obj.query)
        super().save_model(request, obj, form, change)


@admin.register(BlockedSuggestion, site=backoffice.site)
class BlockedSuggestionAdmin(StampedAdmin):
    list_display = ("phrase",)


@admin.register(KnowledgeSettings, site=backoffice.site)
class KnowledgeSettingsAdmin(StampedAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may change the settings may also write them for the first time."""
        return self.has_change_permission(request) and not KnowledgeSettings.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)
