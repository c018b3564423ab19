"""The life of an article: draft → review → published → archived. Every door (editor, import, job) leads here.

Each command is one transaction with its audit row; the index changes in the same transaction, so that an article
is findable the moment it is public. Editing goes by version number: who saves on top of an older version gets an
`EditConflict` with both texts joined, and nothing is lost.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from knowledge.articles import public_rows, retrieval
from knowledge.articles.drafts import Draft, Merged, from_json, merge, to_json
from knowledge.models import Article, ArticleVersion, KnowledgeSettings
from portal import audit, slugs
from portal.models import City, Department, Service, User

State = Article.State
DAYS_PER_MONTH = 30.44


class PublishingRefused(Exception):
    """The base of all refusals here."""


class EditConflict(PublishingRefused):
    """Somebody saved another version meanwhile; `merged` joins both, `latest` is the number to save upon."""

    def __init__(self, merged: Merged, latest: ArticleVersion) -> None:
        super().__init__("somebody else has saved meanwhile")
        self.merged = merged
        self.latest = latest


class NothingChanged(PublishingRefused):
    """The draft says what the newest version says already."""


class Untitled(PublishingRefused):
    """A public article needs a title in the city's own language."""


class ServiceHasArticle(PublishingRefused):
    """Another article describes this service already."""

    def __init__(self, other: Article) -> None:
        super().__init__(f"{other} describes this service")
        self.other = other


class NeedsSecondPerson(PublishingRefused):
    """Four eyes: the author can't approve, and nothing goes public unapproved."""


class UnknownVersion(PublishingRefused):
    """The article never had a version of this number."""


class WrongState(PublishingRefused):
    """The article is not where this step begins."""


class TimePassed(PublishingRefused):
    """What is scheduled lies in the future."""


@transaction.atomic
def start(
    *, draft: Draft, actor: User | None, department: Department | None = None, note: str = ""
) -> Article:
    """Begin an article with its first version; citizens see nothing yet."""
    _check(draft, article=None)
    service = Service.objects.select_related("department").get(pk=draft.service) if draft.service else None
    title = title_of(draft)
    article = Article(slug=_free_slug(service.slug if service else title), title=title, owner=actor)
    article.department = department or (service.department if service else None)
    public_rows.set_columns(article, draft)
    article.save()
    _add_version(article, draft, actor, note)
    audit.record(verb="article.started", subject=article, actor=actor, version=article.version)
    return article


@transaction.atomic
def save_draft(
    *, article: Article, based_on: int, draft: Draft, actor: User | None, note: str = ""
) -> Article:
    """Save `draft` as the next version, or raise EditConflict when `based_on` is no longer the newest."""
    article = _locked(article)
    latest = article.versions.get(number=article.version)
    if to_json(draft) == latest.snapshot:  # also the second press of the same button
        raise NothingChanged
    if based_on != article.version:
        base = article.versions.filter(number=based_on).first() or latest
        raise EditConflict(merge(from_json(base.snapshot), draft, from_json(latest.snapshot)), latest)
    _check(draft, article=article)
    if not article.live:
        public_rows.set_columns(article, draft)
    article.state, article.approved_by, article.publish_at = State.DRAFT, None, None
    article.title = title_of(draft)
    _add_version(article, draft, actor, note)
    audit.record(verb="article.saved", subject=article, actor=actor, version=article.version)
    return article


@transaction.atomic
def submit(*, article: Article, actor: User) -> Article:
    """Hand the newest version to the review."""
    article = _locked(article, State.DRAFT, State.ARCHIVED)
    _move(article, State.REVIEW)
    audit.record(verb="article.submitted", subject=article, actor=actor, version=article.version)
    return article


