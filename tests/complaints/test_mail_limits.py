"""More mails, and longer ones, than anybody expects: both sides are told, and nothing vanishes in silence."""

import pytest

from complaints.intake import receiving
from portal.models import OutgoingMail
from tests.complaints.builders import a_case, a_mail, complaint_settings, the_address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailbox(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    complaint_settings(reply_address="anliegen@stadt.example")


def test_a_storm_of_mails_is_cut_off():
    case = a_case(email="eva@example.org")
    address = the_address(case)
    verdicts = [receiving.receive(a_mail(to=address, text=f"Nr. {n}").as_bytes()).verdict for n in range(25)]
    assert verdicts.count("filed") == receiving.MOST_PER_SENDER
    assert verdicts.count("storm") == 25 - receiving.MOST_PER_SENDER
    told = OutgoingMail.objects.get(kind="complaints/too_many")
    assert told.recipient == "eva@example.org", "the citizen hears of it, once"
    assert case.messages.filter(visibility="internal").count() == 1, "and so does the clerk"


@pytest.mark.parametrize("new", [True, False])
def test_nothing_of_a_very_long_mail_is_lost(new):
    case = a_case(email="eva@example.org")
    long = "Zeile mit Wörtern\n" * 6000
    to = "rathaus@stadt.example" if new else the_address(case)
    row = receiving.receive(a_mail(to=to, subject="Schlagloch", text=long).as_bytes())
    document = row.case.attachments.get()
    assert document.file.read().decode().count("Zeile mit Wörtern") == 6000
    assert "im Dokument" in (row.case.text if new else row.case.messages.get().text)
