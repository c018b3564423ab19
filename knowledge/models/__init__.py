"""The tables of the knowledge base, in four rooms: topics, articles, what steers the search, what visitors tell."""

from knowledge.models.articles import Article, ArticleText, ArticleVersion, ExampleQuestion, Fee
from knowledge.models.settings import KnowledgeSettings
from knowledge.models.stamp import ContentStamp
from knowledge.models.steering import BlockedSuggestion, Pin, SearchEvent, Synonym
from knowledge.models.topics import Topic
from knowledge.models.visitors import Feedback, LinkCheck

__all__ = [
    "Article",
    "ArticleText",
    "ArticleVersion",
    "BlockedSuggestion",
    "ContentStamp",
    "ExampleQuestion",
    "Fee",
    "Feedback",
    "KnowledgeSettings",
    "LinkCheck",
    "Pin",
    "SearchEvent",
    "Synonym",
    "Topic",
]
