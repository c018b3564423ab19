"""Mails come in: replies land in their case, everything that is not a person's reply ends here."""

import io
import socketserver
import threading
import zipfile
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from unittest import mock

import pytest
from django.core import mail as django_mail
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from complaints import remembering
from complaints.correspondence import attachments, messages, telling
from complaints.desk import handling
from complaints.intake import mail_parts, mailbox, receiving
from complaints.models import Case, Message, OutsideBody, Photo, ReceivedMail
from complaints.workflow import State
from portal import outbox
from portal.models import OutgoingMail
from tests.builders import a_clerk
from tests.complaints.builders import a_case, a_mail, a_photo, complaint_settings, the_address, the_reporter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailbox(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    complaint_settings(reply_address="anliegen@stadt.example")


def test_a_reply_to_the_keyed_address_lands_in_the_case_without_the_quote():
    case = a_case(email="eva@example.org")
    text = "Es ist die linke.\n\nAm Mo., 23. Nov. 2026 um 09:00 schrieb Stadt <anliegen@stadt.example>:\n> Welche Lampe?"
    row = receiving.receive(a_mail(to=the_address(case), text=text).as_bytes())
    assert (row.verdict, row.case) == ("filed", case)
    message = Message.objects.get()
    assert message.text == "Es ist die linke."
    assert message.reporter == the_reporter(case)


def test_a_question_by_mail_and_its_answer_by_mail_go_full_circle():
    case = a_case(email="eva@example.org")
    messages.write(case=case, text="Welche Lampe?", actor=a_clerk(), question=True)
    sent = OutgoingMail.objects.get(kind="complaints/question")
    receiving.receive(a_mail(to=sent.headers["Reply-To"].upper()).as_bytes())
    case.refresh_from_db()
    assert (case.state, case.unread) == ("in_progress", True)


def test_the_tag_in_the_subject_will_do_and_so_will_the_mail_that_is_answered():
    case = a_case(email="eva@example.org")
    messages.write(case=case, text="Hallo", actor=a_clerk())
    sent = OutgoingMail.objects.get(kind="complaints/message")
    assert receiving.receive(a_mail(subject=f"AW: {sent.subject}").as_bytes()).case == case
    assert receiving.receive(a_mail(In_Reply_To=sent.message_id, text="noch etwas").as_bytes()).case == case


def test_what_an_outside_body_answers_is_read_by_the_clerk_alone():
    case, body = (
        a_case(email="eva@example.org"),
        OutsideBody.objects.create(name="Strom", email="netz@strom.example"),
    )
    handling.forward(
        case=case, body=body, message="Bitte prüfen.", public_note="Das Netz ist zuständig.", actor=a_clerk()
    )
    sent = OutgoingMail.objects.get(kind="complaints/outside")
    reply = a_mail(In_Reply_To=sent.message_id, text="Erledigt am Montag.", sender="dispo@strom.example")
    assert receiving.receive(reply.as_bytes()).case == case
    message = Message.objects.get(author=Message.Author.OUTSIDE)
    assert (message.text, message.visibility) == ("Erledigt am Montag.", Message.Visibility.INTERNAL)
    case.refresh_from_db()
    assert case.unread


def test_what_is_said_to_a_joined_case_goes_to_the_one_it_was_joined_with():
    from complaints.desk import merging

    case, into = a_case(email="eva@example.org"), a_case()
    address = the_address(case)
    merging.merge(case=case, into=into, actor=a_clerk())
    assert receiving.receive(a_mail(to=address).as_bytes()).case == into


@pytest.mark.parametrize(
    "change",
    [lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"), lambda key: "9" + key, lambda key: "x"],
)
def test_a_forged_key_is_refused(change):
    case = a_case(email="eva@example.org")
    name, _at, host = the_address(case).partition("@")
    box, _plus, key = name.partition("+")
    row = receiving.receive(a_mail(to=f"{box}+{change(key)}@{host}").as_bytes())
    assert row.verdict == "forged"
    assert not Message.objects.exists()


def test_a_number_alone_proves_nothing_and_only_the_clerk_reads_it():
    case = a_case(email="eva@example.org")
    receiving.receive(a_mail(subject=f"Zu {case.number}", sender="fremd@example.org").as_bytes())
    assert Message.objects.get().visibility == "internal"
    case.refresh_from_db()
    assert case.state == "received"


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Precedence": "bulk"}, "automatic"),
        ({"X_Autoreply": "yes"}, "automatic"),
        ({"Return_Path": "<>"}, "automatic"),
        ({"X_Buergerhaus": "{house}"}, "loop"),
    ],
)
def test_robots_bounces_and_our_own_mails_end_here(headers, verdict):
    from portal import links

    case = a_case(email="eva@example.org")
    headers = {name: value.replace("{house}", links.absolute("/")) for name, value in headers.items()}
    before = OutgoingMail.objects.count()
    assert receiving.receive(a_mail(to=the_address(case), **headers).as_bytes()).verdict == verdict
    assert not Message.objects.filter(author="citizen").exists()
    assert OutgoingMail.objects.count() == before, "nothing is answered"


