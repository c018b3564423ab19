"""Read the word lists that ship with the product."""

from functools import cache
from hashlib import sha256
from pathlib import Path

_HERE = Path(__file__).parent / "data"
_MAKE_TERMS = (
    "analysis",
    "chunks",
    "compounds",
    "documents",
    "folding",
    "index",
    "marking",
    "ranking",
    "sounds",
)


def lines(language: str, name: str) -> tuple[str, ...]:
    """The lines of `data/<language>/<name>.txt` without comments and blanks; () if a language has no such list."""
    path = _HERE / language / f"{name}.txt"
    if not path.exists():
        return ()
    kept = (line.split("#", 1)[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in kept if line)


@cache
def words(language: str, name: str) -> frozenset[str]:
    """All words of a list."""
    return frozenset(word for line in lines(language, name) for word in line.split())


@cache
def fingerprint() -> str:
    """Of the word lists and modules that make terms: an index with another one was made by other rules."""
    digest = sha256()
    modules = [_HERE.parent / f"{name}.py" for name in _MAKE_TERMS]
    for path in sorted([*_HERE.glob("*/*.txt"), *modules]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:40]
