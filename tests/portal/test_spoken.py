"""Dates, times and languages as people meet them."""

from datetime import UTC, date, datetime, time

import pytest
from django.utils.translation import override

from portal.look import spoken
from portal.look.context import language_links
from portal.templatetags.languages import lang_of, reference_lang

MOMENT = datetime(2026, 12, 3, 9, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Do, 3. Dezember, 9:20 Uhr"),
        ("en", "Thu 3 December, 9:20 am"),
        ("pl", "czw, 3 grudnia, 9:20"),
        ("cs", "čtvrtek 3. prosince v 9.20"),
        ("hu", "dec. 3., csütörtök, 9:20"),
        ("bg", "чет, 3 декември, 9:20 ч."),
    ],
)
def test_a_moment_is_said_as_each_language_says_it(language: str, said: str):
    with override(language):
        assert spoken.moment(MOMENT) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (2, "morgen, 9:20 Uhr"),
        (3, "heute, 9:20 Uhr"),
        (4, "Do, 3. Dezember, 9:20 Uhr"),
        (1, "Do, 3. Dezember, 9:20 Uhr"),
    ],
)
def test_today_and_tomorrow_are_called_so(day: int, said: str):
    with override("de"):
        assert spoken.near_moment(MOMENT, date(2026, 12, day)) == said


def test_the_day_of_a_notice_is_today_on_that_day_only():
    with override("de"):
        said = [spoken.near_day(MOMENT.date(), date(2026, 12, day)) for day in (3, 4)]
    assert said == ["heute", "3. Dezember 2026"]


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "8:00–12:00 Uhr"), ("en", "8:00 am–12:00 pm"), ("cs", "8.00–12.00"), ("bg", "8:00–12:00 ч.")],
)
def test_opening_hours_say_the_word_for_the_clock_once(language: str, said: str):
    with override(language):
        assert spoken.span(time(8), time(12)) == said


def test_the_whole_date_names_the_year_where_the_language_puts_it():
    with override("hu"):
        assert spoken.full_day(MOMENT) == "2026. december 3., csütörtök"
    with override("pl"):
        assert spoken.plain_day(MOMENT) == "3 grudnia 2026"


@pytest.mark.django_db
def test_the_language_switch_keeps_the_page_and_what_was_asked():
    links = {link["code"]: link["path"] for link in language_links("/suche/", "q=Pass+abholen&page=2")}
    assert links["en"] == "/en/suche/?q=Pass+abholen&page=2"
    assert links["de"] == "/suche/?q=Pass+abholen&page=2"


def test_what_is_shown_in_the_reference_language_says_so_and_only_then():
    named = type("Named", (), {"names": {"en": "Passport"}})()
    with override("en"):
        assert (lang_of(named), reference_lang()) == ("", ' lang="de"')
    with override("hu"):
        assert lang_of(named) == ' lang="de"'
    with override("de"):
        assert (lang_of(named), reference_lang()) == ("", "")
