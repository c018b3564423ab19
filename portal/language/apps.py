"""The language of search as an app: it has tables of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LanguageConfig(AppConfig):
    name = "portal.language"
    label = "language"
    verbose_name = _("Search index")
