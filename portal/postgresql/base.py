"""Django's PostgreSQL with two things cheaper: whether a kept connection still stands, and what every page asks."""

import select
from collections.abc import Sequence
from typing import Any, cast

import psycopg
from django.db import connection
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """The backend that `DATABASES` names."""

    _bound_by_the_server: Any = base.ServerBindingCursor

    def is_usable(self) -> bool:
        """A server that goes closes the line, and a line that is closed can be read: the kernel knows without a statement.

        Anything else to read between two requests (a notice, the farewell of TLS) is asked about with one.
        """
        try:
            line = select.poll()
            line.register(self.connection.fileno(), select.POLLIN)
            return not line.poll(0) or super().is_usable()
        except (psycopg.Error, OSError, AttributeError):  # closed already, on our side or never opened
            return False

    def prepared_cursor(self) -> Any:
        """A cursor whose statements the server plans once a connection; values travel apart from the text."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        driver: Any = self
        with driver.wrap_database_errors:
            return driver._prepare_cursor(self._bound_by_the_server(self.connection))


def prepared(sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """All rows of one of the few statements that every page asks: half of what they cost was planning them anew.

    Types must be plain from the text (`%s::text[]`), because the server reads it without the values.
    """
    with cast(DatabaseWrapper, connection).prepared_cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []
