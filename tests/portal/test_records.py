"""What the kernel keeps: the audit only grows, links open one door, counters hold a limit."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from portal import audit, links, numbers, throttle
from portal.models import CitizenLink, Department, Membership, Office, Role
from tests.builders import a_clerk, a_department, an_office

pytestmark = pytest.mark.django_db


def test_the_audit_says_who_did_what_newest_first():
    office, clerk = an_office(), a_clerk()
    audit.record(verb="opened", subject=office)
    audit.record(verb="closed", subject=office, actor=clerk, reason="water")
    entries = list(audit.history(office))
    assert [entry.verb for entry in entries] == ["closed", "opened"]
    assert entries[0].actor == clerk
    assert entries[0].facts == {"reason": "water"}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE portal_auditentry SET verb = 'nothing'",
        "DELETE FROM portal_auditentry",
        "TRUNCATE portal_auditentry",
    ],
)
def test_the_database_refuses_to_change_the_audit(sql):
    audit.record(verb="opened", subject=an_office())
    with connection.cursor() as cursor:  # off in the test database only, see conftest.py
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE portal_auditentry ENABLE TRIGGER audit_refuses_truncate")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_a_link_opens_its_own_door_and_no_other():
    department = a_department()
    token = links.issue(subject=department, purpose="manage")
    assert links.resolve(token, purpose="manage", model=Department) == department
    for wrong in ({"purpose": "cancel", "model": Department}, {"purpose": "manage", "model": Office}):
        with pytest.raises(links.LinkUnknown):
            links.resolve(token, **wrong)
    with pytest.raises(links.LinkUnknown):
        links.resolve(token[:-1] + ("A" if token[-1] != "A" else "B"), purpose="manage", model=Department)


def test_the_token_itself_is_nowhere_in_the_database():
    token = links.issue(subject=a_department(), purpose="manage")
    kept = CitizenLink.objects.values_list("token_hash", "purpose", "subject_id").get()
    assert token not in "".join(kept)


def test_an_old_link_says_that_it_is_old_and_a_revoked_one_is_unknown():
    department = a_department()
    old = links.issue(subject=department, purpose="manage", expires=timezone.now() - timedelta(seconds=1))
    with pytest.raises(links.LinkExpired):
        links.resolve(old, purpose="manage", model=Department)
    fresh = links.issue(subject=department, purpose="manage")
    links.revoke(department, "manage")
    with pytest.raises(links.LinkUnknown):
        links.resolve(fresh, purpose="manage", model=Department)


def test_a_number_is_found_however_it_was_typed():
    number = numbers.new("T")
    for typed in (number.lower(), number.replace("-", " "), f"  {number} ", number.replace("-", "")):
        assert numbers.normalise(typed) == number


def test_every_single_wrong_character_and_every_swap_is_noticed():
    number = numbers.new("A")
    body = number[2:].replace("-", "")
    for place, right in enumerate(body):
        for wrong in set(numbers.ALPHABET) - {right}:
            with pytest.raises(numbers.NotANumber):
                numbers.normalise("A" + body[:place] + wrong + body[place + 1 :])
    for place in range(len(body) - 1):
        first, second = body[place : place + 2]
        if first != second:
            with pytest.raises(numbers.NotANumber):
                numbers.normalise("A" + body[:place] + second + first + body[place + 2 :])


@pytest.mark.parametrize("text", ["", "T", "T-1234", "hello world", "🙂" * 9, "T-4KJ7-93HBX", "\u202etxt"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(numbers.NotANumber):
        numbers.normalise(text)


def test_above_the_limit_a_client_waits_and_another_does_not():
    for _ in range(3):
        throttle.hit(scope="report", key="192.0.2.7", limit=3, seconds=3600)
    with pytest.raises(throttle.TooMany) as refusal:
        throttle.hit(scope="report", key="192.0.2.7", limit=3, seconds=3600)
    assert 0 < refusal.value.retry_after <= 3600
    assert throttle.hit(scope="report", key="192.0.2.8", limit=3, seconds=3600) == 1


def test_a_count_inside_a_command_leaves_the_command_as_durable_as_it_was():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO on")
        throttle.hit(scope="report", key="192.0.2.7", limit=3, seconds=3600)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, "203.0.113.9", "192.0.2.1"),  # nobody in front of us: the header is the client's own invention
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (1, "2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),  # IPv4 seen through an IPv6 socket is not one household
        (1, "rubbish", "unknown"),
    ],
)
def test_the_client_is_who_our_own_proxies_saw(settings, proxies, forwarded, client):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="192.0.2.1")
    assert throttle.client_key(request) == client


def test_a_role_counts_once_per_department_and_must_be_known():
    clerk = a_clerk(Role.CLERK)
    membership = clerk.memberships.get()
    for role in (Role.CLERK, "king"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user=clerk, department=membership.department, role=role)


def test_a_link_belongs_to_one_kind_of_row_and_so_does_closing_it():
    office, department = an_office(pk=77), a_department(pk=77)
    tokens = {row: links.issue(subject=row, purpose="show") for row in (office, department)}
    links.revoke(department, "show")
    assert links.resolve(tokens[office], purpose="show", model=Office) == office
    for token, model in ((tokens[office], Department), (tokens[department], Department)):
        with pytest.raises(links.LinkUnknown):
            links.resolve(token, purpose="show", model=model)
