"""What every test gets: the embedded database when no DATABASE_URL is set, and one real browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import caches
from hypothesis import HealthCheck, settings

from portal import texts
from portal.running import embedded

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django import DjangoDbBlocker

# the browser's driver runs an event loop in the tests' thread; the ORM calls beside it are ordinary ones
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


# the same cases in every run, and a busy machine is neither a slow strategy nor a slow test
settings.register_profile(
    "house", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    try:
        embedded.hold_until_exit()
    except embedded.CannotStart as refusal:
        raise pytest.UsageError(str(refusal)) from refusal
    texts.compile_stale(Path(__file__).resolve().parent.parent)
    _quicken()


def _quicken() -> None:
    """Plain HTTP, plain file names, cheap password hashes; no commit must outlive a power cut, no connection its thread."""
    from django.conf import settings

    settings.DATABASE_PATIENCE = 120  # a busy machine is no frozen database
    settings.SECOND_FACTOR = False  # tests of the second factor turn it on
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise looks for it
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    database = settings.DATABASES["default"]
    options = database.setdefault("OPTIONS", {})
    options["options"] = f"{options.get('options', '')} -c synchronous_commit=off".strip()
    database["CONN_MAX_AGE"] = 0


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Chromium, headless. Without one the test is skipped, or fails where REQUIRE_BROWSER=1 says so."""
    path = _chromium()
    if path is None:
        reason = "no Chromium on this machine (install the package chromium)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=quiet)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Kept copies (the city, parts of pages) must not travel from test to test."""
    for memory in caches.all(initialized_only=True):
        memory.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> None:
    """Tests that commit are cleaned up by TRUNCATE, which the append-only audit rightly refuses."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_auditentry DISABLE TRIGGER audit_refuses_truncate")


@pytest.fixture(scope="session")
def database_url(django_db_setup: None) -> str:
    """Of the database of the tests, for another process."""
    from django.db import connection

    database = connection.settings_dict
    options = "".join(
        f"&{name}={database[key]}" for name, key in (("user", "USER"), ("password", "PASSWORD"))
    )
    return f"postgresql:///{database['NAME']}?host={database['HOST']}&port={database['PORT']}{options}"
