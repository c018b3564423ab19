"""Two editors teach the search the same word at the same time."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections, transaction

from knowledge.articles import steering
from knowledge.models import ContentStamp, Synonym
from tests.builders import a_clerk

pytestmark = pytest.mark.django_db(transaction=True)


def meanwhile(editor):
    """What the second one got who pressed while the first one's change was not committed yet."""

    def second():
        try:
            return steering.add_synonym(language="de", term="Perso", variant="ID", actor=editor)
        except IntegrityError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            steering.add_synonym(language="de", term="Perso", variant="Ausweis", actor=editor)
            later = other.submit(second)
            time.sleep(0.3)
        return later.result(10)


def test_both_words_are_kept():
    meanwhile(a_clerk("editor"))
    assert Synonym.objects.get().variants == ["Ausweis", "ID"]


def test_without_taking_turns_the_second_would_fail(monkeypatch):
    monkeypatch.setattr(ContentStamp, "touch", lambda: None)
    assert isinstance(meanwhile(a_clerk("editor")), IntegrityError)