def test_an_address_that_bounces_gets_no_more_mails():
    case = a_case(email="eva@example.org")
    messages.write(case=case, text="Hallo", actor=a_clerk())
    sent = OutgoingMail.objects.get(kind="complaints/message")
    raw = (
        f"From: MAILER-DAEMON@mx.example\nTo: stadt@stadt.example\nReturn-Path: <>\nSubject: Undelivered\n"
        f"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/rfc822\n\nMessage-ID: {sent.message_id}\n\nHallo\n--x--\n"
    )
    assert receiving.receive(raw.encode()).verdict == "bounce"
    assert the_reporter(case).signed_off_at is not None


def test_the_same_mail_twice_is_filed_once():
    case = a_case(email="eva@example.org")
    raw = a_mail(to=the_address(case), Message_ID="<1@example.org>").as_bytes()
    assert receiving.receive(raw) == receiving.receive(raw)
    assert Message.objects.count() == 1


def test_the_same_mail_on_two_ways_is_one_though_one_of_them_ends_its_lines_otherwise():
    address = the_address(a_case(email="eva@example.org"))
    raw = a_mail(to=address, text="Eins.\n\nZwei.\n", Message_ID="<1@example.org>").as_bytes()
    assert receiving.receive(raw) == receiving.receive(b"Received: by mx\r\n" + raw.replace(b"\n", b"\r\n"))


def test_of_a_program_that_gives_all_its_mails_one_id_none_is_lost():
    address = the_address(a_case(email="eva@example.org"))
    for text in ("Eins.", "Zwei."):
        receiving.receive(a_mail(to=address, text=text, Message_ID="<1@example.org>").as_bytes())
    assert {message.text for message in Message.objects.all()} == {"Eins.", "Zwei."}


def test_a_sub_address_of_the_citizens_own_is_no_forged_key():
    case = a_case(email="eva@example.org")
    mail = a_mail(to=the_address(case), Cc="eva+stadt@example.org", Delivered_To="sammel+x@anders.example")
    assert receiving.receive(mail.as_bytes()).case == case


@pytest.mark.parametrize("subject", ["Abwesenheit der Müllabfuhr", "Automat defekt"])
def test_what_only_sounds_like_an_automatic_answer_is_read(subject):
    assert not mail_parts.read(a_mail(subject=subject).as_bytes()).is_automatic


def test_a_mail_without_reference_becomes_a_case_with_its_photos():
    a_case()
    mail = a_mail(subject="Schlagloch", text="In der Bahnstraße", sender="neu@example.org")
    mail.add_attachment(a_photo(size=(800, 600)), maintype="image", subtype="jpeg", filename="a.jpg")
    mail.add_attachment(b"MZ" + b"0" * 5000, maintype="image", subtype="png", filename="b.png")
    row = receiving.receive(mail.as_bytes())
    assert row.verdict == "new_case"
    case = Case.objects.get(source="mail")
    assert "Bahnstraße" in case.text
    assert b"SecretCamera" not in Photo.objects.get(case=case).file.read()
    assert OutgoingMail.objects.filter(kind="complaints/received", recipient="neu@example.org").count() == 1