@transaction.atomic
def send_back(*, article: Article, actor: User, reason: str) -> Article:
    """Return from the review to the author; the reason stands in the article's history, a schedule ends."""
    article = _locked(article, State.REVIEW)
    article.approved_by, article.publish_at = None, None
    _move(article, State.DRAFT)
    audit.record(
        verb="article.sent_back", subject=article, actor=actor, version=article.version, reason=reason
    )
    return article


@transaction.atomic
def approve(*, article: Article, actor: User) -> Article:
    """Say that the newest version may go public; with four eyes its author can't."""
    article = _locked(article, State.REVIEW)
    author = article.versions.get(number=article.version).author
    if KnowledgeSettings.current().four_eyes and author == actor:
        raise NeedsSecondPerson
    article.approved_by = actor
    article.save(update_fields=["approved_by"])
    audit.record(verb="article.approved", subject=article, actor=actor, version=article.version)
    return article


@transaction.atomic
def publish(*, article: Article, actor: User | None, index: bool = True) -> Article:
    """Show the newest version to citizens and to the search, at once.

    `index=False` is for imports of thousands, which rebuild the index once at their end.
    """
    article = _locked(article)
    if article.state == State.PUBLISHED and article.live_version == article.version:
        return article
    if actor is not None and KnowledgeSettings.current().four_eyes and article.approved_by_id is None:
        raise NeedsSecondPerson
    _make_public(article, index=index)
    audit.record(verb="article.published", subject=article, actor=actor, version=article.version)
    return article


@transaction.atomic
def schedule(*, article: Article, at: datetime, actor: User) -> Article:
    """Let the newest version go public at `at`; saving another version calls it off."""
    article = _locked(article, State.DRAFT, State.REVIEW)
    if KnowledgeSettings.current().four_eyes and article.approved_by_id is None:
        raise NeedsSecondPerson
    if at <= timezone.now():
        raise TimePassed
    _check_title(article)
    article.publish_at = at
    article.save(update_fields=["publish_at"])
    audit.record(verb="article.scheduled", subject=article, actor=actor, at=at.isoformat())
    return article


@transaction.atomic
def call_off(*, article: Article, actor: User) -> Article:
    """The newest version no longer goes public by itself. Harmless twice."""
    article = _locked(article)
    if article.publish_at is not None:
        article.publish_at = None
        article.save(update_fields=["publish_at"])
        audit.record(verb="article.called_off", subject=article, actor=actor)
    return article


@transaction.atomic
def archive(*, article: Article, actor: User | None, reason: str = "") -> Article:
    """Take the article from the public pages and the search; all versions stay. Harmless twice."""
    article = _locked(article)
    if article.state == State.ARCHIVED and not article.live:
        return article
    article.live, article.live_version, article.publish_at, article.approved_by = False, None, None, None
    _move(article, State.ARCHIVED)
    public_rows.clear(article)
    retrieval.remove_article(article)
    audit.record(verb="article.archived", subject=article, actor=actor, reason=reason)
    return article


@transaction.atomic
def restore(*, article: Article, number: int, actor: User) -> Article:
    """Save the content of version `number` once more, as a new draft on top."""
    article = _locked(article)
    old = article.versions.filter(number=number).first()
    if old is None:
        raise UnknownVersion
    return save_draft(
        article=article,
        based_on=article.version,
        draft=from_json(old.snapshot),
        actor=actor,
        note=f"← {number}",
    )


@transaction.atomic
def take_charge(
    *,
    article: Article,
    owner: User | None,
    review_due: date | None,
    department: Department | None,
    actor: User,
) -> Article:
    """Say who answers for the article and when it must be looked at again."""
    article = _locked(article)
    article.owner, article.review_due, article.department = owner, review_due, department
    article.save(update_fields=["owner", "review_due", "department"])
    audit.record(verb="article.assigned", subject=article, actor=actor, review_due=str(review_due or ""))
    return article


