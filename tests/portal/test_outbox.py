"""A mail leaves when its transaction stood, once, and is tried again when the server refuses."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail as django_mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal import outbox
from portal.models import OutgoingMail
from tests.builders import a_clerk, an_office, the_city

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


class Postbox:
    """A real mail server on this machine; `answer` is what it says to a whole message."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.port = 0
        self.answer = "250 Message accepted"

    async def handle_DATA(self, server, session, envelope):
        if self.answer.startswith("250"):
            self.received.append(envelope.content)
        return self.answer


@pytest.fixture
def postbox(settings):
    handler = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = handler.port = port
    yield handler
    controller.stop()


@pytest.fixture
def write(tmp_path, settings):
    folder = tmp_path / "mails" / "test"
    folder.mkdir(parents=True)
    (folder / "hello.subject.txt").write_text("Ihr Termin in {{ city.name }}\n")
    (folder / "hello.txt").write_text("Guten Tag {{ name }}\n\nhttps://example.test/t/abc\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    the_city(name="Lindenau")

    def write(**fields):
        with transaction.atomic():
            return outbox.add(
                kind="test/hello",
                to="mia@example.test",
                context={"name": "<b>Mia</b>"},
                about=an_office(),
                **fields,
            )

    return write


def test_a_mail_arrives_with_text_formatted_text_and_calendar(postbox, write):
    mail = write(calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", calendar_method="REQUEST")
    assert outbox.deliver_due() == 1, OutgoingMail.objects.get().last_error
    (message,) = postbox.received
    assert b"Subject: Ihr Termin in Lindenau" in message
    assert b"Auto-Submitted: auto-generated" in message
    assert b"text/calendar" in message
    assert b'method="REQUEST"' in message
    assert mail.message_id.encode() in message
    assert b"&lt;b&gt;Mia" in message  # nobody's name becomes markup
    mail.refresh_from_db()
    assert mail.state == State.SENT


def test_sending_twice_sends_once(postbox, write):
    mail = write()
    assert outbox.deliver(mail.pk)
    assert not outbox.deliver(mail.pk)
    assert len(postbox.received) == 1


def _while_the_first_is_not_done(write, second):
    """What `second` comes to in another transaction that meets the first one's mail before it is sure."""

    def meanwhile():
        try:
            with transaction.atomic():
                return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic(), connection.cursor() as cursor:
        write(once="termin.1")
        came = other.submit(meanwhile)
        waits = 0
        while not waits and not came.done():
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            (waits,) = cursor.fetchone()
    return came.result(timeout=20)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_tell_the_same_at_once_the_second_leaves_it_at_that(write):
    assert _while_the_first_is_not_done(write, lambda: write(once="termin.1")) is None
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_a_plain_row_fails_when_two_meet(write):
    row = {"kind": "test/hello", "recipient": "a@b.example", "once": "termin.1"}
    with pytest.raises(IntegrityError):
        _while_the_first_is_not_done(
            write, lambda: OutgoingMail.objects.create(**row, next_attempt_at=timezone.now())
        )


def test_a_mail_that_waits_for_its_time_does_not_leave_before(postbox, write):
    mail = write(not_before=timezone.now() + timedelta(minutes=1))
    assert not outbox.deliver(mail.pk)
    assert postbox.received == []


def test_a_refused_mail_waits_1_5_30_minutes_then_half_hourly_for_two_days(postbox, write):
    postbox.answer = "451 greylisted"
    mail = write()
    waits, now = [], timezone.now()
    for attempt in range(1, 7):
        OutgoingMail.objects.filter(pk=mail.pk).update(next_attempt_at=now)
        assert not outbox.deliver(mail.pk)
        mail.refresh_from_db()
        waits.append(round((mail.next_attempt_at - timezone.now()).total_seconds() / 60))
        assert (mail.state, mail.attempts) == (State.WAITING, attempt)
    assert waits == [1, 5, 30, 30, 30, 30]
    assert "451" in mail.last_error
    OutgoingMail.objects.filter(pk=mail.pk).update(
        created_at=now - timedelta(hours=47, minutes=45), next_attempt_at=now
    )
    outbox.deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == State.GIVEN_UP


def test_after_the_server_is_mended_a_clerk_sends_it_again(postbox, write):
    mail = write()
    OutgoingMail.objects.filter(pk=mail.pk).update(state=State.GIVEN_UP)
    outbox.try_again(mail=mail, actor=a_clerk())
    assert outbox.deliver(mail.pk)


def test_a_reminder_never_leaves_after_its_time(postbox, write):
    mail = write(not_after=timezone.now() - timedelta(seconds=1))
    assert outbox.deliver_due() == 0
    mail.refresh_from_db()
    assert (mail.state, postbox.received) == (State.EXPIRED, [])


def test_the_same_event_is_mailed_once(write):
    assert write(once="reminder-48-1") is not None
    assert write(once="reminder-48-1") is None


def test_no_mail_is_left_of_a_transaction_that_failed(write):
    def fails_after_writing():
        with transaction.atomic():
            write()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_after_writing()
    assert not OutgoingMail.objects.exists()


def test_a_mail_outside_a_transaction_is_a_mistake_of_ours(transactional_db):
    with pytest.raises(AssertionError):
        outbox.add(kind="test/hello", to="mia@example.test", context={})
    assert not django_mail.outbox


def test_a_server_that_is_away_is_asked_once_a_round_and_every_mail_waits(postbox, write, settings):
    mails = [write() for _ in range(3)]
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.EMAIL_PORT = free.getsockname()[1]
    assert outbox.deliver_due() == 0
    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    settings.EMAIL_PORT = postbox.port
    assert outbox.deliver_due() == 2
    assert OutgoingMail.objects.filter(state="waiting").get().pk == mails[0].pk
