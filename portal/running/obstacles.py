"""What keeps a database from carrying the house, in one sentence for the person who named it."""

from typing import Any

import psycopg
from django.core import checks
from django.db import Error, OperationalError, connection

OLDEST_POSTGRESQL = 15
EXTENSIONS = ("btree_gist", "fuzzystrmatch", "pg_trgm")

_QUESTION = """
    SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),
           current_setting('transaction_read_only')::bool,
           coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
           has_database_privilege(current_database(), 'CREATE'),
           array(SELECT wanted FROM unnest(%(wanted)s::text[]) wanted
                 WHERE wanted NOT IN (SELECT name FROM pg_available_extensions)),
           array(SELECT wanted FROM unnest(%(wanted)s::text[]) wanted
                 WHERE wanted NOT IN (SELECT extname FROM pg_extension)),
           current_database()::text, current_user::text
"""


def obstacle() -> str:
    """The first thing in the way of `migrate`, or nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_QUESTION, {"wanted": list(EXTENSIONS)})
            return named(*cursor.fetchone())
    except Error as error:
        return f"The database cannot be reached: {_first_line(error)}"


def named(
    version: int,
    encoding: str,
    read_only: bool,
    may_make_tables: bool,
    may_make_extensions: bool,
    not_there: list[str],
    not_made: list[str],
    database: str,
    user: str,
) -> str:
    """Values as `_QUESTION` brings them."""
    if version < OLDEST_POSTGRESQL:
        return f"This is PostgreSQL {version}; the portal needs {OLDEST_POSTGRESQL} or newer."
    if encoding != "UTF8":
        return f"The database {database} holds {encoding} only: make it anew with createdb -E UTF8."
    if read_only:
        return f"The database {database} is read-only: name the server that takes changes."
    if not_there:
        return (
            f"PostgreSQL lacks the extensions {', '.join(not_there)}: install its package postgresql-contrib."
        )
    if not_made and not may_make_extensions:
        statements = " ".join(f"CREATE EXTENSION {name};" for name in not_made)
        return f"{user} may not make extensions in the database {database}: let its administrator run {statements}"
    if not may_make_tables:
        return (
            f"{user} may not make tables in the database {database}: let {user} own it (createdb -O {user})."
        )
    return ""


def sentence(error: Exception) -> str:
    """What the database's own trouble (gone, full, locked, not migrated) is to a person; nothing for a mistake of ours."""
    if isinstance(error, OperationalError | psycopg.OperationalError):
        return f"The database does not answer: {_first_line(error)}"
    if isinstance(error.__cause__, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return "The tables of this version are not there: run manage.py migrate first."
    return ""


def check(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """For `manage.py migrate` and `check --database default`."""
    in_the_way = obstacle() if databases else ""
    return [checks.Error(in_the_way, id="portal.E001")] if in_the_way else []


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
