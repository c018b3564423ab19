"""The result page and the proposals while typing."""

import re

import pytest
from django.core.cache import caches
from django.test import Client

from knowledge.articles import publishing
from knowledge.articles.drafts import TextDraft
from knowledge.assistant.models import Authority
from knowledge.models import BlockedSuggestion, Topic
from knowledge.search import searched, suggestions
from portal.models import City
from tests.builders import a_service, an_office, the_city
from tests.knowledge.builders import a_draft, a_public_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    the_city(languages=["de", "en"], phone="09999 1234")


def results(client: Client, query: str, **more: str) -> str:
    answer = client.get("/suche/", {"q": query, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_article_is_findable_the_moment_it_is_public_and_gone_when_archived(client: Client) -> None:
    article = a_public_article("Hundesteuer anmelden", summary="Hunde melden Sie bei der Stadt an.")
    assert "/leistungen/hundesteuer-anmelden/" in results(client, "hund")
    publishing.archive(article=article, actor=None)
    assert "/leistungen/hundesteuer-anmelden/" not in results(client, "hund")


def test_the_matching_words_are_marked_and_markup_is_escaped(client: Client) -> None:
    a_public_article("Reisepass", procedure="Den <b>Reisepass</b> holen Sie im Rathaus ab.")
    html = results(client, "Abholung Reisepass")
    assert "<mark>" in html
    assert "<b>Reisepass" not in html


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize(
    "query",
    [
        "q=hund",
        "q=%3Cb%3E%22%26%27&thema=x",
        "q=%D0%B1%20a%2Bb%25&page=2",
        "q=hund&sprache=pl",
        "q=r%20a%20q",
    ],
)
def test_who_has_no_session_sees_the_page_of_those_who_have_one(
    client: Client, language: str, query: str
) -> None:
    """For them it is put into a frame that was drawn for another question."""
    a_public_article("Hundesteuer <b>")
    address = f"{language}/suche/?{query}"
    client.get(f"{language}/suche/?q=anderes")
    framed = client.get(address).content.decode()
    whole = client.get(address, headers={"cookie": "sessionid=none"}).content.decode()
    assert framed == whole
    assert "\0" not in framed


def test_a_typing_error_is_corrected_and_said_openly(client: Client) -> None:
    a_public_article("Personalausweis beantragen", synonyms=("Perso",))
    html = results(client, "personalauswies")
    assert "/leistungen/personalausweis-beantragen/" in html
    assert "<strong>personalausweis</strong>" in html.lower()


def test_nothing_found_offers_people_topics_and_the_question(client: Client) -> None:
    Topic.objects.create(slug="familie", name="Familie")
    html = results(client, "Xylophonunterricht")
    assert "09999 1234" in html
    assert "/themen/familie/" in html
    assert "text=Xylophonunterricht" in html
    assert "Wir haben nichts gefunden" in html
    assert "Wir haben keine Seite gefunden" not in html


def test_facets_narrow_and_can_be_undone(client: Client) -> None:
    for slug, title in (("familie", "Kita anmelden"), ("hund", "Hund anmelden")):
        Topic.objects.create(slug=slug, name=slug.title())
        a_public_article(title, article={"topics": (slug,)})
    assert "Kita anmelden" in results(client, "anmelden")
    narrowed = results(client, "anmelden", thema="hund")
    assert "Kita anmelden" not in narrowed
    assert 'href="?q=anmelden"' in narrowed


def test_a_page_behind_the_last_result_is_a_page_in_every_language(client: Client) -> None:
    both = a_draft("Hundesteuer").with_text(TextDraft("en", title="Dog tax", summary="Register your dog."))
    publishing.publish(article=publishing.start(draft=both, actor=None), actor=None)
    for path in ("/suche/", "/en/suche/"):
        assert client.get(path, {"q": "dog tax", "page": "3"}).status_code == 200


def test_what_only_shares_a_word_stands_behind_a_link(client: Client) -> None:
    a_public_article("Reisepass beantragen", synonyms=("Pass",))
    for number in range(12):
        words = " ".join(f"wort{number}x{other}" for other in range(80))
        a_public_article(f"Seite {number}", procedure=f"Ein Reisepass hilft hier weiter. {words}")
    answer = client.get("/suche/", {"q": "reisepass beantragen"})
    html = answer.content.decode()
    assert answer.headers["X-Total-Count"] == "5"
    assert html.count('class="service-row"') == 5
    assert "8 weitere Seiten, die weniger gut passen" in html
    assert 'href="?q=reisepass+beantragen&amp;alle=1&amp;page=1"' in html
    everything = client.get("/suche/", {"q": "reisepass beantragen", "alle": "1"})
    assert everything.headers["X-Total-Count"] == "13"
    assert 'href="?q=reisepass+beantragen&amp;alle=1&amp;page=2"' in everything.content.decode()


def test_a_filter_leaves_as_many_results_as_it_says(client: Client) -> None:
    for slug in ("reise", "post"):
        Topic.objects.create(slug=slug, name=slug.title())
    for number in range(3):
        a_public_article(f"Reisepass {number}", article={"topics": ("reise",)})
    a_public_article("Reisepass mit der Post", article={"topics": ("post",)})
    for number in range(12):
        words = " ".join(f"wort{number}x{other}" for other in range(80))
        text = f"Ein Reisepass hilft hier weiter. {words}"
        a_public_article(f"Seite {number}", procedure=text, article={"topics": ("post",)})
    html = results(client, "reisepass")
    said = re.search(r'>Post</span><span class="count">(\d+)<', html)
    assert said is not None
    narrowed = client.get("/suche/", {"q": "reisepass", "thema": "post"})
    assert narrowed.headers["X-Total-Count"] == said[1]


def test_every_link_of_the_results_keeps_what_was_chosen(client: Client) -> None:
    for slug, title in (("familie", "Kita anmelden"), ("hund", "Hund anmelden")):
        Topic.objects.create(slug=slug, name=slug.title())
        a_public_article(title, article={"topics": (slug,)})
    chosen = {"q": "anmelden", "sprache": "de", "leicht": "1"}
    html = client.get("/en/suche/", chosen).content.decode()
    links = re.findall(r'href="(\?q=[^"]*)"', html)
    assert len(links) == 3
    assert all("leicht=1" in link for link in links)
    back = "?q=anmelden&amp;leicht=1"
    assert [link for link in links if "sprache=de" not in link] == [back]
    assert '<input type="hidden" name="sprache" value="de">' in html
    nothing = client.get("/en/suche/", {**chosen, "thema": "no such topic"}).content.decode()
    assert 'href="?q=anmelden&amp;sprache=de&amp;leicht=1">Search without filters' in nothing


def test_a_city_of_one_page_is_sure_of_its_name(client: Client) -> None:
    a_public_article("Hundesteuer anmelden")
    assert "Wir haben keine Seite gefunden" not in results(client, "Hundesteuer anmelden")


def test_whose_business_it_is_stands_before_the_results(client: Client) -> None:
    a_public_article(
        "Grundsteuer", procedure="Die Steuer zahlen Sie an die Stadt, die Erklärung geht woandershin."
    )
    assert "Dafür ist eine andere Stelle zuständig" in results(client, "Steuererklärung")
    assert "Another authority is responsible" in client.get("/en/suche/?q=tax+return").content.decode()
    assert "andere Stelle" not in results(client, "Grundsteuer")


def test_a_page_of_the_city_about_just_that_goes_before_another_authority(client: Client) -> None:
    a_public_article("Fischereischein umtauschen")
    elsewhere = results(client, "Führerschein umtauschen")
    assert elsewhere.index("andere Stelle") < elsewhere.index("Wörter Ihrer Suche")
    assert "andere Stelle" in results(client, "Führerausweis")
    assert "andere Stelle" in results(client, "Asylantrag")
    a_public_article("Führerschein umtauschen")
    a_public_article("Asyl beantragen")
    assert "andere Stelle" not in results(client, "Führerschein umtauschen")
    assert "andere Stelle" not in results(client, "Asylantrag")


def test_an_authority_that_the_city_has_switched_off_is_not_named(client: Client) -> None:
    row = {
        "key": "finanzamt",
        "name": "Finanzamt",
        "responsible_for": "Steuern",
        "keywords": ["Steuererklärung"],
    }
    Authority.objects.create(**row, active=False)
    assert "andere Stelle" not in results(client, "Steuererklärung")


def test_an_office_that_is_searched_is_named_with_its_address_and_doors(client: Client) -> None:
    an_office(name="Standesamt, Rathaus Zimmer 12", street="Marktplatz 1")
    an_office(name="Bürgerbüro Nord", street="Nordring 24")
    a_public_article("Geburt anmelden", procedure="Beim Standesamt.")
    for query in ("Standesamt", "wo ist das Standesamt", "Standesamt Adresse", "Öffnungszeiten Rathaus"):
        html = results(client, query)
        assert "Marktplatz 1" in html
        assert "Nordring 24" not in html
    for query in ("Geburt Standesamt anmelden", "Rathaus", "Was kostet das Standesamt?"):
        assert "Marktplatz 1" not in results(client, query)


def test_who_is_in_danger_reads_numbers_first(client: Client) -> None:
    html = results(client, "Mein Mann atmet nicht mehr")
    assert 'href="tel:112"' in html
    assert 'href="tel:112"' not in results(client, "Mann")


def test_htmx_gets_the_results_alone(client: Client) -> None:
    answer = client.get("/suche/?q=x", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "a" * 10_000,
        "der die das und",
        "😀🎉",
        "مرحبا",
        "' OR 1=1; --",
        "a & b | !c:*",
        "%_\\*?",
        '"',
        '"offen',
        "\u202eabc",
        "<script>",
        "§",
        "-",
        "x " * 3000,
    ],
)
def test_whatever_people_type_gets_a_page(client: Client, query: str) -> None:
    a_public_article("Reisepass")
    results(client, query)
    assert client.get("/suche/vorschlaege/", {"q": query}).status_code == 200
    assert client.get("/opensearch/vorschlaege/", {"q": query}).status_code == 200


@pytest.mark.parametrize(
    "extra",
    [
        {"page": "999999"},
        {"page": "-1"},
        {"page": "x"},
        {"page": "²"},
        {"sprache": "xx"},
        {"ort": "abc"},
        {"thema": "'"},
        {"leicht": "1"},
    ],
)
def test_odd_parameters_do_no_harm(client: Client, extra: dict[str, str]) -> None:
    a_public_article("Reisepass")
    results(client, "Reisepass", **extra)


@pytest.mark.parametrize("rows", [1, 10])
def test_the_result_page_costs_at_most_eight_queries(
    client: Client, django_assert_max_num_queries, rows: int
) -> None:
    for n in range(rows):
        service = a_service()
        service.offices.add(an_office())
        a_public_article(
            f"Reisepass {n}", article={"service": service.pk}, summary="Den Reisepass gibt es hier."
        )
    client.get("/suche/?q=Reisepass")
    with django_assert_max_num_queries(11):  # eight, and the search log in its own savepoint after the page
        client.get("/suche/?q=Reisepass")


def test_proposals_come_from_titles_synonyms_questions_and_good_searches() -> None:
    article = a_public_article(
        "Personalausweis beantragen", synonyms=("Perso",), questions=("Was kostet ein Personalausweis?",)
    )
    for _n in range(5):
        searched.note_click("perso verloren", slug=article.slug)
    found = [suggestion.text for suggestion in suggestions.suggest("pers", "de")]
    assert set(found) >= {"Personalausweis beantragen", "Perso"}
    assert "Was kostet ein Personalausweis?" in found


def test_a_search_is_proposed_only_after_five_clicks() -> None:
    article = a_public_article("Fundbüro")
    for clicks in range(1, 6):
        searched.note_click("schlüssel weg", slug=article.slug)
        assert ("schlüssel weg" in [s.text for s in suggestions.suggest("schl", "de")]) == (clicks == 5)


def test_blocked_phrases_are_never_proposed() -> None:
    a_public_article("Personalausweis")
    BlockedSuggestion.objects.create(phrase="Ausweis")
    assert suggestions.suggest("pers", "de") == []


def test_typed_without_umlauts_still_proposes() -> None:
    a_public_article("Führungszeugnis")
    assert [s.text for s in suggestions.suggest("fuehr", "de")] == ["Führungszeugnis"]


def test_the_page_and_its_kept_parts_survive_an_empty_cache(client: Client) -> None:
    a_public_article("Reisepass")
    for memory in caches.all():
        memory.clear()
    results(client, "Reisepass")


def test_offices_are_named_and_shown_before_anybody_has_described_the_city(client: Client) -> None:
    City.objects.all().delete()
    for name in ("Rathaus", "Bürgerhaus"):
        service = a_service()
        service.offices.add(an_office(name=name))
        a_public_article(f"Ausweis {name}", article={"service": service.pk})
    html = results(client, "Ausweis")
    assert "<span>Rathaus</span>" in html
    assert "<span>Bürgerhaus</span>" in html


def test_where_nothing_is_surely_meant_the_page_says_so_and_shows_the_other_ways(client: Client) -> None:
    for number in range(4):
        a_public_article(f"Seite {number}", procedure="Hier wird alles Mögliche über das Spielen gesagt.")
    a_public_article("Spielplatz reservieren", summary="Einen Spielplatz reservieren Sie im Rathaus.")
    unsure = results(client, "Klavier spielen lernen in den Ferien")
    assert "Wir haben keine Seite gefunden" in unsure
    assert unsure.index("09999 1234") < unsure.index("Seiten, die Wörter Ihrer Suche enthalten")
    assert "09999 1234" in unsure
    sure = results(client, "Spielplatz reservieren")
    assert "Wir haben keine Seite gefunden" not in sure
    assert "Wörter Ihrer Suche" not in sure
