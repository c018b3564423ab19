"""What a query is understood to ask for."""

import pytest

from portal.language.analysis import analyser
from portal.language.folding import tokens
from portal.language.plans import Known
from portal.language.query import plan
from portal.language.recognition import TELLING, WRITES, recognise
from portal.language.separable import joined
from portal.language.thesaurus import in_german, shipped
from portal.language.typos import distance, meant

GERMAN = analyser("de")


class Words:
    """A vocabulary of a few documents."""

    def __init__(self, *words):
        self.known = {word: GERMAN.terms(word)[0] for word in words}

    def look(self, words, terms, pieces=lambda word: ()):
        there = {term: 3 for term in self.known.values() if term in terms}
        asked = {piece for word in words for piece in (word, *pieces(word))}
        met = {word: self.known[word] for word in asked if word in self.known}
        return Known(100, met, there | dict.fromkeys(met.values(), 3))

    def similar(self, words):
        return {word: [(other, 3) for other in self.known] for word in words}

    def longer(self, words):
        return {word: [(other, 3) for other in self.known if other.startswith(word)] for word in words}


def understood(text, *words):
    return plan(text, analyser=GERMAN, vocabulary=Words(*words), general=shipped("de"))


def ways(text, *words):
    return {way.terms for group in understood(text, *words).groups for way in group.alternatives}


def explained(text):
    stems = [stem for word in GERMAN.words(text) for stem in GERMAN.terms(word)]
    return {expansion.shown for expansion in shipped("de").expansions(stems) if expansion.weight > 0.5}


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Wo melde ich mein Auto ab?", "abmelden"),
        ("Wie trete ich aus der Kirche aus?", "austreten"),
        ("Ich gehe an den See", ""),
    ],
)
def test_a_verb_in_two_places_is_one(text, verb):
    assert "".join(joined(tokens(text, german=True), text).values()) == verb


def test_only_unknown_words_are_corrected():
    found = understood("hundesteur hund", "hundesteuer", "hunde", "hund")
    assert found.corrections == {"hundesteur": "hundesteuer"}


def test_an_everyday_word_leads_to_the_word_of_the_office():
    found = understood("Perso", "personalausweis")
    assert ("personalausweis",) in [alternative.terms for alternative in found.groups[0].alternatives]
    assert found.corrections == {}


def test_a_question_is_about_its_subject():
    assert [
        group.word
        for group in understood("Wo bekomme ich denn bitte einen Reisepass?", "reisepass").groups
        if group.weight > 0.5
    ] == ["reisepass"]


