"""A clerk's session ends while she writes: her words wait for her, and for nobody else."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from complaints.correspondence import messages
from complaints.models import Case
from portal.models import UnsentWords
from portal.staff import filling, unsent
from tests.builders import a_clerk, a_department, the_city
from tests.complaints.builders import a_case, the_reporter
from tests.html_forms import Form, Page

pytestmark = pytest.mark.django_db
PASSWORD = "geheim-genug-12"
WORDS = 'Guten Tag, <b>"Frau" Żółć</b> 🙂\nmorgen & שלום'


class Desk:
    """A browser at a clerk's desk; it knows the pages' tokens, and it may be left open."""

    def __init__(self):
        the_city()
        self.department = a_department()
        self.browser = Client(enforce_csrf_checks=True)
        self.clerk, self.colleague = (a_clerk(department=self.department) for _ in range(2))

    def sign_in(self, person, to="/amt/"):
        self.browser.cookies.pop("sessionid", None)
        page = Page(self.browser.get("/amt/login/", {"next": to}).content.decode(), "/amt/login/")
        typed = page.form("/amt/login/").values(username=person.username, password=PASSWORD)
        answer = self.browser.post("/amt/login/", {**typed, "next": to})
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    def form(self, address, part) -> Form:
        return Page(self.browser.get(address).content.decode(), address).form(part)

    def send(self, to, values, came_from):
        return self.browser.post(to, values, headers={"referer": f"http://testserver{came_from}"})

    def session_ends(self):
        Session.objects.all().delete()


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def case(desk):
    return a_case(department=desk.department, email="eva@example.org")


def page_of(case):
    return f"/amt/anliegen/fall/{case.number}/"


def too_late(desk, case, deed="write", **typed):
    """The clerk types, her session ends, she sends; the answer."""
    desk.sign_in(desk.clerk)
    values = desk.form(page_of(case), f"/{deed}/").values(**typed)
    desk.session_ends()
    return desk.send(f"{page_of(case)}{deed}/", values, page_of(case))


def next_of(answer):
    return parse_qs(urlsplit(answer["Location"]).query)["next"][0]


def test_words_sent_too_late_wait_behind_the_sign_in_and_are_sent_by_a_second_press(desk, case):
    answer = too_late(
        desk, case, **{"note-text": "Merken", "write-text": WORDS, "write-question": "on"}, deed="note"
    )
    sign_in = desk.browser.get(answer["Location"], follow=True).content.decode()
    assert "aufgehoben" in sign_in
    assert not case.messages.exists(), "nothing is done by itself"
    back = desk.sign_in(desk.clerk, next_of(answer))
    assert not case.messages.exists()
    page = desk.browser.get(back).content.decode()
    assert "noch nicht gesendet" in page
    again = Page(page, back).form("/note/")
    values = again.values()
    assert values["note-text"][0].strip() == "Merken"
    assert values["write-text"][0].strip() == WORDS
    assert values["write-question"] == ["on"]
    assert desk.send(f"{page_of(case)}note/", values, back).status_code == 303
    assert [said.text for said in case.messages.all()] == ["Merken"]
    assert not UnsentWords.objects.exists()


def test_nobody_else_at_this_browser_sees_them_and_the_author_finds_them_on_my_day(desk, case):
    answer = too_late(desk, case, deed="note", **{"note-text": "Ein Geheimnis"})
    page = desk.browser.get(desk.sign_in(desk.colleague, next_of(answer))).content.decode()
    assert "Geheimnis" not in page
    assert "unsent" not in desk.browser.get("/amt/").content.decode()
    desk.sign_in(desk.clerk)
    (address,) = re.findall(r'href="([^"]+unsent=[^"]+)"', desk.browser.get("/amt/").content.decode())
    assert "Geheimnis" in desk.browser.get(address).content.decode()


def test_a_form_of_one_person_is_not_kept_when_another_has_signed_in(desk, case):
    desk.sign_in(desk.clerk)
    values = desk.form(page_of(case), "/note/").values(**{"note-text": "Ein Geheimnis"})
    desk.sign_in(desk.colleague)
    assert desk.send(f"{page_of(case)}note/", values, page_of(case)).status_code == 403
    desk.session_ends()
    desk.send(f"{page_of(case)}note/", values, page_of(case))
    assert not UnsentWords.objects.exists()


def test_who_signed_in_again_beside_an_old_page_finds_its_words_at_once(desk, case):
    desk.sign_in(desk.clerk)
    values = desk.form(page_of(case), "/note/").values(**{"note-text": "Merken"})
    desk.session_ends()
    desk.sign_in(desk.clerk)
    answer = desk.send(f"{page_of(case)}note/", values, page_of(case))
    assert answer.status_code == 303
    assert not case.messages.exists()
    assert "Merken</textarea>" in desk.browser.get(answer["Location"]).content.decode()


def test_a_foreign_page_makes_nobody_keep_or_do_anything(desk, case):
    desk.sign_in(desk.clerk)
    desk.browser.get(page_of(case))
    for token in ("", "a" * 64, "a" * 32, "é" * 64, "a" * 5000):
        desk.send(
            f"{page_of(case)}note/", {"note-text": "Falle", "csrfmiddlewaretoken": token}, page_of(case)
        )
    assert not UnsentWords.objects.exists()
    assert not case.messages.exists()


def test_the_redaction_of_one_message_stays_that_of_this_message(desk, case):
    messages.from_citizen(reporter=the_reporter(case), text="Frau Maier, Tel. 123")
    said = case.messages.get()
    desk.sign_in(desk.clerk)
    address = f"{page_of(case)}?redact={said.pk}"
    values = desk.form(address, "/redact/").values(text="[Name]")
    desk.session_ends()
    answer = desk.send(f"{page_of(case)}redact/", values, address)
    page = desk.browser.get(desk.sign_in(desk.clerk, next_of(answer))).content.decode()
    again = Page(page, page_of(case)).form("/redact/").values()
    assert (again["text"][0].strip(), again["message"]) == ("[Name]", [str(said.pk)])
    assert '<details class="fold" open>' in page


def test_many_cases_and_the_words_for_them_are_shown_again(desk, case):
    desk.sign_in(desk.clerk)
    chosen = {**desk.form("/amt/anliegen/", "/sammeln/").values(), "case": case.number, "deed": "note"}
    page = desk.send("/amt/anliegen/sammeln/?state=all", chosen, "/amt/anliegen/").content.decode()
    values = Page(page, "/amt/anliegen/sammeln/").form("/sammeln/").values(text="Für alle", sure="1")
    desk.session_ends()
    answer = desk.send("/amt/anliegen/sammeln/?state=all", values, "/amt/anliegen/sammeln/?state=all")
    page = desk.browser.get(desk.sign_in(desk.clerk, next_of(answer))).content.decode()
    again = Page(page, "/amt/anliegen/sammeln/").form("/sammeln/").values()
    assert (again["text"][0].strip(), again["case"], again["deed"]) == ("Für alle", [case.number], ["note"])
    assert not case.messages.exists()


def test_a_button_pressed_too_late_is_no_lost_word(desk, case):
    desk.sign_in(desk.clerk)
    token = desk.form(page_of(case), "/note/").values()["csrfmiddlewaretoken"]
    desk.session_ends()
    pressed = {"csrfmiddlewaretoken": token, "query": "state=all"}
    answer = desk.send("/amt/anliegen/sammeln/zurueck/", pressed, "/amt/anliegen/")
    desk.sign_in(desk.clerk, next_of(answer))
    assert "unsent=" not in desk.browser.get("/amt/").content.decode()


def test_words_whose_form_is_gone_are_shown_to_be_copied(desk, case):
    answer = too_late(desk, case, deed="note", **{"note-text": "Sehr lange Worte, die niemand verliert"})
    Case.objects.filter(pk=case.pk).update(department=a_department())
    page = desk.browser.get(desk.sign_in(desk.clerk, next_of(answer))).content.decode()
    assert "Sehr lange Worte" in page
    assert "konnte nicht gesendet werden" in page


def test_passwords_and_floods_are_not_kept_and_a_day_is_enough(desk, case):
    desk.sign_in(desk.clerk)
    token = desk.form(page_of(case), "/note/").values()["csrfmiddlewaretoken"]
    desk.session_ends()
    for path, typed in (
        ("/amt/password_change/", {"old_password": "geheim", "new_password1": "x"}),
        ("/amt/login/", {"username": "a", "password": "geheim"}),
        (f"{page_of(case)}note/", {"note-text": "x" * 1_100_000}),
        (f"{page_of(case)}take/", {}),
    ):
        desk.send(path, {**typed, "csrfmiddlewaretoken": token}, page_of(case))
        assert not UnsentWords.objects.exists(), path
    for number in range(unsent.MOST_KEPT + 3):
        desk.send(
            f"{page_of(case)}note/",
            {"note-text": f"Nr. {number}", "csrfmiddlewaretoken": token},
            page_of(case),
        )
    assert UnsentWords.objects.count() == unsent.MOST_KEPT
    assert unsent.forget(timezone.now()) == 0
    assert unsent.forget(timezone.now() + unsent.KEPT) == unsent.MOST_KEPT


def test_a_form_is_filled_as_its_fields_are():
    html = """<form id=f action="/a/"><details><summary>x</summary><textarea name="t">\nalt</textarea></details>
    <select name=s><option value=1 selected>1<option value="2">2</select><input name=c type=checkbox checked value=1>
    <input name=c type=checkbox value="2"><input name=p type=password><input type=hidden name=csrfmiddlewaretoken value=neu>
    <input name=n value="ä &amp; b"></form><input form=f name=o><form action="/a/"><input type=hidden name=h value=7></form>"""
    values = {"t": ["</textarea><script>"], "s": ["2"], "c": ["2"], "p": ["x"], "csrfmiddlewaretoken": ["alt"], "n": ['"<'], "o": ["außen"], "fort": ["zwei Worte"], "k": ["1"]}  # fmt: skip
    filled = filling.fill(html, page="/a/", sent_to="/a/", values=values)
    form = Page(filled.html, "/a/").forms[0]
    assert form.values() == {
        "t": ["\n</textarea><script>"], "s": ["2"], "c": ["2"], "p": [""], "csrfmiddlewaretoken": ["neu"], "n": ['"<'], "o": ["außen"]
    }  # fmt: skip
    assert "<details open>" in filled.html
    assert "<script>" not in filled.html
    assert filled.left == {"fort": "zwei Worte"}
    assert filling.fill(html, page="/a/", sent_to="/b/", values=values) is None
    second = filling.fill(html, page="/a/", sent_to="/a/", values={"h": ["7"]})
    assert (filled.is_seen, second.is_seen) == (True, False)
    assert second.html.index("<!--unsent-->") > second.html.index("</form>")
