"""A city's old reports come in any make of CSV; what is broken is named by its line, the rest goes on."""

import contextlib
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.imports.csv_lines import BrokenLine, FileRefused
from complaints.imports.history_file import PastReport, Reading, read
from complaints.imports.moments import Unreadable, read_moment

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HEADER = "id,created,closed,text,category,parent category,department,lat,lon,address,status\n"
GOOD = "1,2026-01-05T08:00:00+01:00,2026-01-07,Laterne aus,Beleuchtung,Straße,Bauamt,48.1,11.5,Am Anger 1,closed\n"


def records(content: str | bytes, **how: object) -> list[PastReport | BrokenLine]:
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return list(read(stream, Reading(**{"zone": BERLIN, **how}), now=NOW))


def test_a_complete_line_is_read_with_all_its_fields() -> None:
    [one] = records(HEADER + GOOD)
    assert isinstance(one, PastReport)
    assert (one.external_id, one.category, one.parent, one.department) == (
        "1",
        "Beleuchtung",
        "Straße",
        "Bauamt",
    )
    assert one.created == datetime(2026, 1, 5, 7, tzinfo=UTC)
    assert (one.latitude, one.longitude, one.line) == (48.1, 11.5, 2)


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + GOOD).replace(",", ";").encode("cp1252"),
        (HEADER + GOOD).replace(",", "\t").encode("utf-16"),
        (HEADER + GOOD).encode("utf-8-sig"),
        (HEADER + GOOD).replace("\n", "\r\n").encode(),
    ],
)
def test_encoding_delimiter_and_line_ends_are_found_out(content: bytes) -> None:
    [one] = records(content)
    assert isinstance(one, PastReport)
    assert one.parent == "Straße"


def test_german_headers_are_known_and_others_can_be_named() -> None:
    content = "Vorgangsnummer;Eingangsdatum;Meldetext;Unterkategorie;Hauptkategorie;Breitengrad;Längengrad\n7;05.01.2026 08:00;Loch;Weg;Straße;48,1;11,5\n"
    [one] = records(content)
    assert isinstance(one, PastReport)
    assert (one.external_id, one.latitude) == ("7", 48.1)
    [named] = records("a,b,c\n2026-01-05,Loch,Weg\n", columns={"created": "a", "text": "b", "category": "C"})
    assert isinstance(named, PastReport)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Numer;Data zgłoszenia;Opis;Podkategoria;Kategoria;Wydział;Szer. geogr.;Dł. geogr.;Adres;Status", "zamknięte"),
        ("ID hlášení;Datum podání;Popis;Podkategorie;Kategorie;Odbor;Zeměpisná šířka;Zeměpisná délka;Adresa;Stav", "vyřešeno"),
        ("Azonosító;Bejelentés dátuma;Leírás;Kategória;Főkategória;Osztály;Szélesség;Hosszúság;Cím;Állapot", "lezárva"),
        ("Nr zgłoszenia;Data wpływu;Treść zgłoszenia;Podkategoria;Kategoria;Wydział;Szerokość;Długość;Lokalizacja;Stan", "zrealizowane"),
        ("Číslo podnětu;Založeno;Popis problému;Podkategorie;Kategorie;Odbor;Šířka;Délka;Lokalita;Stav", "vyřízeno"),
        ("Ügyszám;Beérkezés;Bejelentés szövege;Alkategória;Kategória;Osztály;Szélesség;Hosszúság;Utca;Állapot", "megoldva"),
        ("Номер;Дата на създаване;Описание;Подкатегория;Категория;Отдел;Ширина;Дължина;Адрес;Статус", "приключен"),
    ],
)  # fmt: skip
def test_the_columns_of_our_neighbours_are_known_by_their_names(header: str, status: str) -> None:
    [one] = records(f"{header}\n7;5.4.2026 9:15;Tma;Lampa;Světlo;ZDM;49,2;16,6;Rynek 1;{status}\n")
    assert isinstance(one, PastReport)
    assert (one.external_id, one.text, one.category, one.parent) == ("7", "Tma", "Lampa", "Světlo")
    assert (one.department, one.latitude, one.longitude, one.address) == ("ZDM", 49.2, 16.6, "Rynek 1")
    assert one.closed is not None


@pytest.mark.parametrize(
    "status", ["noch nicht erledigt", "unerledigt", "not resolved", "nevyřešeno", "нерешен"]
)
def test_what_is_not_yet_done_stays_open(status: str) -> None:
    [one] = records(HEADER + GOOD.replace("2026-01-07", "").replace("closed\n", f"{status}\n"))
    assert isinstance(one, PastReport)
    assert one.closed is None


def test_the_line_that_a_spreadsheet_puts_above_the_header_names_the_delimiter() -> None:
    [one, broken] = records("sep=|\nid|created|text|category\n1|2026-01-05|Loch|Weg\n2||Loch|Weg\n")
    assert isinstance(one, PastReport)
    assert broken.line == 4


def test_a_sign_that_only_looks_like_the_end_of_a_line_is_part_of_the_text() -> None:
    [one] = records("created,text,category\n2026-01-05,Loch\u2028tief\x0b,Weg\n")
    assert isinstance(one, PastReport)
    assert one.text == "Loch\u2028tief"


