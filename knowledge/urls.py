"""Public pages of the knowledge base, at the root of the site."""

from django.urls import path

from knowledge import feedback_views, search_views, views

app_name = "knowledge"

urlpatterns = [
    path("leistungen/", views.services, name="services"),
    path("leistungen/<slug:slug>/", views.service, name="service"),
    path("leistungen/<slug:slug>/leichte-sprache/", views.service, {"plain": True}, name="service_plain"),
    path("wissen/<slug:slug>/", views.article, name="article"),
    path("wissen/<slug:slug>/leichte-sprache/", views.article, {"plain": True}, name="article_plain"),
    path("themen/", views.topics, name="topics"),
    path("themen/<slug:slug>/", views.topic, name="topic"),
    path("suche/", search_views.search, name="search"),
    path("suche/vorschlaege/", search_views.suggest, name="suggest"),
    path("feedback/", feedback_views.give, name="feedback"),
]
