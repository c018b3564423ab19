"""What is said beside an answer: to a cry for help, to rudeness, to a word that says little, in another language."""

import pytest
from django.utils import translation

from knowledge.assistant import reading
from knowledge.assistant.conversation import converse
from knowledge.assistant.models import Authority
from knowledge.assistant.replies import Memory
from portal.models import Office
from tests.assistant.talking import talk
from tests.builders import an_office, the_city
from tests.knowledge.builders import a_public_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town():
    the_city(name="Kleinstadt", phone="0123 45")
    an_office(name="Bürgerbüro Mitte", street="Marktplatz 1", phone="0123 4567")
    a_public_article(
        "Fischereischein beantragen",
        summary="Den Fischereischein beantragen Sie im Bürgerbüro.",
        processing_time="Drei bis vier Wochen. Vorläufiger Schein: sofort.",
        documents=("ein Passfoto",),
    )
    a_public_article(
        "Dokumente abholen",
        summary="Ist Ihr Dokument fertig, holen Sie es ab.",
        processing_time="Fünf Minuten.",
        synonyms=("Fischereischein fertig",),
    )
    a_public_article(
        "Notruf und Notdienste", summary="Wer Hilfe braucht, ruft an.", synonyms=("Frauen in Not",)
    )
    a_public_article("Müllabfuhr", summary="Die Tonnen leeren wir alle zwei Wochen.")
    with translation.override("de"):
        yield


@pytest.mark.parametrize("text", ["Meine Frau", "mein Nachbar", "Sofort.", "dringend"])
def test_who_says_little_is_asked_what_it_is_about(text):
    reply = talk(text)
    assert reply.kind == "clarify"
    assert "Notruf" not in str(reply)


@pytest.mark.parametrize("text", ["Hilfe!", "Ich brauche Hilfe", "help", "pomoc!", "Segítség!", "помощ"])
def test_a_cry_for_help_is_asked_what_for_and_names_the_emergency_number(text):
    reply = talk(text)
    assert (reply.kind, reply.route) == ("route", "help")
    assert "112" in reply.text


@pytest.mark.parametrize(
    "text",
    [
        "Du bist ja nicht besonders schlau",
        "Das war keine große Hilfe",
        "so ein Quatsch",
        "That did not help",
        "Jsi k ničemu",
    ],
)
def test_rudeness_gets_a_kind_word_and_a_way_to_people_without_a_list_of_offices(text):
    reply = talk(text)
    assert reply.route == "insult"
    assert "Marktplatz" not in str(reply.facts)
    assert reply.buttons


@pytest.mark.parametrize(
    ("text", "may_be_rated"),
    [
        ("Hallo", False),
        ("Danke", False),
        ("Du Idiot", False),
        ("Bist du ein Mensch?", False),
        ("Es brennt!", False),
        ("Fischereischein beantragen", True),
        ("Wer malte die Mona Lisa?", True),
        ("Wie wird das Wetter morgen?", True),
    ],
)
def test_only_what_may_have_helped_is_rated(text, may_be_rated):
    assert talk(text).is_rateable == may_be_rated


@pytest.mark.parametrize(
    "question",
    ["Wie lange dauert es, bis mein Fischereischein fertig ist?", "Wie lange dauert ein Fischereischein?"],
)
def test_how_long_it_takes_is_not_how_it_is_fetched_nor_the_special_case(question):
    reply = talk(question)
    assert reply.source.title == "Fischereischein beantragen"
    assert reply.text == "Drei bis vier Wochen."


@pytest.mark.parametrize(
    "text",
    [
        "Wird unser Gespräch hier aufgezeichnet?",
        "Lösch bitte meinen Chat",
        "Benutzt ihr Tracker?",
        "Wer ist für den Datenschutz verantwortlich?",
        "How long do you keep this conversation?",
        "Who can read what I type here?",
        "Smažte prosím můj chat",
        "Usuń moje dane",
        "Mit tárolnak rólam?",
        "Пазите ли лични данни?",
        "Was passiert mit meinen Eingaben?",
        "An wen geben Sie meine Daten weiter?",
        "Tárolják, amit ide írok?",
        "Mi történik az adataimmal?",
        "Czy używacie ciasteczek?",
        "Kdo odpovídá za ochranu údajů?",
    ],
)
def test_what_becomes_of_the_conversation_is_told_from_what_is_so(text):
    reply = talk(text)
    assert reply.route == "privacy"
    assert "30" in reply.text
    assert reply.source.url.endswith("/info/privacy/")
    assert "Kleinstadt" in str(reply.facts)


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe vergessen, meine Daten zu ändern",
        "Can I sell cookies at the school fair?",
        "How high may a privacy fence be?",
        "Wie lange wird ein Fundstück aufbewahrt?",
        "Gibt das Meldeamt meine Daten weiter?",
        "Was passiert mit meinem Antrag?",
        "Mi történik a kérelmemmel?",
    ],
)
def test_a_word_of_it_in_another_matter_is_no_question_about_the_conversation(text):
    assert talk(text).route != "privacy"