@pytest.mark.parametrize(
    ("east", "north", "utm_zone", "found"),
    [
        ("365000", "5621000", 32, (50.7254, 7.0877)),
        ("32365000", "5621000", 0, (50.7254, 7.0877)),
        ("365000", "5621000", 0, None),
        ("2683000", "1247000", 0, None),  # Switzerland's metres, Gauss-Krüger's, the Czech ones
        ("2566000", "5620000", 0, None),
        ("-598000", "-1160000", 0, None),
    ],
)
def test_metres_become_a_place_where_their_grid_is_known_and_else_the_report_counts_without(
    east: str, north: str, utm_zone: int, found: tuple[float, float] | None
) -> None:
    content = f"created,text,category,x,y\n2026-01-05,Loch,Weg,{east},{north}\n"
    [one] = records(content, utm_zone=utm_zone)
    assert isinstance(one, PastReport)
    assert one.unplaced is (found is None)
    if found:
        assert (one.latitude, one.longitude) == (
            pytest.approx(found[0], abs=1e-3),
            pytest.approx(found[1], abs=1e-3),
        )
    else:
        assert one.latitude is one.longitude is None


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(FileRefused, match="No column for created"):
        records("text,category\nLoch,Weg\n")
    with pytest.raises(FileRefused, match="no column x"):
        records(HEADER + GOOD, columns={"text": "x"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2,,,Loch,Weg,,,,,,", "no created"),
        ("2,gestern,,Loch,Weg,,,,,,", "created is no date"),
        ("2,2026-01-05,,,Weg,,,,,,", "no text"),
        ("2,2026-01-05,,Loch,,,,,,,", "no category"),
        ("2,2026-01-05,2025-01-05,Loch,Weg,,,,,,", "closed before"),
        ("2,2026-01-05,,Loch,Weg,,,91,11,,", "lat is out of range"),
        ("2,2026-01-05,,Loch,Weg,,,48.1,,,", "only one of"),
        ("2,2036-01-05,,Loch,Weg,,,,,,", "in the future"),
        ("2,2026-01-05,Loch,Weg", "4 columns"),
        ("1,2026-01-06,,Noch einmal,Weg,,,,,,", "the same id as line 2"),
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_on(line: str, reason: str) -> None:
    first, broken, last = records(HEADER + GOOD + line + "\n" + GOOD.replace("1,", "3,", 1))
    assert isinstance(first, PastReport)
    assert isinstance(last, PastReport)
    assert isinstance(broken, BrokenLine)
    assert broken.line == 3
    assert reason in broken.reason


def test_text_may_run_over_several_lines() -> None:
    content = (
        HEADER + GOOD.replace("Laterne aus", '"Laterne\naus, seit\nWochen"') + GOOD.replace("1,", "2,", 1)
    )
    first, second = records(content)
    assert isinstance(first, PastReport)
    assert first.text == "Laterne\naus, seit\nWochen"
    assert second.line == 5


def test_a_quotation_mark_without_partner_costs_one_record() -> None:
    slip = GOOD.replace("1,", "2,", 1).replace("Laterne", '"Laterne')
    found = records(HEADER + GOOD + slip + "".join(GOOD.replace("1,", f"{n},", 1) for n in range(3, 20)))
    broken = [one for one in found if isinstance(one, BrokenLine)]
    assert [one.line for one in broken] == [3]
    assert len(found) == 19


def test_without_an_id_the_same_line_gets_the_same_key() -> None:
    content = "created,text,category\n2026-01-05,Loch,Weg\n"
    [first], [second] = records(content), records(content)
    assert isinstance(first, PastReport)
    assert first == second


def test_a_status_closes_what_has_no_closing_date() -> None:
    [done] = records(HEADER + GOOD.replace("2026-01-07", "").replace("closed\n", "erledigt\n"))
    [declined] = records(HEADER + GOOD.replace(",closed\n", ",abgelehnt\n"))
    assert isinstance(done, PastReport)
    assert isinstance(declined, PastReport)
    assert done.closed is not None
    assert declined.declined


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T09:30:00+01:00", "2026-03-02 09:30", "2026-03-02T08:30:00Z", "02.03.2026 09:30", "2.3.26 9:30",
        "02/03/2026 09:30:00", "2. März 2026 09:30 Uhr", "Mon, 02 Mar 2026 09:30:00 +0100", "1772440200",
        "1772440200000", "20260302T083000Z", "2. 3. 2026 9:30", "2026.03.02. 9:30", "02.03.2026 г. 09:30 ч.", "46083,395833333336",
        "2 marca 2026 09:30", "2. března 2026 v 9:30", "2026. március 2. 9:30", "2 март 2026 г. 9:30", "2026-03-02 09:30:00.123 CET", "03/02/2026 9:30 AM" and "2026/3/2 9:30",
    ],
)  # fmt: skip
def test_dates_in_many_forms_mean_the_same_moment(text: str) -> None:
    assert read_moment(text, BERLIN) == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def test_month_first_where_asked_or_where_it_cannot_be_else() -> None:
    assert read_moment("03/04/2026", UTC, month_first=True) == datetime(2026, 3, 4, tzinfo=UTC)
    assert read_moment("03/25/2026", UTC) == datetime(2026, 3, 25, tzinfo=UTC)


@given(st.text(max_size=40) | st.text(alphabet="0123456789-:./TZ+ ", max_size=30))
def test_no_date_ever_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(Unreadable):
        read_moment(text, BERLIN)


@given(st.text(alphabet='abc,;"\n\r\x001.', max_size=200))
def test_no_file_ever_breaks_the_reader(content: str) -> None:
    for one in records(HEADER + GOOD + content):
        assert isinstance(one, PastReport | BrokenLine)
