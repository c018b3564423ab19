"""Was this page helpful? The form, what is kept, the monthly figures."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from knowledge import feedback
from knowledge.models import Feedback
from tests.knowledge.builders import a_public_article

pytestmark = pytest.mark.django_db


def test_every_page_asks_and_the_answer_is_kept_without_a_person(client: Client) -> None:
    article = a_public_article("Reisepass")
    assert "/feedback/?note=5" in client.get("/leistungen/reisepass/").content.decode()
    answer = client.post(
        "/feedback/",
        {"rating": "4", "page": "/leistungen/reisepass/", "text": "Gut, aber 0171 2345678 fehlt"},
    )
    assert answer.status_code == 200
    (kept,) = Feedback.objects.all()
    assert (kept.article, kept.rating) == (article, 4)
    assert "0171" not in kept.text


def test_htmx_swaps_only_the_form(client: Client) -> None:
    answer = client.get("/feedback/?note=2&seite=/themen/", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b'value="2"' in answer.content
    assert b"checked" in answer.content


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"rating": "6", "page": "/"},
        {"rating": "5", "page": "https://evil.example"},
        {"rating": "5", "page": "//evil.example"},
        {"rating": "5", "page": "/", "text": "x" * 3000},
    ],
)
def test_nonsense_is_refused_with_the_form(client: Client, data: dict[str, str]) -> None:
    assert client.post("/feedback/", data).status_code == 422
    assert not Feedback.objects.exists()


def test_a_robot_that_fills_the_trap_is_thanked_and_forgotten(client: Client) -> None:
    client.post("/feedback/", {"rating": "1", "page": "/", "website": "https://spam.example"})
    assert not Feedback.objects.exists()


SECRET = "Zq3_vK8wXy-1mN0pRs7tUA"
DRAFT = "6f0c1a52-9d1e-4a83-8f0e-0d2b7f4c9a11"


@pytest.mark.parametrize(
    ("own_page", "kept"),
    [
        (f"/termine/mein/{SECRET}/", "/termine/mein/…/"),
        (f"/en/termine/reservierung/{SECRET}/pruefen/", "/en/termine/reservierung/…/pruefen/"),
        (f"/termine/warteliste/{SECRET}/", "/termine/warteliste/…/"),
        (f"/termine/warteliste/angebot/{SECRET}/", "/termine/warteliste/angebot/…/"),
        (f"/pl/anliegen/mein/{SECRET}/gesendet/", "/pl/anliegen/mein/…/gesendet/"),
        (f"/anliegen/mein/{SECRET}/withdraw/", "/anliegen/mein/…/withdraw/"),
        (f"/anliegen/folgen/{SECRET}/", "/anliegen/folgen/…/"),
        (f"/anliegen/melden/{DRAFT}/ort/", "/anliegen/melden/…/ort/"),
        (f"/halle/terminal/{SECRET}/", "/halle/terminal/…/"),
        ("/leistungen/reisepass/?q=Anna", "/leistungen/reisepass/"),
    ],
)
def test_what_opens_a_citizens_own_page_is_not_kept(client: Client, own_page: str, kept: str) -> None:
    assert f'value="{kept}"' in client.get("/feedback/", {"seite": own_page}).content.decode()
    thanks = client.post("/feedback/", {"rating": "2", "page": own_page}).content.decode()
    assert Feedback.objects.get().path == kept
    assert f'href="{own_page}"' not in thanks


def test_a_citizens_own_page_does_not_hand_its_secret_to_the_feedback_form(client: Client) -> None:
    page = client.get(f"/termine/mein/{SECRET}/").content.decode()
    assert "seite=/termine/mein/%E2%80%A6/" in page
    assert f"seite=/termine/mein/{SECRET}" not in page


def test_the_month_as_csv_has_figures_and_no_free_text() -> None:
    for rating in (1, 5, 5):
        feedback.give(path="/themen/", language="de", rating=rating, text="geheim")
    out = io.StringIO()
    call_command("feedback_month", f"{timezone.localdate():%Y-%m}", stdout=out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue().removeprefix("\ufeff")), delimiter=";")
    assert (row["answers"], row["mean"], row["rated_1"], row["rated_5"]) == ("3", "3,67", "1", "2")
    assert "geheim" not in out.getvalue()


def test_the_command_refuses_a_month_that_is_none() -> None:
    with pytest.raises(CommandError):
        call_command("feedback_month", "Nächster")
    call_command("feedback_month", "2026-11", stdout=io.StringIO())


def test_free_text_goes_after_a_year() -> None:
    kept = feedback.give(path="/", language="de", rating=3, text="lang her")
    Feedback.objects.update(day=timezone.localdate() - timedelta(days=400))
    feedback.forget(timezone.now())
    kept.refresh_from_db()
    assert kept.text == ""
