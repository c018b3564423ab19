"""Cases that belong together: joined, taken apart, split into parts."""

import pytest

from complaints.correspondence import messages
from complaints.desk import handling, merging
from complaints.models import Case, Message, Reporter, Subscription
from complaints.public import following, publishing
from complaints.workflow import State
from portal.models import OutgoingMail
from tests.complaints.builders import a_case, a_category, a_published_case, act, the_reporter

pytestmark = pytest.mark.django_db


def test_joining_keeps_and_tells_every_reporter(client, office):
    first = a_case(department=office[1], email="eva@example.org")
    second = a_case(department=office[1], email="ben@example.org")
    act(client, second, "merge", number=first.number)
    second.refresh_from_db()
    assert second.state == "merged"
    assert OutgoingMail.objects.get(kind="complaints/merged").recipient == "ben@example.org"
    act(client, first, "write", text="Wird morgen erledigt")
    told = set(OutgoingMail.objects.filter(kind="complaints/message").values_list("recipient", flat=True))
    assert told == {"eva@example.org", "ben@example.org"}
    assert Reporter.objects.of(first.pk).count() == 2


def test_a_chain_of_joinings_ends_in_one_step_and_can_be_undone(office):
    a, b, c = (a_case(department=office[1], email=f"{name}@example.org") for name in "abc")
    merging.merge(case=a, into=b, actor=office[0])
    merging.merge(case=b, into=c, actor=office[0])
    a.refresh_from_db()
    assert a.merged_into == c
    assert _told("merged") == ["a", "a", "b"], "who was joined before hears that it goes on elsewhere"
    merging.take_apart(case=a, reason="Andere Lampe", actor=office[0])
    a.refresh_from_db()
    assert (a.state, a.merged_into) == ("received", None)
    assert _told("apart") == ["a"]
    merging.merge(case=a, into=c, actor=office[0])
    assert _told("merged") == ["a", "a", "a", "b"], "and hears it again when it is joined again"


def _told(kind):
    mails = OutgoingMail.objects.filter(kind=f"complaints/{kind}")
    return sorted(mail.recipient.partition("@")[0] for mail in mails)


def test_a_complaint_is_never_joined_with_something_public(office):
    complaint = a_case(kind="complaint", text="Schlimm", department=office[1])
    defect = a_case(department=office[1])
    for one, other in ((complaint, defect), (defect, complaint), (defect, defect)):
        with pytest.raises(merging.CannotJoin):
            merging.merge(case=one, into=other, actor=office[0])


def test_a_part_is_split_off_with_its_reporters(client, office):
    case = a_case(department=office[1], email="eva@example.org", text="Lampe dunkel und Müll liegt herum")
    act(client, case, "split", text="Müll liegt herum", category=a_category(department=office[1]).pk)
    part = Case.objects.get(parent=case)
    assert part.text == "Müll liegt herum"
    assert part.reporters.get().email == "eva@example.org"
    assert OutgoingMail.objects.filter(kind="complaints/split").count() == 1


def test_parts_have_one_level_also_if_a_colleague_was_faster(office):
    larger, case, part = (a_case(department=office[1]) for _ in range(3))
    seen_before = Case.objects.get(pk=case.pk)
    merging.make_part(case=case, of=larger, actor=office[0])
    with pytest.raises(merging.CannotBePart):
        merging.make_part(case=part, of=seen_before, actor=office[0])
    with pytest.raises(merging.CannotBePart):
        merging.make_part(case=larger, of=case, actor=office[0])


def test_what_is_done_with_one_case_changes_no_other(office):
    """Commands of clerks and citizens, beside a neighbour of every kind that has a reporter, a thread and a follower."""
    clerk, department = office
    mine, second = (a_published_case(department=department, email=f"{name}@example.org") for name in "ab")
    neighbours = [
        a_published_case(department=department, email=f"{name}@example.org", confirmed=False) for name in "cd"
    ]
    messages.write(case=neighbours[0], text="Welche Lampe?", actor=clerk, question=True)
    for case in (mine, neighbours[1]):
        following.subscribe(email="kai@example.org", language="de", case=case)
    ours = {mine.pk, second.pk}

    def others():
        cases = Case.objects.exclude(pk__in=ours).order_by("pk").values()
        people = Reporter.objects.exclude(case__in=ours).order_by("pk").values()
        said = Message.objects.exclude(case__in=ours).order_by("pk").values()
        return list(cases), list(people), list(said), list(Subscription.objects.exclude(case=mine).values())

    before, eva = others(), the_reporter(mine)
    following.confirm(reporter=eva)
    following.confirm_subscription(subscription=Subscription.objects.get(case=mine))
    handling.take(case=mine, actor=clerk)
    messages.from_citizen(reporter=eva, text="Die linke")
    messages.read(case=mine, actor=clerk)
    messages.from_outside(case=mine, text="Wir kommen")
    publishing.redact(case=mine, text="Die Lampe", actor=clerk)
    handling.move(case=mine, to=State.SOLVED, reason="Erledigt", actor=clerk)
    handling.answer_survey(reporter=eva, satisfied=True, comment="")
    handling.reopen(reporter=eva, reason="Wieder dunkel")
    publishing.hide(case=mine, actor=clerk)
    merging.merge(case=second, into=mine, actor=clerk)
    merging.take_apart(case=second, reason="Andere Lampe", actor=clerk)
    following.sign_off(reporter=the_reporter(second))
    handling.withdraw(reporter=eva)
    assert others() == before
