"""manage.py import_catalogue: one transaction, idempotent, and nothing stops it but a broken file."""

import json

import pytest
from django.core.management import CommandError, call_command

from portal import registries
from portal.catalogue import Counts
from portal.models import AuditEntry, Department, Office, OpeningHours, Service
from tests.portal.catalogue_files import a_raw_office, a_raw_service, an_export

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """The shared rows only; what the services make of a catalogue is theirs to test."""
    monkeypatch.setattr(registries, "catalogue_consumers", registries.Registry())


def run(folder, capsys, **options):
    call_command("import_catalogue", str(folder), **options)
    return capsys.readouterr().out


def test_offices_and_services_become_shared_rows(tmp_path, capsys):
    out = run(an_export(tmp_path), capsys, hours="Mo-Fr 08:00-12:00, Do 13:00-17:00", counters=4)
    office = Office.objects.get(external_id="1")
    service = Service.objects.get(external_id="100")
    assert "1 added, 0 changed" in out
    assert (office.address, office.latitude, office.department.name) == (
        "Marktplatz 1, 12345 Lindenau",
        48.5,
        "Bürgerdienste",
    )
    assert OpeningHours.objects.filter(office=office).count() == 6
    assert list(service.offices.all()) == [office]
    assert service.slug == "leistung-100-100"


def test_a_second_import_changes_nothing(tmp_path, capsys):
    run(an_export(tmp_path), capsys)
    entries = AuditEntry.objects.count()
    out = run(tmp_path, capsys)
    assert out.count("0 added, 0 changed, 0 withdrawn, 1 unchanged") == 2
    assert AuditEntry.objects.count() == entries


def test_a_changed_record_changes_one_row_and_an_editors_work_on_the_others_stays(tmp_path, capsys):
    services = [a_raw_service("1"), a_raw_service("2")]
    run(an_export(tmp_path, services=services), capsys)
    Service.objects.update(name="Vom Amt verbessert")
    services[0]["description"] = "<p>Neu.</p>"
    out = run(an_export(tmp_path, services=services), capsys)
    assert "services         0 added, 1 changed, 0 withdrawn, 1 unchanged" in out
    assert list(Service.objects.order_by("external_id").values_list("name", flat=True)) == [
        "Leistung 1",
        "Vom Amt verbessert",
    ]


def test_a_new_export_date_alone_is_no_change(tmp_path, capsys):
    service = a_raw_service()
    run(an_export(tmp_path, services=[service]), capsys)
    service["meta"]["lastupdate"] = "2027-01-01T00:00:00"
    assert "services         0 added, 0 changed" in run(an_export(tmp_path, services=[service]), capsys)


def test_a_missing_service_is_withdrawn_and_may_come_back(tmp_path, capsys):
    both = [a_raw_service("1"), a_raw_service("2")]
    run(an_export(tmp_path, services=both), capsys)
    out = run(an_export(tmp_path, services=both[:1]), capsys)
    assert "withdrawn: 2: service: no longer in the catalogue" in out
    assert Service.objects.get(external_id="2").withdrawn_at
    out = run(an_export(tmp_path, services=both), capsys)
    assert "1 changed" in out
    assert Service.objects.get(external_id="2").withdrawn_at is None


def test_a_service_that_became_unreadable_stays_as_it_was(tmp_path, capsys):
    both = [a_raw_service("1"), a_raw_service("2")]
    run(an_export(tmp_path, services=both), capsys)
    out = run(an_export(tmp_path, services=[both[0], a_raw_service("2", description=5)]), capsys)
    assert "broken, left as it was: 2: description must be text, not a number" in out
    assert Service.objects.get(external_id="2").withdrawn_at is None


def test_an_export_that_lost_most_services_is_refused(tmp_path, capsys):
    many = [a_raw_service(str(number)) for number in range(60)]
    run(an_export(tmp_path, services=many), capsys)
    an_export(tmp_path, services=many[:5])
    with pytest.raises(CommandError, match="55 of 60 known services are missing"):
        run(tmp_path, capsys)
    assert not Service.objects.exclude(withdrawn_at=None).exists()
    assert "55 withdrawn" in run(tmp_path, capsys, force=True)


def test_an_export_that_lost_its_offices_is_refused(tmp_path, capsys):
    run(an_export(tmp_path, offices=[a_raw_office("1"), a_raw_office("2")]), capsys)
    an_export(tmp_path, offices=[])
    with pytest.raises(CommandError, match="2 of 2 known offices are missing"):
        run(tmp_path, capsys)
    assert Office.objects.filter(active=True).count() == 2
    assert "2 withdrawn" in run(tmp_path, capsys, force=True)


@pytest.mark.parametrize("key", [None, "", True, 1.5, [1], "x" * 90])
def test_nothing_is_withdrawn_while_a_record_without_an_id_may_be_it(tmp_path, capsys, key):
    both = [a_raw_service("1"), a_raw_service("2")]
    run(an_export(tmp_path, services=both), capsys)
    out = run(an_export(tmp_path, services=[both[0], {**both[1], "id": key}]), capsys)
    assert "broken, left as it was: service no. 2: id" in out
    assert "2: not in the catalogue, but a record without a readable id may be this service" in out
    assert Service.objects.get(external_id="2").withdrawn_at is None


