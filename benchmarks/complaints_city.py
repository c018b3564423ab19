"""A city with 200,000 cases, for the figures about complaints."""

from functools import lru_cache
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.utils import timezone

from complaints.models import Case, Category
from complaints.public import listing
from portal.models import City, Department, Membership, Role, User

CASES = 200_000
SIDE = 0.15  # degrees around the city's centre

# Two fifths of the open cases have a clerk, some wait for the citizen or carry an unread answer; one of twenty has no place. Texts
# have 50 to 450 letters; their words are in every one, in half of them, in a tenth, in one of twenty thousand, in old or new ones only, in
# open or closed ones only.
_FILL = """
INSERT INTO complaints_case (number, external_id, kind, state, source, language, text, public_text, public_note, is_public,
  attributes, category_id, department_id, area_id, assignee_id, address, address_id, postal_code, latitude, longitude, created_at,
  updated_at, closed_at, answer_by, due_at, paused_at, escalation, unread, reopened_count, decision, corrective_action, concerned_text)
SELECT 'B-' || lpad(n::text, 9, '0'), '', kind, state, 'import', 'de', said, CASE WHEN kind = 'complaint' THEN '' ELSE said END, '',
  kind <> 'complaint' AND n %% 10 < 8, '{}', (SELECT pk FROM cats WHERE i = n %% (SELECT count(*) FROM cats)),
  (SELECT pk FROM deps WHERE i = (n / 13) %% (SELECT count(*) FROM deps)), (SELECT pk FROM areas WHERE i = (n / 7) %% (SELECT count(*) FROM areas)),
  CASE WHEN n %% 5 < 2 THEN (SELECT pk FROM clerks WHERE i = (n / 5) %% (SELECT count(*) FROM clerks)) END,
  'Hauptstraße ' || n %% 300, '', '', CASE WHEN n %% 20 <> 11 THEN %(lat)s + (random() - 0.5) * %(side)s END,
  CASE WHEN n %% 20 <> 11 THEN %(lon)s + (random() - 0.5) * %(side)s * 1.5 END,
  made, made, CASE WHEN state IN ('solved', 'declined') THEN made + interval '9 days' END, made + interval '20 days',
  CASE WHEN state NOT IN ('solved', 'declined', 'waiting') THEN made + interval '20 days' END,
  CASE WHEN state = 'waiting' THEN made + interval '1 day' END, 0, n %% 97 = 0, 0, '', '', ''
FROM (SELECT n, now() - n * interval '11 minutes' AS made,
  (ARRAY['defect', 'defect', 'defect', 'defect', 'idea', 'praise', 'question', 'complaint'])[1 + (n / 3) %% 8] AS kind,
  CASE WHEN n %% 12 <> 0 THEN CASE WHEN n %% 9 = 0 THEN 'declined' ELSE 'solved' END
       ELSE (ARRAY['received', 'in_progress', 'planned', 'waiting', 'reopened'])[1 + (n / 12) %% 5] END AS state,
  'Die Straßenlampe ' || n || ' ist dunkel, bitte reparieren. ' || (ARRAY['', 'Der Schulweg führt hier vorbei und im Winter sieht man gar nichts.',
      'Seit der Baustelle fährt der ganze Verkehr durch unsere Straße, auch Lastwagen nachts um drei. Die Schilder stehen so, dass man sie
       nicht sieht, wenn Autos davor parken. Mehrere Nachbarn haben sich schon gemeldet, ohne dass etwas geschehen wäre. Wann ist mit einem
       Ende der Arbeiten zu rechnen?', 'Daneben liegt seit Tagen Sperrmüll, ein altes Sofa und mehrere Farbeimer, und es riecht inzwischen sehr
       unangenehm. Wir sammeln schon selbst, aber das kann ja keine Lösung auf Dauer sein, zumal auch Scherben dabei waren.'])[1 + (n / 5) %% 4]
    || CASE WHEN n %% 2 = 0 THEN ' dringend' ELSE '' END || CASE WHEN n > 120000 THEN ' altlast' ELSE '' END
    || CASE WHEN n < 10000 THEN ' neuling' ELSE '' END || CASE WHEN n %% 12 <> 0 THEN ' vorbei' ELSE ' offenbar' END
    || CASE WHEN n %% 10 = 3 THEN ' zehnt' ELSE '' END || CASE WHEN n %% 100 = 0 THEN ', Gefahr' ELSE '' END
    || CASE WHEN n %% 20000 = 0 THEN ', Zebrafink' ELSE '' END AS said
  FROM generate_series(1, %(cases)s) AS n) AS one
"""
_NUMBERED = (
    "CREATE TEMP TABLE {name} AS SELECT id AS pk, row_number() OVER (ORDER BY id) - 1 AS i FROM {source}"
)
_SOURCES = {
    "cats": "complaints_category WHERE parent_id IS NOT NULL",
    "deps": "portal_department",
    "areas": "complaints_area",
    "clerks": "portal_user WHERE is_staff",
}


@lru_cache(maxsize=1)
def a_large_city() -> tuple[float, float]:
    """Fill the database once; returns the centre."""
    city = City.current()
    latitude, longitude = float(city.map_latitude or 48.5), float(city.map_longitude or 11.5)
    with connection.cursor() as cursor:
        for name, source in _SOURCES.items():
            cursor.execute(_NUMBERED.format(name=name, source=source))
        cursor.execute(_FILL, {"lat": latitude, "lon": longitude, "side": SIDE, "cases": CASES})
        cursor.execute("VACUUM ANALYZE complaints_case")
    listing.rebuild_map(now=timezone.now())
    return latitude, longitude


def a_clerk(departments: int, *, is_superuser: bool = False) -> Client:
    """Signed in, with cases of her own."""
    clerk = User.objects.create_user(
        username=f"bench-{uuid4().hex[:8]}", password=None, is_staff=True, is_superuser=is_superuser
    )
    for department in Department.objects.order_by("pk")[:departments]:
        Membership.objects.create(user=clerk, department=department, role=Role.LEAD)
    mine = Case.objects.open().filter(department__memberships__user=clerk, assignee=None).values("pk")[:300]
    Case.objects.filter(pk__in=list(mine.values_list("pk", flat=True))).update(assignee=clerk)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(clerk, backend="portal.access.RoleBackend")
    return client


def clients() -> list[Client]:
    """An administrator, one of three departments, one of a single department."""
    return [a_clerk(0, is_superuser=True), a_clerk(3), a_clerk(1)]


def a_plain_category() -> Category:
    """A topic without further questions, open to everyone."""
    plain = Category.objects.filter(parent__isnull=False, attributes=None, anonymous_allowed=True)
    return plain.order_by("pk")[0]
