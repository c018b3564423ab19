"""Counters are edited in the admin; visits belong to the commands."""

from django.contrib import admin

from appointments.desk.models import Counter, Visit
from portal import backoffice
from portal.staff.office_lists import OwnRowsAdmin, ReadOnlyAdmin


@admin.register(Counter, site=backoffice.site)
class CounterAdmin(OwnRowsAdmin):
    department_path = "office__department"
    list_display = ("label", "office", "clerk", "active")
    list_filter = ("office", "active")
    filter_horizontal = ("pools",)


@admin.register(Visit, site=backoffice.site)
class VisitAdmin(ReadOnlyAdmin):
    list_display = ("number", "day", "office", "step", "counter", "arrived_at", "called_at", "ended_at")
    list_filter = ("step", "office")
    date_hierarchy = "day"