def test_no_answer_begins_with_a_question_of_the_page():
    a_public_article(
        "Fundtier",
        summary="Ist Ihnen ein Fundtier zugelaufen? Das Tierheim nimmt es auf.",
        body="Wer bringt das Fundtier?",
    )
    for question in ("Fundtier", "Mir ist ein Fundtier zugelaufen", "Was mache ich mit einem Fundtier?"):
        assert talk(question).text == "Das Tierheim nimmt es auf."


def test_a_complaint_about_a_thing_leads_to_where_one_complains():
    reply = talk("Ich möchte mich über die Müllabfuhr beschweren")
    assert (reply.kind, reply.route) == ("route", "report")
    assert [page.title for page in reply.candidates] == ["Müllabfuhr"]


@pytest.mark.parametrize("declined", ["Wie viel verdient der Bürgermeister?", "Wen soll ich wählen?"])
def test_after_a_decline_the_wish_before_it_is_forgotten_and_the_page_is_not(declined):
    reply = talk("Was muss ich für den Fischereischein mitbringen?", declined, "Und für Kinder?")
    assert reply.source.title == "Fischereischein beantragen"
    assert reply.aspect == ""
    assert talk("Fischereischein beantragen", declined).candidates == ()


def test_a_theft_is_for_the_police_whatever_page_names_theft():
    a_public_article(
        "Diebstahl von Ausweisen melden", summary="Melden Sie ihn.", synonyms=("Verlustanzeige",)
    )
    Authority.objects.create(
        key="polizei", name="Polizei", responsible_for="Diebstahl", keywords=["Rucksack gestohlen"]
    )
    reply = talk("Mir wurde der Rucksack gestohlen, wo zeige ich das an?")
    assert (reply.route, "Polizei" in reply.text) == ("authority", True)


def test_german_rows_of_a_foreign_answer_are_marked_and_said(client):
    reply = talk("How long does a Fischereischein take?", language="en")
    assert (reply.spoken, reply.language) == ("en", "de")
    assert reply.note == "The city has this text only in: German."
    page = client.post("/en/fragen/", {"q": "How long does a Fischereischein take?"}).content.decode()
    assert '<p class="turn__first" lang="de">Drei bis vier Wochen.</p>' in page
    assert '<dt>Processing time</dt><dd lang="de">' in page
    assert "only in: German" in page


def test_our_own_sentences_are_in_the_language_of_the_question_whatever_page_they_stand_beside():
    reply = talk("What do I bring for a Fischereischein?", language="en")
    assert (reply.text, reply.text_language) == ("Please bring this:", "en")
    assert Office.objects.exists()


def test_the_offices_told_of_are_asked_on_and_the_bus_stands_beside():
    a_public_article("Stadtbus", summary="Bus und Linie fahren zum Marktplatz.", synonyms=("Bus",))
    for way in ("Wie komme ich mit dem Bus dahin?", "How do I get there?"):
        reply = talk("Wo ist das Bürgerbüro Mitte?", way)
        assert "Marktplatz 1" in str(reply.facts)
    assert talk("Wo ist das Bürgerbüro Mitte?", "Und am Freitag?").aspect == "hours"
    beside = talk("Wo ist das Bürgerbüro Mitte?", "Wie komme ich mit dem Bus dahin?").candidates
    assert [page.title for page in beside] == ["Stadtbus"]


def test_whether_it_goes_by_phone_is_not_answered_with_a_number():
    a_public_article(
        "Briefwahl",
        summary="Briefwahl beantragen Sie schriftlich oder persönlich.",
        procedure="Nicht am Telefon.",
    )
    reply = talk("Kann ich die Briefwahl telefonisch beantragen?")
    assert reply.aspect == "by_phone"
    assert "schriftlich" in reply.text


def test_one_unclear_thing_is_asked_back_once():
    for deed in ("beantragen", "verlängern", "abholen"):
        a_public_article(f"Jagdschein {deed}", summary="Für die Jagd.")
    replies, _memory = converse(
        "Was kostet ein Jagdschein, was muss ich mitbringen und wie lange dauert das?",
        memory=Memory(),
        language="de",
    )
    choices = [{page.title for page in reply.candidates} for reply in replies if reply.is_choice]
    assert len(choices) == len({frozenset(choice) for choice in choices})


@pytest.mark.parametrize(
    "text", ["Stimmt es, dass die Bürgermeisterin zurücktritt?", "Is it true that the mayor resigns?"]
)
def test_rumours_about_officials_are_not_answered_from_their_page(text):
    a_public_article("Bürgermeisterin", summary="Die Bürgermeisterin leitet die Stadt.")
    assert talk(text).route == "advice"


@pytest.mark.parametrize("age", ["bin schon 70", "I am only 12", "mám už 20 let"])
def test_an_age_is_heard_through_little_words(age):
    assert reading.read(age, "de").age is not None
