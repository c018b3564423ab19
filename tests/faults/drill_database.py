"""The database dies, freezes and comes back while citizens are on the page."""

import time

import pytest

from tests.faults.stage import Stage, set_up, wait_until

PAGE = "/aemter/"  # a public page that asks the database


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with set_up(tmp_path_factory.mktemp("faults")) as stage:
        yield stage


def friendly(response) -> bool:
    return response.status_code == 503 and "Retry-After" in response.headers and "kern" in response.text


def test_a_killed_database_gives_a_friendly_page_and_comes_back_by_itself(stage: Stage):
    assert stage.get(PAGE).status_code == 200
    stage.kill_database()
    assert all(friendly(stage.get(PAGE)) for _ in range(10))
    assert stage.get("/healthz").status_code == 200
    assert stage.get("/readyz").status_code == 503
    stage.start_database()
    assert wait_until(lambda: stage.get(PAGE).status_code == 200, 10) <= 2
    wait_until(lambda: stage.get("/readyz").status_code == 200, 60)


def test_a_restarted_database_costs_no_citizen_a_page(stage: Stage):
    for _ in range(10):
        assert stage.get(PAGE).status_code == 200
    stage.kill_database()
    stage.start_database()
    assert [stage.get(PAGE).status_code for _ in range(20)] == [200] * 20


def test_a_frozen_database_keeps_nobody_waiting_longer_than_ten_seconds(stage: Stage):
    assert stage.get(PAGE).status_code == 200
    stage.freeze_database()
    try:
        started = time.monotonic()
        answer = stage.get(PAGE)
        waited = time.monotonic() - started
    finally:
        stage.thaw_database()
    assert friendly(answer)
    assert waited <= 10
    wait_until(lambda: stage.get(PAGE).status_code == 200, 10)
