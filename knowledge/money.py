"""Fees in words: "37,50 €", "kostenlos", "26 € bis 60 €"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

_MONEY = re.compile(
    r"\d\s*(?:€|euro|eur\b|cent)|(?:€|eur)\s*\d|kostenlos|kostenfrei|gebührenfrei|free of charge",
    re.IGNORECASE,
)


def is_named(text: str) -> bool:
    """Whether a sentence names an amount or says that it costs nothing."""
    return bool(_MONEY.search(text))


def euros(amount: Decimal) -> str:
    """Whole euros without cents, as people write them."""
    if amount == 0:
        return _("free of charge")
    return f"{number_format(amount, 0 if amount == amount.to_integral_value() else 2, force_grouping=True)}\u00a0€"


def span(amounts: Iterable[Decimal | None]) -> str:
    """The fee of a service in one phrase; "" when no amount is known."""
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return ""
    lowest, highest = min(known), max(known)
    if lowest == highest:
        return euros(lowest)
    return _("%(lowest)s to %(highest)s") % {"lowest": euros(lowest), "highest": euros(highest)}
