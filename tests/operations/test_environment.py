"""Every variable that the program reads stands in the guide, and no other."""

import re
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "appointments", "complaints", "knowledge")
READ = re.compile(r"env\.(?:text|flag|number|listing)\(\s*\"([A-Z_]+)\"")


def test_the_guide_names_what_is_read_and_nothing_else():
    sources = [path.read_text() for room in ROOMS for path in (HOUSE / room).rglob("*.py")]
    read = {name for source in sources for name in READ.findall(source)}
    guide = (HOUSE / "docs/operations.md").read_text()
    table = guide.split("## Environment", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)} == read
