"""The kernel's own rows in the back office."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal import access, backoffice, outbox
from portal.models import (
    AuditEntry,
    City,
    Closure,
    Department,
    HolidayOverride,
    Membership,
    Office,
    OpeningHours,
    OutgoingMail,
    Service,
    User,
)


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that commands write and nobody edits."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipInline(admin.TabularInline[Membership, User]):
    model = Membership
    extra = 0


@admin.register(User, site=backoffice.site)
class StaffAdmin(UserAdmin[User]):
    inlines = [MembershipInline]
    list_display = ("username", "last_name", "first_name", "is_active", "last_login")
    list_filter = ("is_active", "memberships__role", "memberships__department")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )


@admin.register(City, site=backoffice.site)
class CityAdmin(admin.ModelAdmin[City]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not City.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Department, site=backoffice.site)
class DepartmentAdmin(admin.ModelAdmin[Department]):
    list_display = ("name", "email", "phone", "parent")
    prepopulated_fields = {"slug": ("name",)}


class HoursInline(admin.TabularInline[OpeningHours, Office]):
    model = OpeningHours
    extra = 0


class ClosureInline(admin.TabularInline[Closure, Office]):
    model = Closure
    extra = 0


@admin.register(Office, site=backoffice.site)
class OfficeAdmin(admin.ModelAdmin[Office]):
    list_display = ("name", "department", "street", "town", "phone", "active")
    list_filter = ("department", "active")
    search_fields = ("name", "street")
    prepopulated_fields = {"slug": ("name",)}
    inlines = [HoursInline, ClosureInline]


@admin.register(Closure, site=backoffice.site)
class ClosureAdmin(admin.ModelAdmin[Closure]):
    list_display = ("reason", "office", "first_day", "last_day")


@admin.register(HolidayOverride, site=backoffice.site)
class HolidayOverrideAdmin(admin.ModelAdmin[HolidayOverride]):
    list_display = ("day", "name", "is_open", "office")


@admin.register(Service, site=backoffice.site)
class ServiceAdmin(admin.ModelAdmin[Service]):
    list_display = ("name", "department", "standard_key", "wanted", "active")
    list_filter = ("department", "active")
    search_fields = ("name", "standard_key")
    prepopulated_fields = {"slug": ("name",)}
    filter_horizontal = ("offices",)


@admin.register(AuditEntry, site=backoffice.site)
class AuditAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "verb", "subject_type", "subject_id")
    list_filter = ("subject_type", "verb")
    list_select_related = ("actor",)
    show_full_result_count = False


@admin.register(OutgoingMail, site=backoffice.site)
class MailAdmin(ReadOnlyAdmin):
    """Every mail the portal wrote, readable; a clerk can ask for one more attempt."""

    list_display = ("created_at", "kind", "recipient", "subject", "state", "attempts", "sent_at")
    list_filter = ("state", "kind")
    search_fields = ("recipient", "subject")
    fields = (
        "created_at",
        "kind",
        "recipient",
        "subject",
        "text",
        "state",
        "attempts",
        "sent_at",
        "next_attempt_at",
        "last_error",
    )
    actions = ["try_again"]
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and access.may(request.user, "portal.change_outgoingmail")

    @admin.action(description=_("Try to send again"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        for mail in queryset:
            outbox.try_again(mail)
