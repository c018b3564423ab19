"""Words that were typed when the session had ended are kept for the person who typed them, and shown to nobody else.

Who typed them? The session cannot say any more. But each signing in draws a new CSRF secret, and every form carries the one
of its page: a signed cookie of the back office says whose secrets they are. A form of somebody who was there before is
nobody's, and not kept.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware import csrf
from django.utils.crypto import salted_hmac

from portal import audit, registries
from portal.models import UnsentWords, User

COOKIE, OFFICE = "amt_person", "/amt/"
KEPT = timedelta(days=1)
MOST_KEPT = 20  # of one person
_LONGEST = 1_000_000  # letters
_SALT, _MOST_SECRETS = "portal.staff.unsent", 8
_TOKEN = re.compile("[A-Za-z0-9]{32}|[A-Za-z0-9]{64}")
_NOT_WORDS = {"csrfmiddlewaretoken", "unsent"}


def remember_person(request: HttpRequest, response: HttpResponse) -> None:
    """Note in the browser whose forms carry this secret."""
    secret = request.META.get("CSRF_COOKIE")
    if not secret or not request.user.is_authenticated:
        return
    known, mark = _known(request), _mark(_plain(secret))
    mine = known["secrets"] if known.get("who") == request.user.pk else []
    if mark in mine:
        return
    value = signing.dumps({"who": request.user.pk, "secrets": [*mine, mark][-_MOST_SECRETS:]}, salt=_SALT)
    response.set_cookie(COOKIE, value, path=OFFICE, httponly=True, samesite="Lax", secure=request.is_secure())


def author(request: HttpRequest) -> User | None:
    """The person on whose page this form stood."""
    token = request.POST.get("csrfmiddlewaretoken") or request.headers.get("X-CSRFToken", "")
    known = _known(request)
    if not _TOKEN.fullmatch(token) or _mark(_plain(token)) not in known.get("secrets", []):
        return None
    return User.objects.filter(pk=known["who"], is_active=True, is_staff=True).first()


@transaction.atomic
def keep(request: HttpRequest, person: User) -> UnsentWords | None:
    """Keep what this form holds; None if nothing was typed, or more than a form can mean, or passwords."""
    fields: dict[str, list[str]] = {
        name: [str(value) for value in found]
        for name, found in request.POST.lists()
        if name not in _NOT_WORDS
    }
    values = [value for found in fields.values() for value in found]
    if any("password" in name for name in fields) or any("\0" in value for value in values):
        return None
    if not any(value.strip() for value in values) or sum(map(len, values)) > _LONGEST:
        return None
    kept = UnsentWords.objects.create(
        author=person,
        path=request.path[:500],
        page=_page(request),
        fields=fields,
        had_files=bool(request.FILES),
    )
    older = UnsentWords.objects.filter(author=person).order_by("-created_at").values("pk")[MOST_KEPT:]
    UnsentWords.objects.filter(pk__in=list(older.values_list("pk", flat=True))).delete()
    audit.record(verb="kept_unsent", subject=kept, actor=person)
    return kept


def of(person: Any, key: str) -> UnsentWords | None:
    """These words, if they are this person's."""
    try:
        return UnsentWords.objects.filter(author=person.pk, pk=UUID(key)).first()
    except ValueError:
        return None


def as_sent(request: HttpRequest) -> QueryDict:
    """The form that this page shows again, for pages that need more of it than its fields; empty if there is none."""
    kept = of(request.user, request.GET.get("unsent", ""))
    if kept is None or kept.path != request.path:
        return QueryDict()
    return QueryDict(urlencode(kept.fields, doseq=True))


@transaction.atomic
def drop(*, person: Any, key: str) -> None:
    """They were sent after all, or are not wanted any more."""
    kept = of(person, key)
    if kept is not None:
        audit.record(verb="unsent_settled", subject=kept, actor=person)
        kept.delete()


def forget(now: datetime) -> int:
    """What nobody came back for within a day."""
    return UnsentWords.objects.filter(created_at__lt=now - KEPT).delete()[0]


def register() -> None:
    registries.retention_rules.add(registries.RetentionRule("unsent words", forget))


def _page(request: HttpRequest) -> str:
    """Where the form stood: a page of this back office, or the form's own address."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host() or not came.path.startswith(OFFICE):
        return request.path[:500]
    query = "&".join(part for part in came.query.split("&") if part and not part.startswith("unsent="))
    page = f"{came.path}?{query}" if query else came.path
    return page if len(page) <= 2000 else came.path[:500]


def _known(request: HttpRequest) -> Mapping[str, Any]:
    try:
        known: Mapping[str, Any] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KEPT * 7
        )
    except signing.BadSignature:
        return {}
    return known


def _plain(token: str) -> str:
    """The page's secret; the token of a form is the secret in disguise."""
    if len(token) != csrf.CSRF_TOKEN_LENGTH:
        return token
    return str(csrf._unmask_cipher_token(token))  # type: ignore[attr-defined]  # unknown to the stubs


def _mark(secret: str) -> str:
    return salted_hmac(_SALT, secret).hexdigest()[:20]