def test_markup_becomes_words():
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "eva@example.org", "a@b.example", "x"
    mail.set_content("<style>p{}</style><p>Hallo &amp; danke</p><script>alert(1)</script>", subtype="html")
    assert mail_parts.read(mail.as_bytes()).text == "Hallo & danke"


@given(st.binary(min_size=1, max_size=400))
def test_whatever_comes_is_read_or_refused(raw):
    try:
        mail_parts.read(raw)
    except mail_parts.Unreadable:
        assert not raw.strip()


class _Imap(socketserver.StreamRequestHandler):
    """As much of IMAP as the poller speaks."""

    def handle(self):
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, verb, *rest = line.decode().split()
            verb = rest.pop(0).upper() if verb.upper() == "UID" else verb.upper()
            unseen = [n for n in self.server.mails if n not in self.server.seen]
            if verb == "CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif verb == "SELECT":
                self.wfile.write(f"* {len(self.server.mails)} EXISTS\r\n".encode())
            elif verb == "SEARCH":
                self.wfile.write(f"* SEARCH {' '.join(map(str, unseen))}\r\n".encode())
            elif verb == "FETCH":
                raw = self.server.mails[int(rest[0])]
                self.wfile.write(
                    f"* 1 FETCH (UID {rest[0]} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
                )
            elif verb == "STORE":
                self.server.seen.add(int(rest[0]))
            self.wfile.write(f"{tag} OK done\r\n".encode())
            if verb == "LOGOUT":
                return


