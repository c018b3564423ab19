"""What colleagues write about a person never reaches the citizen: every public address, mail, feed and file is read."""

import pytest
from django.urls import reverse

from appointments.desk import feeds
from appointments.desk.people import arrivals, queue
from appointments.letters import reminders
from appointments.models import Appointment
from appointments.urls import urlpatterns
from appointments.visit import changing
from portal import links
from portal.models import OutgoingMail, Role
from tests.architecture.routes import every_route
from tests.desk.builders import NINE, a_clerk_of, a_counter, a_hall, a_walk_in, an_appointment, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nine_o_clock")]
SECRET = "spricht-leise-und-hat-Schulden"
OWN = {"mine", "confirm", "cancel", "move", "earlier", "calendar", "code", "paper"}


def _noted(visit, clerk):
    return queue.annotate(visit=visit, seen=visit.version, actor=clerk, note=SECRET, priority=True)


def _read(client, path):
    answer = client.get(path, headers={"Accept": "*/*"})
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_note_is_on_no_page_file_feed_or_mail_for_citizens(client, hall):
    clerk, counter = a_clerk_of(hall, Role.LEAD), a_counter(hall)
    booked, walk_in = an_appointment(hall, NINE), a_walk_in(hall, name="Wer Wartet")
    visits = [_noted(arrivals.arrive(appointment=booked), clerk), _noted(walk_in, clerk)]
    token, kiosk = (
        links.issue(subject=booked, purpose="appointment"),
        links.issue(subject=hall.office, purpose="kiosk"),
    )
    called = queue.call_next(counter=counter, actor=clerk)

    own = [reverse(f"appointments:{name}", args=[token]) for name in OWN]
    assert {route.name for route in urlpatterns} >= OWN
    assert client.get(reverse("appointments:mine", args=[token])).status_code == 200
    welcome = client.post(reverse("hall:check_in", args=[kiosk]), {"code": booked.number})["Location"]
    hall_pages = [
        welcome, reverse("hall:kiosk", args=[kiosk]), reverse("hall:display", args=[hall.office.slug]),
        reverse("desk:feed", args=[feeds.issue(owner=clerk, pool=hall, with_names=True)]),
    ]  # fmt: skip
    public = [route.path for route in every_route() if not route.path.startswith("/amt/")]
    for path in [*own, *hall_pages, *public]:
        assert SECRET.encode() not in _read(client, path), path

    queue.no_show(visit=called, seen=called.version, actor=clerk)
    other = an_appointment(hall, at("11:00"))
    arrivals.arrive(appointment=other)
    changing.cancel(appointment=an_appointment(hall, at("11:30")), actor=clerk, reason="krank")
    reminders.send_due()
    assert OutgoingMail.objects.exists()
    assert not OutgoingMail.objects.filter(text__contains=SECRET).exists()
    assert {visit.note for visit in visits} == {SECRET}  # it was there to be found
    client.force_login(clerk)
    assert SECRET.encode() in _read(client, reverse("desk:person", args=[hall.office.slug, visits[0].pk]))


def test_only_those_who_run_the_day_open_a_persons_note(client, hall):
    visit = _noted(a_walk_in(hall), a_clerk_of(hall))
    path = reverse("desk:person", args=[hall.office.slug, visit.pk])
    assert client.get(path).status_code == 302
    client.force_login(a_clerk_of(a_hall(), Role.LEAD))
    assert client.get(path).status_code == 403
    assert not Appointment.objects.exists()
