"""The city's own list of addresses: read from files as cities publish them, asked with what people write."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from complaints.imports import address_file
from complaints.imports.address_file import HouseNumber
from complaints.imports.csv_lines import BrokenLine, Reading
from complaints.intake import reporting
from complaints.intake.reporting import Contact, Report
from complaints.models import Address, Draft
from complaints.places import geometry, locating, streets
from complaints.places.place import Place
from tests.builders import the_city
from tests.complaints.builders import a_category, complaint_settings

pytestmark = pytest.mark.django_db

LIST = """Straßenname;Hausnummer;Zusatz;PLZ;Ortsteil;Breite;Länge
Hauptstraße;1;;99990;;48,6101;11,0801
Hauptstraße;3;;99990;;48,6103;11,0803
Hauptstraße;5;a;99990;;48,6105;11,0805
Am Alten Markt;2;;99990;;48,6110;11,0810
Straße des 17. Juni;4;;99990;;48,6120;11,0820
Gartenweg;2;;99990;Nord;48,6200;11,0900
Gartenweg;2;;99991;Süd;48,6000;11,0700
Kirchgasse;7;;99990;;48,61031;11,08031
"""


def read(text, encoding="utf-8", **how):
    return list(address_file.read(io.BytesIO(text.encode(encoding)), Reading(**how)))


@pytest.fixture
def listed(tmp_path):
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    call_command("import_addresses", tmp_path / "list.csv")
    return tmp_path


def found(text):
    hit = locating.find(text)
    return str(hit.address) if hit and hit.address else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Hauptstr. 3", "Hauptstraße 3"),
        ("hauptstrasse 3, 99990 Lindenau", "Hauptstraße 3"),
        ("Haupt-Straße 5 a", "Hauptstraße 5a"),
        ("gegenüber der Bäckerei, Hauptstraße 5", "Hauptstraße 5a"),
        ("vor Haus Am alten Markt 2", "Am Alten Markt 2"),
        ("Straße des 17. Juni 4", "Straße des 17. Juni 4"),
        ("Hauptstraße 7", "Hauptstraße 5a"),  # not in the list: the neighbour on the same side
        ("Gartenweg 2, 99991", "Gartenweg 2"),
        ("Gartenweg 2 in Nord", "Gartenweg 2"),
        ("Gartenweg 2", None),  # two of them
        ("Hauptstraße", None),
        ("Hauptstraße 400", None),
        ("im Wald hinter der Kapelle", None),
    ],
)
def test_what_people_write_is_found_in_the_list(listed, typed, meant):
    assert found(typed) == meant


def test_the_postal_code_tells_two_streets_of_one_name_apart(listed):
    assert locating.find("Gartenweg 2, 99991").latitude == 48.6
    assert locating.find("Gartenweg 2 in Nord").latitude == 48.62


def test_a_corner_lies_where_the_two_streets_come_closest(listed):
    hit = locating.find("Ecke Hauptstraße / Kirchgasse")
    assert (round(hit.latitude, 4), hit.exact) == (48.6103, False)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("haup", ["Hauptstraße"]),
        ("Hauptstraße", ["Hauptstraße"]),
        ("Hauptstr 5", ["Hauptstraße 5a"]),
        ("Hautpstrasse 3", ["Hauptstraße 3"]),
        ("Gartenweg 2", ["Gartenweg 2, 99990 Nord", "Gartenweg 2, 99991 Süd"]),
        ("xy", []),
        ("🙂 %_' --", []),
    ],
)
def test_while_typing_the_list_offers_what_may_be_meant(listed, client, typed, offered):
    answer = client.get("/anliegen/adressen.json", {"q": typed}).json()
    assert sorted(answer["addresses"]) == offered


def test_a_pin_gets_the_words_of_the_nearest_address(listed, client):
    def words(latitude):
        return client.get("/anliegen/position.json", {"latitude": latitude, "longitude": 11.0801}).json()[
            "address"
        ]

    assert words(48.6101) == "Hauptstraße 1"
    assert words(48.6096) == "bei Hauptstraße 1"
    assert words(48.5) == ""


def test_a_pin_outside_the_city_is_told_at_once(listed, client):
    ring = [[11.0, 48.6], [11.2, 48.6], [11.2, 48.7], [11.0, 48.7], [11.0, 48.6]]
    complaint_settings(boundary={"type": "Polygon", "coordinates": [ring]})
    answer = client.get("/anliegen/position.json", {"latitude": 48.5, "longitude": 11.1}).json()
    assert answer == {"address": "", "inside": False}
    assert client.get("/anliegen/position.json", {"latitude": "nan", "longitude": "x"}).status_code == 400
    assert client.get("/anliegen/position.json", {"latitude": "nan", "longitude": "1"}).status_code == 400


def test_every_way_in_turns_an_address_into_a_position(listed):
    said = Report(
        text="Dunkel",
        category=a_category(),
        place=Place(address="Hauptstr. 3"),
        contact=Contact(),
        source="desk",
    )
    case = reporting.report(said)
    assert (case.latitude, case.longitude, case.postal_code) == (48.6103, 11.0803, "99990")
    assert case.address == "Hauptstr. 3"


def test_a_slip_of_the_pen_is_asked_back_once_and_may_stand(listed, client):
    the_city()
    category = a_category()
    where = client.post("/anliegen/melden/", {"text": "Die Lampe ist dunkel"})["Location"]
    typed = {"category": category.pk, "address": "Hautpstrasse 3"}
    page = client.post(where, typed)
    assert "Hauptstraße 3" in page.content.decode()
    assert client.post(where, {**typed, "asked_address": "Hautpstrasse 3"}).status_code == 303
    assert Draft.objects.get().data["latitude"] is None
    assert client.post(where, {**typed, "asked_address": "x", "meant": "Hauptstraße 3"}).status_code == 303
    assert (Draft.objects.get().data["latitude"], Draft.objects.get().data["address"]) == (
        48.6103,
        "Hauptstraße 3",
    )


def test_the_file_is_the_list_and_the_same_address_keeps_its_key(listed):
    before = dict(Address.objects.values_list("pk", "street"))
    lines = LIST.replace("48,6101", "48,6102").splitlines()
    (listed / "list.csv").write_text("\n".join(lines[:3]), encoding="latin-1")
    call_command("import_addresses", listed / "list.csv")
    assert Address.objects.count() == 2
    assert set(Address.objects.values_list("pk", flat=True)) < set(before)
    assert Address.objects.get(number=1).latitude == 48.6102


def test_a_file_without_a_good_line_removes_nothing(listed):
    (listed / "list.csv").write_text("street,number,lat,lon\n,,,\nA,x,1,2\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no address"):
        call_command("import_addresses", listed / "list.csv")
    assert Address.objects.count() == 8


def test_metres_become_degrees():
    # the CN Tower: 43°38'33.24" N 79°23'13.7" W is 17 T 630084 4833438
    tower = (43 + 38 / 60 + 33.24 / 3600, -(79 + 23 / 60 + 13.7 / 3600))
    assert geometry.from_utm(17, 630_084, 4_833_438) == pytest.approx(tower, abs=1e-5)
    (one,) = read("LON,LAT,NUMBER,STREET,POSTCODE\n32691607.9,5334760.9,12 b,Marienplatz,80331\n")
    assert (one.number, one.suffix) == (12, "b")
    assert one.latitude == pytest.approx(48.137, abs=1e-3)


def test_broken_lines_are_told_by_their_number():
    lines = "street;number;lat;lon\nA-Weg;1;48;11\n;2;48;11\nB-Weg;ohne;48;11\nC-Weg;3;;\nD-Weg;4\n\nE-Weg;5;999;11\n"
    records = read(lines)
    assert [one.line for one in records if isinstance(one, HouseNumber)] == [2]
    assert [one.line for one in records if isinstance(one, BrokenLine)] == [3, 4, 5, 6, 8]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_any_encoding_and_delimiter_will_do(encoding, delimiter):
    text = LIST.replace(",", ".").replace(";", delimiter)
    assert [one.street for one in read(text, encoding)][:2] == ["Hauptstraße", "Hauptstraße"]


def test_spellings_of_one_street_have_one_key():
    assert (
        len({streets.key(name) for name in ("Haupt-Str.", "Hauptstraße", "HAUPTSTRASSE", "Haupt Strasse")})
        == 1
    )
    assert streets.key("ul. Długa") == streets.key("Dluga")
    assert streets.key("Иван Вазов") == streets.key("ул. Иван Вазов")


@pytest.mark.parametrize("wrong", [{"delimiter": "::"}, {"column": ["street"]}])
def test_an_option_that_says_nothing_is_refused_in_a_sentence(listed, wrong):
    with pytest.raises(CommandError, match=r"one character|FIELD=HEADER"):
        call_command("import_addresses", listed / "list.csv", **wrong)
