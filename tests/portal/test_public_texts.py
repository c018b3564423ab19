"""What share of the texts that citizens meet is translated, and that one text means one thing in the whole house."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings

from portal import texts

ROOT = Path(settings.BASE_DIR)
# German is the reference, English the code itself; the floors of the others only ever rise
FLOORS = {"de": 1.0, "pl": 0.99, "cs": 0.99, "hu": 0.99, "bg": 0.99}
# all texts together, those of the back office included
STAFF_FLOORS = {"cs": 0.97, "pl": 0.97, "hu": 0.97, "bg": 0.97}
# what only staff and other programs read
STAFF = re.compile(
    r"/(admin|desk|office|account|allauth|editing|management|models|open311)/"
    r"|/(admin|apps|backoffice|\w*office\w*|desk\w*|deed_forms|inbox|counts|yearly|history|timeline|receiving"
    r"|models|states|registration|wiring|house|second_factor|dashboard|_chart)\.\w+$"
    r"|/mails/complaints/(digest|outside|overdue|reopened_desk|warning)\."
)
REFUSALS_OF_STAFF = "complaints/desk/refusals.py"


def public_texts() -> dict[str, set[texts.Key]]:
    """The texts of each service that stand in a page, mail or refusal for citizens."""
    found: dict[str, set[texts.Key]] = defaultdict(set)
    for app in texts.APPS:
        for path in texts.sources(ROOT, app):
            place = path.relative_to(ROOT).as_posix()
            if STAFF.search(f"/{place}") or place == REFUSALS_OF_STAFF:
                continue
            found[app].update(
                (_key(message), context) for _line, message, _notes, context in texts._messages(path)
            )
    return found


def _key(message: texts.Id) -> texts.Id:
    return tuple(message) if isinstance(message, list) else message


@pytest.mark.parametrize("language", FLOORS)
def test_what_citizens_read_is_translated(language: str):
    total, missing = 0, []
    for app, keys in public_texts().items():
        catalogue = texts.read(texts.catalogue_path(ROOT, app, language), language)
        for key, context in keys:
            known = catalogue.get(key, context)
            said = known.string if known else ""
            total += 1
            if not (said if isinstance(said, str) else said and all(said)):
                missing.append(f"{app}: {key}")
    share = 1 - len(missing) / total
    assert share >= FLOORS[language], f"{language}: {share:.3f} of {total}, missing {missing[:20]}"


@pytest.mark.parametrize("language", STAFF_FLOORS)
def test_what_staff_read_is_translated(language: str):
    """Clerks of a Czech town hall had a back office half in English."""
    states = [
        texts.state(texts.read(texts.catalogue_path(ROOT, app, language), language), app, language)
        for app in texts.APPS
    ]
    missing = [text for state in states for text in state.missing]
    share = 1 - len(missing) / sum(state.total for state in states)
    assert share >= STAFF_FLOORS[language], f"{language}: {share:.3f}, missing {missing[:20]}"


def test_the_texts_in_the_code_are_english():
    german = [
        key
        for keys in public_texts().values()
        for key, _context in keys
        if re.search(r"\b(der|die|das|und|nicht|Sie|bitte)\b", str(key))
    ]
    assert german == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_one_text_is_translated_one_way_in_all_services(language: str):
    """Django joins the catalogues: of two translations one would silently stand for both. A context tells them apart."""
    said: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for app in texts.APPS:
        for message in texts.read(texts.catalogue_path(ROOT, app, language), language):
            if message.id and message.string:
                said[(str(message.id), message.context)].add(str(message.string))
    assert {key: ways for key, ways in said.items() if len(ways) > 1} == {}
