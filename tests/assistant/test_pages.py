"""The page of the assistant, its log, the editor's loop, and a language model that may lie."""

import html
import json
import re
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from knowledge.assistant import log, loop, phrasing
from knowledge.assistant.models import AssistantSettings, DayCount, Turn
from knowledge.models import ExampleQuestion, Synonym
from portal.models import AuditEntry, Role
from tests.builders import a_clerk, the_city
from tests.knowledge.builders import a_public_article

pytestmark = pytest.mark.django_db
ASK = "/fragen/"


@pytest.fixture(autouse=True)
def town():
    the_city(name="Kleinstadt", assistant_name="Lina")
    return a_public_article(
        "Hund anmelden", summary="Hunde melden Sie innerhalb von 30 Tagen an.", synonyms=("Hundesteuer",)
    )


def say(client, text, thread="", **headers):
    return client.post(ASK, {"q": text, "thread": thread}, **headers)


def test_the_page_says_that_it_is_a_machine(client):
    page = client.get(ASK).content.decode()
    assert "Lina" in page
    assert 'role="log"' in page


def test_without_javascript_the_conversation_goes_on_in_the_form(client):
    first = say(client, "Hund anmelden")
    assert "30 Tagen" in first.content.decode()
    second = say(client, "Bis wann?", thread=first.context["thread"])
    page = second.content.decode()
    assert page.count('class="turn"') == 2
    assert not client.cookies.get("sessionid")


@pytest.mark.parametrize("thread", ["forged", "a" * 100_000, "eyJ:x:y"])
def test_a_forged_thread_is_a_new_conversation(client, thread):
    assert say(client, "Hund anmelden", thread=thread).status_code == 200


