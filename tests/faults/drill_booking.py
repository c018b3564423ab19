"""Things die while citizens book. Afterwards: no half booking, one mail for each, counters right, and the portal serves."""

import os
import signal
import threading
import time
from contextlib import contextmanager

import psutil
import pytest
import requests

from tests.faults.citizen import Citizen, Refused
from tests.faults.stage import Stage, set_up, wait_until

SERVICES = ("fuehrungszeugnis", "melderegisterauskunft", "wohnsitz-anmelden", "reisepass", "personalausweis")
OURS = "email LIKE 'person%@example.org'"
WITHOUT_MAIL = f"""
    SELECT count(*) FROM appointments_appointment a WHERE {OURS} AND a.state IN ('confirmed', 'unconfirmed')
    AND (SELECT count(*) FROM portal_outgoingmail m
         WHERE m.about_type = 'appointments.appointment' AND m.about_id = a.id::text) <> 1"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with set_up(tmp_path_factory.mktemp("faults")) as stage:
        yield stage


class Crowd:
    """Citizens who book again and again until told to stop."""

    def __init__(self, stage: Stage, size: int) -> None:
        self.stage, self.booked, self.answers, self.cut = stage, 0, [], 0
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._book, args=(n,)) for n in range(size)]

    def _book(self, number: int) -> None:
        turn = 0
        while not self.over.is_set():
            turn += 1
            try:
                Citizen(self.stage.address, number * 1000 + turn).book(SERVICES[turn % len(SERVICES)])
                self.booked += 1
            except Refused as refusal:
                self.answers.append(refusal.status)
            except (AssertionError, StopIteration):
                self.answers.append(200)  # sent back to an earlier step, with a reason on the page
            except requests.RequestException:
                self.cut += 1


@contextmanager
def crowd(stage: Stage, size: int = 8):
    people = Crowd(stage, size)
    for thread in people.threads:
        thread.start()
    try:
        yield people
    finally:
        people.over.set()
        for thread in people.threads:
            thread.join(60)


def everything_adds_up(stage: Stage) -> None:
    assert stage.ask(WITHOUT_MAIL) == 0
    assert (
        stage.ask(
            f"SELECT count(*) FROM appointments_appointment WHERE {OURS} AND state = 'confirmed' AND confirmed_at IS NULL"
        )
        == 0
    )
    stage.manage("check_capacity")  # exits 1 if a counter and its appointments differ


def test_the_database_is_killed_while_eight_citizens_book(stage: Stage):
    with crowd(stage) as people:
        wait_until(lambda: people.booked >= 8, 60)
        stage.kill_database()
        time.sleep(1)
        stage.start_database()
        before = people.booked
        assert wait_until(lambda: stage.get("/termine/").status_code == 200, 10) <= 2
        wait_until(lambda: people.booked >= before + 8, 60)
    assert 503 in people.answers
    assert 500 not in people.answers
    assert people.cut == 0
    everything_adds_up(stage)


def test_the_connections_of_the_database_are_killed_one_by_one(stage: Stage):
    with crowd(stage) as people:
        wait_until(lambda: people.booked >= 4, 60)
        for _ in range(10):
            stage.ask(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
            )
            time.sleep(0.2)
        before = people.booked
        wait_until(lambda: people.booked >= before + 8, 60)
    assert 500 not in people.answers
    everything_adds_up(stage)


def test_all_web_workers_are_killed(stage: Stage):
    with crowd(stage) as people:
        wait_until(lambda: people.booked >= 4, 60)
        for worker in psutil.Process(stage.web.pid).children():
            worker.kill()
        before = people.booked
        wait_until(lambda: people.booked >= before + 8, 60)
    assert 500 not in people.answers
    everything_adds_up(stage)


def test_a_reload_under_load_costs_nobody_anything(stage: Stage):
    with crowd(stage, size=4) as people:
        for _ in range(3):
            before = people.booked
            os.kill(stage.web.pid, signal.SIGHUP)
            wait_until(lambda known=before: people.booked >= known + 4, 60)
    assert people.cut == 0
    assert set(people.answers) <= {200, 409, 422}
    everything_adds_up(stage)


def test_the_worker_is_killed_and_every_mail_leaves_once_or_twice(stage: Stage):
    unsent = "SELECT count(*) FROM portal_outgoingmail WHERE state = 'waiting'"
    wait_until(lambda: stage.ask(unsent) == 0, 90)
    stage.mail.mails.clear()
    number = stage.ask("SELECT count(*) FROM portal_outgoingmail")
    for n in range(6):
        Citizen(stage.address, 900_000 + n).book(SERVICES[n % len(SERVICES)])
    wait_until(lambda: len(stage.mail.mails) >= 1, 30)
    stage.worker.kill()
    stage.worker.wait()
    stage.start_worker()
    assert wait_until(lambda: stage.ask(unsent) == 0, 60) <= 60
    written = stage.ask("SELECT count(*) FROM portal_outgoingmail") - number
    assert written == 6
    assert written <= len(stage.mail.mails) <= written + 1


def test_a_mail_server_that_refuses_delays_mails_and_loses_none(stage: Stage):
    stage.mail.refusing = True
    stage.mail.mails.clear()
    Citizen(stage.address, 950_001).book(SERVICES[0])
    wait_until(
        lambda: (
            stage.ask("SELECT count(*) FROM portal_outgoingmail WHERE state = 'waiting' AND attempts >= 1")
            == 1
        ),
        40,
    )
    stage.mail.refusing = False
    stage.ask(
        "WITH now AS (UPDATE portal_outgoingmail SET next_attempt_at = now() WHERE state = 'waiting' RETURNING 1) SELECT count(*) FROM now"
    )
    wait_until(lambda: len(stage.mail.mails) == 1, 40)
    assert stage.mail.mails[0].to == ["person950001@example.org"]


@pytest.mark.parametrize("mischief", ["dropping", "hanging"])
def test_a_mail_server_that_breaks_off_or_falls_silent_costs_no_mail_and_no_heartbeat(
    stage: Stage, mischief: str
):
    waiting = "SELECT count(*) FROM portal_outgoingmail WHERE state = 'waiting'"
    wait_until(lambda: stage.ask(waiting) == 0, 60)
    stage.mail.mails.clear()
    setattr(stage.mail, mischief, True)
    try:
        for n in range(4):
            Citizen(stage.address, 960_000 + n + 10 * (mischief == "hanging")).book(SERVICES[n])
        tried = "SELECT count(*) FROM portal_outgoingmail WHERE state = 'waiting' AND attempts >= 1"
        wait_until(lambda: stage.ask(tried) >= 2, 90)
        silent = "SELECT extract(epoch FROM now() - max(at)) FROM portal_workerheartbeat"
        assert stage.ask(silent) < 60  # four mails of 20 seconds each do not stop its other work
    finally:
        setattr(stage.mail, mischief, False)
    stage.ask(
        "WITH now AS (UPDATE portal_outgoingmail SET next_attempt_at = now() WHERE state = 'waiting' RETURNING 1) SELECT count(*) FROM now"
    )
    wait_until(lambda: stage.ask(waiting) == 0, 90)
    booked = {
        receiver for mail in stage.mail.mails for receiver in mail.to if receiver.startswith("person96")
    }
    assert len(booked) == 4  # others may be reminded meanwhile
