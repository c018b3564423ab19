"""Where the knowledge base needs hands: each report is a list of rows, each row with what cures it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Avg, Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from knowledge.articles import link_checker, publishing
from knowledge.editing import desk, searches
from knowledge.models import Article, ArticleText, Feedback, LinkCheck

MOST_ROWS = 200
UNHELPFUL = 3.0
ANSWERS_WANTED = 2


@dataclass(frozen=True)
class Cure:
    """A button (`post` data for `address`) or, without data, a link."""

    label: Any
    address: str
    post: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Line:
    title: str
    url: str
    detail: str
    cures: tuple[Cure, ...]


@dataclass(frozen=True)
class Report:
    """`meaning` is the one sentence that says what the list is for."""

    name: str
    heading: Any
    meaning: Any
    lines: Callable[[], list[Line]]
    rated: bool = False
    """Comes from visitors' ratings, which there are as figures of a month, too."""

    @property
    def address(self) -> str:
        return reverse("knowledge_office:report", args=[self.name])


def _edit(pk: int, query: str = "") -> str:
    return reverse("knowledge_office:edit", args=[pk]) + query


def overdue_reviews() -> list[Line]:
    nobody = _("nobody")
    due = Article.objects.filter(live=True, review_due__lt=timezone.localdate()).select_related("owner")
    return [
        Line(
            row.title,
            _edit(row.pk),
            f"{date_format(row.review_due)} · {row.owner or nobody}" if row.review_due else "",
            (
                Cure(
                    _("All correct"),
                    reverse("knowledge_office:step", args=[row.pk]),
                    (("step", "confirm_review"),),
                ),
                Cure(_("Edit"), _edit(row.pk)),
            ),
        )
        for row in due.order_by("review_due", "pk")[:MOST_ROWS]
    ]


def missing_translations() -> list[Line]:
    wanted, names = desk.languages(), dict(settings.LANGUAGES)
    live = Article.objects.filter(live=True).annotate(
        known=ArrayAgg("texts__language", filter=Q(texts__plain=False), distinct=True, default=[])
    )
    every: Any = wanted  # the stubs take the array for one text
    rows = live.exclude(known__contains=every).order_by(
        F("service__wanted").desc(nulls_last=True), "title", "pk"
    )
    found = []
    for pk, title, known in rows.values_list("pk", "title", "known")[:MOST_ROWS]:
        lacking = [code for code in wanted if code not in known]
        cures = tuple(Cure(names[code], _edit(pk, f"?sprache={code}")) for code in lacking)
        found.append(Line(title, _edit(pk), ", ".join(names[code] for code in lacking), cures))
    return found


def missing_fields() -> list[Line]:
    texts = (
        ArticleText.objects.filter(
            article__live=True,
            article__kind=Article.Kind.SERVICE,
            plain=False,
            language=publishing.reference_language(),
        )
        .annotate(fees=Count("article__fees"))
        .filter(
            Q(summary="")
            | Q(documents=[])
            | Q(procedure="")
            | Q(processing_time="")
            | Q(fees=0, fees_note="")
        )
        .order_by(F("article__service__wanted").desc(nulls_last=True), "title", "pk")
    )
    found = []
    for text in texts.defer("html", "body")[:MOST_ROWS]:
        lacking = [
            name
            for name in ("summary", "documents", "procedure", "processing_time")
            if not getattr(text, name)
        ]
        lacking += ["fees"] if not text.fees and not text.fees_note else []  # type: ignore[attr-defined]  # counted by the query
        cures = tuple(Cure(desk.LABELS[name], _edit(text.article_id, f"#id_{name}")) for name in lacking[:3])
        found.append(
            Line(text.title, _edit(text.article_id), ", ".join(str(desk.LABELS[n]) for n in lacking), cures)
        )
    return found


def unhelpful() -> list[Line]:
    since = timezone.localdate() - timedelta(days=90)
    recent = Q(feedback__day__gte=since, feedback__settled=False)
    rated = Article.objects.annotate(
        number=Count("feedback", filter=recent), mean=Avg("feedback__rating", filter=recent)
    )
    rows: Any = rated.filter(number__gte=ANSWERS_WANTED, mean__lt=UNHELPFUL).order_by("mean", "pk")[
        :MOST_ROWS
    ]
    return [
        Line(
            row.title,
            _edit(row.pk),
            _("%(mean)s of 5 in %(number)s answers")
            % {"mean": number_format(row.mean, 1), "number": row.number},
            (
                Cure(_("Edit"), _edit(row.pk)),
                Cure(_("Dealt with"), reverse("knowledge_office:settle"), (("article", str(row.pk)),)),
            ),
        )
        for row in rows
    ]