def test_with_htmx_only_the_new_turn_comes(client):
    answer = say(client, "Hund anmelden", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in answer
    assert "hx-swap-oob" in answer


def test_a_choice_is_asked_and_what_was_half_typed_stays(client):
    page = client.post(ASK, {"choice": "Hund anmelden", "q": "Und wo"}).content.decode()
    assert "30 Tagen" in page
    assert 'value="Und wo"' in page


def test_enter_sends_what_was_typed_and_no_choice_of_an_earlier_answer(client):
    a_public_article("Fischereischein", summary="Wer angelt, braucht ihn.", documents=("Passfoto",))
    page = say(client, "Fischereischein").content.decode()
    pressed_by_enter, *choices = re.findall(r'<button[^>]*form="assistant-form"[^>]*>', page)
    assert choices
    assert all('name="choice"' in button for button in choices)
    assert "name=" not in pressed_by_enter


def test_markup_stays_text(client):
    assert "<script>alert" not in say(client, "<script>alert(1)</script> Hund").content.decode()


def test_questions_are_kept_without_persons(client):
    say(client, "Frau Beispiel aus der Gartenstraße 12 will ihren Hund anmelden")
    say(client, "Ich heiße Anna Beispiel und will meinen Hund anmelden")
    say(client, "Meine Mail: anna@example.org")
    kept = " ".join(Turn.objects.values_list("question", flat=True))
    assert "Beispiel" not in kept
    assert "12" not in kept
    assert set(Turn.objects.filter(kind="rejected").values_list("question", flat=True)) == {""}


def test_after_thirty_days_only_counts_remain(client):
    say(client, "Hund anmelden")
    Turn.objects.update(asked_at=timezone.now() - timedelta(days=31))
    log.forget(timezone.now())
    assert not Turn.objects.exists()
    assert DayCount.objects.get().questions == 1


def test_a_thumb_down_with_its_reason_reaches_the_editors(client):
    turn = say(client, "Hund anmelden").context["turns"][0]["turn"]
    client.post(reverse("assistant:rate"), {"turn": turn, "helpful": "no", "reason": "veraltet, a@b.de"})
    rated = Turn.objects.get()
    assert (rated.rating, rated.reason) == ("bad", "veraltet, [mail]")
    assert [group.first for group in loop.groups()] == [rated]


def test_nobody_rates_other_peoples_answers(client):
    say(client, "Hund anmelden")
    client.post(reverse("assistant:rate"), {"turn": str(Turn.objects.get().pk), "helpful": "no"})
    assert Turn.objects.get().rating == ""


def test_the_switch_turns_it_off(client):
    AssistantSettings.objects.create(pk=1, enabled=False, banner="Heute Wartung")
    assert "Heute Wartung" in client.get(ASK).content.decode()
    assert not Turn.objects.exists()


def test_similar_questions_stand_together_and_one_click_attaches_them(client, town):
    for question in ("Wo gibt es Fischwanderkarten?", "Fischwanderkarten wo?", "Wer streicht Parkbänke?"):
        Turn.objects.create(language="de", question=question, kind="refusal")
    assert [len(group.questions) for group in loop.groups()] == [2, 1]
    client.force_login(a_clerk(Role.EDITOR))
    ids = loop.groups()[0].ids
    page = client.get(reverse("assistant_office:questions")).content.decode()
    write = html.unescape(re.search(rf'href="({reverse("knowledge_office:new")}[^"]*)"', page)[1])
    assert "Fischwanderkarten" in client.get(write).context["form"]["title"].value()
    client.post(reverse("assistant_office:cure"), {"turns": ids, "article": town.pk, "do": "attach"})
    assert ExampleQuestion.objects.filter(article=town).count() == 2
    assert loop.open_questions().count() == 1
    assert "30 Tagen" in say(client, "Wo gibt es Fischwanderkarten?").content.decode()


def test_a_synonym_in_one_click(client):
    turn = Turn.objects.create(language="de", question="Wauwau melden", kind="refusal")
    client.force_login(a_clerk(Role.EDITOR))
    form = {"turns": turn.pk, "do": "synonym", "term": "Hund", "variant": "Wauwau", "language": "de"}
    client.post(reverse("assistant_office:cure"), form)
    assert Synonym.objects.get().variants == ["Wauwau"]
    assert client.post(reverse("assistant_office:cure"), {**form, "variant": "hund"}).status_code == 422
    assert client.post(reverse("assistant_office:cure"), {"turns": "x", "do": "attach"}).status_code == 422


class Model(BaseHTTPRequestHandler):
    """A small local stand-in for a model's endpoint; `says` decides how well it behaves."""

    says = ""
    wait = 0.0

    def do_POST(self):
        time.sleep(self.wait)
        body = (
            self.says
            if self.says.startswith("{")
            else json.dumps({"choices": [{"message": {"content": self.says}}]})
        )
        self.send_response(500 if self.says == "500" else 200)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


@contextmanager
def a_model(settings, says, wait=0.0):
    handler = type("Handler", (Model,), {"says": says, "wait": wait})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ASSISTANT_MODEL_URL = f"http://127.0.0.1:{server.server_port}/v1"
    AssistantSettings.objects.update_or_create(pk=1, defaults={"use_model": True})
    try:
        yield
    finally:
        server.shutdown()


def test_an_honest_model_may_phrase_the_answer(client, settings):
    with a_model(settings, "Bitte melden Sie Ihren Hund innerhalb von 30 Tagen an."):
        page = say(client, "Hund anmelden").content.decode()
    assert "Bitte melden Sie Ihren Hund" in page
    assert Turn.objects.get().by_model


@pytest.mark.parametrize(
    "says",
    [
        "Das kostet 99 Euro.",
        "Gehen Sie in die Lügenstraße 5.",
        "NONE",
        "",
        "500",
        '{"choices": []}',
        '{"broken',
    ],
)
def test_a_lying_or_broken_model_is_not_shown(client, settings, says):
    with a_model(settings, says):
        page = say(client, "Hund anmelden").content.decode()
    assert "30 Tagen" in page
    assert not Turn.objects.get().by_model


def test_a_slow_model_is_not_waited_for(client, settings, monkeypatch):
    monkeypatch.setattr(phrasing, "SECONDS", 0.3)
    with a_model(settings, "Bitte innerhalb von 30 Tagen.", wait=2):
        started = time.perf_counter()
        page = say(client, "Hund anmelden").content.decode()
    assert time.perf_counter() - started < 1.5
    assert "30 Tagen" in page


def test_each_page_offered_stands_once_with_a_link_beside_its_button(client):
    a_public_article("Hundewiese", summary="Hunde dürfen dort frei laufen.")
    page = say(client, "Hunde, Hundewiese, Hundesteuer").content.decode()
    choices = re.findall(r'<button[^>]*name="choice" value="([^"]*)"', page)
    assert len(choices) == len(set(choices)) == page.count("Zur Seite")


def test_settling_questions_is_kept_in_the_audit_without_their_words(client):
    turn = Turn.objects.create(language="de", question="Wauwau melden", kind="refusal")
    client.force_login(a_clerk(Role.EDITOR))
    client.post(reverse("assistant_office:cure"), {"turns": turn.pk, "do": "settle"})
    entry = AuditEntry.objects.get(verb="questions settled")
    assert entry.facts == {"questions": 1}
