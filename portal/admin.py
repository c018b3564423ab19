"""The kernel's own rows in the back office."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal import access, backoffice, outbox
from portal.look.city_form import CityForm, ServiceForm
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
from portal.staff import discretion
from portal.staff.office_lists import AuditedAdmin, OwnRowsAdmin, ReadOnlyAdmin


class MembershipInline(admin.TabularInline[Membership, User]):
    model = Membership
    extra = 0


@admin.register(User, site=backoffice.site)
class StaffAdmin(AuditedAdmin, UserAdmin[User]):
    inlines = [MembershipInline]
    list_display = ("username", "last_name", "first_name", "is_active", "last_login")
    list_filter = ("is_active", "memberships__role", "memberships__department")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )

    def facts(self, obj: User) -> dict[str, Any]:
        """Who could do what from when on must be answerable later."""
        flags = {name: getattr(obj, name) for name in ("is_active", "is_staff", "is_superuser")}
        return flags | {"roles": sorted(obj.memberships.values_list("department__slug", "role"))}


@admin.register(City, site=backoffice.site)
class CityAdmin(AuditedAdmin):
    form = CityForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not City.objects.exists()

    def save_model(self, request: HttpRequest, obj: City, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        obj.remember()  # who has saved sees it on the next page

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Department, site=backoffice.site)
class DepartmentAdmin(AuditedAdmin):
    list_display = ("name", "email", "phone", "parent")
    prepopulated_fields = {"slug": ("name",)}


class HoursInline(admin.TabularInline[OpeningHours, Office]):
    model = OpeningHours
    extra = 0


class ClosureInline(admin.TabularInline[Closure, Office]):
    model = Closure
    extra = 0


@admin.register(Office, site=backoffice.site)
class OfficeAdmin(OwnRowsAdmin):
    list_display = ("name", "department", "street", "town", "phone", "active")
    list_filter = ("department", "active")
    search_fields = ("name", "street")
    prepopulated_fields = {"slug": ("name",)}
    inlines = [HoursInline, ClosureInline]


@admin.register(Closure, site=backoffice.site)
class ClosureAdmin(OwnRowsAdmin):
    department_path = "office__department"
    list_display = ("reason", "office", "first_day", "last_day")


@admin.register(HolidayOverride, site=backoffice.site)
class HolidayOverrideAdmin(AuditedAdmin):
    list_display = ("day", "name", "is_open", "office")


@admin.register(Service, site=backoffice.site)
class ServiceAdmin(OwnRowsAdmin):
    form = ServiceForm
    shared = True
    list_display = ("name", "department", "standard_key", "wanted", "active")
    list_filter = ("department", "active")
    search_fields = ("name", "standard_key")
    prepopulated_fields = {"slug": ("name",)}
    filter_horizontal = ("offices",)


@admin.register(AuditEntry, site=backoffice.site)
class AuditAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "verb", "subject_type", "subject_id")
    list_filter = ("subject_type", "verb")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows, user = super().get_queryset(request), request.user
        assert isinstance(user, User)  # the site let nobody else in
        return discretion.readable(rows, user, kind="subject_type", key="subject_id", others=True)


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
        "readable_text",
        "state",
        "attempts",
        "sent_at",
        "next_attempt_at",
        "last_error",
    )
    readonly_fields = ("readable_text",)
    actions = ["try_again"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows, user = super().get_queryset(request), request.user
        assert isinstance(user, User)  # the site let nobody else in
        return discretion.readable(rows, user, kind="about_type", key="about_id", others=False)

    @admin.display(description=_("text"))
    def readable_text(self, mail: OutgoingMail) -> str:
        """In the demo city this page is the citizens' letter box: there the links work."""
        return mail.text if settings.DEMO else discretion.without_keys(mail.text)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and access.may(request.user, "portal.change_outgoingmail")

    @admin.action(description=_("Try to send again"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        actor = request.user
        assert isinstance(actor, User)
        for mail in queryset:
            outbox.try_again(mail=mail, actor=actor)
