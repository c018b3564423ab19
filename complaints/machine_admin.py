"""Keys for other programs in the back office: the secret is shown once, after it was made."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from complaints.models import ApiKey, ApiSubmission, HistoryImport, LearntModel
from complaints.open311 import keys
from portal import backoffice
from portal.admin import ReadOnlyAdmin
from portal.office_lists import AuditedAdmin


@admin.register(ApiKey, site=backoffice.site)
class ApiKeyAdmin(AuditedAdmin):
    list_display = ("name", "hint", "contact", "answers_with_token", "active", "created_at")
    list_filter = ("active",)
    readonly_fields = ("hint", "created_at")

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        secret = "" if change else keys.draw(obj)
        super().save_model(request, obj, form, change)
        if secret:
            told = _("The key is %(secret)s. It is shown only now: pass it on and do not keep it here.")
            messages.warning(request, told % {"secret": secret})


@admin.register(ApiSubmission, site=backoffice.site)
class ApiSubmissionAdmin(ReadOnlyAdmin):
    list_display = ("case", "key", "device_id", "account_id", "media_url", "created_at")
    list_select_related = ("case", "key")
    exclude = ("token_hash",)


@admin.register(LearntModel, site=backoffice.site)
class LearntModelAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "is_current", "cases", "first", "among_three", "corrections")
    fields = ("created_at", "is_current", "cases", "first", "among_three", "corrections")


@admin.register(HistoryImport, site=backoffice.site)
class HistoryImportAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "created_at", "added", "known", "broken")
