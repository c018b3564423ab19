"""The first sentence of an answer is the row or the sentence of the page that says just what is asked."""

from decimal import Decimal

import pytest
from django.utils import translation

from knowledge.articles import publishing
from knowledge.articles.drafts import TextDraft
from portal.catalogue import FeeRecord
from tests.assistant.talking import talk
from tests.builders import a_service, an_office, the_city
from tests.knowledge.builders import a_draft, a_public_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _harbour():
    the_city(name="Kleinstadt", phone="0123 45")
    service = a_service(slug="liegeplatz", name="Liegeplatz mieten")
    service.offices.add(an_office(name="Hafenamt", street="Kai 1", phone="0123 4567"))
    rows = (
        ("200", "Steg 8 Meter, im Jahr"),
        ("300", "Steg 12 Meter, im Jahr"),
        ("90", "jedes weitere Boot, im Jahr"),
        ("0", "Rettungsboote"),
        ("40", "Wechsel von Saisonplätzen"),
    )
    a_public_article(
        "Liegeplatz mieten",
        article={
            "service": service.pk,
            "fees": tuple(FeeRecord(Decimal(amount), said) for amount, said in rows),
            "online_url": "https://hafen.example",
        },
        summary="Ihr Boot liegt an einem Steg der Stadt. Die Miete ist am 1. April fällig. Wenn Sie Ruderboote verkaufen, fragen Sie den "
        "Hafenmeister. Surfbretter und Kanus sind genehmigungsfrei.",
        requirements="Das Boot ist versichert. An Sonn- und Feiertagen dürfen Sie keine Motoren laufen lassen.",
        documents=("Ihr Ausweis", "die Versicherung des Bootes: Eine Kopie reicht nicht."),
        procedure="Sie kommen persönlich ins Hafenamt. Am Telefon geht es nicht. Im Notfall hilft der Schlepper: 0800 99.",
        processing_time="Etwa zwei Wochen.",
        deadlines="Anmeldung bis Ende Februar. Der Liegeplatz gilt drei Jahre.",
        synonyms=("Bootsplatz", "Boot", "Steg"),
    )
    with translation.override("de"):
        yield


@pytest.mark.parametrize(
    ("question", "said", "not_said"),
    [
        ("Was kostet ein Liegeplatz am 12-Meter-Steg?", "300", "200"),
        ("Was kostet ein zweites Boot?", "90", "200"),
        ("Was kostet ein viertes Boot am Liegeplatz?", "90", "200"),
        ("Was verrechnet ihr am Liegeplatz für ein Rettungsboot?", "Rettungsboote", "200"),
        ("Was kostet der Wechsel vom Saisonplatz zum Liegeplatz?", "40", "200"),
    ],
)
def test_of_the_fees_the_row_is_told_that_has_most_of_the_question(question, said, not_said):
    text = talk(question).text
    assert said in text
    assert not_said not in text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Brauche ich einen Liegeplatz, wenn ich nur Kanus habe?", "Kanus"),
        ("Reicht eine Kopie der Versicherung für den Liegeplatz?", "Kopie reicht nicht"),
        ("Darf der Motor am Liegeplatz sonntags laufen?", "Sonn- und Feiertagen"),
        ("Kann man den Liegeplatz auch telefonisch mieten?", "Sie kommen persönlich"),
        ("Wie lange ist ein Liegeplatz gültig?", "drei Jahre"),
        ("Wie lange dauert es mit dem Liegeplatz?", "zwei Wochen"),
        ("Bis wann muss ich den Liegeplatz zahlen?", "1. April"),
        ("Bis wann muss ich den Liegeplatz anmelden?", "Ende Februar"),
        ("Welche Nummer hat der Schlepper am Liegeplatz?", "0800 99"),
        ("Welche Nummer hat der Liegeplatz?", "0123 4567"),
    ],
)
def test_the_sentence_is_told_that_speaks_of_what_is_asked(question, said):
    assert said in talk(question).text


@pytest.mark.parametrize(
    ("follow_up", "said"),
    [
        ("ist ein Rettungsboot", "Rettungsboote"),
        ("nein, das zweite Boot", "90"),
        ("12 Meter", "300"),
    ],
)
def test_a_statement_and_a_correction_go_on_with_what_was_wanted(follow_up, said):
    assert said in talk("Was kostet ein Liegeplatz?", follow_up).text


def test_the_row_that_was_chosen_holds_for_the_next_question():
    assert "300" in talk("Was kostet ein Liegeplatz?", "12 Meter", "und im Jahr?").text


@pytest.mark.parametrize(
    ("follow_up", "said"), [("a second one", "90"), ("the third car", "90"), ("for two years", "110")]
)
def test_ordinals_and_numbers_go_on_in_other_languages(follow_up, said):
    rows = (("60", "für ein Jahr"), ("110", "für zwei Jahre"), ("90", "jedes weitere Auto"))
    draft = a_draft(
        "Parkausweis", article={"fees": tuple(FeeRecord(Decimal(amount), said) for amount, said in rows)}
    )
    english = TextDraft("en", title="Parking permit", summary="With a permit you park in your street.")
    publishing.publish(article=publishing.start(draft=draft.with_text(english), actor=None), actor=None)
    assert said in talk("How much is a parking permit?", follow_up, language="en").text


def test_another_thing_after_no_is_asked_what_was_asked_before():
    a_public_article(
        "Angelschein", article={"fees": (FeeRecord(Decimal(35), "für ein Jahr"),)}, summary="Angeln im Hafen."
    )
    assert "35" in talk("Was kostet ein Liegeplatz?", "Nein, ich meine den Angelschein").text


def test_a_word_that_no_list_knows_makes_no_answer_of_the_others():
    """German pages are found by what is translated of a question: by half of it nobody is told a price."""
    a_public_article("Wohnsitz anmelden", summary="Das ist kostenlos.", synonyms=("Umzug",))
    assert talk("How much is a stopping ban for moving?", language="en").kind != "answer"


def test_where_an_office_is_its_own_table_says():
    an_office(name="Bootshaus Nord", street="Nordufer 3")
    a_public_article("Öffnungszeiten", summary="Das Hafenamt hat bis 16 Uhr offen, das Bootshaus Nord nicht.")
    assert "Nordufer 3" in str(talk("Wo ist das Bootshaus Nord?").facts)
    assert talk("Wo ist das Bootshaus Nord?", "bis wie viel Uhr?").aspect == "hours"


def test_a_page_about_two_things_tells_the_price_of_each():
    rows = (FeeRecord(Decimal(350), "Stadtsaal, je Tag"), FeeRecord(Decimal(15), "Sporthalle, je Stunde"))
    a_public_article(
        "Stadtsaal oder Sporthalle mieten", article={"fees": rows}, summary="Für Feiern und Sport."
    )
    assert "15" in talk("Was kostet die Sporthalle?").text
    assert "350" not in talk("Was kostet die Sporthalle?").text


def test_the_thing_itself_is_not_the_one_row_that_repeats_its_name():
    rows = ((46, "ab 24 Jahren"), (27, "unter 24 Jahren"), (10, "vorläufiger Personalausweis"))
    fees = tuple(FeeRecord(Decimal(amount), said) for amount, said in rows)
    a_public_article("Personalausweis", article={"fees": fees}, summary="Im Bürgerbüro.")
    assert "46" in talk("Was kostet ein Personalausweis?").text


@pytest.mark.parametrize("said", ["Ich habe noch eine Frage", "Das habe ich verstanden"])
def test_a_word_about_the_talk_is_no_word_more_about_the_matter(said):
    assert talk("Was kostet ein Liegeplatz?", said).kind == "route"
