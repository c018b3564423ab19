"""Two things that we do otherwise than allauth with the codes of staff, on as many hosts as there are."""

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.db import transaction


def seen_is_not_noted(codes: RecoveryCodes) -> None:
    """Recovery codes may be looked at again, so nobody asks who has seen them: a page that only shows them writes nothing."""


def opens_once(totp: TOTP, code: str) -> bool:
    """A code that was right opens once. allauth remembers it in the memory of one process; the row is seen by all of them."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=totp.instance.pk)
        secret = decrypt(row.data["secret"])
        moments = [
            moment
            for moment in yield_hotp_counters_from_time()
            if format_hotp_value(hotp_value(secret, moment)) == normalize_user_code(code)
        ]
        if not moments or moments[-1] <= row.data.get("opened_at", 0):
            return False
        row.data["opened_at"] = moments[-1]
        row.save(update_fields=["data"])
    return True


def install() -> None:
    RecoveryCodes.mark_as_viewed = seen_is_not_noted
    TOTP._mark_code_used = opens_once
