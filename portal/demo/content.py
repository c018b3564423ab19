"""Reads the demo city's TOML files (demo/) into catalogue records. Ours, so a mistake in them is a plain error."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.catalogue import (
    ArticleText,
    AuthorityRecord,
    Catalogue,
    FeeRecord,
    LinkRecord,
    OfficeLink,
    OfficeRecord,
    ServiceRecord,
    TopicRecord,
)
from portal.imports.weekly_hours import parse_hours

SOURCE = "demo"
FOLDER: Path = settings.BASE_DIR / "demo"
_TOWN = ("99990", "Lindenau an der Aue")
_PARTS = (
    "summary",
    "requirements",
    "procedure",
    "processing_time",
    "deadlines",
    "fees_note",
    "legal_basis",
    "body",
)


def read(name: str) -> dict[str, Any]:
    """The content of demo/`name`."""
    with (FOLDER / name).open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)


def demo_catalogue() -> Catalogue:
    departments = {row["slug"]: row["name"] for row in read("departments.toml")["department"]}
    return Catalogue(
        source=SOURCE,
        offices=tuple(_offices(departments)),
        services=tuple(_services(departments)),
        topics=tuple(
            TopicRecord(
                key=row["key"],
                name=row["name"],
                names=row["names"],
                parent=row.get("parent", ""),
                order=order,
                summary=row["summary"],
                life=row.get("life", False),
            )
            for order, row in enumerate(read("topics.toml")["topic"], start=1)
        ),
        authorities=tuple(
            AuthorityRecord(
                key=row["key"],
                name=row["name"],
                responsible_for=row["responsible_for"],
                contact=row["contact"],
                url=row.get("url", ""),
                keywords=tuple(row["keywords"]),
            )
            for row in read("authorities.toml")["authority"]
        ),
    )


def _offices(departments: dict[str, str]) -> Iterator[OfficeRecord]:
    for row in read("offices.toml")["office"]:
        yield OfficeRecord(
            key=row["key"],
            name=row["name"],
            organisation="Stadt Lindenau an der Aue",
            department=departments[row["department"]],
            street=row["street"],
            postal_code=_TOWN[0],
            town=_TOWN[1],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            phone=row["phone"],
            email=row["email"],
            transport=row["transport"],
            accessibility=row["accessibility"],
            hours=parse_hours(row["hours"]),
            counters=row["counters"],
            kind=row.get("kind", ""),
        )


def _services(departments: dict[str, str]) -> Iterator[ServiceRecord]:
    texts, words = _translations(), _fee_conditions()
    for file in ("services", "pages"):
        for path in sorted((FOLDER / file).glob("*.toml")):
            for row in read(f"{file}/{path.name}")["service"]:
                yield _service(row, departments, texts.pop(row["key"], []), words[row["key"]])
    if texts:
        raise KeyError(f"texts without a service: {sorted(texts)}")


def _service(
    row: dict[str, Any],
    departments: dict[str, str],
    others: list[ArticleText],
    words: dict[str, list[str]],
) -> ServiceRecord:
    """`words` are the conditions of its fees in other languages, in the order of the fees."""
    key, duration = row["key"], row.get("duration")
    return ServiceRecord(
        key=key,
        slug=key,
        name=row["name"],
        names={text.language: text.title for text in others if not text.plain},
        standard_key=row.get("standard_key", ""),
        kind=row.get("kind", "service"),
        department=departments[row["department"]],
        topics=tuple(row.get("topics", ())),
        texts=(_text(row, "de", title=row["name"]), *others),
        fees=tuple(
            FeeRecord(
                Decimal(amount) if amount != "" else None,
                about,
                {language: said[place] for language, said in words.items()},
            )
            for place, (amount, about) in enumerate(row.get("fees", ()))
        ),
        forms=tuple(LinkRecord(label, url) for label, url in row.get("forms", ())),
        links=tuple(LinkRecord(label, url) for label, url in row.get("links", ())),
        online_url=row.get("online_url", ""),
        offices=tuple(
            OfficeLink(office, duration, duration is not None) for office in row.get("offices", ())
        ),
        max_count=row.get("max_count", 1),
        extra_minutes=row.get("extra_minutes"),
        combinable=tuple(row.get("combinable", ())),
        complaint_category=row.get("complaint_category", ""),
        audience=row.get("audience", ""),
        wanted=row.get("wanted", 0),
        updated=date(2026, 10, 1),
    )


def _translations() -> dict[str, list[ArticleText]]:
    """Texts in other languages and in plain language, by service key."""
    found: dict[str, list[ArticleText]] = defaultdict(list)
    for path in sorted((FOLDER / "texts").glob("*.toml")):
        for row in read(f"texts/{path.name}")["text"]:
            language, plain = ("de", True) if path.stem == "plain" else (path.stem, False)
            found[row["key"]].append(replace(_text(row, language, title=row["title"]), plain=plain))
    return found


def _fee_conditions() -> dict[str, dict[str, list[str]]]:
    """What the fees of a service are for, by its key and the language; each list has one line a fee."""
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for path in sorted((FOLDER / "texts").glob("*.toml")):
        for row in read(f"texts/{path.name}")["text"]:
            if "fee_conditions" in row:
                found[row["key"]][path.stem] = row["fee_conditions"]
    return found


def _text(row: dict[str, Any], language: str, *, title: str) -> ArticleText:
    return ArticleText(
        language=language,
        plain=False,
        title=title,
        synonyms=tuple(row.get("synonyms", ())),
        questions=tuple(row.get("questions", ())),
        documents=tuple(row.get("documents", ())),
        **{part: row.get(part, "").strip() for part in _PARTS},
    )
