import time

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from portal.postgresql.base import DatabaseWrapper, prepared
from portal.running.database import database_from


def test_a_full_address():
    database = database_from("postgres://amt:ge%40heim@db.example:5433/portal?sslmode=require")["default"]
    assert (database["USER"], database["PASSWORD"], database["HOST"], database["PORT"], database["NAME"]) == (
        "amt",
        "ge@heim",
        "db.example",
        "5433",
        "portal",
    )
    assert database["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize(
    "url", ["postgresql:///portal?host=/run/postgresql", "postgresql://%2Frun%2Fpostgresql/portal"]
)
def test_a_unix_socket(url):
    database = database_from(url)["default"]
    assert database["HOST"].lower() == "/run/postgresql"


def test_a_pooler_in_transaction_mode():
    database = database_from("postgresql://h/portal?pgbouncer=1")["default"]
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert database["CONN_MAX_AGE"] == 0
    assert "pgbouncer" not in database["OPTIONS"]
    assert database["OPTIONS"]["prepare_threshold"] is None


@pytest.mark.parametrize(
    "url", ["mysql://h/x", "postgresql://h:port/x", "postgresql://h/", "nonsense", "postgres://[::1/x"]
)
def test_a_bad_address_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database_from(url)


@pytest.mark.django_db
def test_a_kept_connection_is_given_up_once_the_server_has_closed_it():
    kept = DatabaseWrapper(connection.settings_dict)
    kept.connect()
    assert kept.is_usable()
    prepared("SELECT pg_terminate_backend(%s)", [kept.connection.info.backend_pid])
    until = time.monotonic() + 5
    while kept.is_usable() and time.monotonic() < until:
        time.sleep(0.01)
    assert not kept.is_usable()
    kept.close()
    assert not kept.is_usable()
