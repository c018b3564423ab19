"""Published articles are found however people say it, and only published ones."""

import pytest

from knowledge.articles import publishing, retrieval
from knowledge.articles.drafts import TextDraft
from knowledge.models import Pin, Synonym
from tests.knowledge.builders import a_draft, a_public_article, an_article

pytestmark = pytest.mark.django_db


def found(query, **options):
    return [int(hit.key) for hit in retrieval.search(query, **options).hits]


def test_an_article_is_findable_the_moment_it_is_public():
    article = an_article("Reisepass abholen")
    assert found("Reisepass") == []
    publishing.publish(article=article, actor=None)
    assert found("Reisepass") == [article.pk]


def test_an_archived_article_is_not_found():
    article = a_public_article("Reisepass abholen")
    publishing.archive(article=article, actor=None)
    assert found("Reisepass") == []


@pytest.mark.parametrize(
    "query",
    ["Reisepassabholung", "Abholung Reisepass", "reisepas abholn", "REISEPASS", "Reise-Pass abgeholt"],
)
def test_compounds_stems_and_slips_lead_to_the_article(query):
    article = a_public_article("Reisepass abholen")
    a_public_article("Hundesteuer")
    assert found(query)[0] == article.pk


def test_a_correction_is_said_openly():
    a_public_article("Meldebescheinigung")
    result = retrieval.search("meldebescheiniegung")
    assert result.corrections == {"meldebescheiniegung": "meldebescheinigung"}
    assert result.corrected_query == "Meldebescheinigung"


def test_a_corrected_word_is_written_as_in_the_title_of_the_best_result():
    a_public_article("Meldebescheinigung")
    a_public_article("Gebühren und MELDEBESCHEINIGUNG für den Kreis")
    assert retrieval.search("meldebescheiniegung", quote=False).corrected_query == "Meldebescheinigung"


def test_a_word_that_no_page_has_is_corrected_as_people_write_it():
    a_public_article("Hundesteuer")
    assert retrieval.search("fürerschein").corrected_query == "Führerschein"


def test_what_is_only_part_of_a_longer_word_is_found_before_nothing_is():
    article = a_public_article("Quarzkristallführung")
    a_public_article("Hundesteuer")
    assert found("Quarzkristal") == [article.pk]


def test_what_was_also_searched_is_told_as_it_is_written():
    a_public_article("Führerschein")
    assert retrieval.search("mein Lappen").expansions == (("lappen", "Führerschein"),)


def test_what_the_query_says_itself_was_not_also_searched():
    for title in (
        "Gewerbe anmelden",
        "Auskunft über ein Gewerbe",
        "Gewerbe im Reisen",
        "Gewerbe in der Schule",
    ):
        a_public_article(title)
    told = {shown for _word, shown in retrieval.search("Gewerbe anmelden").expansions}
    assert "Gewerbe anmelden" not in told


def test_a_city_synonym_leads_to_the_article():
    article = a_public_article("Bewohnerparkausweis")
    Synonym.objects.create(term="Bewohnerparkausweis", variants=["Wapperl"])
    assert found("wapperl") == [article.pk]


def test_a_pin_comes_first_for_its_query_only():
    first, second = a_public_article("Ausweis"), a_public_article("Vom Ausweis und anderem")
    Pin.objects.create(query="  AUSWEIS ", article=second)
    assert found("ausweis") == [second.pk, first.pk]
    assert found("der ausweis bitte") == [first.pk, second.pk]


def test_a_pin_shows_its_article_even_where_no_word_of_the_search_stands_in_it():
    article = a_public_article("Bewohnerparkausweis")
    Pin.objects.create(query="qwertzuiop", article=article)
    assert found("Qwertzuiop") == [article.pk]
    assert retrieval.search("qwertzuiop", offset=10).total == 0


def test_an_example_question_leads_to_the_article():
    article = a_public_article("Bauakten", questions=("Wo liegen alte Baupläne?",))
    assert found("alte Baupläne") == [article.pk]


def test_the_best_passage_has_its_telling_words_marked_and_its_anchor():
    a_public_article("Ausweis", summary="Ein Dokument.", fees_note="Der Ausweis kostet 37 Euro.")
    quote = retrieval.search("Was kostet der Ausweis?").hits[0].passage
    assert quote.anchor == "fees"
    assert [piece.text for piece in quote.pieces if piece.hit] == ["Ausweis"]
    assert "".join(piece.text for piece in quote.pieces) == quote.text


