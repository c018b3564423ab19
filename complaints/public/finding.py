"""Looking for words among hundreds of thousands of cases, newest or most urgent first, whether the words are rare or not."""

from typing import TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

from complaints.models import Case

Cases = TypeVar("Cases", bound=QuerySet[Case])

RARE = 500


def with_words(found: Cases, typed: str, *fields: str) -> Cases:
    """Those of `found` that hold all words of `typed` in one of these text fields.

    PostgreSQL guesses badly how many rows hold a word, and walks all of them in order to find the few of a rare one. So the
    rare ones are asked for first, from the index of words; of a frequent word the walk meets enough soon.
    """
    vector, query = SearchVector(*fields, config="simple"), SearchQuery(typed, config="simple")
    matching = found.annotate(words=vector).filter(words=query)
    few = list(matching.order_by().values_list("pk", flat=True)[: RARE + 1])
    return found.filter(pk__in=few) if len(few) <= RARE else matching
