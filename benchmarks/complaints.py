"""Complaints at the size of a large city: 200,000 cases on the map, in the list, in the inbox; submitting; duplicates."""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from benchmarks import complaints_open311, measure  # noqa: F401 - the first one registers its figures
from benchmarks.harness import Figure, figures
from complaints import duplicates, public
from complaints.models import Area, Case, Category
from portal.models import City, Department, Membership, Role, User

CASES = 200_000
SIDE = 0.15  # degrees around the city's centre

_FILL = """
INSERT INTO complaints_case (number, external_id, kind, state, source, language, text, public_text, public_note, is_public,
  attributes, category_id, department_id, area_id, address, address_id, postal_code, latitude, longitude, created_at, updated_at,
  closed_at, answer_by, due_at, escalation, unread, reopened_count, decision, corrective_action, concerned_text)
SELECT 'B-' || lpad(n::text, 9, '0'), '', 'defect', CASE WHEN n %% 12 = 0 THEN 'received' ELSE 'solved' END, 'import', 'de',
  'Die Straßenlampe ' || n || ' ist dunkel, bitte reparieren', 'Straßenlampe ' || n || ' dunkel', '', n %% 10 < 8, '{}',
  (SELECT pk FROM cats WHERE i = n %% (SELECT count(*) FROM cats)), (SELECT pk FROM deps WHERE i = n %% (SELECT count(*) FROM deps)),
  NULL, 'Hauptstraße ' || n %% 300, '', '', %(lat)s + (random() - 0.5) * %(side)s, %(lon)s + (random() - 0.5) * %(side)s * 1.5,
  now() - n * interval '11 minutes', now() - n * interval '11 minutes',
  CASE WHEN n %% 12 = 0 THEN NULL ELSE now() - n * interval '10 minutes' END, now() - n * interval '11 minutes' + interval '20 days',
  CASE WHEN n %% 12 = 0 THEN now() - n * interval '11 minutes' + interval '20 days' END, 0, false, 0, '', '', ''
FROM generate_series(1, %(cases)s) AS n
"""


@lru_cache(maxsize=1)
def a_large_city() -> tuple[float, float]:
    """Fill the database once; returns the centre."""
    city = City.current()
    latitude, longitude = float(city.map_latitude or 48.5), float(city.map_longitude or 11.5)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE cats AS SELECT id AS pk, row_number() OVER (ORDER BY id) - 1 AS i FROM complaints_category WHERE parent_id IS NOT NULL"
        )
        cursor.execute(
            "CREATE TEMP TABLE deps AS SELECT id AS pk, row_number() OVER (ORDER BY id) - 1 AS i FROM portal_department"
        )
        cursor.execute(_FILL, {"lat": latitude, "lon": longitude, "side": SIDE, "cases": CASES})
        cursor.execute("VACUUM ANALYZE complaints_case")
    public.rebuild_map(now=timezone.now())
    return latitude, longitude


def a_client() -> Client:
    clerk = User.objects.create_user(username=f"bench-{uuid4().hex[:8]}", password=None, is_staff=True)
    for department in Department.objects.all()[:3]:
        Membership.objects.create(user=clerk, department=department, role=Role.CLERK)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(clerk, backend="portal.access.RoleBackend")
    return client


def pages() -> dict[str, tuple[Client, str]]:
    latitude, longitude = a_large_city()
    leaf = Category.objects.filter(parent__isnull=False).order_by("pk")[0]
    box = f"{longitude - 0.1},{latitude - 0.1},{longitude + 0.1},{latitude + 0.1}"
    near = f"{longitude - 0.01},{latitude - 0.01},{longitude + 0.01},{latitude + 0.01}"
    anyone, clerk = Client(headers={"host": "127.0.0.1"}), a_client()
    return {
        "public list": (anyone, "/anliegen/"),
        "public list, one topic": (anyone, f"/anliegen/?category={leaf.slug}&state=open"),
        "public list, words": (anyone, "/anliegen/?q=dunkel"),
        "public map, city": (anyone, f"/anliegen/karte.json?box={box}&zoom=12"),
        "public map, one topic": (anyone, f"/anliegen/karte.json?box={box}&zoom=12&category={leaf.slug}"),
        "public map, streets": (anyone, f"/anliegen/karte.json?box={near}&zoom=16"),
        "inbox": (clerk, "/amt/anliegen/"),
        "inbox, all": (clerk, "/amt/anliegen/?state=all"),
        "inbox, words": (clerk, "/amt/anliegen/?q=dunkel"),
    }


@figures
def reading() -> Iterator[Figure]:
    for name, (client, path) in pages().items():
        _fine(client, path)  # templates are read once
        yield Figure(
            f"{name}, p95",
            measure.percentile_ms(lambda c=client, p=path: _fine(c, p), 0.95),
            "ms",
            at_most=200,
        )
        yield Figure(f"{name}, statements", _statements(client, path), "queries", at_most=15)


@figures
def shares() -> Iterator[Figure]:
    latitude, longitude = a_large_city()
    box = f"{longitude - 0.1},{latitude - 0.1},{longitude + 0.1},{latitude + 0.1}"
    for name, path in {
        "public list": "/anliegen/",
        "public map": f"/anliegen/karte.json?box={box}&zoom=12",
    }.items():
        yield Figure(
            f"{name}, share of a bare view", measure.share_of_bare_view(path), "ratio", at_least=0.10
        )


@figures
def nearby() -> Iterator[Figure]:
    latitude, longitude = a_large_city()
    category = Category.objects.filter(parent__isnull=False).select_related("parent").order_by("pk")[0]

    def look() -> None:
        duplicates.nearby(
            latitude=latitude, longitude=longitude, category=category, text="Die Lampe ist dunkel"
        )

    yield Figure("similar reports nearby, p95", measure.percentile_ms(look, 0.95), "ms", at_most=30)


@figures
def submitting() -> Iterator[Figure]:
    """Three pages with a photo, one after the other."""
    latitude, longitude = a_large_city()
    Area.objects.all().delete()
    category = Category.objects.filter(
        parent__isnull=False, attributes=None, anonymous_allowed=True
    ).order_by("pk")[0]
    picture = io.BytesIO()
    Image.effect_noise((1600, 1200), 40).convert("RGB").save(picture, "JPEG", quality=85)
    before, client, sent = Case.objects.count(), Client(headers={"host": "127.0.0.1"}), 0

    def submit() -> None:
        nonlocal sent
        sent += 1
        photo = io.BytesIO(picture.getvalue())
        photo.name = "a.jpg"
        first = client.post(
            "/anliegen/melden/", {"text": f"Die Lampe ist dunkel {uuid4()}", "photos": photo}, secure=True
        )
        where = {
            "category": category.pk,
            "latitude": latitude,
            "longitude": longitude,
            "address": "Hauptstraße 5",
        }
        second = client.post(first["Location"], where, secure=True)
        done = client.post(second["Location"], {"email": ""}, secure=True)
        assert re.search(r"/mein/.+/gesendet/", done["Location"])

    yield Figure(
        "submit with a photo, three pages, p95", measure.percentile_ms(submit, 0.95), "ms", at_most=800
    )
    lost = sent - (Case.objects.count() - before)
    yield Figure("submissions lost or twice", abs(lost), "cases", at_most=0)


def _fine(client: Client, path: str) -> None:
    assert client.get(path, secure=True).status_code == 200, path


def _statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        _fine(client, path)
    return len(seen)
