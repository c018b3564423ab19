"""Routes for machines; they carry no language."""

from django.urls import path
from django.views.decorators.http import condition

from knowledge.outside import atom, cpsv, opensearch, robots, sitemap
from knowledge.shown import doors
from knowledge.views import search
from portal.gate import routes
from portal.pages import known_by_content

app_name = "knowledge_machine"
stamped = condition(etag_func=doors.etag)  # what is written as it is read is named by what it is made of

urlpatterns = [
    path("opensearch.xml", known_by_content(opensearch.description), name="opensearch"),
    path("opensearch/vorschlaege/", search.opensearch_suggest, name="opensearch_suggest"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<int:number>.xml", stamped(sitemap.part), name="sitemap_part"),
    path("robots.txt", robots.robots, name="robots"),
    path("aenderungen.atom", known_by_content(atom.Changes()), name="changes"),
    path("daten/leistungen.jsonld", stamped(cpsv.export), name="cpsv"),
    routes.include_late("api/v1/", "knowledge.outside.api_urls", app_name="ninja", namespace="api"),
]