@pytest.fixture
def server():
    """A mailbox with two new mails."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Imap) as server:
        server.mails, server.seen = {1: b"From: a@b\n\neins", 2: b"From: a@b\n\nzwei"}, set()
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        server.address = f"imap://user:p%40ss@127.0.0.1:{server.server_address[1]}/INBOX"
        yield server
        server.shutdown()


def test_the_mailbox_is_polled_and_what_fails_stays(server):
    take = mock.Mock(side_effect=[ValueError("strange"), None])
    with mock.patch.object(mailbox, "AT_ONCE", 1):  # what fails does not use up a round
        assert mailbox.fetch(server.address, take) == 1
    assert server.seen == {2}
    assert take.call_args_list[1].args == (b"From: a@b\n\nzwei",)


def test_a_mail_that_has_to_come_later_stays_and_is_fetched_again_only_then(server):
    take = mock.Mock(side_effect=[mailbox.Later(3600), None, None])
    assert mailbox.fetch(server.address, take) == 1
    assert mailbox.fetch(server.address, take) == 0
    assert (server.seen, take.call_count) == ({2}, 2)
    cache.clear()  # the hour is over
    assert mailbox.fetch(server.address, take) == 1
    assert server.seen == {1, 2}


def test_the_receipt_says_where_replies_go():
    case = a_case(email="eva@example.org", confirmed=False)
    mail = OutgoingMail.objects.get(kind="complaints/received")
    assert mail.headers["Reply-To"].startswith("anliegen+")
    assert ReceivedMail.objects.count() == 0
    assert telling.desk_link(case).endswith(f"/amt/anliegen/fall/{case.number}/")


def test_a_photo_that_calls_itself_only_bytes_is_a_photo_and_other_bytes_are_none():
    case = a_case(email="eva@example.org")
    mail = a_mail(to=the_address(case))
    for content, name in ((a_photo(), "IMG_1.JPG"), (b"MZ" + b"0" * 5000, "a.exe")):
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    assert receiving.receive(mail.as_bytes()).verdict == "filed"
    assert Photo.objects.filter(case=case).count() == 1


def office(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for part in parts:
            box.writestr(part, "x")
    return out.getvalue()


def test_a_document_is_kept_for_the_clerk_alone_and_what_is_none_is_named_to_both(client):
    case = a_case(email="eva@example.org")
    mail = a_mail(to=the_address(case))
    word, macros = office("[Content_Types].xml", "word/document.xml"), "word/vbaProject.bin"
    for name, content in {
        "../Rechnung<b>.html": b"%PDF-1.7 Rechnung",
        "Brief.doc": word,
        "Makro.docx": office("[Content_Types].xml", "word/document.xml", macros),
        "alles.zip": office("a.exe"),
        "bild.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    }.items():
        mail.add_attachment(content, maintype="application", subtype="x-any", filename=name)
    receiving.receive(mail.as_bytes())
    assert [row.name for row in case.attachments.all()] == ["_Rechnung_b_.pdf", "Brief.docx"]
    note = Message.objects.get(visibility="internal").text
    told = OutgoingMail.objects.get(kind="complaints/left_out").text
    for name in ("Makro.docx", "alles.zip", "bild.svg"):
        assert name in note
        assert name in told
    client.force_login(a_clerk(department=case.department))
    answer = client.get(f"/amt/anliegen/fall/{case.number}/datei/{case.attachments.first().key}/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_a_document_that_the_virus_scanner_refuses_is_left_out(scanner):
    case = a_case(email="eva@example.org")
    mail = a_mail(to=the_address(case))
    for name, content in (("a.pdf", b"%PDF-1.7 virus"), ("b.pdf", b"%PDF-1.7")):
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    receiving.receive(mail.as_bytes())
    assert case.attachments.get().name == "b.pdf"
    assert "a.pdf" in Message.objects.get(visibility="internal").text


def test_documents_go_with_the_contacts_a_year_after_closing(django_capture_on_commit_callbacks):
    case = a_case(email="eva@example.org")
    mail = a_mail(to=the_address(case))
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    receiving.receive(mail.as_bytes())
    path = Path(case.attachments.get().file.path)
    handling.move(case=case, to=State.SOLVED, reason="Fertig", actor=a_clerk())
    with django_capture_on_commit_callbacks(execute=True):
        remembering.forget_contacts(timezone.now() + timedelta(days=400))
    assert not path.exists()


def a_report(to: str, action: str, status: str, kind: str = "delivery-status") -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\nTo: {to}\nReturn-Path: <>\nAuto-Submitted: auto-replied\n"
        f"Subject: Undelivered Mail\nContent-Type: multipart/report; report-type={kind}; boundary=x\n\n"
        f"--x\nContent-Type: text/plain\n\nIt did not work.\n--x\nContent-Type: message/{kind}\n\n"
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; eva@example.org\nAction: {action}\nStatus: {status}\n--x--\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "status", "verdict", "silenced"),
    [
        ("failed", "5.1.1", "bounce", True),
        ("failed", "5.2.2", "bounce", False),  # a full mailbox
        ("failed", "4.4.7", "bounce", False),  # the mail server was away for days
        ("delayed", "4.4.1", "automatic", False),
    ],
)
def test_only_an_address_that_does_not_exist_is_silenced(action, status, verdict, silenced):
    case = a_case(email="eva@example.org")
    assert receiving.receive(a_report(the_address(case), action, status)).verdict == verdict
    assert bool(the_reporter(case).signed_off_at) is silenced
    assert Message.objects.filter(visibility="internal").exists() is (verdict == "bounce")


def test_a_receipt_is_no_bounce_and_failed_deliveries_go_to_the_key_of_the_case():
    case = a_case(email="eva@example.org")
    receipt = a_report(the_address(case), "displayed", "2.0.0", "disposition-notification")
    assert receiving.receive(receipt).verdict == "automatic"
    assert the_reporter(case).signed_off_at is None
    outbox.deliver_due()
    (sent,) = django_mail.outbox
    assert sent.from_email == the_address(case)
    assert "buergerhaus@localhost" in str(sent.message()["From"])


@pytest.mark.parametrize(
    ("place", "damage", "raised"),
    [
        (0, b"PK??", zipfile.BadZipFile),  # no entry where the list says one begins
        (6, b"\xff\x00", NotImplementedError),  # needs a version of the format that does not exist
        (46, b"\xff", UnicodeDecodeError),  # a name that is no UTF-8
    ],
)
def test_a_box_that_cannot_be_read_is_left_out_and_named(place, damage, raised):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("ü[Content_Types].xml", "<x/>")
    data = bytearray(out.getvalue())
    start = data.index(b"PK\x01\x02") + place
    data[start : start + len(damage)] = damage
    with pytest.raises(raised):
        zipfile.ZipFile(io.BytesIO(data))
    assert attachments.sorted_out([attachments.File("Brief.docx", bytes(data))]) == ([], ["Brief.docx"])
