"""What a file is called that somebody saves: by the language of the page, and in plain letters for programs that know no others."""

import re
import unicodedata
from urllib.parse import quote

from portal import slugs

_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")


def disposition(name: str, *, shown: bool = False) -> str:
    """The Content-Disposition of a file called `name` (with its ending): saved, or `shown` where the browser can.

    RFC 6266: `filename` is ASCII for old programs, `filename*` (RFC 5987) holds the name itself.
    """
    kind, plain = "inline" if shown else "attachment", _plain(name)
    said = f'{kind}; filename="{plain}"'
    return said if plain == name else f"{said}; filename*=UTF-8''{quote(name, safe='')}"


def _plain(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    letters = unicodedata.normalize("NFKD", slugs.spelled_out(stem)).encode("ascii", "ignore").decode()
    return f"{_STRANGE.sub('-', letters).strip('-.') or 'download'}{dot}{ending}"
