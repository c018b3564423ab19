"""Looking for words among hundreds of thousands of cases, newest or most urgent first, whether the words are rare or not."""

from typing import TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

from complaints.models import Case

Cases = TypeVar("Cases", bound=QuerySet[Case])

RARE = 2000  # asking for so many costs a few milliseconds; walking to the first twenty of a word that is no more frequent, fifty


def with_words(found: Cases, typed: str, words: SearchVector) -> Cases:
    """Those of `found` that hold all words of `typed` among `words`.

    PostgreSQL guesses badly how many rows hold a word, and walks all of them in order to find the few of a rare one. So the
    rare ones are asked for first, from the index of words; of a frequent word the walk meets enough soon.
    """
    matching = found.alias(words=words).filter(words=SearchQuery(typed, config="simple"))
    few = list(matching.order_by().values_list("pk", flat=True)[: RARE + 1])
    return found.filter(pk__in=few) if len(few) <= RARE else matching
