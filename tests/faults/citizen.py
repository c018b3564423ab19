"""Somebody who books an appointment the way a browser without JavaScript does: page by page, form by form."""

import random
from urllib.parse import urljoin

import requests

from tests.html_forms import Form, Page


class Refused(Exception):
    """The portal did not let the citizen through; the status and the page say why."""

    def __init__(self, status: int, address: str) -> None:
        super().__init__(f"{status} at {address}")
        self.status = status


class Citizen:
    def __init__(self, address: str, number: int, rng: random.Random | None = None) -> None:
        self.session = requests.Session()
        self.home = address
        self.number = number
        self.rng = rng or random.Random(number)
        self.seconds: list[tuple[str, float]] = []

    def book(self, service: str) -> str:
        """Book one visit; gives the address of the citizen's own page."""
        times = self.find_times(service)
        return self.finish(self.hold(times))

    def find_times(self, service: str) -> Page:
        page = self._get(f"/termine/neu/{service}/")
        if "/zeiten/" not in page.address:  # the step that asks for how many
            form = next(form for form in page.forms if "/zeiten/" in form.action)
            page = self._send(form, {})
        return page

    def hold(self, times: Page) -> Page:
        """Choose any of the shown times; a taken one is answered with others."""
        form = times.form("/halten/")
        slots = [button for button in form.buttons if button.name == "slot"]
        slots += [entry for entry in form.fields if entry.name == "slot"]
        if not slots:
            raise Refused(404, f"{times.address} (no time is shown)")
        return self._send(form, {"slot": self.rng.choice(slots).value})

    def finish(self, details: Page) -> str:
        form = next(form for form in details.forms if "name" in form.names())
        known = {"name": f"Probe Person {self.number}", "email": f"person{self.number}@example.org"}
        known |= {entry.name: "2010-05-04" for entry in form.fields if "birth" in entry.name}
        check = self._send(form, known)
        mine = self._send(check.form("/pruefen/"), {})
        if "/mein/" not in mine.address:
            raise Refused(422, mine.address)
        return mine.address

    def _get(self, path: str) -> Page:
        return self._read(self.session.get(urljoin(self.home, path), timeout=30))

    def _send(self, form: Form, typed: dict[str, str]) -> Page:
        values = form.values(
            **{name: text for name, text in typed.items() if name in form.names() or name == "slot"}
        )
        if form.method == "get":
            return self._read(self.session.get(form.action, params=values, timeout=30))
        return self._read(self.session.post(form.action, data=values, timeout=30))

    def _read(self, response: requests.Response) -> Page:
        for step in [*response.history, response]:
            self.seconds.append((f"{step.request.method} {step.status_code}", step.elapsed.total_seconds()))
        if response.status_code >= 400:
            raise Refused(response.status_code, response.url)
        return Page(response.text, response.url)
