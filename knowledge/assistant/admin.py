"""Switches, other authorities and the questions in the back office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from knowledge.assistant.models import AssistantSettings, Authority, Turn
from portal import backoffice
from portal.staff.office_lists import AuditedAdmin, ReadOnlyAdmin


@admin.register(AssistantSettings, site=backoffice.site)
class AssistantSettingsAdmin(AuditedAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not AssistantSettings.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Authority, site=backoffice.site)
class AuthorityAdmin(AuditedAdmin):
    list_display = ("name", "responsible_for", "active")
    search_fields = ("name", "responsible_for")
    prepopulated_fields = {"key": ("name",)}


@admin.register(Turn, site=backoffice.site)
class TurnAdmin(ReadOnlyAdmin):
    list_display = ("asked_at", "question", "kind", "route", "aspect", "rating", "confidence")
    list_filter = ("kind", "rating", "language", "route")
    date_hierarchy = "asked_at"
