"""What people put right after they pressed the button: a mistyped address, another time, more persons."""

import re

import pytest
import time_machine

from appointments.models import Appointment
from appointments.pure.states import State
from portal.models import OutgoingMail
from tests.appointments.builders import NOW, a_bookable, a_pool, later
from tests.appointments.test_pages import book
from tests.builders import the_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday_morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def link_in(mail):
    return re.search(r"https?://[^/]+(/termine/mein/\S+)", mail.text)[1]


@pytest.fixture
def waiting(client):
    """Somebody booked and should now click in a mail that went to a mistyped address. The page that says so."""
    the_city()
    pool = a_pool(a_bookable(asks_confirmation=True))
    return book(client, pool, email="anna@exmaple.org").url.split("?")[0]


def test_a_mistyped_address_is_put_right_and_the_first_link_is_dead(client, waiting):
    page = client.get(waiting).content.decode()
    assert "anna@exmaple.org" in page
    kept = Appointment.objects.get()
    assert client.post(f"{waiting}adresse/", {"email": "anna@example.org"}).url == waiting
    wrong, right = OutgoingMail.objects.order_by("id")
    assert (wrong.recipient, right.recipient) == ("anna@exmaple.org", "anna@example.org")
    assert wrong.not_after == NOW, "what had not left yet stays here"
    assert client.get(link_in(wrong)).status_code == 404
    assert client.post(link_in(wrong)).status_code == 404
    assert Appointment.objects.get().held_until == kept.held_until
    done = client.post(link_in(right))
    assert Appointment.objects.get().state == State.CONFIRMED
    assert "anna@example.org" in client.get(done.url).content.decode()
    assert client.get(link_in(right)).status_code == 200
    assert client.post(link_in(right)).status_code == 303, "pressed again, it leads to the appointment"


def test_only_the_link_in_the_mail_confirms_and_not_the_page_that_asks_for_it(client, waiting):
    assert client.post(f"{waiting}bestaetigen/").status_code == 404
    assert Appointment.objects.get().state == State.UNCONFIRMED


def test_an_address_is_put_right_only_while_the_time_is_kept_and_only_some_times(
    client, waiting, monday_morning
):
    assert client.post(f"{waiting}adresse/", {"email": "no address"}).status_code == 422
    answers = [client.post(f"{waiting}adresse/", {"email": f"a{n}@example.org"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    monday_morning.move_to(later(61))
    too_late = client.post(f"{waiting}adresse/", {"email": "anna@example.org"})
    assert too_late.status_code == 409
    assert "nicht rechtzeitig" in client.get(waiting).content.decode()
    assert OutgoingMail.objects.count() == 4
