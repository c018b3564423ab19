"""More mails, and longer ones, than anybody expects: both sides are told, and nothing vanishes in silence."""

from datetime import UTC, datetime

import pytest
import time_machine

from complaints.intake import receiving
from complaints.intake.mailbox import Later
from complaints.models import Case, ReceivedMail
from portal.models import OutgoingMail, Role
from tests.builders import a_clerk, a_department
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


TEN = datetime(2026, 3, 4, 10, 5, tzinfo=UTC)


def a_new_mail(n, sender=None):
    mail = a_mail(
        to="rathaus@stadt.example",
        subject="Schlagloch",
        text=f"Nr. {n}",
        sender=sender or f"s{n}@example.org",
    )
    return mail.as_bytes()


def test_what_a_thousand_strangers_write_waits_for_the_next_hour_and_the_city_hears_of_it():
    head = a_clerk(Role.ADMINISTRATOR, email="leitung@stadt.example")
    complaint_settings(mails_an_hour=3)
    known = a_case(email="eva@example.org")
    with time_machine.travel(TEN, tick=False) as clock:
        for n in range(3):
            assert receiving.receive(a_new_mail(n)).verdict == "new_case"
        for n in (3, 4):
            with pytest.raises(Later) as put_off:
                receiving.receive(a_new_mail(n))
            assert put_off.value.seconds == 55 * 60
        with pytest.raises(Later):
            receiving.receive(a_mail(to="rathaus@stadt.example", subject=f"Zu {known.number}").as_bytes())
        assert receiving.receive(a_mail(to=the_address(known)).as_bytes()).verdict == "filed"
        assert ReceivedMail.objects.count() == 4
        told = OutgoingMail.objects.get(kind="complaints/mails_wait")
        assert told.recipient == head.email, "once an hour"
        clock.shift(3600)
        assert receiving.receive(a_new_mail(3)).verdict == "new_case"


def test_the_sixth_report_of_a_diligent_sender_waits_for_the_next_hour():
    a_department()
    with time_machine.travel(TEN, tick=False) as clock:
        for n in range(5):
            receiving.receive(a_new_mail(n, sender="hausmeister@example.org"))
        with pytest.raises(Later):
            receiving.receive(a_new_mail(5, sender="hausmeister@example.org"))
        clock.shift(3600)
        assert receiving.receive(a_new_mail(5, sender="hausmeister@example.org")).verdict == "new_case"
    assert Case.objects.count() == 6
    assert not OutgoingMail.objects.filter(kind="complaints/mails_wait").exists()
