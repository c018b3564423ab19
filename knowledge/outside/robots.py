"""robots.txt: everything public may be read; results, links of citizens and the back office may not."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal import links

CLOSED = ("/amt/", "/suche/", "/feedback/", "/termine/mein/", "/opensearch/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines.append(f"Sitemap: {links.absolute(reverse('knowledge_machine:sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
