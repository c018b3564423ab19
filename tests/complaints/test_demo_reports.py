"""The demo city's reports: many, different, deterministic, and every state with a history that could have happened."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.demo import cases
from complaints.demo.made_up import Reports
from complaints.models import Case, Category, Message
from complaints.workflow import NEXT, State
from portal import audit, registries


def test_the_sentences_make_more_than_a_thousand_different_reports():
    found = list(Reports(1).different(2000))
    assert len({report.text for report in found}) == 2000
    assert all("{" not in report.text for report in found)
    assert all(15 < len(report.text) < 400 for report in found)
    assert len({report.category for report in found}) >= 15


def test_the_same_seed_tells_the_same_reports():
    assert list(Reports(7).different(50)) == list(Reports(7).different(50))


def test_the_two_halves_share_no_sentence():
    halves = [Reports(3, half=half).categories for half in (0, 1)]
    for one, other in zip(*halves, strict=True):
        assert not set(one["cores"]) & set(other["cores"])


def test_the_command_writes_a_history_that_the_import_reads(tmp_path, db):
    call_command("demo_reports", str(tmp_path / "r.csv"), count=60, verbosity=0)
    call_command("import_complaints", str(tmp_path / "r.csv"), verbosity=0)
    assert Case.objects.closed().count() == 60
    assert Category.objects.filter(parent__isnull=False).count() == 29


@pytest.fixture
def city(monkeypatch, db):
    monkeypatch.setattr(registries, "catalogue_consumers", registries.Registry())
    loaders: registries.Registry[registries.DemoLoader] = registries.Registry()
    loaders.add(registries.DemoLoader("reports", cases.load))
    monkeypatch.setattr(registries, "demo_loaders", loaders)
    call_command("load_demo", verbosity=0)


def test_three_hundred_cases_stand_in_every_state(city):
    assert Counter(Case.objects.values_list("state", flat=True)) == {
        str(k): v for k, v in cases.STATES.items()
    }
    assert Case.objects.count() == 300
    assert 15 <= Category.objects.filter(parent__isnull=False).count() <= 30
    assert Case.objects.public().count() > 100
    late = Case.objects.open().filter(due_at__lt=timezone.now()).count()
    assert 3 <= late < Case.objects.open().count() / 2, "some, not most: on a year's days 12 to 51 of 130"


def test_every_history_is_allowed_by_the_table_of_states_and_goes_forward_in_time(city):
    for case in Case.objects.all():
        entries = list(audit.history(case))[::-1]
        times = [entry.at for entry in entries]
        assert times == sorted(times), case.number
        assert times[-1] <= timezone.now() + timedelta(seconds=1)
        assert entries[0].verb == "reported"
        for entry in entries:
            if entry.verb == "moved":
                assert State(entry.facts["new"]) in NEXT[State(entry.facts["old"])], (
                    case.number,
                    entry.facts,
                )
            if "message" in entry.facts:
                assert Message.objects.get(pk=entry.facts["message"]).case_id == case.pk


def test_a_second_load_adds_no_case(city):
    call_command("load_demo", verbosity=0)
    assert Case.objects.count() == 300
