"""Our search as a search engine that browsers can add (OpenSearch 1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal import links
from portal.models import City

NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
A_DAY = 86_400
MOST_LETTERS = 16


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    city = City.current()
    root = ElementTree.Element("OpenSearchDescription", xmlns=NAMESPACE)
    for name, text in (
        ("ShortName", _short(city.name)),
        ("Description", f"{city.name}: {city.tagline}" if city.tagline else city.name),
        ("InputEncoding", "UTF-8"),
        ("OutputEncoding", "UTF-8"),
    ):
        ElementTree.SubElement(root, name).text = text
    results = links.absolute(reverse("knowledge:search")) + "?q={searchTerms}"
    proposals = links.absolute(reverse("knowledge_machine:opensearch_suggest")) + "?q={searchTerms}"
    ElementTree.SubElement(root, "Url", type="text/html", method="get", template=results)
    ElementTree.SubElement(
        root, "Url", type="application/x-suggestions+json", method="get", template=proposals
    )
    ElementTree.SubElement(
        root, "Image", width="16", height="16", type="image/svg+xml"
    ).text = links.absolute("/static/img/icon.svg")
    xml = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    response = HttpResponse(xml, content_type="application/opensearchdescription+xml")
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


def _short(name: str) -> str:
    """As many whole words as the form allows; of a longer word its beginning."""
    if len(name) <= MOST_LETTERS:
        return name
    words = name[: MOST_LETTERS + 1].split(" ")[:-1]
    while words and words[-1].islower():
        words.pop()  # "Lindenau an der" ends in the air
    return " ".join(words) or name[:MOST_LETTERS]


def suggestions(typed: str, texts: Sequence[str]) -> JsonResponse:
    """The form that browsers expect: what was typed, then the proposals."""
    return JsonResponse([typed, list(texts)], safe=False, content_type="application/x-suggestions+json")
