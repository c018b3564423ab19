"""CSV as offices open it: UTF-8 with a mark, semicolons, decimals as the reader's language writes them (3.5 would be the third
of May), and no cell that a spreadsheet would run as a formula."""

import csv
from collections.abc import Iterable
from typing import Any, Protocol

from django.http import HttpResponse
from django.utils.formats import number_format

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def answer(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """A download named `name`.csv."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    write(response, head, rows)
    return response


def write(out: Writable, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> None:
    """The same into a file, for commands."""
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([str(cell) for cell in head])
    for row in rows:
        writer.writerow([number_format(cell) if isinstance(cell, float) else harmless(cell) for cell in row])


def harmless(cell: Any) -> Any:
    """The cell, with a mark before what a spreadsheet would run; nothing for None."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