def comments() -> list[Line]:
    rows = Feedback.objects.filter(settled=False).exclude(text="").select_related("article")
    return [
        Line(
            row.text[:400],
            _edit(row.article_id) if row.article_id else row.path,
            f"{date_format(row.day)} · {row.path} · {row.rating}/5",
            (Cure(_("Dealt with"), reverse("knowledge_office:settle"), (("feedback", str(row.pk)),)),),
        )
        for row in rows[:MOST_ROWS]
    ]


def _word_cures(query: str, language: str, report_name: str) -> tuple[Cure, ...]:
    about = {"q": query, "sprache": language, "bericht": report_name}
    address = reverse("knowledge_office:word") + "?" + urlencode(about)
    start = (("text", query), ("language", language))
    return (
        Cure(_("Add synonym"), f"{address}#synonym"),
        Cure(_("Attach to an article"), f"{address}#attach"),
        Cure(_("Start article"), reverse("knowledge_office:start"), start),
    )


def no_results() -> list[Line]:
    return [
        Line(
            row["query"],
            _results(row),
            _("searched %(number)s times, found nothing") % {"number": row["number"]},
            _word_cures(row["query"], row["language"], "nichts"),
        )
        for row in searches.unanswered()
    ]


def low_clicks() -> list[Line]:
    return [
        Line(
            row["query"],
            _results(row),
            _("%(clicked)s of %(searched)s searches led to an article") % row,
            _word_cures(row["query"], row["language"], "wenig"),
        )
        for row in searches.hardly_clicked()
    ]


def _results(row: dict[str, Any]) -> str:
    """The result page as the citizen saw it."""
    with override(row["language"] if row["language"] in dict(settings.LANGUAGES) else None):
        return reverse("knowledge:search") + "?" + urlencode({"q": row["query"]})


def broken_links() -> list[Line]:
    """Only those that stand on a public page today: a link that was mended leaves the list at once."""
    rows = (
        LinkCheck.objects.filter(broken_since__isnull=False, article__live=True)
        .select_related("article")
        .prefetch_related("article__texts")
        .order_by("broken_since", "pk")
    )
    return [
        Line(
            row.article.title,
            _edit(row.article_id),
            f"{row.url} · {row.status or row.error} · {date_format(row.broken_since)}"
            if row.broken_since
            else row.url,
            (Cure(_("Edit"), _edit(row.article_id, _field_of(row))),),
        )
        for row in rows[:MOST_ROWS]
        if row.url in link_checker.links_of(row.article, list(row.article.texts.all()))
    ]


def _field_of(row: LinkCheck) -> str:
    """Where the editor has the link, if it stands in a list of links and not in a text."""
    for name, links in (("links_list", row.article.links), ("forms_list", row.article.forms)):
        if any(link["url"] == row.url for link in links):
            return f"#id_{name}"
    return "#id_online_url" if row.article.online_url == row.url else ""


REPORTS = (
    Report(
        "pruefung",
        gettext_lazy("Review overdue"),
        gettext_lazy("Somebody should read these again: their review date has passed."),
        overdue_reviews,
    ),
    Report(
        "nichts",
        gettext_lazy("Nothing found"),
        gettext_lazy("People searched this and found nothing."),
        no_results,
    ),
    Report(
        "wenig",
        gettext_lazy("Rarely clicked"),
        gettext_lazy(
            "Found something, but hardly anybody opened it: the right article may be missing or badly named."
        ),
        low_clicks,
    ),
    Report(
        "felder",
        gettext_lazy("Missing fields"),
        gettext_lazy("Public services whose page lacks something people look for."),
        missing_fields,
    ),
    Report(
        "sprachen",
        gettext_lazy("Missing translations"),
        gettext_lazy("Public articles without a text in one of the city's languages."),
        missing_translations,
    ),
    Report(
        "unzufrieden",
        gettext_lazy("Not helpful"),
        gettext_lazy("Pages that visitors rated below 3 of 5 in the last 90 days."),
        unhelpful,
        rated=True,
    ),
    Report(
        "stimmen",
        gettext_lazy("Comments"),
        gettext_lazy("What visitors wrote about pages."),
        comments,
        rated=True,
    ),
    Report(
        "links",
        gettext_lazy("Broken links"),
        gettext_lazy("Addresses in articles that no longer answer."),
        broken_links,
    ),
)


def report(name: str) -> Report | None:
    return next((each for each in REPORTS if each.name == name), None)
