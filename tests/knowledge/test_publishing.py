"""From draft to public and back: states, four eyes, versions, conflicts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from knowledge.articles import publishing
from knowledge.articles.drafts import Draft, FeeDraft, TextDraft
from knowledge.editing import desk
from knowledge.imports.renewing import Outcome, import_draft
from knowledge.models import Article, ArticleText, ArticleVersion, ExampleQuestion, KnowledgeSettings
from portal import audit
from tests.builders import a_clerk, a_service, the_city
from tests.knowledge.builders import a_draft, a_public_article, an_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    the_city(languages=["de", "en"])


def verbs(article: Article) -> list[str]:
    return [entry.verb for entry in audit.history(article)][::-1]


def test_a_draft_is_invisible_and_publishing_shows_it() -> None:
    editor = a_clerk("editor")
    article = an_article("Reisepass", actor=editor, documents=("Altes *Ausweisdokument*",))
    assert not ArticleText.objects.exists()
    publishing.submit(article=article, actor=editor)
    article = publishing.publish(article=article, actor=editor)
    (text,) = ArticleText.objects.public()
    assert text.html["documents"] == ["Altes <em>Ausweisdokument</em>"]
    assert article.review_due is not None
    assert verbs(article) == ["article.started", "article.submitted", "article.published"]


def test_editing_a_public_article_leaves_the_public_text_until_it_is_published() -> None:
    article = a_public_article("Reisepass", body="alt")
    article = publishing.save_draft(
        article=article, based_on=1, draft=a_draft("Reisepass", body="neu"), actor=None
    )
    assert ArticleText.objects.get().body == "alt"
    assert article.live
    assert article.state == "draft"
    publishing.publish(article=article, actor=None)
    assert ArticleText.objects.get().body == "neu"


def test_the_second_editor_gets_both_texts_and_loses_nothing() -> None:
    article = an_article("Pass", summary="alt")
    publishing.save_draft(article=article, based_on=1, draft=a_draft("Pass", summary="ihres"), actor=None)
    with pytest.raises(publishing.EditConflict) as caught:
        publishing.save_draft(
            article=article, based_on=1, draft=a_draft("Pass", summary="meines", body="dazu"), actor=None
        )
    assert [(c.old, c.new) for c in caught.value.merged.conflicts] == [("ihres", "meines")]
    saved = publishing.save_draft(
        article=article, based_on=caught.value.latest.number, draft=caught.value.merged.draft, actor=None
    )
    assert publishing.newest_draft(saved).text("de").body == "dazu"


def test_saving_the_same_again_makes_no_version() -> None:
    article = an_article("Pass")
    with pytest.raises(publishing.NothingChanged):
        publishing.save_draft(article=article, based_on=1, draft=publishing.newest_draft(article), actor=None)


def test_with_four_eyes_the_author_cannot_publish_alone() -> None:
    KnowledgeSettings.objects.create(pk=1, four_eyes=True)
    author, second = a_clerk("editor"), a_clerk("editor")
    article = an_article("Pass", actor=author)
    publishing.submit(article=article, actor=author)
    with pytest.raises(publishing.NeedsSecondPerson):
        publishing.publish(article=article, actor=author)
    with pytest.raises(publishing.NeedsSecondPerson):
        publishing.approve(article=article, actor=author)
    with pytest.raises(publishing.NeedsSecondPerson):
        publishing.schedule(article=article, at=timezone.now(), actor=author)
    publishing.approve(article=article, actor=second)
    assert publishing.publish(article=article, actor=author).live


def test_with_four_eyes_an_edit_after_the_approval_needs_a_new_one() -> None:
    KnowledgeSettings.objects.create(pk=1, four_eyes=True)
    author, second = a_clerk("editor"), a_clerk("editor")
    article = an_article("Pass", actor=author)
    publishing.submit(article=article, actor=author)
    publishing.approve(article=article, actor=second)
    publishing.save_draft(article=article, based_on=1, draft=a_draft("Anders"), actor=author)
    with pytest.raises(publishing.NeedsSecondPerson):
        publishing.publish(article=article, actor=author)


def test_a_scheduled_article_goes_public_once_its_time_has_come() -> None:
    now = timezone.now()
    article = an_article("Freibad")
    publishing.schedule(article=article, at=now + timedelta(hours=1), actor=a_clerk("editor"))
    assert publishing.publish_due(now) == 0
    assert publishing.publish_due(now + timedelta(hours=2)) == 1
    assert publishing.publish_due(now + timedelta(hours=2)) == 0
    assert Article.objects.get().live


def test_saving_calls_the_schedule_off() -> None:
    article = an_article("Freibad")
    soon = timezone.now() + timedelta(hours=1)
    publishing.schedule(article=article, at=soon, actor=a_clerk("editor"))
    publishing.save_draft(article=article, based_on=1, draft=a_draft("Hallenbad"), actor=None)
    assert publishing.publish_due(soon) == 0


def test_sending_back_and_calling_off_end_a_schedule_and_the_past_is_refused() -> None:
    editor, soon = a_clerk("editor"), timezone.now() + timedelta(hours=1)
    article = publishing.submit(article=an_article("Freibad"), actor=editor)
    publishing.schedule(article=article, at=soon, actor=editor)
    publishing.send_back(article=article, actor=editor, reason="noch nicht")
    publishing.schedule(article=article, at=soon, actor=editor)
    publishing.call_off(article=article, actor=editor)
    assert publishing.publish_due(soon) == 0
    with pytest.raises(publishing.TimePassed):
        publishing.schedule(article=article, at=timezone.now(), actor=editor)


def test_one_article_that_may_not_go_public_keeps_no_other_from_it() -> None:
    editor, soon = a_clerk("editor"), timezone.now() + timedelta(hours=1)
    blocked, other = an_article("Freibad"), an_article("Hallenbad")
    for each in (blocked, other):
        publishing.schedule(article=each, at=soon, actor=editor)
    KnowledgeSettings.objects.create(pk=1, four_eyes=True)
    Article.objects.filter(pk=other.pk).update(approved_by=editor)
    assert publishing.publish_due(soon) == 1
    assert [a.title for a in Article.objects.filter(live=True)] == ["Hallenbad"]
    assert not Article.objects.filter(publish_at__isnull=False).exists()


def test_archiving_hides_the_text_and_restoring_brings_it_back_as_a_draft() -> None:
    article = a_public_article("Pass", body="eins")
    publishing.archive(article=article, actor=None)
    publishing.archive(article=article, actor=None)
    assert not ArticleText.objects.exists()
    article.refresh_from_db()
    article = publishing.save_draft(
        article=article, based_on=1, draft=a_draft("Pass", body="zwei"), actor=None
    )
    article = publishing.restore(article=article, number=1, actor=a_clerk("editor"))
    assert article.state == "draft"
    assert article.version == 3
    publishing.publish(article=article, actor=None)
    assert ArticleText.objects.get().body == "eins"


def test_an_expired_article_is_hidden_and_then_archived() -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    article = a_public_article("Wahl", article={"valid_until": yesterday})
    assert not Article.objects.public().exists()
    assert publishing.archive_expired(timezone.localdate()) == 1
    article.refresh_from_db()
    assert article.state == "archived"
    with translation.override("de"):
        assert desk.history(article)[0].reason == "nicht mehr gültig"


def test_two_articles_never_describe_the_same_service() -> None:
    service = a_service()
    an_article("Pass", article={"service": service.pk})
    with pytest.raises(publishing.ServiceHasArticle):
        an_article("Pass 2", article={"service": service.pk})


def test_an_article_without_a_title_in_the_city_s_language_stays_a_draft() -> None:
    article = an_article("Passport", language="en")
    with pytest.raises(publishing.Untitled):
        publishing.publish(article=article, actor=None)


def test_short_names_are_free_and_readable() -> None:
    first, second = an_article("Äußere Straße"), an_article("Äußere Straße")
    assert (first.slug, second.slug) == ("aeussere-strasse", "aeussere-strasse-2")


def test_the_database_refuses_two_texts_of_one_language() -> None:
    article = a_public_article("Pass")
    with pytest.raises(IntegrityError, match="knowledge_one_text_per_language"), transaction.atomic():
        ArticleText.objects.create(article=article, language="de", title="noch einer")


def test_publishing_writes_fees_and_questions_and_keeps_attached_questions() -> None:
    article = a_public_article(
        "Pass", questions=("Was kostet ein Pass?",), article={"fees": (FeeDraft(None, "frei"),)}
    )
    ExampleQuestion.objects.create(article=article, language="de", text="pass kostn", source="search")
    article = publishing.save_draft(
        article=article, based_on=1, draft=a_draft("Pass", questions=("Wie lange dauert es?",)), actor=None
    )
    publishing.publish(article=article, actor=None)
    assert set(article.questions.values_list("text", flat=True)) == {"pass kostn", "Wie lange dauert es?"}
    assert not article.fees.exists()


class TestImport:
    def test_the_same_import_twice_changes_nothing(self) -> None:
        assert import_draft(external_id="7", draft=a_draft("Pass")) == Outcome.ADDED
        assert import_draft(external_id="7", draft=a_draft("Pass")) == Outcome.UNCHANGED
        assert ArticleVersion.objects.count() == 1

    def test_an_edit_of_ours_survives_the_source_s_change_of_another_field(self) -> None:
        import_draft(external_id="7", draft=a_draft("Pass", summary="S1", body="B1"))
        article = Article.objects.get()
        article = publishing.save_draft(
            article=article, based_on=1, draft=a_draft("Pass", summary="unsere", body="B1"), actor=None
        )
        publishing.publish(article=article, actor=None)
        assert (
            import_draft(external_id="7", draft=a_draft("Pass", summary="S1", body="B2")) == Outcome.CHANGED
        )
        text = ArticleText.objects.get()
        assert (text.summary, text.body) == ("unsere", "B2")
        assert (
            import_draft(external_id="7", draft=a_draft("Pass", summary="S1", body="B2")) == Outcome.UNCHANGED
        )

    def test_an_open_draft_is_not_published_behind_the_editor_s_back(self) -> None:
        import_draft(external_id="7", draft=a_draft("Pass", body="B1"))
        publishing.save_draft(
            article=Article.objects.get(),
            based_on=1,
            draft=a_draft("Pass", summary="halb", body="B1"),
            actor=None,
        )
        assert import_draft(external_id="7", draft=a_draft("Pass", body="B2")) == Outcome.WAITING
        assert ArticleText.objects.get().body == "B1"
        assert publishing.newest_draft(Article.objects.get()).text("de") == TextDraft(
            "de", title="Pass", summary="halb", body="B2"
        )

    def test_what_the_import_withdrew_it_may_bring_back_but_not_what_an_editor_archived(self) -> None:
        import_draft(external_id="7", draft=a_draft("Pass"))
        publishing.archive(article=Article.objects.get(), actor=None)
        assert import_draft(external_id="7", draft=a_draft("Pass")) == Outcome.CHANGED
        publishing.archive(article=Article.objects.get(), actor=a_clerk("editor"))
        assert import_draft(external_id="7", draft=a_draft("Pass")) == Outcome.UNCHANGED


def test_an_empty_draft_is_refused() -> None:
    with pytest.raises(publishing.Untitled):
        publishing.start(draft=Draft(), actor=None)


def test_a_text_that_is_left_of_an_article_off_line_is_not_public():
    article = a_public_article("Reisepass")
    Article.objects.filter(pk=article.pk).update(live=False, live_version=None, state=Article.State.ARCHIVED)
    assert ArticleText.objects.filter(article=article).exists()
    assert not ArticleText.objects.public().exists()
