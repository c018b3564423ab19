"""What the search remembers, and of whom."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from knowledge.models import SearchEvent
from knowledge.search import searched
from portal import masking
from tests.builders import the_city

pytestmark = pytest.mark.django_db


def test_the_search_log_knows_no_person(client: Client) -> None:
    the_city()
    client.get(
        "/suche/",
        {"q": "Bescheid von max.muster@example.org Tel. 0171 2345678 IBAN DE89 3704 0044 0532 0130 00"},
    )
    (event,) = SearchEvent.objects.all()
    for secret in ("max", "0171", "2345678", "3704", "de89"):
        assert secret not in event.query
    assert event.day == timezone.localdate()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Perso ab 16 Jahren", "perso ab 16 jahren"),
        ("Frau Erika Muster hat Termin", "[name] hat termin"),
        ("geboren am 01.02.1980", "geboren am [date]"),
        ("Lindenstraße 12a Sperrmüll", "[address] sperrmüll"),
        ("M-AB 1234 falsch geparkt", "[plate] falsch geparkt"),
        ("§ 3 Abs. 2 Satzung 2024", "§ 3 abs. 2 satzung 2024"),
        ("Führerschein   Klasse B", "führerschein klasse b"),
    ],
)
def test_masking_takes_people_out_and_leaves_subjects(typed: str, kept: str) -> None:
    assert masking.masked(typed) == kept


def test_the_log_is_forgotten_after_ninety_days() -> None:
    searched.note_search("Pass", language="de", hits=1)
    SearchEvent.objects.update(day=timezone.localdate() - timedelta(days=91))
    assert searched.forget(timezone.now()) == 1
