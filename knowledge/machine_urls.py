"""Routes for machines; they carry no language."""

from django.urls import path

from knowledge import search_views
from knowledge.outside import atom, cpsv, opensearch, robots, sitemap
from portal import routes

app_name = "knowledge_machine"

urlpatterns = [
    path("opensearch.xml", opensearch.description, name="opensearch"),
    path("opensearch/vorschlaege/", search_views.opensearch_suggest, name="opensearch_suggest"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap.part, name="sitemap_part"),
    path("robots.txt", robots.robots, name="robots"),
    path("aenderungen.atom", atom.Changes(), name="changes"),
    path("daten/leistungen.jsonld", cpsv.export, name="cpsv"),
    routes.include_late("api/v1/", "knowledge.outside.api_urls", app_name="ninja", namespace="api"),
]