def test_a_number_of_thousands_of_digits_is_wrong_in_its_record_only(tmp_path, capsys):
    services = [a_raw_service("1", duration=77), a_raw_service("2", name=77), a_raw_service("3")]
    an_export(tmp_path, services=services)
    file = tmp_path / "services_de.json"
    file.write_text(file.read_text().replace("77", "9" * 5000))
    out = run(tmp_path, capsys)
    assert "1: duration must be a whole number" in out
    assert "services         3 added" in out


def test_an_empty_catalogue_changes_nothing(tmp_path, capsys):
    run(an_export(tmp_path), capsys)
    with pytest.raises(CommandError, match="no readable service"):
        run(an_export(tmp_path, services=[], offices=[]), capsys)
    assert Office.objects.get().active


def test_a_broken_file_changes_nothing(tmp_path, capsys):
    run(an_export(tmp_path), capsys)
    (tmp_path / "services_de.json").write_text('{"data": [{"id": 1, "name": "halb')
    with pytest.raises(CommandError, match="not valid JSON"):
        run(tmp_path, capsys)
    assert Service.objects.get().name == "Leistung 100"


def test_wrong_hours_end_in_one_sentence_before_anything_is_read(tmp_path, capsys):
    with pytest.raises(CommandError, match="--hours: “xx” is not a day"):
        run(an_export(tmp_path), capsys, hours="xx 08:00-12:00")
    assert not Office.objects.exists()


def test_hours_set_by_the_city_stay_when_the_option_is_left_out(tmp_path, capsys):
    run(an_export(tmp_path), capsys, hours="Mo 08:00-12:00")
    office = a_raw_office(name="Neuer Name")
    run(an_export(tmp_path, offices=[office]), capsys)
    assert Office.objects.get().name == "Neuer Name"
    assert OpeningHours.objects.count() == 1


def test_hours_that_an_import_does_not_tell_are_no_change_and_told_again_neither(tmp_path, capsys):
    told = {"hours": "Mo 08:00-12:00", "counters": 4}
    run(an_export(tmp_path), capsys, **told)
    for options in ({}, told, {}):
        assert "offices          0 added, 0 changed" in run(tmp_path, capsys, **options)
    assert "offices          0 added, 1 changed" in run(tmp_path, capsys, hours="Di 08:00-12:00", counters=4)


def test_offices_where_nothing_can_be_booked_for_want_of_hours_are_counted(tmp_path, capsys):
    assert "offices without hours: 1;" in run(an_export(tmp_path), capsys)
    assert "without hours" not in run(tmp_path, capsys, hours="Mo 08:00-12:00")


def test_if_a_service_fails_to_take_the_catalogue_nothing_of_it_stays(tmp_path, capsys):
    def failing(catalogue, *, withdrawn, progress):
        raise RuntimeError("no")

    registries.catalogue_consumers.add(failing)
    with pytest.raises(RuntimeError):
        run(an_export(tmp_path), capsys)
    assert not Office.objects.exists()


def test_who_stops_it_reads_that_nothing_was_changed(tmp_path, capsys):
    def pressed(catalogue, *, withdrawn, progress):
        raise KeyboardInterrupt

    registries.catalogue_consumers.add(pressed)
    with pytest.raises(CommandError, match="Nothing was changed") as stopped:
        run(an_export(tmp_path), capsys)
    assert stopped.value.returncode == 130
    assert not Office.objects.exists()


def test_consumers_hear_what_changed_and_what_was_withdrawn(tmp_path, capsys):
    heard = []

    def listening(catalogue, *, withdrawn, progress):
        heard.append((sorted(catalogue.changed_services), sorted(withdrawn)))
        return Counts(added=len(catalogue.changed_services))

    registries.catalogue_consumers.add(listening)
    run(an_export(tmp_path, services=[a_raw_service("1"), a_raw_service("2")]), capsys)
    out = run(an_export(tmp_path, services=[a_raw_service("1", name="Anders")]), capsys)
    assert heard == [(["1", "2"], []), (["1"], ["2"])]
    assert "tests" in out


def test_two_services_of_one_name_keep_their_own_address(tmp_path, capsys):
    run(
        an_export(
            tmp_path, services=[a_raw_service("1", name="Beratung"), a_raw_service("2", name="Beratung")]
        ),
        capsys,
    )
    assert set(Service.objects.values_list("slug", flat=True)) == {"beratung-1", "beratung-2"}


def test_offices_of_one_department_share_its_row(tmp_path, capsys):
    run(
        an_export(
            tmp_path, offices=[a_raw_office("1"), a_raw_office("2"), a_raw_office("3", organizationUnit=None)]
        ),
        capsys,
    )
    assert set(Department.objects.values_list("name", flat=True)) == {"Bürgerdienste", "Stadtverwaltung"}


def test_nul_bytes_huge_texts_and_long_names_are_stored_harmlessly(tmp_path, capsys):
    service = a_raw_service(
        name="Pa\x00ss " + "x" * 5000, description="<p>" + "wort " * 200_000, leika="9" * 500
    )
    out = run(
        an_export(tmp_path, services=[service], offices=[a_raw_office(name="A" * 900, id="k" * 80)]), capsys
    )
    assert "was cut at 200 characters" in out
    stored = Service.objects.get()
    assert stored.name.startswith("Pass xxx")
    assert len(stored.name) == 200


def test_raw_control_bytes_in_the_file_do_not_stop_it(tmp_path, capsys):
    folder = an_export(tmp_path)
    content = json.dumps({"data": [a_raw_service(name="AxB")]}).replace("AxB", "A\x00B\tC")
    (folder / "services_de.json").write_text(content)
    run(folder, capsys)
    assert Service.objects.get().name == "AB C"
