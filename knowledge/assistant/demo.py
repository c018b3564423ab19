"""The demo city's table of other authorities."""

import tomllib
from collections.abc import Callable

from django.conf import settings

from knowledge.assistant.models import Authority

FILE = settings.BASE_DIR / "demo" / "authorities.toml"
FIELDS = ("name", "responsible_for", "contact", "url", "keywords")


def load(progress: Callable[[str], None]) -> None:
    """Write or refresh every authority of the file."""
    progress("assistant")
    for row in tomllib.loads(FILE.read_text())["authority"]:
        values = {name: row[name] for name in FIELDS if name in row}
        Authority.objects.update_or_create(key=row["key"], defaults=values)
