"""Keys of the programs that may file reports. Only a hash is kept, so a key is shown once."""

import secrets
from hashlib import sha256

from django.db import transaction

from complaints.models import ApiKey
from portal import audit
from portal.models import User


@transaction.atomic
def issue(
    *, name: str, contact: str = "", answers_with_token: bool = False, actor: User | None = None
) -> tuple[ApiKey, str]:
    """A new key and its secret, which nobody can read again."""
    key = ApiKey(name=name, contact=contact, answers_with_token=answers_with_token)
    secret = draw(key)
    key.save()
    audit.record(verb="key_issued", subject=key, actor=actor)
    return key, secret


def draw(key: ApiKey) -> str:
    """Give `key` (not yet stored) a fresh secret and return it. 160 bits need no slow hash."""
    secret = secrets.token_urlsafe(20)
    key.hint, key.key_hash = secret[:4], hashed(secret)
    return secret


def find(secret: str) -> ApiKey | None:
    """The key in use with this secret."""
    return ApiKey.objects.filter(key_hash=hashed(secret), active=True).first() if secret else None


def hashed(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