def test_slips_are_counted_with_swaps_as_one():
    assert distance("hudn", "hund", 2) == 1
    assert distance("hund", "katze", 2) == 3
    assert meant("hudn", [("hund", 1), ("hand", 9)])[0][0] == "hund"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wo kann ich meinen Ausweis abholen?", "de"),
        ("Where can I register my car?", "en"),
        ("Gdzie mogę złożyć wniosek?", "pl"),
        ("Kde si mohu vyřídit občanský průkaz?", "cs"),
        ("Hol tudom igényelni az útlevelet?", "hu"),
        ("Къде мога да подам заявление?", "bg"),
        ("Pass", ""),
        ("bráška krvácí", "cs"),
        ("domácí násilí", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_question_is_recognised(text, language):
    assert recognise(text) == language


def test_no_entry_of_the_thesaurus_is_asked_by_one_small_word():
    assert not shipped("de").expansions(["stadt"])
    assert not shipped("de").expansions(["schul"])


def test_an_entry_is_met_by_kinds_of_what_it_names():
    assert "Kindernachzug" in explained("Die Tochter aus Peru soll zu uns ziehen")
    assert "Kindernachzug" not in explained("Die Tochter soll zu uns ziehen")


def test_who_names_one_kind_does_not_mean_its_sister_nor_more_than_the_word_itself():
    meant = {
        said: {found.shown for found in shipped("de").expansions(["neu", said]) if len(found.trigger) > 1}
        for said in ("ausweis", "personalausweis")
    }
    assert "Reisepass" in meant["ausweis"]
    assert "Reisepass" not in meant["personalausweis"]
    assert max(found.weight for found in shipped("de").expansions(["ausweis", "fertig"])) > 1
    assert max(found.weight for found in shipped("de").expansions(["reisepass", "fertig"])) < 1


def test_who_says_no_means_something_else():
    pension = GERMAN.terms("erwerbsminderungsrente")
    assert pension in ways("Ich kann nicht mehr arbeiten", "erwerbsminderungsrente")
    assert pension not in ways("Ich will arbeiten", "erwerbsminderungsrente")


def test_a_phrase_with_one_meaning_counts_more_than_one_word_and_less_than_two():
    found = understood("Firma gründen", "gewerbeanmeldung", "firma", "gründung")
    ways = [
        way
        for group in found.groups
        for way in group.alternatives
        if way.terms == GERMAN.terms("gewerbeanmeldung")
    ]
    assert 1 < sum(way.portion for way in ways) < 2


@pytest.mark.parametrize("typed", ["verlohrn", "munizion", "fürerschein", "ferpflichtung", "wonung"])
def test_a_word_written_by_ear_is_found(typed):
    there = ("verloren", "munition", "führerschein", "verpflichtung", "wohnung")
    found = understood(typed, *(token.text for word in there for token in tokens(word, german=True)))
    assert found.corrections


def test_a_word_of_the_thesaurus_is_corrected_too_though_no_page_has_it():
    found = understood("Sperrmühl", "sperrmuell")
    assert GERMAN.terms("sperrmuell")[0] in found.idfs
    found = understood("Knölchen", "bussgeld")
    assert GERMAN.terms("bussgeld")[0] in found.idfs


def test_a_compound_that_no_page_has_is_explained_as_a_whole():
    found = understood("Nummernschild", "nummer", "schild", "kennzeichen")
    assert GERMAN.terms("kennzeichen")[0] in found.idfs


def test_of_a_compound_with_an_unknown_beginning_the_end_still_counts():
    found = understood("Xyzverein", "verein")
    assert GERMAN.terms("verein")[0] in found.idfs


def test_everyday_words_are_no_slips_and_count_less():
    found = understood("Wir können uns das zusammen nicht leisten", "leiter", "meister")
    assert not found.corrections
    found = understood("gestern Hund gefunden", "hund")
    weights = {group.word: group.weight for group in found.groups}
    assert weights["gestern"] < weights["hund"]


@pytest.mark.parametrize(
    ("language", "query", "word"),
    [
        ("pl", "prawo jazdy", "Führerschein"),
        ("cs", "řidičák", "Führerschein"),
        ("cs", "ridicak", "Führerschein"),
        ("hu", "kutya", "Hundesteuer"),
        ("bg", "шофьорска книжка", "Führerschein"),
        ("en", "dog tax", "Hundesteuer"),
        ("en", "xyzzy", ""),
    ],
)
def test_a_query_in_another_language_knows_the_german_word(language, query, word):
    assert word in in_german(query, language)
    assert bool(word) == bool(in_german(query, language))


@pytest.mark.parametrize(
    ("text", "wholes"),
    [
        ("Wechsel Kennzeichen", {"wechselkennzeichen"}),
        ("wechsel kenn zeichen", {"wechselkennzeichen", "kennzeichen"}),
        ("Wechsel, Kennzeichen", set()),
    ],
)
def test_a_compound_written_apart_is_met_by_the_whole(text, wholes):
    groups = understood(text, "wechselkennzeichen", "kennzeichen").groups
    assert {way.shown for group in groups for way in group.alternatives if way.why == "joined"} == wholes


@pytest.mark.parametrize(("typed", "there"), [("wohnt", "wohnen"), ("gemeldeten", "gemeldet")])
def test_another_ending_is_the_same_word_and_no_slip(typed, there):
    found = understood(f"Xaver {typed}", there)
    assert GERMAN.terms(there)[0] in found.idfs
    assert typed not in found.corrections


@pytest.mark.parametrize("word", ["Wetter", "Drohne", "Handicap"])
def test_a_word_that_people_know_is_no_slip_though_no_page_has_it(word):
    assert not understood(word, "weiter", "drohen", "handicaps").corrections


def test_a_word_cut_short_by_a_full_stop_is_written_out():
    assert GERMAN.terms("niederlassungserlaubnis") in ways(
        "Niederlassungserl. verlängern", "niederlassungserlaubnis", "niederlassung"
    )


def test_the_last_word_may_be_half_typed_and_is_no_slip_then():
    found = understood("Antrag auf eine Aufenthaltserl", "aufenthaltserlaubnis")
    assert {
        way.why
        for group in found.groups
        for way in group.alternatives
        if way.terms[0] == "aufenthaltserlaubnis"
    } == {"beginning"}
    assert not found.corrections


def test_what_a_piece_of_an_unknown_compound_means_elsewhere_counts_less():
    def worth(text):
        groups = understood(text, "anmeldung").groups
        return max(
            way.weight
            for group in groups
            for way in group.alternatives
            if way.terms == GERMAN.terms("anmeldung")
        )

    assert worth("Gasthauseinzug") < worth("Einzug")


def test_a_reisepass_is_a_pass_and_no_epass():
    assert GERMAN.parts("reisepass", {"epass", "reis"}.__contains__) == ("reise", "pass")


def test_what_people_type_without_its_e_says_as_little_as_with_it():
    weights = {
        group.word: group.weight for group in understood("wo beantrag ich wohngeld", "wohngeld").groups
    }
    assert weights["beantrag"] < 0.5 < weights["wohngeld"]


def test_the_papers_that_one_brings_are_not_the_subject():
    weights = {
        group.word: group.weight
        for group in understood("Welche Papiere braucht ein Reisepass", "reisepass").groups
    }
    assert weights["papiere"] < weights["reisepass"]


def test_what_is_done_with_a_subject_counts_less_than_the_subject():
    weights = {
        group.word: group.weight for group in understood("Bienen anmelden", "bienen", "anmelden").groups
    }
    assert weights["anmelden"] < weights["bienen"]
    assert [group.weight for group in understood("anmelden", "anmelden").groups] == [1.0]


@pytest.mark.parametrize(
    ("text", "there", "is_missed"),
    [
        ("Zahnspange Kosten", ("kosten",), True),
        ("Pferd anmelden", ("anmelden", "hund"), True),
        ("Hund anmelden", ("anmelden", "hund"), False),
        ("Kosten", ("kosten",), False),
        ("Ich sehe schlecht und brauche einfache Texte", ("blinde",), False),
    ],
)
def test_words_that_go_with_any_subject_do_not_stand_for_one(text, there, is_missed):
    assert understood(text, *there).misses_subject == is_missed


@pytest.mark.parametrize("typed", ["Grundst", "Trauterm", "Sozialwohn", "Bewohnerpark"])
def test_half_a_word_is_no_other_words_form_and_no_compound(typed):
    whole = ("grundsteuer", "trautermin", "sozialwohnung", "bewohnerparkausweis")
    meant = next(word for word in whole if word.startswith(typed.lower()))
    groups = understood(typed, *whole, "wohn", "bewohner", "park", "gruendung", "eheschliessung").groups
    assert len(groups) == 1
    surest = max(groups[0].alternatives[1:], key=lambda way: way.weight)
    assert (surest.why, surest.shown) == ("beginning", meant)


def test_a_wrong_first_letter_makes_another_word():
    assert meant("maut", [("baut", 9)]) == []
    assert meant("eisepass", [("reisepass", 1)])
    assert meant("rreisepass", [("reisepass", 1)])


@pytest.mark.parametrize("query", ["blood donation", "zebra crossing", "bridge repair"])
def test_a_foreign_word_that_is_not_listed_is_not_the_listed_one_that_looks_like_it(query):
    assert in_german(query, "en") == ""


@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("en", "drone registration"),
        ("en", "book a flight"),
        ("pl", "wizyta u lekarza"),
        ("hu", "orvosi időpont"),
    ],
)
def test_what_goes_with_any_subject_is_not_translated_alone(language, query):
    assert in_german(query, language) == ""


@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("en", "my father died"),
        ("pl", "zmarł mój tata"),
        ("cs", "zemřel mi otec"),
        ("hu", "meghalt az apám"),
        ("bg", "почина баща ми"),
    ],
)
def test_what_happened_is_not_the_paper_about_it(language, query):
    assert in_german(query, language) == "Sterbefall anzeigen"


@pytest.mark.parametrize("query", ["koťata", "autobusy", "ověření podpisu", "zahrádka", "lešení"])
def test_a_czech_noun_of_a_city_has_its_german_word(query):
    assert in_german(query, "cs")


def test_a_letter_is_telling_where_one_language_alone_writes_it():
    assert all(
        sum(letter in written for written in WRITES.values()) == 1 for letter in "".join(TELLING.values())
    )
    assert "š" in TELLING["cs"]
    assert "á" not in TELLING["hu"]
