"""A city whose only language is Czech, Polish or Bulgarian: what it hands over is read in its own words and money."""

import json
from decimal import Decimal

import pytest
from django.core.management import call_command

from appointments.models import BookableService, Pool
from knowledge.assistant import tongue
from knowledge.models import Article
from portal import masking, slugs
from portal.imports.article_html import part_of
from portal.imports.fee_text import read_fees
from portal.imports.weekly_hours import HoursNotUnderstood, parse_hours
from portal.look import alphabet
from portal.models import City, Department, User
from tests.portal.catalogue_files import a_raw_office, a_raw_service


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("cs", "Po, St 8–17 hod., Út 8.00 až 14.00", ["0 08-17", "1 08-14", "2 08-17"]),
        ("cs", "So 9-12", ["5 09-12"]),
        ("pl", "Pn-Śr 8:00 do 16:00, So 9-12", ["0 08-16", "1 08-16", "2 08-16", "5 09-12"]),
        ("hu", "H, Sze 8-16; P 8-12", ["0 08-16", "2 08-16", "4 08-12"]),
        ("bg", "Пн и ср 8:30 до 12:30 ч.", ["0 08-12", "2 08-12"]),
        (
            "cs",
            "Mo-Mi 8-12, Do 13-17",
            ["0 08-12", "1 08-12", "2 08-12", "3 13-17"],
        ),  # the manual's own example
        ("pl", "Mon 8am-4pm", ["0 08-16"]),
    ],
)
def test_hours_are_read_in_the_words_of_the_city(language, text, expected):
    assert [f"{h.weekday} {h.opens:%H}-{h.closes:%H}" for h in parse_hours(text, language)] == expected


def test_a_day_that_is_none_is_told_with_the_days_of_the_language():
    with pytest.raises(HoursNotUnderstood, match="Po, Út, St, Čt, Pá, So, Ne"):
        parse_hours("Xy 8-12", "cs")


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("Co s sebou", "documents"),
        ("Wymagane dokumenty", "documents"),
        ("Szükséges okmányok", "documents"),
        ("Необходими документи", "documents"),
        ("Lhůta pro vyřízení", "processing_time"),
        ("Czas załatwienia sprawy", "processing_time"),
        ("Ügyintézési határidő", "processing_time"),
        ("Срок за изпълнение", "processing_time"),
        ("Kdo může žádat", "requirements"),
        ("Podstawa prawna", "legal_basis"),
        ("Správní poplatky", "fees"),
        ("Jak złożyć wniosek", "procedure"),
        ("Termin", ""),  # an appointment in German
    ],
)
def test_headings_of_six_languages_open_their_part(heading, part):
    assert part_of(heading) == part


@pytest.mark.parametrize(
    ("currency", "html", "expected"),
    [
        ("CZK", "<ul><li>Do 15 let: 100,- Kč</li><li>Od 15 let: 1 200 Kč</li></ul>", [("100", "Do 15 let"), ("1200", "Od 15 let")]),
        ("CZK", "<p>Vydání je zdarma</p>", [("0", "Vydání je zdarma")]),
        ("CZK", "<p>od 500 Kč podle rozsahu</p>", [(None, "od 500 Kč podle rozsahu")]),
        ("PLN", "<p>Opłata skarbowa: 17,50 zł</p>", [("17.50", "Opłata skarbowa")]),
        ("PLN", "<p>30 zł lub 60 zł</p>", [(None, "30 zł lub 60 zł")]),
        ("HUF", "<p>Illeték: 3.000 Ft</p>", [("3000", "Illeték")]),
        ("EUR", "<p>Такса: 6.39 €</p>", [("6.39", "Такса")]),
        ("EUR", "<p>Такса: 12,50 лв.</p>", [(None, "Такса: 12,50 лв.")]),  # money of before 2026 is no euro
        ("CZK", "<p>Poplatek: 20 €</p>", [(None, "Poplatek: 20 €")]),
        ("CZK", "<p>Pokuta: 500-1000 Kč</p>", [(None, "Pokuta: 500-1000 Kč")]),
        ("EUR", "<p>Такса: 1 250,00 евро</p>", [(None, "Такса: 1 250,00 евро")]),  # or 250 in zone 1
    ],
)  # fmt: skip
def test_fees_are_read_in_the_money_of_the_city_and_no_other(currency, html, expected):
    assert [(fee.amount, fee.condition) for fee in read_fees(html, currency).fees] == [
        (Decimal(amount) if amount else None, condition) for amount, condition in expected
    ]


def test_names_stand_in_the_order_of_the_readers_alphabet():
    czech = ["Zeta", "Čas", "Cena", "Chata", "Hrad", "Ábel", "Auto", "Šek", "Sen"]
    assert sorted(czech, key=lambda name: alphabet.key(name, "cs")) == [
        "Ábel", "Auto", "Cena", "Čas", "Hrad", "Chata", "Sen", "Šek", "Zeta",
    ]  # fmt: skip
    assert sorted(["Żłobek", "Zameldowanie", "Łódź", "Las", "Lipa", "Ławka"], key=lambda n: alphabet.key(n, "pl")) == [
        "Las", "Lipa", "Ławka", "Łódź", "Zameldowanie", "Żłobek",
    ]  # fmt: skip
    assert [alphabet.initial(name, language) for name, language in
            [("Úřad", "cs"), ("Čas", "cs"), ("Änderung", "de"), ("Łódź", "pl"), ("Адрес", "bg"), ("", "de")]] == [
        "U", "Č", "A", "Ł", "А", "",
    ]  # fmt: skip


