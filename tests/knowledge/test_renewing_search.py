"""After an update that reads words otherwise the search index is made anew."""

import pytest
from django.core.management import call_command

from knowledge import jobs
from knowledge.articles import retrieval
from knowledge.models import ContentStamp
from portal.language.models import Shelf
from tests.knowledge.builders import a_public_article

OLD = "rules of another version"


def found(query: str) -> list[str]:
    return [hit.title for hit in retrieval.search(query, stamp=ContentStamp.current()).hits]


@pytest.mark.django_db
def test_an_index_of_these_rules_is_left_as_it_is(capsys):
    a_public_article("Hundesteuer")
    call_command("renew_search")
    assert "up to date" in capsys.readouterr().out
    call_command("renew_search", "--always")
    assert "1 texts" in capsys.readouterr().out
    assert found("Hund") == ["Hundesteuer"]


@pytest.mark.django_db(transaction=True)
def test_the_worker_has_an_outdated_index_made_anew_and_what_was_remembered_of_it_is_forgotten(
    database_url, monkeypatch
):
    a_public_article("Hundesteuer")
    assert found("Hund") == ["Hundesteuer"]
    Shelf.objects.update(rules=OLD)
    assert retrieval.is_outdated()
    monkeypatch.setenv("DATABASE_URL", database_url)
    jobs.renew_index(0)
    assert not retrieval.is_outdated()
    assert found("Hund") == ["Hundesteuer"]
