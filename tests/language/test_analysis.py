"""The words of six languages, as the index sees them."""

import pytest

from portal.language.analysis import LANGUAGES, analyser
from portal.language.folding import tokens

GERMAN = analyser("de")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Einbuergerung", "Einbürgerung"),
        ("Strasse", "Straße"),
        ("Änderungen", "aendern"),
        ("Anmeldung", "anzumelden"),
        ("angemeldet", "anmelden"),
        ("verloren", "Verlust"),
        ("gestohlen", "Diebstahl"),
        ("umgezogen", "Umzug"),
        ("verlängern", "Verlängerung"),
        ("Abholung", "abgeholt"),
        ("Bürger*innen", "Bürgerinnen"),
        ("Bürger:innen", "BürgerInnen"),
        ("Sperr\u00admüll", "Sperrmüll"),
    ],
)
def test_one_word_in_two_forms_is_one_term(one, other):
    def terms(text):
        return [GERMAN.terms(token.text) for token in GERMAN.tokens(text)]

    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("reisepassabholung", ("reisepass", "abholung")),
        ("kirchenaustritt", ("kirchen", "austritt")),
        ("schulwegkosten", ("schulweg", "kosten")),
        ("hundesteuer", ("hunde", "steuer")),
        ("unterlagen", ()),
        ("beratung", ()),
        ("verwaltung", ()),
        ("xyzsteuer", ()),
    ],
)
def test_a_compound_is_split_only_where_every_part_is_known(word, parts):
    assert GERMAN.parts(word, lambda _: False) == parts


def test_a_word_of_the_collection_may_be_a_part_too():
    assert GERMAN.parts("biberberatung", lambda word: word == "biber") == ("biber", "beratung")


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("cs", "průkazů", "prukaz"),
        ("pl", "zaświadczenia", "zaswiadczenie"),
        ("bg", "отпадъците", "отпадъци"),
        ("en", "applications", "application"),
        ("hu", "igazolványok", "igazolvany"),
    ],
)
def test_inflection_and_missing_accents_do_not_matter(language, one, other):
    words = analyser(language)
    assert set(words.terms(one)) & set(words.terms(other))


@pytest.mark.parametrize(
    ("language", "noun", "verbs"),
    [
        ("cs", "stěhování", "stěhuju stěhuji stěhujeme stehuji stěhovat stěhovali stěhován"),
        ("pl", "parkowanie", "parkuję parkuje parkujemy parkować parkowac parkowałem parkowali"),
        ("pl", "budowa", "budować"),
    ],
)
def test_what_one_does_meets_what_the_office_calls_it(language, noun, verbs):
    words = analyser(language)
    assert all(set(words.terms(noun)) & set(words.terms(verb)) for verb in verbs.split())


def test_a_short_word_is_no_verb_because_of_its_end():
    assert analyser("cs").terms("uje") == ("uje",)
    assert analyser("pl").terms("kowal") == analyser("pl").terms("kowala")


def test_numbers_and_paragraphs_stay_words():
    assert [token.text for token in tokens("§ 19d AufenthG, 37 Euro")] == ["§19d", "aufenthg", "37", "euro"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["", "🙂🙂", "مرحبا بالعالم", "a" * 10_000, "\u202eabc\u202c", "%_'\"; DROP TABLE", "\x00"]
)
def test_any_text_can_be_read(language, text):
    words = analyser(language)
    for token in words.tokens(text):
        assert words.terms(token.text)
        words.parts(token.text, lambda _: True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zugezogen", "Zuzug"),
        ("weggenommen", "Wegnahme"),
        ("abgeschlossen", "Abschluss"),
        ("unterschrieben", "Unterschrift"),
        ("erschlossen", "Erschließung"),
        ("eingeschrieben", "Einschreibung"),
        ("vertritt", "Vertretung"),
        ("gezahlt", "Zahlung"),
        ("Autos", "Auto"),
    ],
)
def test_strong_verbs_meet_their_nouns_with_every_prefix(one, other):
    assert GERMAN.terms(GERMAN.words(one)[0])[0] == GERMAN.terms(GERMAN.words(other)[0])[0]


def test_bulgarian_typed_in_latin_letters_is_read_as_bulgarian():
    words = analyser("bg")
    assert words.terms("карта")[0] in words.terms("karta")
