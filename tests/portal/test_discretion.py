"""Mails and audit entries are as discreet as the rows they are about; lists show and change the own departments' rows."""

import pytest
from django.db import transaction

from complaints.desk import handling
from complaints.models import Case
from complaints.workflow import Kind
from portal import audit, backoffice, outbox
from portal.models import AuditEntry, Closure, Membership, OutgoingMail, Role, Service
from portal.staff import discretion
from portal.staff.office_lists import AuditedAdmin, ReadOnlyAdmin
from tests.builders import a_clerk, a_department, a_service, an_office, the_city
from tests.complaints.builders import a_case, a_category, complaint_settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city():
    the_city()


@pytest.fixture
def mail():
    """A citizen reported something: there is a mail with a secret link in it."""
    case = a_case(email="anna@example.org", department=a_department())
    return OutgoingMail.objects.get(about_id=str(case.pk), recipient="anna@example.org")


def opens(client, user, row) -> bool:
    client.force_login(user)
    kind = f"/amt/{row._meta.app_label}/{row._meta.model_name}/"
    listed = f"{kind}{row.pk}/change/" in client.get(kind).content.decode()
    opened = client.get(f"{kind}{row.pk}/change/").status_code == 200
    assert listed is opened
    return opened


def department_of(mail):
    return Case.objects.get(pk=mail.about_id).department


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEAD])
def test_the_mails_of_a_case_are_read_in_its_department_only(client, mail, role):
    assert opens(client, a_clerk(role, department_of(mail)), mail)
    assert not opens(client, a_clerk(role), mail)


def test_mails_that_belong_to_no_case_or_visit_are_for_administrators(client):
    with transaction.atomic():
        mail = outbox.add(kind="appointments/lost_link", to="a@example.org", context={"rows": []})
    assert not opens(client, a_clerk(Role.LEAD), mail)
    assert opens(client, a_clerk(Role.ADMINISTRATOR), mail)


def test_no_reader_of_a_mail_gets_the_secret_link_of_the_citizen(client, mail, settings):
    token = discretion._TOKEN.search(mail.text).group()
    client.force_login(a_clerk(Role.ADMINISTRATOR))
    page = f"/amt/portal/outgoingmail/{mail.pk}/change/"
    assert token not in client.get(page).content.decode()
    settings.DEMO = True  # nobody's mail: the page is the letter box of the demo city
    assert token in client.get(page).content.decode()


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMINISTRATOR])
def test_a_formal_complaint_leaves_no_trace_before_the_eyes_of_whom_it_is_about(client, role):
    unit = a_department()
    complaint_settings(complaint_department=unit)
    lead, colleague = a_clerk(role, unit), a_clerk(Role.LEAD, unit)
    case = a_case(kind=Kind.COMPLAINT, email="anna@example.org", category=a_category(department=unit))
    handling.hide_from(case=case, people=[lead], actor=colleague)
    mail = OutgoingMail.objects.filter(about_id=str(case.pk)).first()
    entry = audit.history(case).first()
    assert opens(client, colleague, mail)
    assert not opens(client, lead, mail)
    assert opens(client, colleague, entry)
    assert not opens(client, lead, entry)


def test_keys_that_are_no_numbers_and_rows_that_are_gone_disturb_nobody():
    AuditEntry.objects.create(verb="odd", subject_type="portal.outgoingmail", subject_id="x-1")
    AuditEntry.objects.create(verb="gone", subject_type="complaints.case", subject_id="987654")
    rows = AuditEntry.objects.order_by("id")
    known = {"kind": "subject_type", "key": "subject_id", "others": True}
    assert [r.verb for r in discretion.readable(rows, a_clerk(Role.LEAD), **known)] == ["odd"]
    assert [r.verb for r in discretion.readable(rows, a_clerk(Role.ADMINISTRATOR), **known)] == [
        "odd",
        "gone",
    ]


def test_a_lead_closes_only_offices_of_the_own_department(client):
    mine, other = an_office(), an_office()
    lead = a_clerk(Role.LEAD, mine.department)
    theirs = Closure.objects.create(office=other, first_day="2027-01-04", last_day="2027-01-05", reason="x")
    everywhere = Closure.objects.create(first_day="2027-01-04", last_day="2027-01-05", reason="x")
    client.force_login(lead)
    days = {"first_day": "2027-01-04", "last_day": "2027-01-05", "reason": "Umzug"}
    for office in (other.pk, ""):
        client.post("/amt/portal/closure/add/", {**days, "office": office})
        assert not Closure.objects.filter(reason="Umzug").exists()
    client.post("/amt/portal/closure/add/", {**days, "office": mine.pk})
    assert Closure.objects.get(reason="Umzug").office == mine
    for row in (theirs, everywhere):
        client.post(f"/amt/portal/closure/{row.pk}/change/", {**days, "office": mine.pk})
        client.post(f"/amt/portal/closure/{row.pk}/delete/", {"post": "yes"})
        client.post(
            "/amt/portal/closure/", {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        )
        row.refresh_from_db()
        assert row.reason == "x"


def test_two_roles_in_two_departments_do_not_add_up(client):
    mine, other = an_office(), an_office()
    lead = a_clerk(Role.LEAD, mine.department)
    Membership.objects.create(user=lead, department=other.department, role=Role.RECEPTION)
    row = Closure.objects.create(office=other, first_day="2027-01-04", last_day="2027-01-05", reason="x")
    client.force_login(lead)
    assert client.get(f"/amt/portal/closure/{row.pk}/change/").status_code == 200
    assert client.post(f"/amt/portal/closure/{row.pk}/change/", {"reason": "y"}).status_code == 403


def test_editors_share_the_services_of_nobody_and_leave_those_of_others_alone(client):
    editor = a_clerk(Role.EDITOR)
    shared, theirs = a_service(), a_service(department=a_department())
    client.force_login(editor)
    for row, expected in ((shared, "Neu"), (theirs, theirs.name)):
        values = {"name": "Neu", "slug": row.slug, "names": "{}", "wanted": 0, "active": "on"}
        client.post(f"/amt/portal/service/{row.pk}/change/", values)
        assert Service.objects.get(pk=row.pk).name == expected


def test_every_list_that_can_be_edited_leaves_audit_rows():
    silent = [
        model._meta.label
        for model, known in backoffice.site._registry.items()
        if not isinstance(known, AuditedAdmin | ReadOnlyAdmin)
    ]
    assert not silent


def test_a_new_role_is_on_record_with_who_gave_it(client):
    chief, clerk = a_clerk(Role.ADMINISTRATOR), a_clerk(Role.CLERK)
    member = clerk.memberships.get()
    client.force_login(chief)
    form = {
        "username": clerk.username, "is_active": "on", "is_staff": "on",
        "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1, "memberships-0-id": member.pk,
        "memberships-0-user": clerk.pk, "memberships-0-department": member.department_id,
        "memberships-0-role": Role.ADMINISTRATOR,
    }  # fmt: skip
    client.post(f"/amt/portal/user/{clerk.pk}/change/", form)
    entry = audit.history(clerk).get()
    assert entry.actor == chief
    assert entry.facts["roles"] == [[member.department.slug, "administrator"]]


def test_what_was_deleted_from_a_list_is_on_record(client):
    row = Closure.objects.create(first_day="2027-01-04", last_day="2027-01-05", reason="x")
    client.force_login(a_clerk(Role.ADMINISTRATOR))
    client.post(f"/amt/portal/closure/{row.pk}/delete/", {"post": "yes"})
    assert AuditEntry.objects.filter(subject_type="portal.closure", verb="deleted").count() == 1
