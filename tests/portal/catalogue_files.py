"""Writes small dldb exports, so that a test shows only the field it is about."""

import json
from pathlib import Path
from typing import Any


def a_raw_service(key: Any = "100", **fields: Any) -> dict[str, Any]:
    return {
        "id": key,
        "name": f"Leistung {key}",
        "description": "<p>Was die Leistung ist.</p>",
        "meta": {"keywords": "", "locale": "de", "lastupdate": "2026-06-08T07:41:01"},
        "locations": [{"location": "1", "appointment": {"allowed": True, "external": False}}],
        "public": True,
        "links": [],
        "forms": [],
        "maxQuantity": 1,
        "duration": 15,
        "combinable": [],
        **fields,
    }


def a_raw_office(key: Any = "1", **fields: Any) -> dict[str, Any]:
    return {
        "id": key,
        "name": f"Bürgerbüro {key}",
        "organizationUnit": "Bürgerdienste",
        "public": True,
        "address": {"street": "Marktplatz", "house_number": "1", "postal_code": "12345", "city": "Lindenau"},
        "geo": {"lat": "48.5", "lon": "11.5"},
        "contact": {"email": "buero@lindenau.example", "phone": "0123 456"},
        "services": [],
        **fields,
    }


def an_export(folder: Path, *, services: Any = None, offices: Any = None) -> Path:
    folder.mkdir(exist_ok=True)
    services = [a_raw_service()] if services is None else services
    offices = [a_raw_office()] if offices is None else offices
    (folder / "services_de.json").write_text(json.dumps({"data": services}), encoding="utf-8")
    (folder / "locations_de.json").write_text(json.dumps({"data": offices}), encoding="utf-8")
    return folder