def test_addresses_of_pages_are_readable_whatever_the_letters():
    assert slugs.stem("Лична карта за чужденци", 60) == "lichna-karta-za-chuzhdentsi"
    assert slugs.stem("Opłata za żłobek", 60) == "oplata-za-zlobek"
    assert slugs.stem("Führerschein groß", 60) == "fuehrerschein-gross"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("jmenuji se Jana Nováková a chci pas", "jmenuji se"),
        ("bydlím ulice Tolstého 15", "ulice"),
        ("Nazywam się Anna Kowalska", "kowalska"),
        ("Pan Kowalski mieszka obok", "kowalski"),
        ("Name: Jana Beispiel", "beispiel"),
        ("mieszkam przy ul. Lipowa 5", "lipowa"),
        ("A nevem Kovács Anna", "kovács"),
        ("Kossuth Lajos utca 12.", "kossuth"),
        ("казвам се Иван Петров", "петров"),
        ("ул. Христо Ботев 5", "ботев"),
    ],
)
def test_names_and_streets_of_every_language_are_taken_out(typed, kept):
    said = masking.masked(typed)
    assert kept not in said
    assert "[name]" in said or "[address]" in said


@pytest.mark.django_db
def test_a_czech_catalogue_leaves_no_german_word(tmp_path, settings, capsys):
    settings.LANGUAGE_CODE = "cs"
    City.objects.create(pk=1, name="Jihlava", country="CZ", languages=["cs"]).remember()
    office = a_raw_office(
        organizationUnit="", services=[{"service": "100", "appointment": {"allowed": True}, "duration": 15}]
    )
    service = a_raw_service(
        name="Občanský průkaz",
        description="<p>K prokázání totožnosti.</p><h3>Co s sebou</h3><ul><li>rodný list</li></ul>",
        fees="<p>zdarma</p>",
    )
    (tmp_path / "services_cs.json").write_text(json.dumps({"data": [service]}), encoding="utf-8")
    (tmp_path / "locations_cs.json").write_text(json.dumps({"data": [office]}), encoding="utf-8")
    call_command("import_catalogue", tmp_path, hours="Po-Pá 8-12")
    (text,) = Article.objects.get().texts.all()
    assert (text.language, text.documents) == ("cs", ["rodný list"])
    assert BookableService.objects.get().fee == {"cs": "zdarma"}
    assert Pool.objects.get().name == "Přepážky"
    assert [department.name for department in Department.objects.all()] == ["Městský úřad"]
    City.objects.update(languages=["en", "cs"])  # counters that were made twice would be sold twice
    City.objects.get().remember()
    for file in list(tmp_path.iterdir()):
        file.rename(tmp_path / file.name.replace("_cs", "_de"))
    call_command("import_catalogue", tmp_path, hours="Mon-Fri 8-13")
    assert Pool.objects.get().name == "Přepážky"
    assert [department.name for department in Department.objects.all()] == ["Městský úřad"]


@pytest.mark.django_db
def test_the_citys_form_asks_for_languages_by_name_and_knows_the_countrys_calendar(settings, client):
    settings.LANGUAGE_CODE = "cs"
    client.force_login(User.objects.create_superuser("root", password="x" * 12))
    first = {
        "name": "Jihlava", "country": "CZ", "accent": "#a0172a", "map_latitude": "49.4", "map_longitude": "15.6", "map_zoom": "13",
        "assistant_name": "Karel", "languages": ["en", "pl"], "subdivision": "BW",
    }  # fmt: skip
    refused = client.post("/amt/portal/city/add/", first)
    assert list(refused.context["adminform"].form.errors) == ["subdivision"]
    assert client.post("/amt/portal/city/add/", first | {"subdivision": ""}).status_code == 302
    assert City.current().languages == ["cs", "en", "pl"]
    assert City.current().own_language == "cs"


def test_before_a_city_is_entered_it_is_one_of_the_language_that_was_installed(settings):
    settings.LANGUAGE_CODE = "bg"
    assert (City.before_set_up().country, City.before_set_up().own_language) == ("BG", "bg")
    assert City.before_set_up().name == "Нашият град"


@pytest.mark.django_db
def test_the_assistant_answers_only_in_languages_that_the_city_offers():
    City.objects.create(pk=1, name="Казанлък", country="BG", languages=["bg"]).remember()
    assert tongue.spoken("stěhuji se do města", "bg") == "bg"
    City.objects.filter(pk=1).update(languages=["bg", "cs"])
    City.objects.get().remember()
    assert tongue.spoken("stěhuji se do města", "bg") == "cs"
