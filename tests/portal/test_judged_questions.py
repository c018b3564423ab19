"""The judged questions must stay in step with the demo city: every id exists, every expected fact stands in its article."""

import json
from collections import Counter

import pytest

from portal.demo.content import FOLDER, demo_catalogue

LANGUAGES = ("de", "en", "pl", "cs", "hu", "bg")


def lines(name):
    return [json.loads(line) for line in (FOLDER / "judged" / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def services():
    return {record.key: record for record in demo_catalogue().services}


OFFICES = {office.key: office for office in demo_catalogue().offices}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_judged_query_names_services_that_exist_in_its_language(language, services):
    queries = lines(f"search_{language}.jsonl")
    assert len(queries) >= (150 if language == "de" else 20)
    assert len({query["query"] for query in queries}) == len(queries)
    for query in queries:
        for judged in query["relevant"]:
            assert judged["grade"] in (1, 2, 3)
            written = {text.language for text in services[judged["id"]].texts}
            assert language in written or query["type"] == "german page", query


def test_there_are_queries_of_every_kind():
    kinds = Counter(query["type"] for query in lines("search_de.jsonl"))
    assert set(kinds) == {"natural", "keyword", "typo", "umlaut", "compound", "synonym", "oos"}
    assert min(kinds.values()) >= 10


def test_the_assistants_questions_are_many_and_of_every_kind(services):
    conversations = lines("assistant_de.jsonl")
    turns = [turn["expect"]["kind"] for line in conversations for turn in line["turns"]]
    assert len(conversations) >= 200
    assert sum(len(line["turns"]) > 1 for line in conversations) >= 30
    assert Counter(turns)["refusal"] + Counter(turns)["route"] >= 50
    for line in conversations:
        for turn in line["turns"]:
            assert set(turn["expect"].get("articles", ())) <= {*services, "offices"}, turn


def everything_said(record, language):
    said = [
        f"{fee.amount if fee.amount else 'kostenlos'} {fee.condition}".replace(".", ",")
        for fee in record.fees
    ]
    said += [OFFICES[link.office_key].name for link in record.offices]
    for text in record.texts:
        if text.language == language and not text.plain:
            said += [
                text.title,
                text.summary,
                text.requirements,
                *text.documents,
                text.procedure,
                text.processing_time,
            ]
            said += [text.deadlines, text.fees_note, text.body, *text.synonyms, *text.questions]
    return " ".join(said)


def test_every_expected_fact_stands_in_one_of_the_expected_articles(services):
    for line in lines("assistant_de.jsonl"):
        for turn in line["turns"]:
            fact = turn["expect"].get("contains")
            if fact and line["language"] == "de" and turn["expect"].get("articles"):
                said = [
                    everything_said(services[key], "de")
                    for key in turn["expect"]["articles"]
                    if key in services
                ]
                assert any(fact.lower() in text.lower() for text in said), turn
