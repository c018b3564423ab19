"""Public pages of the knowledge base, at the root of the site."""

from django.urls import path

from knowledge.views import articles, feedback, search

app_name = "knowledge"

urlpatterns = [
    path("leistungen/", articles.services, name="services"),
    path("leistungen/<slug:slug>/", articles.service, name="service"),
    path("leistungen/<slug:slug>/leichte-sprache/", articles.service, {"plain": True}, name="service_plain"),
    path("wissen/<slug:slug>/", articles.article, name="article"),
    path("wissen/<slug:slug>/leichte-sprache/", articles.article, {"plain": True}, name="article_plain"),
    path("themen/", articles.topics, name="topics"),
    path("themen/<slug:slug>/", articles.topic, name="topic"),
    path("suche/", search.search, name="search"),
    path("suche/vorschlaege/", search.suggest, name="suggest"),
    path("feedback/", feedback.give, name="feedback"),
]
