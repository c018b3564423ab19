"""Makes articles of a catalogue's records, inside the import's transaction."""

from collections.abc import Iterable

from knowledge.articles import publishing, retrieval
from knowledge.articles.drafts import Draft, FeeDraft, LinkDraft, TextDraft
from knowledge.imports.renewing import Outcome, import_draft
from knowledge.models import Article, ContentStamp, Topic
from portal import catalogue
from portal.look import richtext
from portal.models import Service

MANY, SHARE = 50, 0.1
"""So many changed records that make up such a share of all: then the search index is written once, at the end."""
LONGEST_TITLE, LONGEST_QUESTION, LONGEST_CONDITION = 250, 300, 300


def consume(
    catalogue: catalogue.Catalogue, *, withdrawn: set[str], progress: catalogue.Progress
) -> catalogue.Counts:
    """Publish what is new or changed, archive what was withdrawn; editors' own changes stay (see `imports`)."""
    take_topics(catalogue.topics)
    services = {
        row.external_id: row for row in Service.objects.exclude(external_id=None).select_related("department")
    }
    counted = dict.fromkeys(Outcome, 0)
    news = len(catalogue.changed_services)
    skipped, many = 0, news >= max(MANY, SHARE * Article.objects.count())
    for record in catalogue.services:
        service = services.get(record.key)
        if not record.public or not record.texts or service is None or _is_written_here(service, record.key):
            skipped += 1
            continue
        outcome = import_draft(
            external_id=record.key,
            draft=draft_from(record, service),
            department=service.department,
            note=catalogue.source,
            index=not many,
        )
        counted[outcome] += 1
        progress(record.name)
    if many:
        retrieval.rebuild()
    return _counts(counted, _withdraw(withdrawn, catalogue.services), skipped)


def _counts(counted: dict[Outcome, int], withdrawn: int, skipped: int) -> catalogue.Counts:
    return catalogue.Counts(
        added=counted[Outcome.ADDED],
        changed=counted[Outcome.CHANGED] + counted[Outcome.WAITING],
        withdrawn=withdrawn,
        skipped=skipped + counted[Outcome.UNCHANGED],
    )


def _is_written_here(service: Service, key: str) -> bool:
    """Our editors described the service before the catalogue did; theirs stays."""
    return (
        Article.objects.filter(service=service, kind=Article.Kind.SERVICE).exclude(external_id=key).exists()
    )


def _withdraw(keys: set[str], services: Iterable[catalogue.ServiceRecord]) -> int:
    gone = keys | {record.key for record in services if not record.public}
    articles = Article.objects.filter(external_id__in=gone).exclude(state=Article.State.ARCHIVED)
    for article in articles:
        publishing.archive(article=article, actor=None, reason="withdrawn by the source")
    return len(articles)


def take_topics(records: Iterable[catalogue.TopicRecord]) -> None:
    """Write the tree of topics; parents may come in any order. Names that an import brings again win."""
    known = {topic.slug: topic for topic in Topic.objects.all()}
    for record in records:
        topic = known.setdefault(record.key, Topic(slug=record.key))
        topic.name, topic.names, topic.summary, topic.order = (
            record.name,
            record.names,
            record.summary,
            record.order,
        )
        topic.kind = Topic.Kind.LIFE_SITUATION if record.life else Topic.Kind.SUBJECT
        topic.save()
    if known:
        ContentStamp.touch()
    for record in records:
        topic, parent = known[record.key], known.get(record.parent)
        if parent is not None and parent != topic and topic.parent_id != parent.pk:
            topic.parent = parent
            topic.save(update_fields=["parent"])


def draft_from(record: catalogue.ServiceRecord, service: Service) -> Draft:
    """The record as an editor would have written it; what is longer than our fields is cut."""
    draft = Draft(
        kind=record.kind,
        service=service.pk if record.kind == Article.Kind.SERVICE else None,
        topics=record.topics,
        audience=record.audience[:40],
        online_url=record.online_url,
        complaint_category=record.complaint_category[:80],
        forms=tuple(LinkDraft(link.label, link.url) for link in record.forms),
        links=tuple(LinkDraft(link.label, link.url) for link in record.links),
        fees=tuple(
            FeeDraft(
                fee.amount,
                fee.condition[:LONGEST_CONDITION],
                {language: said[:LONGEST_CONDITION] for language, said in fee.conditions.items()},
            )
            for fee in record.fees
            if fee.amount is not None or fee.condition
        ),
    )
    for text in record.texts:
        draft = draft.with_text(_text_from(text))
    return draft


def _text_from(text: catalogue.ArticleText) -> TextDraft:
    cut = {
        "title": text.title[:LONGEST_TITLE],
        "summary": richtext.plain(text.summary),
        "synonyms": tuple(word[:120] for word in text.synonyms),
        "questions": tuple(dict.fromkeys(question[:LONGEST_QUESTION] for question in text.questions)),
    }
    return TextDraft(**vars(text) | cut)
