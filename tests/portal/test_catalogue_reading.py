"""The pure half of the import: hours, HTML, fees and untrusted records."""

import contextlib
from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.imports.article_html import blocks_of, escape, plain, sections_of, to_markdown
from portal.imports.dldb import FileBroken, read_catalogue
from portal.imports.dldb_article import synonyms_from
from portal.imports.fee_text import read_fees
from portal.imports.weekly_hours import HoursNotUnderstood, parse_hours
from tests.portal.catalogue_files import a_raw_office, a_raw_service, an_export


def spans(text):
    return [f"{h.weekday} {h.opens:%H:%M}-{h.closes:%H:%M}" for h in parse_hours(text)]


def test_the_schedule_of_the_manual_opens_six_spans():
    assert spans("Mo-Fr 08:00-12:00, Do 13:00-17:00") == [
        "0 08:00-12:00", "1 08:00-12:00", "2 08:00-12:00", "3 08:00-12:00", "3 13:00-17:00", "4 08:00-12:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Montag bis Mittwoch 8 bis 12 Uhr", ["0 08:00-12:00", "1 08:00-12:00", "2 08:00-12:00"]),
        ("Mo, Mi und Fr: 8.30 – 12 Uhr", ["0 08:30-12:00", "2 08:30-12:00", "4 08:30-12:00"]),
        ("Mo 8-12, 13-17; Di 9-10", ["0 08:00-12:00", "0 13:00-17:00", "1 09:00-10:00"]),
        ("Mon, Wed 8am-4pm", ["0 08:00-16:00", "2 08:00-16:00"]),
        ("Sa-Mo 10:00-11:00", ["0 10:00-11:00", "5 10:00-11:00", "6 10:00-11:00"]),
        ("täglich 10-12", [f"{d} 10:00-12:00" for d in range(7)]),
        ("Mondays and Thursdays 09:00-10:00", ["0 09:00-10:00", "3 09:00-10:00"]),
    ],
)
def test_days_and_hours_may_be_written_as_clerks_write_them(text, expected):
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Mo 08:00-12:00 (nur Passamt)", "has no meaning"),
        ("", "No opening hours"),
        ("Mo-Fr", "no hours"),
        ("08:00-12:00", "Which day"),
        ("Xy 08:00-12:00", "not a day"),
        ("Mo 12:00-08:00", "ends before it begins"),
        ("Mo 08:00-12:00, Mo 11:00-13:00", "overlap"),
        ("Mo 25:00-26:00", "not a time of day"),
        ("Mo 08:03-12:00", "steps of five minutes"),
        ("Mo 08:00", "end is missing"),
        ("Mo 08:00-24:00", "latest end"),
        ("Mo - 08:00", "wrong place"),
        ("M" * 600, "longer than"),
    ],
)
def test_a_schedule_that_cannot_be_read_says_what_is_wrong(text, complaint):
    with pytest.raises(HoursNotUnderstood, match=complaint):
        parse_hours(text)


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_schedule_ends_in_a_crash(text):
    with contextlib.suppress(HoursNotUnderstood):
        assert parse_hours(text)


def test_scripts_and_foreign_markup_leave_no_trace():
    html = '<script>alert(1)</script><p onclick="x()">Gut <img src=x onerror=1> <a href="javascript:x()">Klick</a></p>'
    assert to_markdown(blocks_of(html)) == "Gut Klick"


def test_lists_links_and_bold_text_become_markdown():
    html = '<p>Sie <strong>brauchen </strong>das:</p><ul><li>Pass</li><li><a href="https://x.example/a (1)">Foto</a></li></ul><p>Ende</p>'
    assert to_markdown(blocks_of(html)) == (
        "Sie **brauchen** das:\n\n- Pass\n- [Foto](https://x.example/a%20%281%29)\n\nEnde"
    )


def test_numbered_and_nested_lists_keep_their_order():
    html = "<ol><li>Eins<ul><li>a</li></ul></li><li>Zwei</li></ol>"
    assert to_markdown(blocks_of(html)) == "1. Eins\n    - a\n2. Zwei"


def test_what_looks_like_markdown_in_the_text_stays_text():
    assert escape("Bürger*innen [x] # 1. <b>") == "Bürger\\*innen \\[x\\] # 1. \\<b\\>"
    assert escape("1. Januar") == "1\\. Januar"
    assert escape("- Strich") == "\\- Strich"


