"""A database that cannot carry the house is refused with one sentence."""

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError

from portal.running import obstacles

GOOD = {
    "version": 15,
    "encoding": "UTF8",
    "read_only": False,
    "may_make_tables": True,
    "may_make_extensions": True,
    "not_there": [],
    "not_made": ["pg_trgm"],
    "database": "city",
    "user": "amt",
}


@pytest.mark.django_db
def test_our_own_database_carries_the_house():
    assert obstacles.obstacle() == ""
    assert obstacles.check(None, databases=["default"]) == []


@pytest.mark.django_db
def test_a_database_that_takes_no_changes_is_refused():
    with obstacles.connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    assert "is read-only" in obstacles.check(None, databases=["default"])[0].msg


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"version": 14}, "This is PostgreSQL 14; the portal needs 15 or newer."),
        ({"encoding": "LATIN1"}, "The database city holds LATIN1 only: make it anew with createdb -E UTF8."),
        (
            {"not_there": ["btree_gist"]},
            "PostgreSQL lacks the extensions btree_gist: install its package postgresql-contrib.",
        ),
        (
            {"may_make_extensions": False},
            "amt may not make extensions in the database city: let its administrator run CREATE EXTENSION pg_trgm;",
        ),
        (
            {"may_make_tables": False},
            "amt may not make tables in the database city: let amt own it (createdb -O amt).",
        ),
    ],
)
def test_what_is_in_the_way_is_named(bad, sentence):
    assert obstacles.named(**GOOD) == ""
    assert obstacles.named(**{**GOOD, **bad}) == sentence


def test_extensions_that_are_there_need_no_right_to_make_them():
    assert obstacles.named(**{**GOOD, "may_make_extensions": False, "not_made": []}) == ""


def test_trouble_of_the_database_is_a_sentence_and_a_mistake_of_ours_is_none():
    not_migrated = ProgrammingError("relation does not exist")
    not_migrated.__cause__ = psycopg.errors.UndefinedTable()
    assert obstacles.sentence(OperationalError("gone\nhint")) == "The database does not answer: gone"
    assert "manage.py migrate" in obstacles.sentence(not_migrated)
    assert obstacles.sentence(ProgrammingError("syntax error")) == ""
