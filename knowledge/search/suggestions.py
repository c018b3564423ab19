"""What the search field proposes while one types: titles, synonyms, example questions, searches that helped others."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from knowledge.models import BlockedSuggestion, KnowledgeSettings
from portal.masking import normalised

MOST = 8
SHORTEST, LONGEST = 2, 80
CLICKS_WANTED = 5

# Every source gives: text, rank of the source, kind. `start` matches the beginning, `word` the beginning of a word.
SQL = """
WITH public AS (
  SELECT t.article_id, t.title, t.synonyms FROM knowledge_articletext t
  JOIN knowledge_article a ON a.id = t.article_id
  WHERE t.language = %(language)s AND NOT t.plain AND a.live
    AND (a.valid_from IS NULL OR a.valid_from <= current_date)
    AND (a.valid_until IS NULL OR a.valid_until >= current_date)
), found AS (
  SELECT title AS text, 1 AS source FROM public WHERE title ILIKE ANY(%(start)s)
  UNION ALL SELECT title, 2 FROM public WHERE title ILIKE ANY(%(word)s)
  UNION ALL SELECT synonym, 3 FROM public, unnest(synonyms) synonym WHERE synonym ILIKE ANY(%(start)s)
  UNION ALL SELECT q.text, 4 FROM knowledge_examplequestion q JOIN public USING (article_id)
    WHERE q.language = %(language)s AND q.source = 'editor' AND (q.text ILIKE ANY(%(start)s) OR q.text ILIKE ANY(%(word)s))
  {past}
)
SELECT min(text) FROM found GROUP BY lower(text) ORDER BY min(source), length(min(text)), min(text) LIMIT %(limit)s
"""
PAST = """
  UNION ALL SELECT e.query, 5 FROM knowledge_searchevent e
    WHERE e.kind = 'click' AND e.language = %(language)s AND e.query ILIKE ANY(%(start)s) AND e.query NOT LIKE '%%[%%'
    GROUP BY e.query HAVING count(*) >= %(clicks)s
"""


@dataclass(frozen=True)
class Suggestion:
    """`head` is what was typed, `tail` what completes it (both empty of markup)."""

    text: str
    head: str
    tail: str


def suggest(typed: str, language: str, *, limit: int = MOST) -> list[Suggestion]:
    """Up to `limit` completions of `typed`, never one that contains a blocked phrase."""
    text = normalised(typed)
    if not SHORTEST <= len(text) <= LONGEST:
        return []
    patterns = [_escaped(spelling) for spelling in _spellings(text)]
    values: dict[str, str | int | list[str]] = {
        "language": language,
        "start": [f"{pattern}%" for pattern in patterns],
        "word": [f"%{before}{pattern}%" for pattern in patterns for before in (" ", "-")],
        "clicks": CLICKS_WANTED,
        "limit": limit * 3,
    }
    past = PAST if KnowledgeSettings.current().suggest_past_queries else ""
    with connection.cursor() as cursor:
        cursor.execute(SQL.replace("{past}", past), values)
        found = [row[0] for row in cursor.fetchall()]
    blocked = [normalised(phrase) for phrase in BlockedSuggestion.objects.values_list("phrase", flat=True)]
    allowed = [text for text in found if not any(phrase in text.casefold() for phrase in blocked)]
    return [_suggestion(found_text, text) for found_text in allowed[:limit]]


def _spellings(text: str) -> list[str]:
    """As typed, and with ae/oe/ue/ss read as ä/ö/ü/ß."""
    folded = text
    for pair, letter in (("ae", "ä"), ("oe", "ö"), ("ue", "ü"), ("ss", "ß")):
        folded = folded.replace(pair, letter)
    return list(dict.fromkeys([text, folded]))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _suggestion(text: str, typed: str) -> Suggestion:
    matches = text.casefold().startswith(typed) and len(text.casefold()) == len(text)
    return Suggestion(text, text[: len(typed)] if matches else "", text[len(typed) :] if matches else text)
