import threading
import time

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client

from portal.gate.patience import PatienceMiddleware


def sleeping(seconds: float):
    def view(request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [seconds])
        return HttpResponse("slept")

    return view


@pytest.mark.django_db(transaction=True)
def test_a_query_without_an_answer_is_given_up(rf, settings):
    settings.DATABASE_PATIENCE = 1
    started = time.monotonic()
    with pytest.raises(OperationalError):
        PatienceMiddleware(sleeping(8))(rf.get("/"))
    assert 1 <= time.monotonic() - started < 4
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_slow_page_that_makes_progress_is_left_alone(rf, settings):
    settings.DATABASE_PATIENCE = 1

    def view(request):
        for _ in range(6):
            sleeping(0.3)(request)
        return HttpResponse("patient")

    assert PatienceMiddleware(view)(rf.get("/")).content == b"patient"


@pytest.mark.django_db
def test_one_watcher_serves_a_process_with_many_handlers():
    for _ in range(5):
        Client().get("/healthz")
    assert sum(thread.name == "patience" for thread in threading.enumerate()) == 1
