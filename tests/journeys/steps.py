"""What people do and what we look at, in words that tests can read like sentences."""

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from portal.models import User

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# what a validator would say and axe does not: names that point nowhere or at two places, lists of other things
LOOSE_ENDS = """() => {
    const found = [], all = (what) => [...document.querySelectorAll(what)], ids = all("[id]").map(one => one.id);
    new Set(ids.filter((id, at) => ids.indexOf(id) !== at)).forEach(id => found.push(`id twice: ${id}`));
    for (const name of ["for", "aria-labelledby", "aria-describedby", "aria-controls"])
        all(`[${name}]`).forEach(one => one.getAttribute(name).split(/\\s+/).forEach(id =>
            id && !ids.includes(id) && found.push(`${name} leads nowhere: ${id}`)));
    all(":is(ul, ol) > :not(li, script, template)").forEach(one => found.push(`${one.tagName} in a list`));
    all("a a, a button, button a, p div").forEach(one => found.push(`${one.tagName} where it may not stand`));
    return found;
}"""


def loose_ends(page: "Page") -> list[str]:
    """What the page's own markup gets wrong."""
    found: list[str] = page.evaluate(LOOSE_ENDS)
    return found


def barriers(page: "Page", rules: list[str] = RULES) -> list[str]:
    """What axe finds on the page as it stands: rule, help and the first places, one line a rule."""
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {rule['help']} at {[node['target'] for node in rule['nodes'][:3]]}" for rule in found
    ]


def overflow(page: "Page") -> int:
    """How many pixels the page is wider than the window; 0 is right."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return max(0, wide)  # a reserved scrollbar gutter makes it negative


def enlarge_text(page: "Page") -> None:
    """The browser's text at 200 %."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def tab_to(page: "Page", name: str, *, limit: int = 60) -> None:
    """Press Tab until the focus is on what is called `name`; fail if it cannot be reached by keyboard."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        text = page.evaluate(
            "() => { const at = document.activeElement; return (at.getAttribute('aria-label') || at.labels?.[0]?.textContent || at.textContent || '').trim() }"
        )
        if name in text:
            return
    raise AssertionError(f"the keyboard never reaches {name!r}")


def session_of(user: "User") -> dict[str, str]:
    """The cookie of someone signed in, for `open_page(cookies=…)`."""
    client = Client()
    client.force_login(user)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
