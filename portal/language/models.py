"""The index: documents, quotable passages, terms, the words people may have meant, and the postings that join them.

Written by `index`, read by `search`; nobody else touches these tables. All of it can be rebuilt from the documents.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Left, Length, Right
from django.utils.translation import gettext_lazy as _


class Shelf(models.Model):
    """The documents of one collection in one language; its row is the lock for changing them."""

    collection = models.CharField(_("collection"), max_length=40)
    language = models.CharField(_("language"), max_length=8)
    count = models.PositiveIntegerField(_("documents"), default=0)
    length = models.FloatField(_("length of all documents"), default=0)
    rules = models.CharField(_("rules"), max_length=40, default="", db_default="")
    """The fingerprint of the word lists and weights that the shelf was made with (`data.fingerprint`)."""

    class Meta:
        verbose_name = _("shelf of the search index")
        verbose_name_plural = _("shelves of the search index")
        constraints = [
            models.UniqueConstraint(name="language_shelf_once", fields=["collection", "language"]),
        ]

    def __str__(self) -> str:
        return f"{self.collection}/{self.language}"


class Document(models.Model):
    """What can be found. `names` are the terms of title, synonyms and questions, word by word."""

    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=200)
    title = models.CharField(_("title"), max_length=400)
    tags = ArrayField(models.CharField(max_length=120), default=list)
    popularity = models.FloatField(_("popularity"), default=1.0)
    length = models.FloatField(_("length"))
    names = models.JSONField(_("names"), default=list)

    class Meta:
        verbose_name = _("document in the search index")
        verbose_name_plural = _("documents in the search index")
        constraints = [
            models.UniqueConstraint(name="language_document_key_once", fields=["shelf", "key"]),
        ]

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    """A few sentences that can be quoted, with the heading they stand under."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="+", db_index=False)
    position = models.PositiveIntegerField(_("position"))
    heading = models.CharField(_("heading"), max_length=300)
    anchor = models.CharField(_("anchor"), max_length=120)
    text = models.TextField(_("text"))
    terms = ArrayField(models.CharField(max_length=80), default=list)
    marks = ArrayField(models.TextField(), default=list, db_default=[])
    places = ArrayField(models.IntegerField(), default=list, db_default=[])
    """Where in the text each term of `marks` stands (`marking.places`), so that a search need not read the words again."""

    class Meta:
        verbose_name = _("passage in the search index")
        verbose_name_plural = _("passages in the search index")
        constraints = [
            models.UniqueConstraint(name="language_passage_position_once", fields=["document", "position"]),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Term(models.Model):
    """A stem and the number of documents that have it."""

    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="+", db_index=False)
    term = models.CharField(_("term"), max_length=80)
    df = models.IntegerField(_("documents"), default=0)

    class Meta:
        verbose_name = _("term of the search index")
        verbose_name_plural = _("terms of the search index")
        constraints = [
            models.UniqueConstraint(
                name="language_term_once", fields=["shelf", "term"], include=["id", "df"]
            ),
        ]

    def __str__(self) -> str:
        return self.term


class Word(models.Model):
    """A word as written (folded): what compounds are made of and what a mistyped word may have meant."""

    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="+", db_index=False)
    word = models.CharField(_("word"), max_length=80)
    term = models.ForeignKey(Term, models.CASCADE, related_name="+")
    sound = models.CharField(_("sound"), max_length=80, default="", db_default="")

    class Meta:
        verbose_name = _("word of the search index")
        verbose_name_plural = _("words of the search index")
        constraints = [
            models.UniqueConstraint(name="language_word_once", fields=["shelf", "word"]),
        ]
        indexes = [  # a mistyped word mostly keeps its beginning or its end, and about its length
            models.Index("shelf", Left("word", 3), Length("word"), name="language_word_beginning"),
            models.Index("shelf", Right("word", 3), Length("word"), name="language_word_end"),
            models.Index("shelf", "sound", name="language_word_sound"),
        ]

    def __str__(self) -> str:
        return self.word


class Posting(models.Model):
    """A term in a document: its share in the score before idf, strongest first in the index."""

    pk = models.CompositePrimaryKey("document_id", "term_id")
    document = models.ForeignKey(
        Document, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    term = models.ForeignKey(Term, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    impact = models.FloatField(_("impact"))

    class Meta:
        verbose_name = _("posting of the search index")
        verbose_name_plural = _("postings of the search index")
        indexes = [
            models.Index("term", models.F("impact").desc(), "document", name="language_posting_best_first"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.term_id}"
