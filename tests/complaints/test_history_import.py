"""Old cases are taken over once, quietly, and teach the suggestion."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from benchmarks.complaint_histories import SHAPES, Report, reports
from complaints.imports import history
from complaints.imports.history_file import FIELDS
from complaints.models import Case, Category, HistoryImport, LearntModel
from complaints.suggesting import learning, suggestion
from portal.models import Department, OutgoingMail
from tests.builders import the_city
from tests.complaints.builders import an_area

pytestmark = pytest.mark.django_db


def a_file(folder: Path, found: list[Report], name: str = "alt.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(FIELDS)
        for number, one in enumerate(found, start=1):
            day = f"2025-{1 + number % 12:02}-{1 + number % 28:02}T08:00:00+01:00"
            writer.writerow(
                [number, day, day, one.text, one.category, one.parent, "Bauhof", "48.1", "11.5", "", "closed"]
            )
    return path


def run(*arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def test_every_line_becomes_a_closed_case_with_its_category(tmp_path: Path) -> None:
    said = run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 50)))
    assert said.startswith("50 cases added")
    case = Case.objects.select_related("category__parent").get(external_id="1")
    expected = reports(SHAPES[0], 50)[0]
    assert case.category is not None
    assert (case.category.name, case.category.parent and case.category.parent.name) == (
        expected.category,
        expected.parent,
    )
    assert case.state == Case.State.SOLVED
    assert not case.is_public


def test_nobody_is_told_and_nothing_becomes_due(tmp_path: Path) -> None:
    run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 20)))
    assert not OutgoingMail.objects.exists()
    assert not Case.objects.filter(due_at__isnull=False).exists()


def test_the_same_file_again_adds_nothing(tmp_path: Path) -> None:
    path = a_file(tmp_path, reports(SHAPES[0], 30))
    run("import_complaints", path)
    assert run("import_complaints", path).startswith("0 cases added, 30 were here already")
    assert Case.objects.count() == 30


@pytest.mark.parametrize(("added", "looks"), [(10, 1), (9, 0)])
def test_after_many_new_cases_the_database_looks_what_is_frequent(
    tmp_path: Path, monkeypatch: Any, added: int, looks: int
) -> None:
    monkeypatch.setattr(history, "BATCH", 10)
    seen = []

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith("ANALYZE"):
            return execute(sql, *rest)
        return seen.append(sql)  # what it finds would stay for the other tests

    with connection.execute_wrapper(look):
        run("import_complaints", a_file(tmp_path, reports(SHAPES[0], added)))
    assert seen == ["ANALYZE complaints_case"] * looks


def test_another_system_with_the_same_numbers_is_kept_apart(tmp_path: Path) -> None:
    run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 12)))
    moved = a_file(tmp_path, reports(SHAPES[1], 12), "b.csv")
    moved.write_text(moved.read_text().replace("2025-", "2024-"))
    assert run("import_complaints", moved).startswith("12 cases added")
    assert run("import_complaints", moved).startswith("0 cases added")


def test_which_columns_are_read_is_told(tmp_path: Path) -> None:
    path, said = tmp_path / "alt.csv", io.StringIO()
    path.write_text("Nr;Eingang;Meldetext;Thema;Sachbearbeiter\n7;5.1.2025;Loch;Weg;Eva\n")
    call_command("import_complaints", str(path), stdout=io.StringIO(), stderr=said)
    assert "read: id = Nr, created = Eingang, text = Meldetext, category = Thema" in said.getvalue()
    assert "not read: Sachbearbeiter" in said.getvalue()


def test_broken_lines_are_reported_by_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = a_file(tmp_path, reports(SHAPES[0], 5))
    path.write_text(
        path.read_text() + "6,gestern,,Loch,Weg,Straße,,,,,\n7,2025-01-01,,Loch,Weg,Straße,,,,,\n"
    )
    said = run("import_complaints", path)
    assert "6 cases added" in said
    assert "line 7: created is no date: gestern" in said


def test_categories_and_departments_are_found_by_name_or_made(tmp_path: Path) -> None:
    Department.objects.create(name="bauhof", slug="bauhof")
    run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 40)))
    assert Department.objects.count() == 1
    before = Category.objects.count()
    again = a_file(tmp_path, reports(SHAPES[0], 40), "c.csv")
    again.write_text(again.read_text().replace("2025-", "2023-"))
    run("import_complaints", again)
    assert Category.objects.count() == before


def test_what_was_imported_can_be_judged(tmp_path: Path) -> None:
    run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 300)))
    said = run("category_eval", folds=2)
    assert "300 reports" in said
    assert "most often mistaken" in said
    rows, imported = history.closed_reports(everything=False)
    assert len(rows) == 300
    assert imported == HistoryImport.objects.get()


def test_after_learning_a_new_text_is_suggested_its_category(tmp_path: Path) -> None:
    run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 500)))
    learning.learn()
    suggestions = suggestion.suggest("Die Straßenlaterne vor unserem Haus flackert die ganze Nacht")
    assert suggestions[0].category.name == "Straßenlaterne defekt"
    assert len(suggestions) == 3
    assert suggestions[0].probability > suggestions[1].probability


def test_a_text_that_says_nothing_to_us_suggests_nothing(tmp_path: Path) -> None:
    run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 200)))
    learning.learn()
    assert suggestion.suggest(reports(SHAPES[0], 1)[0].text)
    assert suggestion.suggest("Az utca közepén nagy kátyú van") == []


def test_suggesting_takes_two_queries(tmp_path: Path, django_assert_num_queries: Any) -> None:
    run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 100)))
    learning.learn()
    suggestion.suggest("Laterne dunkel")  # the first one after an edit reads what the city has arranged
    with django_assert_num_queries(2):
        suggestion.suggest("Schlagloch vor der Schule")


def test_a_correction_is_taken_to_heart(tmp_path: Path) -> None:
    run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 300)))
    learning.learn()
    text = "Der Glockenturm schlägt jede Nacht zur falschen Stunde"
    wanted = Category.objects.get(name="Baustelle")
    for _again in range(3):
        suggestion.take_correction(text=text, category=wanted)
    assert suggestion.suggest(text)[0].category == wanted
    assert suggestion.suggest("Straßenlaterne flackert")[0].category.name == "Straßenlaterne defekt"


def test_a_category_made_after_learning_can_be_taught(tmp_path: Path) -> None:
    run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 300)))
    learning.learn()
    parent = Category.objects.filter(parent=None).first()
    fresh = Category.objects.create(name="Glockenturm", slug="glockenturm", parent=parent)
    for _again in range(3):
        suggestion.take_correction(text="Der Glockenturm schlägt falsch", category=fresh)
    assert suggestion.suggest("Glockenturm schlägt nicht")[0].category == fresh


def test_without_a_history_the_names_of_the_categories_help() -> None:
    parent = Category.objects.create(name="Straße", slug="strasse")
    light = Category.objects.create(name="Straßenbeleuchtung", slug="licht", parent=parent)
    Category.objects.create(name="Wilder Müll", slug="muell", parent=parent)
    learning.learn()
    assert suggestion.suggest("Die Laterne ist aus")[0].category == light


def test_a_category_out_of_use_is_not_suggested(tmp_path: Path) -> None:
    run("import_complaints", a_file(tmp_path, reports(SHAPES[0], 300)))
    learning.learn()
    Category.objects.filter(name="Straßenlaterne defekt").update(active=False)
    names = [one.category.name for one in suggestion.suggest("Straßenlaterne flackert")]
    assert "Straßenlaterne defekt" not in names


def test_nothing_learnt_means_nothing_suggested() -> None:
    assert suggestion.suggest("Laterne aus") == []
    assert not LearntModel.objects.exists()


@pytest.mark.parametrize(
    ("country", "encoding", "header", "text"),
    [
        ("PL", "cp1250", "data zgłoszenia;treść;kategoria", "Dziura w ulicy Śniadeckich, gałąź leży"),
        ("CZ", "cp1250", "datum;popis;kategorie", "Příliš žluťoučká lavička"),
        ("BG", "cp1251", "дата;описание;категория", "Лампата не свети"),
    ],
)
def test_old_tables_are_read_in_the_letters_of_the_country(
    tmp_path: Path, country: str, encoding: str, header: str, text: str
) -> None:
    the_city(country=country)
    area = an_area(11.0, 48.0, 1.0)
    path = tmp_path / "stare.csv"
    path.write_bytes(f"{header};lat;lon\n2024-03-01;{text};X;48,5;11,5\n".encode(encoding))
    run("import_complaints", path, "--no-learning")
    case = Case.objects.get(source="import")
    assert case.text == text
    assert case.area == area
