"""`/api/v1`: services, offices, articles and search as JSON, described by `/api/v1/openapi.json`.

Only what is public; read only. Other rooms add their routers through `registries.api_routers`.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Query
from ninja.openapi.schema import OpenAPISchema

from knowledge.articles import retrieval
from knowledge.articles.publishing import reference_language
from knowledge.models import Article, ArticleText
from knowledge.outside import alternates, shapes
from knowledge.shown import listing
from portal import opening, registries
from portal.models import Office, Service

Language = Annotated[
    str, Query(pattern="^[a-z]{2}$", description="Two letters; texts fall back to the city's language.")
]
Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=100_000)]
NO_NUL = r"^[^\x00]*$"  # the database knows no such letter
Slug = Annotated[str, Path(max_length=120, pattern=NO_NUL)]

PROBLEMS = {
    400: "What was sent can't be read.",
    404: "There is nothing under this name.",
    422: "A parameter is wrong.",
}
PROBLEM = {
    "type": "object",
    "required": ["detail"],
    "properties": {"detail": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}]}},
}


class OpenApi(NinjaAPI):
    """Says of every path, those of other rooms too, how it refuses."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(*args, **kwargs)
        problem = {"content": {"application/json": {"schema": PROBLEM}}}
        for path in schema["paths"].values():
            for operation in path.values():
                for status, meaning in PROBLEMS.items():
                    operation["responses"][status] = {"description": meaning, **problem}
        return schema


api = OpenApi(
    title="Bürgerhaus",
    version="1",
    description="Services, offices, articles and search of the city. Read only, no key needed.",
    docs_url=None,
    urls_namespace="knowledge_machine:api",
)


@api.exception_handler(Http404)
def _unknown(request: HttpRequest, error: Http404) -> HttpResponse:
    return api.create_response(request, {"detail": "There is nothing here under this name."}, status=404)


@api.get("/services", response=shapes.ServicePage, tags=["services"])
def services(request: HttpRequest, language: Language = "de", limit: Limit = 50, offset: Offset = 0) -> Any:
    """The services the city offers, by name; each with its article, if one is published, and its offices."""
    found = _offered().order_by("name", "pk")
    rows = [shapes.service(row, language) for row in found[offset : offset + limit]]
    return {"count": found.count(), "items": rows}


@api.get("/services/{slug}", response=shapes.Service, tags=["services"])
def service(request: HttpRequest, slug: Slug, language: Language = "de") -> Any:
    found = _offered().filter(slug=slug).first()
    if found is None:
        raise Http404
    return shapes.service(found, language)


def _offered() -> Any:
    described = Article.objects.public().filter(kind=Article.Kind.SERVICE)
    return Service.objects.offered().prefetch_related("offices", Prefetch("articles", described))


@api.get("/offices", response=list[shapes.Office], tags=["offices"])
def offices(request: HttpRequest) -> Any:
    """Every office with its weekly hours and whether it is open now."""
    found = list(Office.objects.filter(active=True).prefetch_related("hours").order_by("name", "pk"))
    states = opening.states(found)
    return [shapes.office(row, states[row.pk]) for row in found]


@api.get("/articles", response=shapes.ArticlePage, tags=["articles"])
def articles(
    request: HttpRequest,
    language: Language = "de",
    topic: Annotated[str, Query(max_length=80, pattern=NO_NUL)] = "",
    kind: Annotated[str, Query(max_length=8, pattern=NO_NUL)] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Any:
    """Published texts in one language, newest first."""
    found = ArticleText.objects.public().filter(language=language, plain=False).select_related("article")
    if topic:
        found = found.filter(
            Q(article__topics__slug=topic) | Q(article__topics__parent__slug=topic)
        ).distinct()
    if kind:
        found = found.filter(article__kind=kind)
    rows = found.order_by("-article__changed_at", "pk")[offset : offset + limit]
    return {"count": found.count(), "items": [shapes.teaser(row) for row in rows]}


@api.get("/articles/{slug}", response=shapes.Article, tags=["articles"])
def article(request: HttpRequest, slug: Slug, language: Language = "de", plain: bool = False) -> Any:
    """One article with all its sections, as Markdown and as the sanitised HTML of its page."""
    texts = (
        ArticleText.objects.public()
        .filter(article__slug=slug)
        .select_related("article__service")
        .prefetch_related("article__fees", "article__topics", "article__questions")
        .best_first([language, reference_language()], plain=plain)
    )
    text = texts.first()
    if text is None:
        raise Http404
    return shapes.article(text)


@api.get("/search", response=shapes.Results, tags=["search"])
def search(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=400, pattern=NO_NUL, description="What a citizen would type.")],
    language: Language = "de",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    offset: Annotated[int, Query(ge=0, le=500)] = 0,
) -> Any:
    """Best matches first, with the passage that answers best."""
    found = retrieval.with_german(q, language=language, limit=limit, offset=offset)
    with alternates.spoken(language):
        rows = {row.article_id: row for row in listing.rows([int(hit.key) for hit in found.hits], language)}
    items = [shapes.result(rows[int(hit.key)], hit) for hit in found.hits if int(hit.key) in rows]
    return {"count": found.total, "corrected": found.corrected_query, "items": items}


def _add_other_rooms() -> None:
    for prefix, router in registries.api_routers:
        api.add_router(prefix, router)


_add_other_rooms()