def test_nul_bytes_zero_width_and_surrogates_vanish():
    assert plain("Pa\x00ss\u200b \ud800abholen") == "Pass abholen"


def test_bold_lines_and_headings_open_sections_by_their_meaning():
    html = (
        "<p>Einleitung.</p><h3>Erforderliche Unterlagen</h3><ul><li>Pass</li></ul>"
        "<p><strong>Antragstellung:</strong><br>Persönlich.</p><p><strong>Hinweis</strong></p><p>Text</p>"
    )
    assert [(s.label, s.part, s.markdown) for s in sections_of(html)] == [
        ("", "", "Einleitung."),
        ("Erforderliche Unterlagen", "documents", "- Pass"),
        ("Antragstellung", "procedure", "Persönlich."),
        ("Hinweis", "", "Text"),
    ]


def test_a_bold_sentence_is_no_heading():
    assert [s.label for s in sections_of("<p><strong>Sie müssen selbst kommen.</strong></p>")] == [""]


@given(st.text(alphabet="<>/apulio strongbr=\"'&;* \n", max_size=300))
@settings(max_examples=300, deadline=None)
def test_broken_markup_never_crashes_and_never_lets_a_tag_through(text):
    assert "<script" not in to_markdown(block for section in sections_of(text) for block in section.blocks)


def test_a_megabyte_of_nested_markup_is_read_in_a_blink():
    assert len(blocks_of("<div>" * 200_000 + "tief")) <= 1
    assert blocks_of("<li>" * 20_000 + "tief")[-1].text == "tief"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>40 Euro</p>", [("40", "")]),
        ("<ul><li>Unter 24 Jahren: 27,60 Euro</li><li>ab 24 Jahren: 46 €</li></ul>", [("27.60", "Unter 24 Jahren"), ("46", "ab 24 Jahren")]),
        ("<p>gebührenfrei</p>", [("0", "")]),
        ("<p>50 bis 60 Euro (je nach Rechtsform)</p>", [(None, "50 bis 60 Euro (je nach Rechtsform)")]),
        ("<p>Neufahrzeug: ab 20,50 Euro</p>", [(None, "Neufahrzeug: ab 20,50 Euro")]),
        ("<p>Wunschkennzeichen: 1.234,50 EUR</p>", [("1234.50", "Wunschkennzeichen")]),
        ("<p>38 Euro (Personen unter 24 Jahre)</p>", [("38", "Personen unter 24 Jahre")]),
        ("<p><strong>Vor Ort</strong><br>Bar: 5 Euro</p>", [("5", "Vor Ort: Bar")]),
        ("<p>Expressgebühr: plus 32 Euro Aufpreis</p>", [(None, "Expressgebühr: plus 32 Euro Aufpreis")]),
    ],
)  # fmt: skip
def test_amounts_are_taken_only_where_they_are_clear(html, expected):
    found = read_fees(html).fees
    assert [(fee.amount, fee.condition) for fee in found] == [
        (Decimal(amount) if amount else None, condition) for amount, condition in expected
    ]


def test_what_is_no_fee_stays_as_a_note():
    read = read_fees("<p>13 Euro</p><p>Bitte zahlen Sie erst vor Ort.</p><p>IBAN: DE00 1234 5678 90 Euro</p>")
    assert len(read.fees) == 1
    assert "Bitte zahlen Sie erst vor Ort." in read.note
    assert "IBAN" in read.note


def test_search_words_come_once_and_without_the_name():
    assert synonyms_from("Pass, pass,Ausweis; Reisepass,, <b>Passport</b>", "Reisepass") == (
        "Pass",
        "Ausweis",
        "Passport",
    )


def test_forms_are_told_from_links_where_the_export_repeats_them(tmp_path):
    both = [
        {"name": "Antrag", "link": "https://x.example/antrag.pdf"},
        {"name": "Webseite", "link": "https://x.example/info"},
        {"name": "Böse", "link": "javascript:alert(1)"},
    ]
    service = read_catalogue(an_export(tmp_path, services=[a_raw_service(links=both, forms=both)])).services[
        0
    ]
    assert [form.label for form in service.forms] == ["Antrag"]
    assert [link.label for link in service.links] == ["Webseite"]


