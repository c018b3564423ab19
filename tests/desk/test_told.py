"""What citizens told when booking reaches the clerk: children, birth date, answers, further services, language."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.desk.people import arrivals, queue, told
from appointments.models import Appointment, Child
from portal.models import Role
from tests.appointments.builders import NOW, a_bookable
from tests.appointments.test_enrolment_and_reminders import a_season
from tests.builders import a_clerk
from tests.desk.builders import NINE, a_clerk_of, a_counter, a_hall, an_appointment

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall():
    return a_hall()


@pytest.fixture
def visit(hall):
    """A family with two children who speaks Hungarian and answered a question, today at nine."""
    with time_machine.travel(NOW, tick=False):
        service = hall.offers.first().service
        service.extra_fields = [{"key": "help", "label": {"de": "Brauchen Sie jemanden, der dolmetscht?"}}]
        service.save()
        card = a_bookable()
        season = a_season(service)
        kept = an_appointment(hall, NINE)
        Appointment.objects.filter(pk=kept.pk).update(
            language="hu",
            answers={"help": "ja, ungarisch", "gone": "2027-03-05"},
            birth_date=date(1990, 2, 3),
            order=[*kept.order, [card.pk, 2, str(card)]],
        )
        for name in ("Ada", "Bela"):
            Child.objects.create(
                season=season,
                appointment=kept,
                name=name,
                birth_date=date(2021, 5, 6),
                guardians=["Anna Beispiel", "Otto Beispiel"],
            )
    kept.refresh_from_db()
    return kept


SAID = ("Ada, 06.05.2021", "Bela, 06.05.2021", "Anna Beispiel, Otto Beispiel", "dolmetscht?", "ja, ungarisch")


def test_the_clerk_reads_what_was_told_wherever_the_person_is_shown(client, hall, visit):
    clerk = a_clerk_of(hall, Role.CLERK)
    with time_machine.travel(NINE, tick=False):
        client.force_login(clerk)
        pages = [client.get(reverse("desk:booked", args=[hall.office.slug, visit.pk]))]
        arrived = arrivals.arrive(appointment=visit)
        pages.append(client.get(reverse("desk:person", args=[hall.office.slug, arrived.pk])))
        counter = a_counter(hall)
        queue.call_next(counter=counter, actor=clerk)
        pages.append(client.get(reverse("desk:counter", args=[counter.pk])))
    for page in pages:
        assert page.status_code == 200, page.headers
        text = page.content.decode()
        assert [said for said in (*SAID, "03.02.1990", "Magyar", "05.03.2027") if said not in text] == []
        assert "(2×)" in text or "× 2" in text


def test_who_came_without_an_appointment_told_nothing():
    assert told.about(None) == []


def test_the_house_that_expects_the_children_has_their_list_and_no_other_house_has(client, hall, visit):
    address = reverse("admin:appointments_child_changelist")
    for user, seen in ((a_clerk_of(hall, Role.CLERK), 2), (a_clerk(Role.CLERK), 0)):
        client.force_login(user)
        assert client.get(address).context["cl"].result_count == seen


def test_two_things_are_booked_into_one_visit_on_the_phone_where_that_is_allowed(client, hall):
    main, card, alone = hall.offers.first().service, a_bookable(base_minutes=20), a_bookable()
    for service in (card, alone):
        hall.offers.create(service=service)
    main.combinable.set([card])
    client.force_login(a_clerk_of(hall, Role.RECEPTION))
    address = reverse("desk:book", args=[hall.office.slug])
    query = {"service": main.pk, "count": 1, "also": card.pk}
    page = client.get(address, query)
    assert list(page.context["search"]["also"].field.queryset) == [card]
    first = page.context["days"][0].slots[0]
    form = {"start": f"{first.pool.id}@{first.start.isoformat()}", "name": "Otto", "by_phone": "on"}
    form |= {"form_key": str(page.context["form"]["form_key"].value()), "language": "de"}
    made = client.post(reverse("desk:book", args=[hall.office.slug], query=query), form)
    assert made.status_code == 303
    kept = Appointment.objects.get()
    assert ([line[:2] for line in kept.order], kept.ends_at - kept.starts_at) == (
        [[main.pk, 1], [card.pk, 1]],
        timedelta(minutes=35),
    )
    main.combinable.clear()
    alone.combinable.set([card])
    assert client.get(address, query).status_code == 409
