"""A strange city's export through the whole house: shared rows, articles, bookable services."""

import random

import pytest
from django.core.management import call_command
from django.urls import reverse

from appointments.models import BookableService, Pool
from knowledge.models import Article
from portal.imports import dldb
from portal.models import Service
from tests.portal.catalogue_files import a_raw_office, a_raw_service, an_export

pytestmark = pytest.mark.django_db
LINK = "https://stadt.example/" + "x" * 900

STRANGE = [
    a_raw_service("odd-minutes", duration=7, maxQuantity=50),
    a_raw_service("long-visit", duration=480, maxQuantity=50),
    a_raw_service(
        "huge-text", description="<p>" + "Wort <b>fett</b> " * 30_000, fees="<li>1 Euro: x</li>" * 5000
    ),
    a_raw_service(
        "keywords", meta={"keywords": ", ".join(f"Wort{n}" * 10 for n in range(2000)), "locale": "de"}
    ),
    a_raw_service("language-en", meta={"locale": "EN_us"}),
    a_raw_service("language-xx", meta={"locale": "x"}),
    a_raw_service("language-none", meta={}),
    a_raw_service("same-name-1", name="Beratung"),
    a_raw_service("same-name-2", name="Beratung"),
    a_raw_service("long-name", name="Ü" * 200),
    a_raw_service("no-letters", name="§ 24 / 7 ***"),
    a_raw_service("emoji", name="Hund 🐕 anmelden", description="<p>🐕‍🦺 \u202eesrever</p>"),
    a_raw_service("rich", fees="<p>999.999 Euro</p><p>0,00 Euro</p><p>999999,99 €</p>"),
    a_raw_service("links", links=[{"name": "a" * 500, "link": LINK + str(n)} for n in range(50)]),
    a_raw_service(
        "markup", name="<script>x</script>Pass & Co", description="<p>{{ 7|add:7 }} {% now 'Y' %} %(x)s</p>"
    ),
    a_raw_service("partner", combinable=["same-name-1", "nobody", "partner"] * 100),
    a_raw_service("nowhere", locations=[]),
    a_raw_service("twice-there", locations=[{"location": "1", "appointment": {"allowed": 1}}] * 5),
    a_raw_service("k" * 80),
    a_raw_service("key with spaces/and?signs#"),
]


def test_nothing_strange_stops_it_and_every_article_has_a_page(tmp_path, client, capsys):
    offices = [
        a_raw_office("1"),
        a_raw_office("2", address={}, geo={}, contact={}, organizationUnit="Amt " * 60),
    ]
    folder = an_export(tmp_path, services=STRANGE, offices=offices)
    call_command("import_catalogue", str(folder), hours="Mo-Fr 08:00-12:00", counters=4)
    out = capsys.readouterr().out
    assert "broken" not in out
    assert Service.objects.count() == len(STRANGE)
    assert Article.objects.filter(live=True).count() == len(STRANGE)
    assert BookableService.objects.filter(active=True).count() == len(STRANGE) - 1
    for article in Article.objects.all():
        page = client.get(article.get_absolute_url(), follow=True)
        assert page.status_code == 200, article.external_id
        assert b"<script>x" not in page.content
    assert client.get(reverse("knowledge:search"), {"q": "Beratung"}).status_code == 200
    call_command("import_catalogue", str(folder), hours="Mo-Fr 08:00-12:00", counters=4)
    assert "0 added, 0 changed, 0 withdrawn, 20 unchanged" in capsys.readouterr().out


def test_an_import_that_tells_no_hours_leaves_every_time_bookable(tmp_path, capsys):
    folder = an_export(tmp_path, services=[a_raw_service("1")])
    call_command("import_catalogue", str(folder), hours="Mo-Fr 08:00-12:00", counters=4)
    pool = Pool.objects.get()
    an_export(
        tmp_path, services=[a_raw_service("1", name="Neu")], offices=[a_raw_office("1", name="Umbenannt")]
    )
    call_command("import_catalogue", str(folder))
    assert BookableService.objects.filter(active=True).count() == 1
    assert [opening.capacity for opening in Pool.objects.get(pk=pool.pk).openings.all()] == [4] * 5


def test_what_leaves_again_says_how_long_a_visit_takes_where_and_with_what_else(tmp_path, capsys):
    here = [{"location": key, "appointment": {"allowed": True}} for key in "12"]
    services = [
        a_raw_service("100", locations=here, duration=20, maxQuantity=3, combinable=["101"]),
        a_raw_service("101"),
        a_raw_service("102", locations=[{"location": "1", "appointment": {"allowed": False}}]),
    ]
    longer = {"service": "100", "duration": 35, "maxQuantity": 3, "appointment": {"allowed": True}}
    offices = [a_raw_office("1"), a_raw_office("2", services=[longer])]
    folder = an_export(tmp_path / "in", services=services, offices=offices)
    call_command("import_catalogue", str(folder), hours="Mo-Fr 08:00-12:00", counters=4)
    call_command("export_catalogue", str(tmp_path / "out"))
    came, went = (
        {record.key: record for record in dldb.read_catalogue(tmp_path / name).services}
        for name in ("in", "out")
    )
    for key in ("100", "101", "102"):
        assert went[key].offices == came[key].offices or key == "102"
        assert went[key].max_count == came[key].max_count
    assert {link.office_key: link.duration for link in went["100"].offices} == {"1": 20, "2": 35}
    assert went["100"].combinable == ("101",)
    assert not went["102"].offices[0].bookable


def test_a_service_goes_and_comes_back_in_every_part_of_the_house(tmp_path, capsys):
    both = [a_raw_service("1"), a_raw_service("2")]
    for rows in (both, both[:1], both):
        call_command(
            "import_catalogue", str(an_export(tmp_path, services=rows)), hours="Mo 08:00-12:00", counters=1
        )
        present = {row["id"] for row in rows}
        assert set(Service.objects.offered().values_list("external_id", flat=True)) == present
        assert set(Article.objects.filter(live=True).values_list("external_id", flat=True)) == present
        active = BookableService.objects.filter(active=True, service__withdrawn_at=None)
        assert set(active.values_list("service__external_id", flat=True)) == present


def test_fields_of_random_types_never_crash_the_house(tmp_path, capsys):
    rng = random.Random(4)
    values = [
        None,
        True,
        0,
        -1,
        10**30,
        1.5,
        "",
        "x",
        "\x00",
        [],
        [None],
        {},
        {"a": 1},
        ["1", {}],
        "9" * 5000,
    ]
    services, offices = [a_raw_service("good")], [a_raw_office("1")]
    for number in range(150):
        services.append({**a_raw_service(str(number)), rng.choice(list(services[0])): rng.choice(values)})
        offices.append({**a_raw_office(f"o{number}"), rng.choice(list(offices[0])): rng.choice(values)})
    call_command(
        "import_catalogue",
        str(an_export(tmp_path, services=services, offices=offices)),
        hours="Mo 8-12",
        counters=2,
    )
    assert Service.objects.filter(external_id="good").exists()
    assert "broken, left as it was" in capsys.readouterr().out