def test_only_public_allowed_and_own_appointments_can_be_booked(tmp_path):
    def at(**appointment):
        return [{"location": "1", "appointment": {"allowed": True, "external": False, **appointment}}]

    catalogue = read_catalogue(
        an_export(
            tmp_path,
            services=[
                a_raw_service("1"),
                a_raw_service("2", locations=at(external=True)),
                a_raw_service("3", locations=at(allowed=False)),
                a_raw_service("4", public=False),
                a_raw_service("5", duration=0),
            ],
        ),
        hours=parse_hours("Mo 8-12"),
        counters=3,
    )
    assert [service.offices[0].bookable for service in catalogue.services] == [
        True,
        False,
        False,
        False,
        False,
    ]
    assert catalogue.offices[0].counters == 3
    assert catalogue.offices[0].hours[0].opens == time(8)


def test_a_queue_of_the_administrations_own_is_not_public(tmp_path):
    silent = a_raw_service("9", public=False, description="", meta={})
    assert not read_catalogue(an_export(tmp_path, services=[silent])).services[0].public


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": None}, "name is missing"),
        ({"name": "  "}, "name is missing"),
        ({"name": 7}, "name must be text, not a number"),
        ({"description": ["x"]}, "description must be text, not a list"),
        ({"locations": "1"}, "locations must be a list, not text"),
        ({"meta": "x"}, "meta must be an object, not text"),
        ({"public": "perhaps"}, "public must be true or false"),
        ({"id": {}}, "id must be text or a whole number"),
        ({"id": None}, "id is missing"),
    ],
)
def test_a_broken_service_is_named_and_the_rest_goes_on(tmp_path, change, reason):
    rows = [a_raw_service("1"), {**a_raw_service("2"), **change}, 42, a_raw_service("3"), a_raw_service("1")]
    catalogue = read_catalogue(an_export(tmp_path, services=rows))
    assert [service.key for service in catalogue.services] == ["1", "3"]
    assert reason in catalogue.broken[0].reason
    assert [broken.key for broken in catalogue.broken[1:]] == ["service no. 3", "1"]


def test_gaps_are_filled_with_nothing_and_noted(tmp_path):
    office = a_raw_office(geo={"lat": "NaN", "lon": 11}, contact={"email": "kein Postfach"}, address=None)
    service = a_raw_service(
        duration=-5, maxQuantity="viele", combinable=[1, None, {}], locations=[{"location": "77"}, 3]
    )
    catalogue = read_catalogue(an_export(tmp_path, services=[service], offices=[office]))
    assert (catalogue.offices[0].latitude, catalogue.offices[0].longitude, catalogue.offices[0].email) == (
        None,
        None,
        "",
    )
    assert catalogue.services[0].max_count == 1
    reasons = " | ".join(note.reason for note in catalogue.notes)
    for part in ("lat", "mail address", "duration", "maxQuantity", "combinable", "office 77", "locations 2"):
        assert part in reasons


def test_a_record_with_only_an_id_and_a_name_is_enough(tmp_path):
    folder = an_export(
        tmp_path, services=[{"id": 5, "name": "Nur ein Name"}], offices=[{"id": 6, "name": "Ein Amt"}]
    )
    catalogue = read_catalogue(folder)
    assert not catalogue.broken
    assert (catalogue.services[0].key, catalogue.offices[0].name) == ("5", "Ein Amt")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1, 2", b"\xff\xfe\x00", b'{"data": 3}', b"[" * 200_000, b"null"]
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(tmp_path, content):
    folder = an_export(tmp_path)
    (folder / "services_de.json").write_bytes(content)
    with pytest.raises(FileBroken, match=r"services_de\.json"):
        read_catalogue(folder)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileBroken, match=r"locations_de\.json is missing"):
        read_catalogue(tmp_path)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(sorted(a_raw_service())), anything),
    st.dictionaries(st.sampled_from(sorted(a_raw_office())), anything),
)
@settings(max_examples=200, deadline=None)
def test_no_record_whatever_its_values_stops_the_reading(tmp_path_factory, service, office):
    folder = an_export(
        tmp_path_factory.mktemp("export"),
        services=[{**a_raw_service("1"), **service}, a_raw_service("good")],
        offices=[{**a_raw_office("1"), **office}, a_raw_office("good")],
    )
    catalogue = read_catalogue(folder)
    assert "good" in {record.key for record in catalogue.services}
    assert "good" in {record.key for record in catalogue.offices}
