"""The optional language model may be honest, lie, break, hang or lead elsewhere; citizens only ever read what the pages say."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from knowledge.assistant import phrasing
from knowledge.assistant.models import AssistantSettings, Turn
from knowledge.assistant.proof import is_proven
from tests.builders import the_city
from tests.knowledge.builders import a_public_article

SOURCE = (
    "Hunde melden Sie innerhalb von 30 Tagen an. Das kostet 72,00 € im Jahr, zwei Hunde 144 €. Bis 15. Februar. "
    "Rathaus, Marktplatz 1, Mo 8:00–12:00. § 5 Hundesteuersatzung. Bringen Sie den Chip mit."
)


@pytest.mark.parametrize(
    "text",
    [
        "Bitte melden Sie Ihren Hund innerhalb von 30 Tagen an.",
        "Das kostet 72 Euro im Jahr, für zwei Hunde 144 Euro.",
        "Bis zum 15. Februar, siehe § 5 der Satzung.",
        "Im Rathaus, Marktplatz 1, ab 8 Uhr.",
        "Für einen Hund innerhalb von dreißig Tagen.",
    ],
)
def test_what_the_source_says_is_proven(text):
    assert is_proven(text, SOURCE)


@pytest.mark.parametrize(
    "text",
    [
        "Das kostet 7 Euro.",
        "Innerhalb von 3 Tagen.",
        "Innerhalb von elf Tagen.",
        "Drei Hunde kosten 144 Euro.",
        "Das kostet fünfundsiebzig Euro.",
        "Das ist kostenlos.",
        "Bis 15. März.",
        "Kommen Sie am Dienstag.",
        "Gehen Sie in die Lügenstraße.",
        "Nach § 6 der Satzung.",
        "Um 9:30 Uhr.",
        "Schreiben Sie an hund@example.org",
        "Siehe https://example.org/hund",
        "NONE",
        "",
        "a" * 5000,
    ],
)
def test_what_the_source_does_not_say_is_not(text):
    assert not is_proven(text, SOURCE)


class Model(BaseHTTPRequestHandler):
    """A small local stand-in for a model's endpoint; `behaves` decides what it does."""

    says = "Bitte melden Sie Ihren Hund innerhalb von 30 Tagen an."
    behaves = "well"
    asked: list[dict]

    def do_POST(self):
        self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        body = json.dumps({"choices": [{"message": {"content": self.says}}]}).encode()
        if self.behaves == "redirects":
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        if self.behaves == "hangs":
            time.sleep(2)
        elif self.behaves == "drips":
            for letter in range(20):
                self.wfile.write(body[letter : letter + 1])
                self.wfile.flush()
                time.sleep(0.1)
        elif self.behaves == "floods":
            body = b"[" * 3_000_000
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def a_model(settings, **traits):
    handler = type("Handler", (Model,), {"asked": [], **traits})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ASSISTANT_MODEL_URL = f"http://127.0.0.1:{server.server_port}/v1"
    AssistantSettings.objects.update_or_create(pk=1, defaults={"use_model": True})
    try:
        yield handler
    finally:
        server.shutdown()


@pytest.fixture
def town():
    the_city(name="Kleinstadt")
    return a_public_article("Hund anmelden", summary="Hunde melden Sie innerhalb von 30 Tagen an.")


@pytest.mark.django_db
@pytest.mark.parametrize("behaves", ["redirects", "hangs", "drips", "floods"])
def test_a_model_that_leads_elsewhere_hangs_drips_or_floods_is_not_waited_for(
    client, settings, monkeypatch, town, behaves
):
    monkeypatch.setattr(phrasing, "SECONDS", 0.4)
    client.post("/fragen/", {"q": "Hund anmelden"})  # word lists are read once a process
    with a_model(settings, behaves=behaves) as model:
        started = time.perf_counter()
        page = client.post("/fragen/", {"q": "Hund anmelden"}).content.decode()
    assert time.perf_counter() - started < 1.5
    assert "30 Tagen" in page
    assert not Turn.objects.filter(by_model=True).exists()
    assert len(model.asked) == 1


@pytest.mark.django_db
def test_a_model_that_is_not_there_leaves_the_answer_as_it_is(client, settings, town):
    settings.ASSISTANT_MODEL_URL = "http://127.0.0.1:9/v1"
    AssistantSettings.objects.update_or_create(pk=1, defaults={"use_model": True})
    assert "30 Tagen" in client.post("/fragen/", {"q": "Hund anmelden"}).content.decode()


@pytest.mark.django_db
def test_nothing_personal_and_no_history_is_sent(client, settings, town):
    with a_model(settings) as model:
        first = client.post("/fragen/", {"q": "Hund anmelden"})
        client.post("/fragen/", {"q": "Hund anmelden", "thread": first.context["thread"]})
        client.post("/fragen/", {"q": "Hund anmelden, ich heiße Petra Muster"})
    sent = json.dumps(model.asked, ensure_ascii=False)
    assert len(model.asked) == 2
    assert "Muster" not in sent
    assert sent.count("QUESTION") == 2


@pytest.mark.django_db
def test_a_model_may_say_a_question_in_other_words_and_what_is_found_is_offered(client, settings, town):
    with a_model(settings, says="Hund anmelden") as model:
        reply = client.post("/fragen/", {"q": "Was mache ich mit Schnuffi"}).context["turns"][0]["reply"]
    assert [source.title for source in reply.candidates] == ["Hund anmelden"]
    assert len(model.asked) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "says", ["Wasserzähler ablesen", "NONE", "", "a" * 400, "72 Euro Wasserzähler", "<b>"]
)
def test_what_only_a_models_words_find_is_never_told_as_an_answer(client, settings, town, says):
    a_public_article("Wasserzähler ablesen", summary="Sie lesen den Zähler im Dezember ab.")
    with a_model(settings, says=says):
        reply = client.post("/fragen/", {"q": "Was mache ich mit Schnuffi"}).context["turns"][0]["reply"]
    assert reply.kind != "answer"
    assert "Dezember" not in reply.text


@pytest.mark.django_db
@pytest.mark.parametrize("behaves", ["hangs", "drips"])
def test_a_model_that_used_up_its_time_is_not_asked_again(client, settings, monkeypatch, town, behaves):
    monkeypatch.setattr(phrasing, "SECONDS", 0.4)
    with a_model(settings, behaves=behaves) as model:
        page = client.post(
            "/fragen/", {"q": "Was mache ich mit Schnuffi? Was kostet ein Welpe? Hund anmelden?"}
        )
    assert "30 Tagen" in page.content.decode()
    assert len(model.asked) == 1
