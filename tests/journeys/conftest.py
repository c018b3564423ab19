"""A real browser on a real server. Every page must be quiet: no script error, nothing the CSP refuses, no missing file."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NewPage = Callable[..., "Page"]


@pytest.fixture
def open_page(browser: "Browser", live_server: Any) -> Iterator[NewPage]:
    """Opens pages: `open_page(width=320, dark=True, javascript=False, staff=user)`. What they complain about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def new(
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        javascript: bool = True,
        locale: str = "de-DE",
        cookies: dict[str, str] | None = None,
        lossy: bool = False,
    ) -> "Page":
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale=locale,
            reduced_motion="reduce",
            timezone_id="Europe/Berlin",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        for name, value in (cookies or {}).items():
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page = context.new_page()
        if lossy:  # the test cuts the connection, and the browser says so
            return page
        page.on("console", lambda message: message.type == "error" and _note(complaints, message, page.url))
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        return page

    yield new
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _note(complaints: list[str], message: Any, at: str) -> None:
    # pages that answer 4xx on purpose are reported by the browser too; missing files are not on purpose,
    # and what has no address comes from axe, which we inject ourselves
    source = str(message.location.get("url", ""))
    if source and ("Failed to load resource" not in message.text or "/static/" in source):
        complaints.append(f"{at}: {message.text} ({source})")


@pytest.fixture
def browser_page(open_page: NewPage) -> "Page":
    """One page at 1280 px with everything switched on."""
    return open_page()