def test_words_in_quotes_must_stand_together():
    together = a_public_article("Alte Brücke", body="Die alte steinerne Brücke.")
    a_public_article("Brücke", body="Steinerne Treppe, neue Brücke.")
    assert found('"steinerne Brücke"') == [together.pk]


def test_a_question_in_another_language_finds_the_text_in_that_language():
    article = a_public_article("Personalausweis")
    draft = publishing.newest_draft(article)
    text = type(draft.texts[0])("cs", title="Občanský průkaz")
    article = publishing.save_draft(article=article, based_on=1, draft=draft.with_text(text), actor=None)
    publishing.publish(article=article, actor=None)
    result = retrieval.search("Kde vyřídím občanský průkaz?", language="de")
    assert (result.language, [int(hit.key) for hit in result.hits]) == ("cs", [article.pk])


BAD = [
    "",
    "   ",
    "a" * 10_000,
    "der die das und",
    "🙂🙂",
    "مرحبا",
    "foo & bar | !baz:*",
    "%_*?",
    "' OR 1=1 --",
    "\x00",
    '"',
    "(" * 500,
]


@pytest.mark.parametrize("query", BAD, ids=range(len(BAD)))
def test_any_text_gets_an_answer(query):
    a_public_article("Personalausweis")
    retrieval.search(query)


def test_thousands_are_indexed_anew_with_the_same_results():
    pages = [a_public_article(f"Leistung {name}") for name in ("Reisepass", "Hundesteuer", "Sperrmüll")]
    before = [found(query) for query in ("Reisepass", "Steuer für Hunde", "Müll")]
    assert retrieval.rebuild() == len(pages)
    assert [found(query) for query in ("Reisepass", "Steuer für Hunde", "Müll")] == before


def _in_both(title, english, **text):
    draft = a_draft(title).with_text(TextDraft("en", title=english, **text))
    return publishing.publish(article=publishing.start(draft=draft, actor=None), actor=None)


def test_a_page_in_german_only_stands_beneath_those_of_the_readers_language():
    passport = _in_both("Reisepass beantragen", "Apply for a passport")
    lost = a_public_article("Verlust von Reisepass oder Ausweis")
    for other in ("Hundesteuer", "Sperrmüll", "Wohngeld", "Grundsteuer", "Briefwahl", "Führungszeugnis"):
        a_public_article(other)
    abroad = retrieval.with_german("passport", language="en")
    assert [int(hit.key) for hit in abroad.hits] == [passport.pk, lost.pk]
    assert abroad.total == 2
    assert [int(hit.key) for hit in retrieval.with_german("passport", language="en", offset=1).hits] == [
        lost.pk
    ]


def test_a_german_page_about_it_goes_before_a_page_that_only_mentions_it():
    _in_both("Reisepass beantragen", "Apply for a passport", documents=("birth certificate",))
    certificate = a_public_article("Geburtsurkunde bestellen")
    assert int(retrieval.with_german("birth certificate", language="en").hits[0].key) == certificate.pk


def test_a_foreign_word_is_not_corrected_to_a_german_one_that_only_sounds_like_it():
    a_public_article("Warnung vor Phishing")
    for other in ("Hundesteuer", "Sperrmüll", "Wohngeld"):
        a_public_article(other)
    assert not retrieval.search("fishing", language="pl").hits
    assert retrieval.search("phishing", language="pl").hits


def test_half_a_word_leads_to_the_page_that_is_called_so_and_not_to_a_rarer_word():
    named = a_public_article("Wertstoffhof", procedure="Zum Wertstoffhof bringen Sie Holz.")
    for other in ("Sperrmüll", "Mülltonne", "Gelber Sack"):
        a_public_article(other, procedure="Am Wertstoffhof.")
    a_public_article("Bus", synonyms=("Linie",), procedure="Die Linie hält an der Wertstoffinsel.")
    assert found("Wertsto")[0] == named.pk


def test_a_german_page_that_is_named_in_full_goes_before_a_page_about_one_of_the_words():
    _in_both("Reisepass beantragen", "Apply for a passport", documents=("passport photo",))
    photo = a_public_article("Welches Passfoto brauche ich?", synonyms=("Passfoto", "Lichtbild"))
    for other in ("Hundesteuer", "Sperrmüll", "Wohngeld", "Grundsteuer", "Briefwahl"):
        a_public_article(other)
    assert int(retrieval.with_german("passport photos", language="en").hits[0].key) == photo.pk


def test_where_only_a_word_that_goes_with_anything_is_met_nothing_is_found():
    a_public_article("Wohnsitz anmelden")
    assert found("wohnsitz anmelden")
    assert found("anmelden")
    assert found("Pferd anmelden") == []
