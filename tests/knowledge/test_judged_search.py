"""The search keeps its quality over the demo city: our own judged queries in six languages, with floors."""

import pytest
from django.core.management import call_command

from portal.demo.content import FOLDER, demo_catalogue
from portal.imports.catalogue_import import take_over

FLOORS = {
    "de": ["ndcg=0.95", "recall5=0.96", "success1=0.93", "zero=0.005"],
    "en": ["ndcg=0.95", "success1=0.92", "zero=0.005"],
    "pl": ["ndcg=0.95", "success1=0.92", "zero=0.005"],
    "cs": ["ndcg=0.95", "success1=0.92", "zero=0.005"],
    "hu": ["ndcg=0.95", "success1=0.92", "zero=0.005"],
    "bg": ["ndcg=0.95", "success1=0.92", "zero=0.005"],
}


@pytest.mark.django_db
def test_the_demo_city_is_found_in_six_languages():
    take_over(catalogue=demo_catalogue())
    for language, floors in FLOORS.items():
        file = FOLDER / "judged" / f"search_{language}.jsonl"
        call_command("search_eval", str(file), source="*", floor=floors, verbosity=0)
