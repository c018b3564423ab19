import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.database import database_from


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


@pytest.mark.parametrize(
    "url", ["mysql://h/x", "postgresql://h:port/x", "postgresql://h/", "nonsense", "postgres://[::1/x"]
)
def test_a_bad_address_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database_from(url)
