"""Ways in without an account: 128-bit tokens, of which only a keyed hash is stored."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from portal.models import CitizenLink

M = TypeVar("M", bound=Model)


class LinkUnknown(Exception):
    """No such token for this purpose, or it was revoked."""


class LinkExpired(Exception):
    """The token was good once; its time is over."""


def issue(*, subject: Model, purpose: str, expires: datetime | None = None) -> str:
    """A new token (22 URL-safe characters) that leads to `subject`. Earlier ones stay good."""
    token = secrets.token_urlsafe(16)
    CitizenLink.objects.create(
        token_hash=_keyed_hash(token),
        purpose=purpose,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        expires_at=expires,
    )
    return token


def resolve(token: str, *, purpose: str, model: type[M]) -> M:
    """The row that `token` leads to. Raises LinkUnknown or LinkExpired."""
    link = CitizenLink.objects.filter(
        token_hash=_keyed_hash(token),
        purpose=purpose,
        subject_type=model._meta.label_lower,
        revoked_at__isnull=True,
    ).first()
    subject = model._default_manager.filter(pk=link.subject_id).first() if link else None
    if link is None or subject is None:
        raise LinkUnknown
    if link.expires_at is not None and link.expires_at <= timezone.now():
        raise LinkExpired
    return subject


def revoke(subject: Model, purpose: str) -> None:
    """Close every way to `subject` that was issued for `purpose`."""
    CitizenLink.objects.filter(
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        purpose=purpose,
        revoked_at__isnull=True,
    ).update(revoked_at=timezone.now())


def forget(model: type[Model], keys: Iterable[int]) -> None:
    """Close every way to these rows for good: whoever finds an old mail finds nothing more."""
    ids = [str(key) for key in keys]
    CitizenLink.objects.filter(subject_type=model._meta.label_lower, subject_id__in=ids).delete()


def absolute(path: str) -> str:
    """`path` under the portal's public address, for mails and calendar files."""
    return f"{settings.PUBLIC_URL}{path}"


def in_language(path: str, language: str) -> str:
    """The `path` of a public page in the city's own language as it is in another one."""
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def page(route: str, *args: Any, language: str) -> str:
    """The absolute address of a page in the language of whoever gets it; in the city's own where `language` is none of ours."""
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        return absolute(reverse(route, args=args))


def _keyed_hash(token: str) -> str:
    return salted_hmac("portal.links", token, algorithm="sha256").hexdigest()
