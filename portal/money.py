"""Fees in words, the same on every page and in every mail: "37,50 €", "kostenlos", "26 € bis 60 €", in English "€37.50"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_MONEY = re.compile(
    r"\d\s*(?:€|euro|eur\b|cent)|(?:€|eur)\s*\d|kostenlos|kostenfrei|gebührenfrei|free of charge",
    re.IGNORECASE,
)


def is_named(text: str) -> bool:
    """Whether a sentence names an amount or says that it costs nothing."""
    return bool(_MONEY.search(text))


def euros(amount: Decimal) -> str:
    """Whole euros without cents, as people write them in the active language."""
    if amount == 0:
        return _("free of charge")
    figure = number_format(amount, 0 if amount == amount.to_integral_value() else 2, force_grouping=True)
    return f"€{figure}" if (get_language() or "").startswith("en") else f"{figure}\u00a0€"


def span(amounts: Iterable[Decimal | None]) -> str:
    """The fee of a service in one phrase; "" when no amount is known."""
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return ""
    lowest, highest = min(known), max(known)
    if lowest == highest:
        return euros(lowest)
    return _("%(lowest)s to %(highest)s") % {"lowest": euros(lowest), "highest": euros(highest)}
