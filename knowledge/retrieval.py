"""Between articles and the posting index. PLACEHOLDER until the index lands (owner: language): replace the whole file.

`publishing` calls `index_article` and `remove_article` inside its transactions.
"""

from __future__ import annotations

from knowledge.models import Article


def index_article(article: Article) -> None:
    """Write all public texts of the article into the index."""


def remove_article(article: Article) -> None:
    """Take the article from the index."""
