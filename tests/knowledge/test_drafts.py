"""Drafts as values: JSON and back, merging two editors' work, gaps."""

import json
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.articles.drafts import (
    LONG_FIELDS,
    Draft,
    FeeDraft,
    LinkDraft,
    TextDraft,
    changes,
    flatten,
    from_json,
    gaps,
    merge,
    to_json,
    unflatten,
)
from knowledge.editing.worddiff import compare

words = st.text(max_size=30)
texts = st.builds(
    TextDraft,
    language=st.sampled_from(["de", "en"]),
    plain=st.booleans(),
    title=words,
    summary=words,
    documents=st.lists(words, max_size=3).map(tuple),
    body=words,
)
drafts = st.builds(
    Draft,
    audience=words,
    fees=st.lists(
        st.builds(FeeDraft, amount=st.none() | st.decimals(0, 999, places=2), condition=words), max_size=3
    ).map(tuple),
    links=st.lists(st.builds(LinkDraft, label=words, url=words), max_size=2).map(tuple),
    valid_from=st.none() | st.dates(),
).flatmap(lambda draft: st.lists(texts, max_size=3).map(lambda ts: _with_all(draft, ts)))


def _with_all(draft: Draft, all_texts: list[TextDraft]) -> Draft:
    for text in all_texts:
        draft = draft.with_text(text)
    return draft


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no slow strategy
@given(drafts)
def test_a_draft_survives_the_database_and_the_paths(draft: Draft) -> None:
    assert from_json(json.loads(json.dumps(to_json(draft)))) == draft
    assert unflatten(flatten(draft)) == draft


@given(drafts, drafts)
def test_merging_with_somebody_who_changed_nothing_keeps_mine(base: Draft, mine: Draft) -> None:
    merged = merge(base, mine, base)
    assert merged.draft == mine
    assert not merged.conflicts


@given(drafts, drafts, drafts)
def test_whatever_two_people_write_nothing_of_mine_is_lost(base: Draft, mine: Draft, theirs: Draft) -> None:
    merged = flatten(merge(base, mine, theirs).draft)
    for change in changes(base, mine):
        assert merged.get(change.path) == flatten(mine).get(change.path)


def test_two_people_at_different_fields_don_not_disturb_each_other() -> None:
    base = Draft().with_text(TextDraft("de", title="Pass", body="alt"))
    mine = base.with_text(TextDraft("de", title="Reisepass", body="alt"))
    theirs = base.with_text(TextDraft("de", title="Pass", body="neu"))
    merged = merge(base, mine, theirs)
    assert merged.draft.text("de") == TextDraft("de", title="Reisepass", body="neu")
    assert merged.taken_over == ("texts/de/body",)


def test_the_same_field_is_told_as_a_conflict_with_both_texts() -> None:
    base = Draft().with_text(TextDraft("de", title="Pass"))
    mine, theirs = (base.with_text(TextDraft("de", title=title)) for title in ("Reisepass", "Paß"))
    (conflict,) = merge(base, mine, theirs).conflicts
    assert (conflict.old, conflict.new) == ("Paß", "Reisepass")


def test_an_older_snapshot_with_fewer_fields_can_be_read() -> None:
    draft = from_json({"kind": "faq", "texts": [{"language": "de", "title": "A"}]})
    assert draft.text("de") == TextDraft("de", title="A")


def test_gaps_name_fields_languages_and_plain_language() -> None:
    draft = Draft(fees=(FeeDraft(Decimal(5)),), valid_from=date(2026, 1, 1)).with_text(
        TextDraft("de", title="Pass", summary="S", requirements="R", documents=("D",), procedure="P")
    )
    found = [(gap.field, gap.language, gap.plain) for gap in gaps(draft, ["de", "en"])]
    assert found == [
        ("processing_time", "de", False),
        ("legal_basis", "de", False),
        ("text", "en", False),
        ("text", "de", True),
    ]


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_word_difference_contains_both_texts(old: str, new: str) -> None:
    pieces = compare(old, new)
    assert "".join(p.text for p in pieces if p.kind != "come") == old
    assert "".join(p.text for p in pieces if p.kind != "gone") == new


def test_long_fields_are_fields_of_a_text() -> None:
    assert set(LONG_FIELDS) <= set(TextDraft.__dataclass_fields__)
