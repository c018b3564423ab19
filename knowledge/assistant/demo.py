"""The demo city's table of other authorities: its own rows, then those usual in its country."""

import tomllib
from collections.abc import Callable

from django.conf import settings

from knowledge.assistant import authorities
from knowledge.assistant.models import Authority
from portal.models import City

FILE = settings.BASE_DIR / "demo" / "authorities.toml"


def load(progress: Callable[[str], None]) -> None:
    """Write or refresh every authority of the file; its words are added to the usual ones."""
    progress("other authorities and their words")
    usual = {row["key"]: row for row in authorities.shipped(City.current().country)}
    for row in tomllib.loads(FILE.read_text())["authority"]:
        values = {name: row[name] for name in authorities.FIELDS if name in row}
        words = usual[row["key"]]["keywords"] if row["key"] in usual else []
        values["keywords"] = list(dict.fromkeys([*row["keywords"], *words]))
        Authority.objects.update_or_create(key=row["key"], defaults=values)
    authorities.adopt()
