"""The table of states: everything can end, and what must be explained is explained."""

import pytest

from complaints import workflow
from complaints.workflow import CLOSED, ENDINGS, NEEDS_REASON, NEXT, OPEN, Kind, State


def test_every_state_can_end():
    reached = set(ENDINGS)
    while more := {s for s in State if NEXT[s] & reached} - reached:
        reached |= more
    assert reached == set(State)


def test_every_state_stands_in_the_table_and_no_state_leads_to_itself():
    assert set(NEXT) == set(State)
    assert all(state not in NEXT[state] for state in State)


def test_a_closed_case_opens_only_by_being_opened_again_or_restored():
    for state in CLOSED:
        assert NEXT[state] <= {State.REOPENED, State.RECEIVED}


@pytest.mark.parametrize("new", sorted(NEEDS_REASON))
def test_a_move_that_needs_a_reason_is_refused_without_one(new):
    old = next(s for s in State if new in NEXT[s])
    with pytest.raises(workflow.ReasonMissing):
        workflow.check(old, new, kind=Kind.DEFECT, reason="  ")
    workflow.check(old, new, kind=Kind.DEFECT, reason="because")


def test_a_complaint_closes_only_with_a_decision():
    with pytest.raises(workflow.DecisionMissing):
        workflow.check(State.IN_PROGRESS, State.SOLVED, kind=Kind.COMPLAINT, reason="done")
    workflow.check(State.IN_PROGRESS, State.SOLVED, kind=Kind.COMPLAINT, reason="done", decision="partly")
    workflow.check(State.IN_PROGRESS, State.WITHDRAWN, kind=Kind.COMPLAINT, reason="asked for it")


def test_a_move_outside_the_table_is_refused():
    with pytest.raises(workflow.MoveRefused):
        workflow.check(State.SOLVED, State.PLANNED, kind=Kind.DEFECT, reason="x")


def test_citizens_may_withdraw_what_is_open_and_reopen_with_a_reason_what_is_closed():
    for state in OPEN:
        workflow.check_citizen(state, State.WITHDRAWN, reason="")
    with pytest.raises(workflow.ReasonMissing):
        workflow.check_citizen(State.SOLVED, State.REOPENED, reason="")
    with pytest.raises(workflow.MoveRefused):
        workflow.check_citizen(State.REFUSED, State.REOPENED, reason="but")
