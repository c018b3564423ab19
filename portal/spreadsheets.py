"""CSV as offices open it: UTF-8 with a mark, semicolons, decimals as the reader's language writes them (3.5 would be the third
of May), yes and no in words, moments in local time, and no cell that a spreadsheet would run as a formula."""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from portal import downloads

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def answer(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """A download named `name`.csv."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = downloads.disposition(f"{name}.csv")
    write(response, head, rows)
    return response


def write(out: Writable, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> None:
    """The same into a file, for commands."""
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([str(cell) for cell in head])
    for row in rows:
        writer.writerow([_said(cell) for cell in row])


def _said(cell: Any) -> Any:
    """The cell as a spreadsheet in the reader's language takes it. A day is written 2026-11-26, which all of them know."""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")  # True and False are words of programs
    if isinstance(cell, float | Decimal):
        return number_format(cell)
    if isinstance(cell, datetime):  # no spreadsheet reads a time zone
        return f"{timezone.localtime(cell) if timezone.is_aware(cell) else cell:%Y-%m-%d %H:%M}"
    return cell.isoformat() if isinstance(cell, date) else harmless(cell)


def harmless(cell: Any) -> Any:
    """The cell, with a mark before what a spreadsheet would run; nothing for None."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
