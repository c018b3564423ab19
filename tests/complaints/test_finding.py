"""Words among many cases: the rare and the frequent ones are found the same way for the person who types them."""

import pytest
from django.contrib.postgres.search import SearchVector

from complaints.models import Case
from complaints.public import finding
from tests.complaints.builders import a_case, a_category

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rare", [0, 500])
def test_both_ways_of_looking_find_the_same(monkeypatch, rare):
    monkeypatch.setattr(finding, "RARE", rare)
    category, words = a_category(), SearchVector("text", "address", config="simple")
    lamp = a_case(category=category, text="Die Laterne flackert")
    a_case(category=category, text="Die Bank ist kaputt")
    assert list(finding.with_words(Case.objects.open(), "laterne flackert", words)) == [lamp]
    assert not finding.with_words(Case.objects.closed(), "laterne", words).exists()
