"""The article editor, its workflow buttons, reports and cures, as editors use them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from knowledge import feedback
from knowledge.articles import publishing, steering
from knowledge.articles.drafts import FeeDraft, LinkDraft
from knowledge.editing import reports
from knowledge.models import (
    Article,
    ExampleQuestion,
    Feedback,
    KnowledgeSettings,
    LinkCheck,
    Pin,
    Synonym,
    Topic,
)
from knowledge.search import searched
from portal.models import Role
from tests.builders import a_clerk, a_department, the_city
from tests.knowledge.builders import a_public_article, an_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    the_city(languages=["de", "en"])


@pytest.fixture
def editor(client: Client):
    user = a_clerk(Role.EDITOR)
    client.force_login(user)
    return user


def typed(article: Article, **changes: object) -> dict[str, object]:
    return {"based_on": article.version, "kind": "service", "title": article.title, **changes}


def test_saving_makes_a_version_and_the_page_shows_gaps_and_history(client: Client, editor) -> None:
    article = an_article("Pass")
    saved = client.post(
        f"/amt/wissen/{article.pk}/",
        typed(article, summary="Kurz", fees="37,50 | unter 24 Jahren\n70", documents="Foto\n\nAusweis\n"),
    )
    assert saved.status_code == 303
    article.refresh_from_db()
    draft = publishing.newest_draft(article)
    assert [(str(fee.amount), fee.condition) for fee in draft.fees] == [
        ("37.50", "unter 24 Jahren"),
        ("70.00", ""),
    ]
    assert draft.text("de").documents == ("Foto", "Ausweis")
    page = client.get(f"/amt/wissen/{article.pk}/").content.decode()
    assert "37,50 | unter 24 Jahren" in page
    assert "#id_procedure" in page
    assert "?sprache=en" in page


def test_wrong_fees_and_links_are_told_and_nothing_typed_is_lost(client: Client, editor) -> None:
    article = an_article("Pass")
    answer = client.post(
        f"/amt/wissen/{article.pk}/",
        typed(
            article, fees="viel Geld | x", links_list="Böse | javascript:alert(1)", body="mein langer Text"
        ),
    )
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "mein langer Text" in html
    assert "viel Geld" in html
    assert "javascript:alert(1)" in html


def test_the_second_editor_sees_the_difference_and_saving_again_keeps_both(client: Client, editor) -> None:
    article = an_article("Pass", summary="alt", body="alt")
    first = publishing.newest_draft(article)
    text = first.text("de")
    theirs = first.with_text(type(text)("de", title="Pass", summary="von ihr", body="auch von ihr"))
    publishing.save_draft(
        article=article, based_on=1, draft=theirs, actor=a_clerk(Role.EDITOR, first_name="Anna")
    )
    answer = client.post(
        f"/amt/wissen/{article.pk}/", typed(article, based_on=1, summary="von mir", body="alt")
    )
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "<del>ihr</del><ins>mir</ins>" in html
    assert "auch von ihr" in html
    form = answer.context["form"].initial
    again = {name: form[name] for name in ("based_on", "title", "summary", "body", "kind")}
    assert client.post(f"/amt/wissen/{article.pk}/", again).status_code == 303
    article.refresh_from_db()
    saved = publishing.newest_draft(article).text("de")
    assert (saved.summary, saved.body) == ("von mir", "auch von ihr")


def test_a_translation_is_edited_beside_the_german_text(client: Client, editor) -> None:
    article = an_article("Pass", body="deutsch")
    answer = client.post(f"/amt/wissen/{article.pk}/?sprache=en", typed(article, title="Passport"))
    assert answer.status_code == 303
    article.refresh_from_db()
    draft = publishing.newest_draft(article)
    assert (draft.text("de").body, draft.text("en").title, article.title) == ("deutsch", "Passport", "Pass")


def test_the_preview_shows_what_is_typed_and_saves_nothing(client: Client, editor) -> None:
    article = an_article("Pass")
    answer = client.post(
        f"/amt/wissen/{article.pk}/vorschau/", typed(article, procedure="**neu**", fees="Unsinn | | |")
    )
    assert "<strong>neu</strong>" in answer.content.decode()
    article.refresh_from_db()
    assert article.version == 1


def test_the_steps_lead_from_draft_to_public_and_back(client: Client, editor) -> None:
    article = an_article("Pass")
    for step, state in (
        ("submit", "review"),
        ("send_back", "draft"),
        ("publish", "published"),
        ("archive", "archived"),
    ):
        assert client.post(f"/amt/wissen/{article.pk}/schritt/", {"step": step}).status_code == 303
        article.refresh_from_db()
        assert article.state == state
    assert client.post(f"/amt/wissen/{article.pk}/schritt/", {"step": "explode"}).status_code == 400


def test_refusals_are_told_in_words(client: Client, editor) -> None:
    KnowledgeSettings.objects.create(pk=1, four_eyes=True)
    article = an_article("Pass", actor=editor)
    answer = client.post(f"/amt/wissen/{article.pk}/schritt/", {"step": "publish"}, follow=True)
    assert [str(message) for message in answer.context["messages"]]
    article.refresh_from_db()
    assert not article.live


def test_with_four_eyes_the_author_reads_who_has_to_approve_and_another_person_is_asked(
    client: Client, editor
) -> None:
    KnowledgeSettings.objects.create(pk=1, four_eyes=True)
    article = an_article("Pass", actor=editor)
    client.post(f"/amt/wissen/{article.pk}/schritt/", {"step": "submit"})
    page = client.get(f"/amt/wissen/{article.pk}/").content.decode()
    assert 'value="approve"' not in page
    assert "muss eine andere Person sie freigeben" in page
    client.force_login(a_clerk(Role.EDITOR, username="other"))
    page = client.get(f"/amt/wissen/{article.pk}/").content.decode()
    assert 'value="approve"' in page
    assert "muss eine andere Person sie freigeben" not in page


def test_the_ratings_of_a_month_are_a_download(client: Client, editor) -> None:
    feedback.give(path="/themen/", language="de", rating=2, text="geheim")
    this = f"{timezone.localdate():%Y-%m}"
    answer = client.get(f"/amt/wissen/rueckmeldungen/monat/?monat={this}")
    assert this in answer["Content-Disposition"]
    assert f"{this};/themen/;de;1;2,0;" in answer.content.decode()
    assert "geheim" not in answer.content.decode()
    assert client.get("/amt/wissen/rueckmeldungen/monat/").status_code == 200
    assert client.get("/amt/wissen/rueckmeldungen/monat/?monat=bald").status_code == 400
    assert "rueckmeldungen/monat" in client.get("/amt/wissen/berichte/stimmen/").content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"step": "schedule"},
        {"step": "schedule", "at": "nie"},
        {"step": "schedule", "at": "2026-99-99T10:00"},
        {"step": "restore"},
        {"step": "restore", "number": "99"},
        {"step": "restore", "number": "٣"},
    ],
)
def test_steps_with_nonsense_are_refused_politely(client: Client, editor, data) -> None:
    article = an_article("Pass")
    assert client.post(f"/amt/wissen/{article.pk}/schritt/", data).status_code == 303


def test_scheduling_and_restoring_by_button(client: Client, editor) -> None:
    article = an_article("Pass", body="eins")
    at = timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    client.post(f"/amt/wissen/{article.pk}/schritt/", {"step": "schedule", "at": at})
    article.refresh_from_db()
    assert article.publish_at is not None
    client.post(f"/amt/wissen/{article.pk}/", typed(article, body="zwei"))
    client.post(f"/amt/wissen/{article.pk}/schritt/", {"step": "restore", "number": "1"})
    article.refresh_from_db()
    assert article.version == 3
    assert publishing.newest_draft(article).text("de").body == "eins"
    page = client.get(f"/amt/wissen/{article.pk}/versionen/?von=1&bis=2").content.decode()
    assert "<del>eins</del><ins>zwei</ins>" in page
    assert client.get(f"/amt/wissen/{article.pk}/versionen/?von=x&bis=99999999999").status_code == 200


def test_a_clerk_edits_own_articles_only_and_cannot_publish(client: Client) -> None:
    own, other = a_department(), a_department()
    client.force_login(a_clerk(Role.CLERK, own))
    mine = publishing.take_charge(
        article=an_article("Meins"), owner=None, review_due=None, department=own, actor=a_clerk()
    )
    theirs = publishing.take_charge(
        article=an_article("Ihres"), owner=None, review_due=None, department=other, actor=a_clerk()
    )
    assert client.get(f"/amt/wissen/{mine.pk}/").status_code == 200
    assert client.get(f"/amt/wissen/{theirs.pk}/").status_code == 403
    assert client.post(f"/amt/wissen/{mine.pk}/schritt/", {"step": "publish"}).status_code == 403
    assert client.get("/amt/wissen/berichte/").status_code == 403
    assert "Ihres" not in client.get("/amt/wissen/").content.decode()


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    article = an_article("Pass")
    for path in ("", f"{article.pk}/", f"{article.pk}/versionen/", "berichte/", "neu/"):
        assert client.get(f"/amt/wissen/{path}").status_code == 302


def test_every_report_opens_and_offers_its_csv(client: Client, editor) -> None:
    article = a_public_article("Pass")
    Article.objects.filter(pk=article.pk).update(review_due=timezone.localdate() - timedelta(days=1))
    for _n in range(6):
        searched.note_search("Anglerausweis", language="de", hits=0)
        searched.note_search("Pass", language="de", hits=3)
    for rating in (1, 2):
        feedback.give(
            path=article.get_absolute_url(), language="de", rating=rating, text="unklar, mail@example.org"
        )
    expected = {
        "pruefung": "Pass",
        "nichts": "anglerausweis",
        "wenig": "pass",
        "felder": "Pass",
        "sprachen": "Pass",
        "unzufrieden": "1,5 von 5",
        "stimmen": "unklar",
    }
    for report in reports.REPORTS:
        page = client.get(f"/amt/wissen/berichte/{report.name}/")
        assert page.status_code == 200
        if report.name in expected:
            assert expected[report.name] in page.content.decode(), report.name
        assert client.get(f"/amt/wissen/berichte/{report.name}/?format=csv").status_code == 200
    assert "mail@example.org" not in client.get("/amt/wissen/berichte/stimmen/").content.decode()
    assert client.get("/amt/wissen/berichte/unbekannt/").status_code == 404


def test_the_cures_teach_the_search(client: Client, editor) -> None:
    article = a_public_article("Fischereischein", summary="Zum Angeln brauchen Sie ihn.")
    page = client.post("/amt/wissen/suchwort/?q=angelpappe&sprache=de", {"term": "Fischereischein"})
    assert page.status_code == 303
    assert Synonym.objects.get().variants == ["angelpappe"]
    assert "Fischereischein" in client.get("/suche/?q=angelpappe").content.decode()
    client.post(
        "/amt/wissen/suchwort/zuordnen/",
        {"text": "darf ich hier fischen", "language": "de", "article": article.pk},
    )
    assert ExampleQuestion.objects.get().source == "search"
    client.post("/amt/wissen/suchwort/artikel/", {"text": "angeln mit Kindern", "language": "de"})
    assert Article.objects.get(title="Angeln mit Kindern").state == "draft"


def test_a_word_is_not_its_own_synonym(client: Client, editor) -> None:
    assert client.post("/amt/wissen/suchwort/?q=Pass&sprache=de", {"term": "pass "}).status_code == 422


def test_confirming_a_review_settles_the_row(client: Client, editor) -> None:
    article = a_public_article("Pass")
    Article.objects.filter(pk=article.pk).update(review_due=timezone.localdate() - timedelta(days=1))
    client.post(f"/amt/wissen/{article.pk}/schritt/", {"step": "confirm_review"})
    assert not reports.overdue_reviews()


def test_a_mended_link_leaves_its_report_at_once() -> None:
    article = a_public_article("Pass", article={"links": (LinkDraft("Bund", "https://example.org/alt"),)})
    LinkCheck.objects.create(
        article=article, url="https://example.org/alt", status=404, broken_since=timezone.now()
    )
    (line,) = reports.broken_links()
    assert line.cures[0].address.endswith("#id_links_list")
    Article.objects.filter(pk=article.pk).update(links=[])
    assert not reports.broken_links()


def test_settling_takes_feedback_from_the_report(client: Client, editor) -> None:
    feedback.give(path="/", language="de", rating=1, text="unklar")
    client.post("/amt/wissen/rueckmeldungen/erledigt/", {"feedback": Feedback.objects.get().pk})
    assert not reports.comments()


def test_attaching_the_same_question_twice_is_harmless() -> None:
    article, actor = a_public_article("Pass"), a_clerk(Role.EDITOR)
    for _n in range(2):
        steering.attach_question(article=article, language="de", text="wo pass", actor=actor)
    assert ExampleQuestion.objects.count() == 1


def test_beginning_an_article(client: Client, editor) -> None:
    assert client.get("/amt/wissen/neu/").status_code == 200
    answer = client.post("/amt/wissen/neu/", {"kind": "notice", "title": "Freibad öffnet"})
    assert answer["Location"] == f"/amt/wissen/{Article.objects.get().pk}/"
    assert client.post("/amt/wissen/neu/", {"kind": "x", "title": ""}).status_code == 422


def test_a_saved_german_page_keeps_what_the_fees_are_called_in_other_languages(
    client: Client, editor
) -> None:
    fees = (
        FeeDraft(Decimal("10"), "Kind", {"en": "child"}),
        FeeDraft(Decimal("20"), "", {}),
        FeeDraft(Decimal("30"), "Hund", {"en": "dog"}),
    )
    article = an_article("Bad", article={"fees": fees})
    where = f"/amt/wissen/{article.pk}/"
    client.post(where, typed(article, fees="12 | Kind\n20\n30 | Hunde"))
    article.refresh_from_db()
    assert [fee.conditions for fee in publishing.newest_draft(article).fees] == [
        {"en": "child"},
        {},
        {"en": "dog"},
    ]
    client.post(f"{where}?sprache=en", typed(article, title="Pool", fee_conditions="\n\ndogs"))
    article.refresh_from_db()
    assert [fee.conditions for fee in publishing.newest_draft(article).fees] == [{}, {}, {"en": "dogs"}]


def test_a_translation_is_taken_away_by_emptying_it_and_the_same_press_twice_is_no_conflict(
    client: Client, editor
) -> None:
    article = an_article("Pass")
    where = f"/amt/wissen/{article.pk}/?sprache=en"
    assert client.post(where, typed(article, title="Passport")).status_code == 303
    assert client.post(where, typed(article, title="Passport")).status_code == 303
    article.refresh_from_db()
    assert client.post(where, typed(article, title="", body="left over")).status_code == 422
    assert client.post(where, typed(article, title="")).status_code == 303
    article.refresh_from_db()
    assert publishing.newest_draft(article).text("en") is None


def test_a_cured_search_leaves_its_report_and_one_comes_back_to_it(client: Client, editor) -> None:
    article = a_public_article("Personalausweis")
    for _ in range(2):
        searched.note_search("zettel", language="de", hits=0)
    assert [line.title for line in reports.no_results()] == ["zettel"]
    answer = client.post(
        "/amt/wissen/suchwort/zuordnen/",
        {"article": article.pk, "text": "zettel", "language": "de", "bericht": "nichts"},
    )
    assert answer.url.endswith("/berichte/nichts/")
    assert reports.no_results() == []


def test_pins_name_their_article_by_title_and_topics_their_names_language_by_language(
    client: Client, editor
) -> None:
    article = a_public_article("Fischereischein")
    pin = {"query": "Angeln", "language": "de", "position": 1}
    assert (
        "gibtsnicht"
        in client.post("/amt/knowledge/pin/add/", pin | {"article": "gibtsnicht"}).content.decode()
    )
    client.post("/amt/knowledge/pin/add/", pin | {"article": "Fischereischein"})
    assert Pin.objects.get().article == article
    topic = {"kind": "life", "name": "Geburt", "slug": "geburt", "order": 1, "name_en": "Birth"}
    client.post("/amt/knowledge/topic/add/", topic)
    saved = Topic.objects.get()
    assert (saved.kind, saved.names) == ("life", {"en": "Birth"})
    assert 'value="Birth"' in client.get(f"/amt/knowledge/topic/{saved.pk}/change/").content.decode()


def test_tabs_of_the_list_keep_what_was_asked_whatever_is_in_it(client: Client, editor) -> None:
    mine, other = an_article("Abfall & Wertstoffe"), an_article("Abfall & Kompost")
    Article.objects.filter(pk=mine.pk).update(owner=editor)
    listed = client.get("/amt/wissen/", {"q": "Abfall &", "meine": "1"})
    for tab in listed.context["tabs"][:2]:  # all, and drafts
        rows = client.get(f"/amt/wissen/{tab['url']}").context["page"].object_list
        assert [row.title for row in rows] == [mine.title]
    assert listed.context["page"].paginator.count == tab["count"] == 1, f"without {other}"


def test_no_topic_stands_above_itself_however_long_the_way(client: Client, editor) -> None:
    family = Topic.objects.create(slug="familie", name="Familie")
    birth = Topic.objects.create(slug="geburt", name="Geburt", parent=family)
    for above in (family, birth):
        topic = {"kind": "life", "name": "Familie", "slug": "familie", "order": 1, "parent": above.pk}
        page = client.post(f"/amt/knowledge/topic/{family.pk}/change/", topic)
        assert "nicht über sich selbst" in page.content.decode()
