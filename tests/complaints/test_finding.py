"""Words, lists and maps among many cases: whatever way is taken to them, the same cases are found in the same order."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from complaints.desk import inbox
from complaints.models import IS_OPEN, PUBLIC_WORDS, WORDS, Case
from complaints.places.geometry import Box
from complaints.public import finding
from complaints.public.finding import Search
from portal.models import Membership, Role
from tests.builders import a_department
from tests.complaints.builders import a_case, a_category, a_published_case
from tests.complaints.test_desk import tab_counts

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 3, 2, 12, tzinfo=UTC)
AROUND = Box(11, 48, 12, 49)


@pytest.fixture(params=["one span", "three spans"])
def lamps(request):
    """Five cases, one a day, the oldest first; the middle one is about a bench."""
    spans = [(None, None)]
    if request.param == "three spans":
        spans = [(date(2026, 3, 5), None), (date(2026, 3, 3), date(2026, 3, 5)), (None, date(2026, 3, 3))]
    caches["values"].set("complaints.spans", spans)
    category = a_category()
    for day in range(5):
        case = a_case(
            category=category, text="Bank kaputt" if day == 2 else "Die Laterne flackert", at=(48.5, 11.5)
        )
        Case.objects.filter(pk=case.pk).update(created_at=FIRST + timedelta(days=day))
    yield list(Case.objects.order_by("created_at"))
    caches["values"].clear()


def test_words_are_found_newest_first_page_by_page(lamps):
    search = Search(Case.objects.all(), None, "laterne flackert", WORDS)
    in_order = [lamps[at].pk for at in (4, 3, 1, 0)]
    assert search.newest(10) == in_order
    assert search.newest(2, skip=1) == in_order[1:3]
    assert search.newest(10, until=lamps[1].created_at.date())[-2:] == in_order[2:]
    assert [key for keys in search.all_newest_first() for key in keys] == in_order
    assert not Search(Case.objects.all(), False, "laterne", WORDS).newest(10)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Laternen", 4), ("latern flackern", 4), ("LATERNE & (flackert | !x:*)", 0), ("lat", 0), ("Bänke", 0), ("bank", 1),
        ("'; --", 0), ("²²²² 12.5", 0), ("Kaputte Bank", 1),
    ],
)  # fmt: skip
def test_words_are_found_in_other_forms_and_signs_mean_nothing(lamps, typed, found):
    assert len(Search(Case.objects.all(), None, typed, WORDS).newest(10)) == found


def test_the_most_urgent_one_comes_first(lamps):
    for case, days in zip(lamps, (5, 1, 3, 2, 4), strict=True):
        Case.objects.filter(pk=case.pk).update(due_at=FIRST + timedelta(days=days))
    search = Search(Case.objects.all(), True, "laterne", WORDS)
    assert search.most_urgent(2, skip=1) == [lamps[3].pk, lamps[4].pk]


def test_a_map_with_too_many_cases_shows_the_newest_and_says_so(lamps, monkeypatch):
    search = Search(Case.objects.all())
    whole, are_newest = search.squares(AROUND, 14)
    assert ([(square.cases, square.opened) for square in whole], are_newest) == ([(5, 5)], False)
    monkeypatch.setattr(finding, "MOST_ON_MAP", 2)
    newest, are_newest = search.squares(AROUND, 14)
    assert ([(square.cases, square.newest) for square in newest], are_newest) == ([(2, lamps[4].pk)], True)


@pytest.mark.parametrize(
    ("index", "cases", "words", "cheaper_while_empty"),
    [
        ("case_found", Case.objects.all, WORDS, "case_found_shown"),
        (
            "case_found_shown",
            Case.objects.public,
            PUBLIC_WORDS,
            "case_found, case_public, case_public_category",
        ),
    ],
)
def test_words_days_and_openness_are_asked_of_one_index(index, cases, words, cheaper_while_empty):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {cheaper_while_empty}")
    search = Search(cases(), True, "laterne", words)
    sql, values = search.looked_up().alias(day=finding.DAY).filter(day__gte=FIRST).query.sql_with_params()
    plan = "\n".join(line for (line,) in finding.laid_down(f"EXPLAIN {sql}", values))
    assert f"Bitmap Index Scan on {index}" in plan
    assert plan.partition("Index Cond")[2].count(" AND ") == 2


def test_days_are_cut_into_spans_that_leave_no_gap():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(101)]
    spans = finding.cut(200_000, days)
    assert [first for first, _end in spans] == [date(2026, 4, 1), date(2026, 3, 12), date(2026, 2, 10), None]
    assert [end for _first, end in spans] == [None, *(first for first, _end in spans[:-1])]
    assert finding.cut(300, days) == finding.cut(0, []) == [(None, None)]
    assert finding.cut(200_000, days[:1] * 101) == [(days[0], None), (None, days[0])]


def test_openness_in_the_index_is_the_one_of_the_states():
    case = a_case()
    assert Case.objects.values_list(IS_OPEN).get(pk=case.pk) == (1,)


def test_all_tabs_count_the_same_in_one_pass_and_one_by_one(client, office, monkeypatch):
    for text in ("Laterne dunkel", "Bank kaputt"):
        a_case(department=office[1], text=text)
    client.post("/amt/anliegen/filter/", {"name": "Laternen", "query": "q=laterne&state=all"})
    in_one_pass = tab_counts(client.get("/amt/anliegen/").content.decode())
    monkeypatch.setattr(inbox, "MOST_OPEN", 1)
    inbox.acted(session := client.session)
    session.save()
    one_by_one = tab_counts(client.get("/amt/anliegen/").content.decode())
    assert in_one_pass == one_by_one
    assert (in_one_pass["who=nobody"], in_one_pass["state=all&amp;q=laterne"]) == ("2", "1")


def test_a_closed_case_is_never_overdue_whatever_words_are_typed(client, office):
    a_case(department=office[1], text="Laterne dunkel")
    for query in ("state=closed&due=over", "state=solved&due=week&q=laterne", "state=solved&q=laterne"):
        assert "Kein Fall passt" in client.get(f"/amt/anliegen/?{query}").content.decode()


def test_where_the_list_ends_the_page_says_so(client, office, monkeypatch):
    monkeypatch.setattr(inbox, "PER_PAGE", 1)
    monkeypatch.setattr(inbox, "MOST_PAGES", 2)
    category = a_category(department=office[1])
    for _ in range(3):
        a_case(category=category, text="Laterne dunkel")
    for query in ("", "q=laterne&", "q=laterne&state=all&"):
        assert "Hier endet die Liste" not in client.get(f"/amt/anliegen/?{query}page=1").content.decode()
        last = client.get(f"/amt/anliegen/?{query}page=9").content.decode()
        assert "Hier endet die Liste" in last
        assert 'rel="next"' not in last


def test_the_public_list_goes_on_with_words(client):
    category = a_category()
    shown = [a_published_case(category=category, at=(48.5, 11.5)) for _ in range(22)]
    first = client.get("/anliegen/?q=geprüft").content.decode()
    assert shown[-1].number in first
    assert shown[1].number not in first
    more = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = client.get(f"/anliegen/{more}").content.decode()
    assert shown[0].number in second
    assert shown[1].number in second
    assert shown[2].number not in second


def test_the_topic_that_a_word_names_is_one_click_away(client):
    lamps = a_category(name="Straßenlaternen und Licht")
    a_category(name="Laternenumzug", is_public=False)
    a_published_case(category=lamps)
    page = client.get("/anliegen/?q=Laterne&state=open").content.decode()
    assert f'href="?category={lamps.slug}&amp;state=open">Straßenlaternen und Licht</a>' in page
    assert "Laternenumzug" not in page.partition('id="case-list"')[2]
    assert "Alle Anliegen" not in client.get("/anliegen/?q=a").content.decode()


def test_who_gets_another_department_sees_its_cases_at_once(client, office):
    clerk, _department = office
    elsewhere = a_case(department=a_department(), text="Laterne dunkel")
    assert elsewhere.number not in client.get("/amt/anliegen/").content.decode()
    membership = Membership.objects.create(user=clerk, department=elsewhere.department, role=Role.CLERK)
    assert elsewhere.number in client.get("/amt/anliegen/").content.decode()
    membership.delete()
    assert elsewhere.number not in client.get("/amt/anliegen/").content.decode()


def test_a_line_of_the_inbox_says_who_has_the_case_and_until_when(client, office):
    clerk, department = office
    case = a_case(department=department, text="100% dunkel", address="Am Ring 5")
    Case.objects.filter(pk=case.pk).update(
        assignee=clerk, due_at=timezone.now() - timedelta(days=20), unread=True
    )
    row = client.get("/amt/anliegen/").content.decode().partition("<tbody>")[2]
    for said in (
        "100% dunkel",
        "Am Ring 5",
        "Ada Lund",
        department.name,
        "seit",
        "neue Antwort",
        "eingegangen",
    ):
        assert said in row