@transaction.atomic
def confirm_review(*, article: Article, actor: User) -> Article:
    """The owner has read the article and it is still right: the next review is due in the usual time."""
    article = _locked(article)
    article.review_due = next_review()
    article.save(update_fields=["review_due"])
    audit.record(
        verb="article.reviewed", subject=article, actor=actor, review_due=article.review_due.isoformat()
    )
    return article


def publish_due(now: datetime) -> int:
    """Publish what is scheduled until `now`; each article in its own transaction, so one refusal stops no other."""
    due = Article.objects.filter(publish_at__lte=now).order_by("publish_at")
    return sum(1 for article in due if publish_if_due(article=article, now=now))


@transaction.atomic
def publish_if_due(*, article: Article, now: datetime) -> bool:
    """What can't be published any more is called off, as its history says, instead of failing every minute."""
    article = _locked(article)
    if article.publish_at is None or article.publish_at > now:
        return False  # called off, or done by another worker
    try:
        with transaction.atomic():
            if KnowledgeSettings.current().four_eyes and article.approved_by_id is None:
                raise NeedsSecondPerson
            publish(article=article, actor=None)
    except PublishingRefused:
        article.publish_at = None
        article.save(update_fields=["publish_at"])
        audit.record(verb="article.not_published", subject=article)
        return False
    return True


def archive_expired(today: date) -> int:
    """Archive what was valid until before `today`; the pages hide it from midnight on anyway."""
    expired = Article.objects.filter(live=True, valid_until__lt=today)
    for article in expired:
        archive(article=article, actor=None, reason="expired")
    return len(expired)


def title_of(draft: Draft) -> str:
    """The title in the city's language, or the first there is."""
    own = draft.text(reference_language())
    titles = [own.title if own else "", *(text.title for text in draft.texts)]
    return next(filter(None, titles), "")


def reference_language() -> str:
    return City.current().own_language


def next_review() -> date:
    return timezone.localdate() + timedelta(
        days=round(DAYS_PER_MONTH * KnowledgeSettings.current().review_months)
    )


def newest_draft(article: Article) -> Draft:
    return from_json(article.versions.get(number=article.version).snapshot)


def _locked(article: Article, *states: Article.State) -> Article:
    fresh = Article.objects.select_for_update().get(pk=article.pk)
    if states and fresh.state not in states:
        raise WrongState(fresh.state)
    return fresh


def _move(article: Article, state: Article.State) -> None:
    article.state = state
    article.save()


def _add_version(article: Article, draft: Draft, actor: User | None, note: str) -> None:
    article.version += 1
    article.save()
    ArticleVersion.objects.create(
        article=article, number=article.version, snapshot=to_json(draft), author=actor, note=note[:200]
    )


def _make_public(article: Article, *, index: bool) -> None:
    draft = newest_draft(article)
    _check_title(article, draft)
    _check(draft, article=article)
    now = timezone.now()
    public_rows.set_columns(article, draft)
    article.live, article.live_version, article.publish_at = True, article.version, None
    article.published_at = article.published_at or now
    article.changed_at = now
    article.review_due = article.review_due or next_review()
    _move(article, State.PUBLISHED)
    public_rows.write(article, draft)
    if index:
        retrieval.index_article(article)


def _check(draft: Draft, *, article: Article | None) -> None:
    if not title_of(draft):
        raise Untitled
    if draft.kind != Article.Kind.SERVICE or draft.service is None:
        return
    others = Article.objects.filter(service=draft.service, kind=Article.Kind.SERVICE)
    if other := (others.exclude(pk=article.pk) if article else others).first():
        raise ServiceHasArticle(other)


def _check_title(article: Article, draft: Draft | None = None) -> None:
    text = (draft or newest_draft(article)).text(reference_language())
    if text is None or not text.title:
        raise Untitled


def _free_slug(name: str) -> str:
    """A short name that no article has, from a title or a service's short name ("aeussere" for "äußere")."""
    stem = slugs.stem(name, 100) or "artikel"
    taken = set(Article.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return slugs.free(stem, taken.__contains__)
