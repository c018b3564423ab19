"""Files to be saved: their names in the language of the page, their cells as a spreadsheet reads them."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from email.message import Message

import pytest
from django.utils import translation

from portal import downloads, spreadsheets


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("termine-2026-11-26.csv", 'attachment; filename="termine-2026-11-26.csv"'),
        ("überblick.csv", "attachment; filename=\"ueberblick.csv\"; filename*=UTF-8''%C3%BCberblick.csv"),
        ("zgłoszenia.csv", "attachment; filename=\"zgloszenia.csv\"; filename*=UTF-8''zg%C5%82oszenia.csv"),
        (
            "час-A-4KJ7.ics",
            "attachment; filename=\"chas-A-4KJ7.ics\"; filename*=UTF-8''%D1%87%D0%B0%D1%81-A-4KJ7.ics",
        ),
        ("сигнали.csv", None),
        ('a"\r\nSet-Cookie: x=1;.csv', None),
    ],
)
def test_a_file_has_a_name_for_old_programs_and_its_own(name, said):
    header = downloads.disposition(name)
    assert said in (None, header)
    assert header.isascii()
    assert not {"\r", "\n"} & set(header)
    read = Message()
    read["Content-Disposition"] = header.replace('filename="' + header.split('"')[1] + '"; ', "")
    assert read.get_filename() == name


def test_a_name_without_a_plain_letter_still_has_an_ending():
    assert 'filename="download.csv"' in downloads.disposition("報告.csv")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "ja;nein;3,5;2,50;2026-11-26;2026-11-26 11:00;'=1+1;'@x;;Größe"),
        ("en", "yes;no;3.5;2.50;2026-11-26;2026-11-26 11:00;'=1+1;'@x;;Größe"),
        ("bg", "да;не;3,5;2,50;2026-11-26;2026-11-26 11:00;'=1+1;'@x;;Größe"),
    ],
)
def test_a_spreadsheet_reads_words_decimals_and_moments_in_its_language(language, line):
    cells = [True, False, 3.5, Decimal("2.50"), date(2026, 11, 26), datetime(2026, 11, 26, 10, tzinfo=UTC), "=1+1", "@x", None, "Größe"]  # fmt: skip
    out = io.StringIO()
    with translation.override(language):
        spreadsheets.write(out, ["a"], [cells])
    assert out.getvalue().splitlines() == ["\ufeffa", line]
