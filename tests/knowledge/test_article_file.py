"""Collections from JSON lines, and the measures of a search on them."""

import json

import pytest
from django.core.management import CommandError, call_command

from knowledge.imports.article_file import Broken, read
from knowledge.models import Article
from knowledge.search.judging import Answered, Judged, measure, ndcg, refusals
from tests.knowledge.builders import a_public_article

LINES = [
    {
        "id": "a1",
        "title": "Personalausweis",
        "body": "Der Ausweis.",
        "keywords": "Perso, Ausweis",
        "url": "https://x.example/1",
    },
    {
        "id": "a2",
        "title": "Hundesteuer",
        "body": "Für Hunde.",
        "keywords": ["Hund anmelden"],
        "more": {"x": 1},
    },
    {"id": 3, "title": "Sperrmüll", "url": "javascript:alert(1)"},
]


def a_file(folder, lines, name="articles.jsonl"):
    path = folder / name
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def test_broken_lines_are_told_with_their_number_and_the_rest_is_read():
    got = list(
        read(['{"id": "1", "title": "A"}', "", "{broken", "[]", '{"title": "B"}', '{"id": "2", "title": ""}'])
    )
    assert [line.number for line in got if isinstance(line, Broken)] == [3, 4, 5, 6]
    assert [line.key for line in got if not isinstance(line, Broken)] == ["1"]


@pytest.mark.django_db
def test_a_collection_comes_in_once_however_often_it_is_imported(tmp_path, capsys):
    path = a_file(tmp_path, [*LINES, "{broken"])
    call_command("import_articles", path)
    call_command("import_articles", path)
    out, err = capsys.readouterr()
    assert Article.objects.filter(live=True).count() == 3
    assert "3 added" in out
    assert "0 added, 0 changed, 3 unchanged" in out
    assert "line 4: not JSON" in err


@pytest.mark.django_db
def test_a_changed_line_changes_the_article(tmp_path):
    call_command("import_articles", a_file(tmp_path, LINES))
    call_command("import_articles", a_file(tmp_path, [{**LINES[0], "title": "Ausweis"}]))
    assert Article.objects.get(external_id="articles/a1").title == "Ausweis"


@pytest.mark.django_db
def test_the_search_is_judged_by_the_ids_of_the_file_beside_other_articles(tmp_path, capsys):
    for _ in range(12):
        a_public_article("Personalausweis")
    call_command("import_articles", a_file(tmp_path, LINES))
    queries = a_file(
        tmp_path,
        [
            {"query": "Perso", "type": "synonym", "relevant": [{"id": "a1", "grade": 3}], "qid": 7},
            {"query": "Hund anmelden", "relevant": [{"id": "a2", "grade": 3}]},
            {"query": "", "relevant": []},
            {"query": "Wetter"},
            "{broken",
        ],
        "queries.jsonl",
    )
    run = tmp_path / "run.jsonl"
    call_command("search_eval", queries, "--run", run, "--floor", "ndcg=1", "--floor", "zero=0")
    rows = [json.loads(line) for line in run.read_text("utf-8").splitlines()]
    assert rows[0] | {"ms": 0} == {
        "qid": 7,
        "query": "Perso",
        "results": ["a1"],
        "ms": 0,
        "kind": rows[0]["kind"],
    }
    assert rows[1]["results"][0] == "a2"
    assert [row["kind"] for row in rows[2:]] == ["refusal", "refusal"]
    assert "line 5" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_search_under_the_floor_fails(tmp_path):
    queries = a_file(tmp_path, [{"query": "Nichts", "relevant": [{"id": "x", "grade": 3}]}])
    with pytest.raises(CommandError, match=r"nDCG@10 is 0.000, the limit is 0.8"):
        call_command("search_eval", queries, "--floor", "ndcg=.8")


def test_the_measures_are_those_of_the_books():
    assert ndcg(["a", "b"], {"a": 3, "b": 1}) == 1
    assert ndcg(["b", "a"], {"a": 3}) == pytest.approx(0.6309, abs=1e-4)
    answers = [
        Answered(Judged("x", relevant={"a": 3, "b": 1}), ["b", "a"], 1, "candidates"),
        Answered(Judged("y", relevant={"c": 2}), [], 1, "refusal"),
        Answered(Judged("z"), ["a"], 1, "answer"),
    ]
    measured = measure(answers)
    assert (measured["recall5"], measured["success1"], measured["zero"], measured["mrr"]) == (
        0.5,
        0,
        0.5,
        0.25,
    )
    assert refusals(answers)["out of scope"]["answer"] == 1
