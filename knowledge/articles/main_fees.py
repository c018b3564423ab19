"""Which of a page's fees are the fee, and which come on top or are for a special case. Pure.

Conditions are written in the city's own language by the editors, as the fees themselves are entered once for all languages.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from portal.language.analysis import analyser
from portal.language.folding import bare, fold
from portal.look import money

Row = TypeVar("Row")

_ON_TOP = re.compile(
    r"aufpreis|zuschlag|zusätzlich|aufschlag|\bexpress|\beil|vorläufig|foto\b|passbild|mahn|säumnis|porto|versand|"
    r"\bweitere|ersatz|tausch|verlänger|ermäßig|\bkopie|abschrift|beglaubig|auskunft aus|bescheid über|bescheinigung über|"
    r"příplat|zrychlen|\bexpresn|náhradní|duplik|upomín|ověřen|poštovn|snížen|dopłat|przyspiesz|ekspres|wtórnik|odpis|\bulg|poświadcz|"
    r"pótdíj|sürgős|pótlás|másolat|hitelesít|kedvezmény|допълнител|бърза|експрес|дубликат|копи[ея]|заверк|намален",
    re.IGNORECASE,
)
SHORTEST = 4


def main(rows: Iterable[Row], condition: Callable[[Row], str], title: str) -> tuple[Row, ...]:
    """The rows that say what the thing itself costs: without surcharges and special cases; all where none is left.

    Where several rows name the thing of the title, those that do not are about something beside it: a photo at the counter.
    """
    every = tuple(rows)
    plain = tuple(row for row in every if not _ON_TOP.search(condition(row))) or every
    named = [row for row in plain if _names(condition(row), title)]
    return tuple(named) if len(named) > 1 else plain


def _names(condition: str, title: str) -> bool:
    """Whether a condition names what the title is about, by itself or as the end of a compound."""
    words = analyser("de")
    said = [bare(fold(token.text)) for token in words.tokens(condition)]
    things = [
        bare(fold(token.text))
        for token in words.tokens(title)
        if not (words.is_stop(token.text) or words.is_weak(token.text)) and len(token.text) >= SHORTEST
    ]
    return any(word.endswith(thing) for thing in things for word in said)


def in_short(amounts: Sequence[Decimal | None]) -> str:
    """ "27,60 € to 46 €"; "from 40 €" where a row tells in words what an amount cannot: per mille of the building costs."""
    known = [amount for amount in amounts if amount is not None]
    if not known or len(known) == len(amounts):
        return money.span(amounts)
    return _("from %(amount)s") % {"amount": money.written(min(known))}
