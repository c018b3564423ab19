"""The portal's settings plus the migration linter; only `make check` uses them."""

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {"no_cache": True, "project_root_path": None}
