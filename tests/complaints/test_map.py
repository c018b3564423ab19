"""The public map counts what is published, and misses no change."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from complaints.models import Case
from complaints.public import listing, publishing
from tests.builders import a_clerk
from tests.complaints.builders import HERE, a_case, a_category, a_published_case

pytestmark = pytest.mark.django_db


def test_map_marks_count_published_cases_on_every_zoom(client):
    category = a_category()
    for n in range(3):
        a_published_case(category=category, at=(48.5 + n / 1000, 11.5))
    a_case(category=category, at=HERE)
    listing.rebuild_map(now=timezone.now())
    for zoom in (5, 9, 13, 17, 19):
        marks = client.get("/anliegen/karte.json", {"box": "11,48,12,49", "zoom": zoom}).json()["marks"]
        assert sum(mark[2] for mark in marks) == 3
    few = client.get(
        "/anliegen/karte.json", {"box": "11,48,12,49", "zoom": 9, "category": category.slug, "state": "open"}
    )
    assert sum(mark[2] for mark in few.json()["marks"]) == 3
    assert client.get("/anliegen/karte.json", {"box": "quer"}).status_code == 400
    assert client.get("/anliegen/karte.json", {"box": "12,48,11,49"}).status_code == 400
    world = client.get("/anliegen/karte.json", {"box": "-400,-95,400,95", "zoom": 0})
    assert world.json()["marks"], "a map of the whole world shows what lies beside it, too"


@pytest.mark.django_db(transaction=True)
def test_a_case_that_is_committed_while_the_map_is_rebuilt_stands_on_the_next_one(client):
    case, clerk = a_case(category=a_category(), at=HERE), a_clerk()
    written, rebuilt = threading.Event(), threading.Event()

    def publish_slowly():
        with transaction.atomic():
            publishing.publish(case=case, public_text="Lampe dunkel", actor=clerk)
            written.set()
            assert rebuilt.wait(10)
        connection.close()

    slow = threading.Thread(target=publish_slowly)
    slow.start()
    assert written.wait(10)
    began = timezone.now()
    listing.rebuild_map(now=began)
    rebuilt.set()
    slow.join()
    case.refresh_from_db()
    assert case.updated_at < began, "the control: who asks the clock for newer cases misses this one"
    assert listing.rebuild_map(now=timezone.now())
    assert counted_on_map(client) == 1
    assert not listing.rebuild_map(now=timezone.now()), "nothing happened since"


def test_the_map_follows_what_was_hidden_deleted_and_imported_with_old_dates(client):
    shown, other = a_published_case(at=HERE), a_published_case(at=HERE)
    listing.rebuild_map(now=timezone.now())
    assert counted_on_map(client) == 2
    publishing.hide(case=shown, actor=a_clerk())
    assert listing.rebuild_map(now=timezone.now())
    assert counted_on_map(client) == 1
    Case.objects.filter(pk=shown.pk).update(is_public=True, updated_at=timezone.now() - timedelta(days=900))
    assert listing.rebuild_map(now=timezone.now()), "as an import writes it"
    assert counted_on_map(client) == 2
    Case.objects.filter(pk=other.pk).update(text="ein Wort, das niemand sieht", updated_at=timezone.now())
    assert not listing.rebuild_map(now=timezone.now()), "nothing of it is on the map"


def counted_on_map(client):
    marks = client.get("/anliegen/karte.json", {"box": "11,48,12,49", "zoom": 9}).json()["marks"]
    return sum(mark[2] for mark in marks)
