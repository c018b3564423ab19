"""Fees in words, in the money of the city's country, the same on every page and in every mail.

"37,50 €", "kostenlos", "26 € bis 60 €", in English "€37.50"; in Leszno "37,50 zł", in English "PLN 37.50".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.models import City, Country

_MONEY = re.compile(
    r"\d\s*(?:€|euro|eur\b|cent|zł|pln\b|kč|czk\b|korun|ft\b|huf\b|forint)|(?:€|eur|pln|czk|huf)\s*\d"
    r"|kostenlos|kostenfrei|gebührenfrei|free of charge|bezpłatn|zdarma|ingyenes|díjmentes|безплатн",
    re.IGNORECASE,
)

_CURRENCIES = {Country.CZ: "CZK", Country.HU: "HUF", Country.PL: "PLN"}  # Bulgaria pays in euros since 2026
_SIGNS = {"CZK": "Kč", "EUR": "€", "HUF": "Ft", "PLN": "zł"}


def currency() -> str:
    """What the city's fees are paid in, as ISO 4217 writes it."""
    return _CURRENCIES.get(Country(City.current().country), "EUR")


def is_named(text: str) -> bool:
    """Whether a sentence names an amount or says that it costs nothing."""
    return bool(_MONEY.search(text))


def written(amount: Decimal) -> str:
    """An amount as people write it in the active language."""
    if amount == 0:
        return _("free of charge")
    code = currency()
    if not (get_language() or "").startswith("en"):
        return f"{figure(amount)}\u00a0{_SIGNS[code]}"
    return f"€{figure(amount)}" if code == "EUR" else f"{code}\u00a0{figure(amount)}"


def figure(amount: Decimal) -> str:
    """The amount without its money; whole amounts without cents."""
    return number_format(amount, 0 if amount == amount.to_integral_value() else 2, force_grouping=True)


def span(amounts: Iterable[Decimal | None]) -> str:
    """The fee of a service in one phrase; "" when no amount is known."""
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return ""
    lowest, highest = min(known), max(known)
    if lowest == highest:
        return written(lowest)
    return _("%(lowest)s to %(highest)s") % {"lowest": written(lowest), "highest": written(highest)}
