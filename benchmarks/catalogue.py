"""A made-up service catalogue of a large city's size, in the format that `import_catalogue` reads."""

import json
import random
from pathlib import Path

SERVICES, OFFICES = 287, 109
_WORDS = [
    "Antrag",
    "Ausweis",
    "Bescheinigung",
    "Meldung",
    "Wohnsitz",
    "Fahrzeug",
    "Urkunde",
    "Gebühr",
    "Unterlagen",
    "Vollmacht",
    "Genehmigung",
    "Anmeldung",
    "Abmeldung",
    "Verlängerung",
    "Nachweis",
    "Behörde",
    "Frist",
    "Termin",
    "Kind",
    "Eltern",
    "Wohnung",
    "Hund",
    "Gewerbe",
    "Parkausweis",
    "Führerschein",
    "Zeugnis",
    "Karte",
    "Ausland",
]
_DOINGS = [
    "beantragen",
    "abholen",
    "verlängern",
    "ändern",
    "anmelden",
    "abmelden",
    "bestätigen",
    "verlieren",
    "bezahlen",
    "vorlegen",
    "mitbringen",
    "erneuern",
]


def write(folder: Path) -> Path:
    """Write services_de.json and locations_de.json; the same every time."""
    rng = random.Random(7)
    services = [_service(rng, n) for n in range(SERVICES)]
    offices = [_office(rng, n, services) for n in range(OFFICES)]
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in (("services", services), ("locations", offices)):
        content = {"data": records, "meta": {"locale": "de"}}
        (folder / f"{name}_de.json").write_text(json.dumps(content, ensure_ascii=False))
    return folder


def _sentence(rng: random.Random) -> str:
    return f"Wer {rng.choice(_WORDS)} und {rng.choice(_WORDS)} {rng.choice(_DOINGS)} möchte, muss {rng.choice(_WORDS)} {rng.choice(_DOINGS)}."


def _text(rng: random.Random, sentences: int) -> str:
    return f"<p>{' '.join(_sentence(rng) for _ in range(sentences))}</p><ul><li>{_sentence(rng)}</li></ul>"


def _service(rng: random.Random, n: int) -> dict[str, object]:
    name = f"{rng.choice(_WORDS)} {rng.choice(_DOINGS)} {n}"
    places = rng.sample(range(OFFICES), rng.randint(1, 12))
    return {
        "id": str(1000000 + n),
        "name": name,
        "description": _text(rng, 12),
        "meta": {
            "lastupdate": "2026-06-08T07:41:01",
            "url": "",
            "locale": "de",
            "keywords": ", ".join(rng.sample(_WORDS, 4)),
        },
        "authorities": [{"id": "1", "name": "Stadtverwaltung", "webinfo": ""}],
        "locations": [
            {
                "location": str(2000 + place),
                "appointment": {
                    "link": "",
                    "slots": "2",
                    "external": False,
                    "multiple": "1",
                    "allowed": n % 3 > 0,
                },
            }
            for place in places
        ],
        "requirements": [{"name": "Voraussetzungen", "description": _text(rng, 5), "link": ""}],
        "prerequisites": [{"name": "Unterlagen", "description": _text(rng, 4), "link": ""}],
        "fees": f"<p>{rng.randint(1, 90)},00 Euro</p>",
        "forms": [],
        "links": [],
        "process_time": _text(rng, 1),
        "leika": f"9910{n:010d}",
    }


def _office(rng: random.Random, n: int, services: list[dict[str, object]]) -> dict[str, object]:
    mine = [s["id"] for s in services if any(p["location"] == str(2000 + n) for p in s["locations"])]  # type: ignore[attr-defined]
    return {
        "id": str(2000 + n),
        "name": f"Bürgerbüro {n}",
        "displayName": f"Bürgerbüro {n}",
        "organization": "Stadt",
        "organizationUnit": f"Referat {n % 9}",
        "public": True,
        "meta": {"url": "", "lastupdate": "2026-06-08T07:41:01", "locale": "de", "keywords": ""},
        "address": {
            "house_number": str(n),
            "city": "Lindenau",
            "postal_code": "80000",
            "street": "Lange Straße",
            "hint": False,
        },
        "geo": {"lat": f"{48 + rng.random() / 5:.6f}", "lon": f"{11 + rng.random() / 5:.6f}"},
        "contact": {"email": f"buero{n}@example.org", "phone": "0900 1", "fax": "", "webinfo": ""},
        "services": [
            {"service": key, "appointment": {"allowed": True, "slots": "2"}, "duration": 10} for key in mine
        ],
    }
