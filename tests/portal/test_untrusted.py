"""What people type into names and tables shows what it is, to readers and to spreadsheets."""

import pytest

from portal import spreadsheets
from portal.look.names import NameField


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna\n Beispiel\t", "Anna Beispiel"),
        ("Anna \u202elepsieB", "Anna lepsieB"),
        ("An\u200bna\ufeff Bei\u00adspiel", "Anna Beispiel"),
        ("Zoë Ćosić-Łukasz", "Zoë Ćosić-Łukasz"),
        ("\u200b \u2066", ""),
    ],
)
def test_a_name_is_one_line_without_signs_that_nobody_sees(typed, kept):
    assert NameField(required=False).clean(typed) == kept


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_no_cell_of_a_table_is_a_formula(start):
    assert spreadsheets.harmless(f"{start}1+1") == f"'{start}1+1"
