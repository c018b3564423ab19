"""The rules in the back office. What commands own is read-only; hours act on the next request."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.forms.office import BookableServiceForm, SeasonForm
from appointments.models import (
    Absence,
    Appointment,
    BookableService,
    Child,
    Offer,
    Opening,
    Pool,
    Resource,
    Season,
    SpecialDay,
    Switches,
    WaitingEntry,
)
from appointments.pure.states import ENDED, State
from appointments.times import capacity, rulebook
from portal import access, backoffice
from portal.staff.office_lists import AuditedAdmin, NamedFilter, OwnRowsAdmin, ReadOnlyAdmin, named


class RulesAdmin(OwnRowsAdmin):
    """Rules of the own departments; after every edit the open units follow."""

    department_path = "pool__office__department"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        capacity.realign(rulebook.current())
        self._lead_to_whom_it_affects(request, form.instance)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        capacity.realign(rulebook.current())
        self._lead_to_whom_it_affects(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        capacity.realign(rulebook.current())

    def _lead_to_whom_it_affects(self, request: HttpRequest, rule: Any) -> None:
        """These forms know no preview: the page of the hours says who lies outside now, and lets decide about them."""
        pool = rule if isinstance(rule, Pool) else getattr(rule, "pool", None)
        if pool is None:
            return
        address = reverse("desk:hours", args=[pool.office.slug])
        text = _("Whom this affects stands there, with what can be done for each:")
        link = format_html('{} <a href="{}">{}</a>', text, address, _("Hours"))
        messages.warning(request, link)


class OpeningInline(admin.TabularInline[Opening, Pool]):
    model = Opening
    extra = 0
    fields = (
        "weekday",
        "opens",
        "closes",
        "capacity",
        "public_capacity",
        "valid_from",
        "valid_until",
        "every_weeks",
        "nth_of_month",
    )


class OfferInline(admin.TabularInline[Offer, Pool]):
    model = Offer
    extra = 0
    autocomplete_fields = ("service",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        return named(super().get_queryset(request))


@admin.register(Pool, site=backoffice.site)
class PoolAdmin(RulesAdmin):
    department_path = "office__department"
    list_display = ("name", "office", "grid_minutes", "active")
    list_filter = ("active", "office")
    search_fields = ("name", "office__name")
    inlines = [OpeningInline, OfferInline]


@admin.register(SpecialDay, site=backoffice.site)
class SpecialDayAdmin(RulesAdmin):
    list_display = ("pool", "kind", "first_day", "last_day", "opens", "closes", "capacity", "reason")
    list_filter = ("kind", ("pool", NamedFilter))
    filter_horizontal = ("services",)


@admin.register(Absence, site=backoffice.site)
class AbsenceAdmin(RulesAdmin):
    list_display = ("pool", "starts_at", "ends_at", "places", "note")
    list_filter = (("pool", NamedFilter),)


@admin.register(BookableService, site=backoffice.site)
class BookableServiceAdmin(RulesAdmin):
    form = BookableServiceForm
    department_path = "service__department"
    list_display = ("service", "base_minutes", "extra_minutes", "max_count", "online", "active")
    list_filter = ("active", "online")
    search_fields = ("service__name",)
    filter_horizontal = ("combinable",)


@admin.register(Resource, site=backoffice.site)
class ResourceAdmin(RulesAdmin):
    department_path = "office__department"
    list_display = ("name", "kind", "office", "active")
    filter_horizontal = ("services",)


@admin.register(Season, site=backoffice.site)
class SeasonAdmin(RulesAdmin):
    form = SeasonForm
    department_path = "service__service__department"
    list_display = ("name", "service", "opens_at", "closes_at", "born_from", "born_until", "forget_after")


@admin.register(Switches, site=backoffice.site)
class SwitchesAdmin(AuditedAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Switches.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Appointment, site=backoffice.site)
class AppointmentAdmin(ReadOnlyAdmin):
    list_display = ("number", "starts_at", "pool", "service", "state", "channel")
    list_filter = ("state", "channel", "purpose", ("pool", NamedFilter))
    search_fields = ("number", "name", "desk_code")
    date_hierarchy = "starts_at"
    exclude = ("form_key", "contact_key", "client_key")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = access.departments_with(request.user, "appointments.view_appointment")
        return super().get_queryset(request).filter(pool__office__department__in=own)


@admin.register(WaitingEntry, site=backoffice.site)
class WaitingEntryAdmin(ReadOnlyAdmin):
    list_display = ("service", "state", "urgent", "first_day", "last_day", "created_at")
    list_filter = ("state", ("service", NamedFilter))
    exclude = ("contact_key",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return WaitingEntry.objects.visible_to(request.user)


@admin.register(Child, site=backoffice.site)
class ChildAdmin(ReadOnlyAdmin):
    """Who is registered in a season: for the kindergarten or school that expects them."""

    list_display = ("name", "birth_date", "season", "office", "starts_at")
    list_filter = ("season", ("appointment__pool", NamedFilter))
    list_select_related = ("season", "appointment__pool__office")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = access.departments_with(request.user, "appointments.view_child")
        rows = super().get_queryset(request).filter(appointment__pool__office__department__in=own)
        return rows.exclude(appointment__state__in=[State.HOLD, *ENDED])

    @admin.display(description=gettext_lazy("office"), ordering="appointment__pool__office__name")
    def office(self, child: Child) -> str:
        return child.appointment.pool.office.name

    @admin.display(description=gettext_lazy("appointment"), ordering="appointment__starts_at")
    def starts_at(self, child: Child) -> datetime:
        return timezone.localtime(child.appointment.starts_at)
