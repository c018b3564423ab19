"""The assistant over the demo city, on judged conversations written by hand: floors that may only rise."""

import pytest
from django.conf import settings
from django.core.management import call_command

from knowledge.assistant.judging import judge

FLOORS = {"right": 0.93, "direct": 0.6, "offered": 0.7, "routed": 0.9, "sourced": 1.0}
MOST_WRONGLY_ANSWERED = 0.08


@pytest.mark.django_db
def test_the_assistant_keeps_its_floors_on_the_demo_city():
    call_command("load_demo", verbosity=0)
    report = judge(settings.BASE_DIR / "demo" / "judged" / "assistant_de.jsonl")
    figures = report.figures()
    below = {name: figures[name] for name, floor in FLOORS.items() if figures[name] < floor}
    assert not below, "\n".join(report.failures())
    assert figures["wrongly_answered"] <= MOST_WRONGLY_ANSWERED, "\n".join(report.failures())
