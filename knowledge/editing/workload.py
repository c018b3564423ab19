"""The numbers of the knowledge base on a clerk's dashboard."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.editing import rights, searches
from knowledge.models import Article
from portal.models import User
from portal.registries import OfficeCount


def _overdue(user: User) -> int:
    return rights.visible(user).filter(live=True, review_due__lt=timezone.localdate()).count()


def _in_review(user: User) -> int:
    return rights.visible(user).filter(state=Article.State.REVIEW).count()


def _without_answer(user: User) -> int:
    return len(searches.unanswered())


COUNTS = (
    OfficeCount(
        _("Articles to be reviewed"),
        rights.STEER,
        _overdue,
        lambda user: reverse("knowledge_office:report", args=["pruefung"]),
        order=50,
    ),
    OfficeCount(
        _("Articles waiting for approval"),
        rights.PUBLISH,
        _in_review,
        lambda user: reverse("knowledge_office:articles") + "?zustand=review",
        order=51,
    ),
    OfficeCount(
        _("Questions without answer"),
        rights.STEER,
        _without_answer,
        lambda user: reverse("knowledge_office:report", args=["nichts"]),
        order=52,
    ),
)
