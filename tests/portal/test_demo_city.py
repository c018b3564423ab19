"""The demo city: what mayors see first must be complete, consistent and loaded in one go."""

import re

import pytest
from django.core.management import CommandError, call_command

from portal import registries
from portal.demo import city
from portal.demo.content import demo_catalogue, read
from portal.imports.weekly_hours import parse_hours
from portal.models import City, Membership, Office, OpeningHours, Role, Service
from tests.builders import a_service


@pytest.fixture(scope="module")
def catalogue():
    return demo_catalogue()


def test_the_city_has_services_for_every_walk_of_life(catalogue):
    services = [record for record in catalogue.services if record.kind == "service"]
    assert len(services) >= 40
    assert len(catalogue.services) - len(services) >= 25
    assert len({record.key for record in catalogue.services}) == len(catalogue.services)


def test_every_topic_is_used_and_every_reference_leads_somewhere(catalogue):
    topics = {topic.key for topic in catalogue.topics}
    services = {record.key for record in catalogue.services}
    offices = {office.key for office in catalogue.offices}
    used = {topic for record in catalogue.services for topic in record.topics}
    assert {topic.parent for topic in catalogue.topics} - {""} <= topics
    assert topics - used <= {topic.parent for topic in catalogue.topics}
    assert used <= topics
    for record in catalogue.services:
        assert set(record.combinable) <= services - {record.key}, record.key
        assert {link.office_key for link in record.offices} <= offices, record.key


def test_every_service_tells_what_it_costs_and_what_to_do(catalogue):
    for record in catalogue.services:
        text = record.texts[0]
        assert len(text.summary) > 60, record.key
        assert text.synonyms, record.key
        assert text.questions, record.key
        if record.kind == "service":
            assert record.fees, record.key
            assert text.procedure, record.key


def test_what_a_fee_is_for_is_said_in_each_language_of_its_service(catalogue):
    for record in catalogue.services:
        spoken = {text.language for text in record.texts} - {"de"}
        for fee in record.fees:
            assert set(fee.conditions) == spoken, (record.key, fee.condition)


def test_the_texts_speak_plainly(catalogue):
    """B1: short sentences; one long sentence of law would spoil the page."""
    for record in catalogue.services:
        for sentence in re.split(r"(?<=[.!?:])\s", record.texts[0].summary):
            assert len(sentence.split()) <= 28, (record.key, sentence)


def test_what_can_be_booked_has_an_office_with_desks(catalogue):
    desks = {office.key: office.counters for office in catalogue.offices}
    bookable = [link for record in catalogue.services for link in record.offices if link.bookable]
    assert len(bookable) >= 30
    assert all(desks[link.office_key] for link in bookable)
    assert (
        sum(desks[key] for key in ("rathaus", "nord", "standesamt", "gewerbeamt", "bauamt", "sozialamt"))
        >= 12
    )


def test_no_role_is_without_a_person():
    roles = {role for person in read("departments.toml")["person"] for role, _department in person["roles"]}
    assert roles == set(Role.values)


@pytest.mark.django_db
def test_the_whole_city_loads_and_a_second_time_changes_nothing(monkeypatch, capsys):
    monkeypatch.setattr(registries, "catalogue_consumers", registries.Registry())
    monkeypatch.setattr(registries, "demo_loaders", registries.Registry())
    call_command("load_demo")
    first = (
        Service.objects.count(),
        Office.objects.count(),
        OpeningHours.objects.count(),
        Membership.objects.count(),
    )
    call_command("load_demo")
    assert first == (
        Service.objects.count(),
        Office.objects.count(),
        OpeningHours.objects.count(),
        Membership.objects.count(),
    )
    assert City.objects.get().name == "Lindenau an der Aue"
    assert Office.objects.get(external_id="rathaus").hours.count() == len(
        parse_hours("Mo-Mi 08:00-16:00, Do 08:00-18:00, Fr 08:00-12:00")
    )
    assert city.PASSWORD in capsys.readouterr().out


@pytest.mark.django_db
def test_the_demo_city_never_mixes_with_a_real_one():
    a_service(external_id="real")
    with pytest.raises(CommandError, match="holds a city already"):
        call_command("load_demo")
