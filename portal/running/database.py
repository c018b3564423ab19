"""A database URL, read into Django's DATABASES."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database_from(url: str) -> dict[str, dict[str, Any]]:
    """Read postgresql://user:password@host:port/name?option=value, with `host=/folder` for a Unix socket.

    Options of libpq (sslmode, connect_timeout, options…) go through. Ours: `pgbouncer=1` for a pooler in transaction mode,
    `max_age=SECONDS` for how long a connection is kept (default 300). Such a pooler gives each transaction another connection,
    so nothing is prepared on one.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}.") from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql:// (only PostgreSQL can serve this portal)."
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    pooled = options.pop("pgbouncer", "") in {"1", "true", "yes"}
    max_age = options.pop("max_age", "0" if pooled else "300")
    host, port_text = options.pop("host", ""), options.pop("port", "")
    name = unquote(parts.path.lstrip("/")) or options.pop("dbname", "")
    if not name:
        raise ImproperlyConfigured("DATABASE_URL must end with the name of the database.")
    return {
        "default": {
            "ENGINE": "portal.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or "") or options.pop("user", ""),
            "PASSWORD": unquote(parts.password or "") or options.pop("password", ""),
            "HOST": host or unquote(parts.hostname or ""),
            "PORT": str(port or port_text),
            "CONN_MAX_AGE": int(max_age) if max_age.isdigit() else 300,
            "CONN_HEALTH_CHECKS": not pooled,
            "DISABLE_SERVER_SIDE_CURSORS": pooled,
            "OPTIONS": {"connect_timeout": 3, "prepare_threshold": None if pooled else 1, **options},
        }
    }
