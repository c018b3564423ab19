"""The worker dies while it tells everybody that the office is closed. Afterwards: each booking treated once, one mail each."""

import signal

import pytest

from tests.faults.stage import Stage, set_up, wait_until

CLOSE = """
from datetime import timedelta
from django.utils import timezone
from appointments.desk.hours import editing, edits
from appointments.models import Appointment
from portal.models import User
now = timezone.now() - timedelta(minutes=10)
booked = Appointment.objects.visits().filter(starts_at__gt=timezone.now() + timedelta(days=1))
first = booked.order_by("starts_at").select_related("pool__office").first()
days = dict(first_day=first.day, last_day=first.day + timedelta(days=6))
editing.change(
    office=first.pool.office, actor=User.objects.first(), default="cancel", now=now,
    edit=edits.closure(office=first.pool.office, reason="Wasserrohrbruch", **days),
)
"""
AFFECTED = "SELECT count(*) FROM desk_affectedbooking"
TREATED = f"{AFFECTED} WHERE outcome <> ''"
FINISHED = "SELECT count(*) FROM desk_hourschange WHERE finished_at IS NOT NULL"
HALF_DONE = """
    SELECT count(*) FROM desk_affectedbooking b JOIN appointments_appointment a ON a.id = b.appointment_id
    WHERE (b.outcome = 'cancelled') <> (a.state = 'cancelled')"""
NOT_ONE_MAIL = """
    SELECT count(*) FROM desk_affectedbooking b JOIN appointments_appointment a ON a.id = b.appointment_id
    WHERE a.email <> '' AND b.outcome = 'cancelled' AND (
        SELECT count(*) FROM portal_outgoingmail m
        WHERE m.kind = 'appointments/cancellation' AND m.about_id = a.id::text) <> 1"""


@pytest.fixture
def stage(tmp_path_factory):
    with set_up(tmp_path_factory.mktemp("closing")) as stage:
        yield stage


def test_the_worker_is_killed_while_it_closes_an_office_and_the_next_one_goes_on(stage: Stage):
    stage.manage("shell", "-c", CLOSE)
    everybody = stage.ask(AFFECTED)
    assert everybody > 20
    kills = 0
    while kills < 2 and stage.ask(FINISHED) == 0:
        before = stage.ask(TREATED)
        wait_until(lambda before=before: stage.ask(TREATED) > before, 90)
        stage.worker.send_signal(signal.SIGKILL)
        stage.worker.wait(20)
        assert stage.ask(HALF_DONE) == 0
        kills += 1
        stage.start_worker()
    wait_until(lambda: stage.ask(FINISHED) == 1, 150)
    assert stage.ask(TREATED) == everybody
    assert stage.ask(HALF_DONE) == 0
    assert stage.ask(NOT_ONE_MAIL) == 0
    stage.manage("check_capacity")
