"""The portal's settings plus the migration linter; only `make check` uses them."""

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
# Written before version 0.1 left the house: they run on empty tables only. Every later migration is judged.
BEFORE_THE_FIRST_RELEASE = [
    "0002_hours_and_figures",
    "0002_learning_and_machines",
    "0002_content_stamp",
    "0002_slips_by_beginning_and_end",
    "0003_packed_days",
    "0003_map_counts",
    "0003_catalogue_entry",
    "0004_reminders",
    "0004_open311_jurisdiction",
    "0005_fairness",
    "0006_usual_reminders",
    "0001_initial",
]
MIGRATION_LINTER_OPTIONS = {
    "no_cache": True,
    "project_root_path": None,
    "ignore_name": BEFORE_THE_FIRST_RELEASE,
}
