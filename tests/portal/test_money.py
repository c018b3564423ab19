"""Fees are written in the money of the city's country, as the reader's language writes figures."""

from decimal import Decimal

import pytest
from django.utils import translation

from portal.look import money
from tests.builders import the_city

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("country", "language", "amount", "written"),
    [
        ("DE", "de", "37.50", "37,50 €"),
        ("AT", "en", "37.50", "€37.50"),
        ("BG", "bg", "20", "20 €"),
        ("PL", "pl", "37.50", "37,50 zł"),
        ("CZ", "cs", "100", "100 Kč"),
        ("HU", "de", "1500", "1.500 Ft"),
        ("HU", "en", "1500", "HUF 1,500"),
        ("PL", "de", "0", "kostenlos"),
    ],
)
def test_a_fee_is_in_the_money_of_the_country_and_the_figures_of_the_language(
    country, language, amount, written
):
    the_city(country=country, subdivision="")
    with translation.override(language):
        assert money.written(Decimal(amount)).replace("\u00a0", " ") == written


@pytest.mark.parametrize(
    "sentence", ["Opłata wynosi 30 zł.", "Poplatek je 200 Kč", "Díja 1500 Ft", "Vydání je zdarma"]
)
def test_an_amount_is_seen_in_each_money(sentence):
    assert money.is_named(sentence)
