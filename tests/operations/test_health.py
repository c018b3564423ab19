from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from portal.models import WorkerHeartbeat
from portal.running import health


def test_the_process_answers_without_a_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_when_the_worker_was_heard_lately(client):
    WorkerHeartbeat.objects.create(name="worker", at=timezone.now())
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "migrations": "ok", "worker": "ok"}


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "finding"), [(None, "has never run"), (200, "is silent")])
def test_not_ready_without_a_worker(client, age, finding):
    if age:
        WorkerHeartbeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=age))
    response = client.get("/readyz")
    assert (response.status_code, response.json()["worker"]) == (503, finding)


@pytest.mark.django_db
def test_not_ready_with_a_migration_missing(client):
    MigrationRecorder(connection).record_unapplied("portal", "0001_initial")
    assert client.get("/readyz").json()["migrations"] == "1 not applied"


@pytest.mark.django_db
def test_the_migrations_counted_are_those_that_django_knows():
    assert health._shipped_migrations() == MigrationLoader(None).disk_migrations.keys()


@pytest.mark.django_db
def test_not_ready_without_a_database(client, monkeypatch):
    def fail() -> str:
        raise OperationalError

    monkeypatch.setattr(health, "_migrations", fail)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"database": "does not answer"})
