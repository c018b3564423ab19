"""Articles ready to be quoted, and whether one is about what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant.phrases import words_of
from knowledge.assistant.replies import Source
from knowledge.assistant.sentences import holds, is_among, met_by, sentences, stems_of
from knowledge.models import Article, ArticleText, Fee
from portal import registries
from portal.language.analysis import LANGUAGES, analyser
from portal.language.folding import bare
from portal.language.thesaurus import in_german
from portal.models import Office

MOST_NEIGHBOURS = 6
BESIDE = {
    "nach",
    "bei",
    "fur",
    "fuer",
    "von",
    "vom",
    "zum",
    "zur",
    "mit",
    "ohne",
    "wegen",
    "gegen",
    "uber",
    "trotz",
    "aus",
}
"""What follows such a word in a title is not what the page is about."""


@dataclass(frozen=True, slots=True)
class Page:
    """An article ready to be quoted, in the language it is read in."""

    article: Article
    text: ArticleText
    fees: tuple[Fee, ...]
    offices: tuple[Office, ...]
    free: tuple[str, ...] = ()  # the next free appointment, in words

    @property
    def url(self) -> str:
        return self.article.get_absolute_url()

    def source(self) -> Source:
        as_of = self.article.changed_at
        return Source(
            article_id=self.article.pk,
            key=self.article.external_id.rpartition("/")[2] or self.article.slug,
            title=self.text.title,
            url=self.url,
            as_of=timezone.localtime(as_of).date() if as_of else None,
            language=self.text.language,
        )


def load(article_ids: Sequence[int], language: str) -> dict[int, Page]:
    """The pages of these articles in `language`, else in the reference language; four queries however many."""
    articles = (
        Article.objects.public()
        .filter(pk__in=article_ids)
        .select_related("service")
        .prefetch_related("texts", "fees", "service__offices")
    )
    services = [article.service_id for article in articles if article.service_id]
    known = registries.facts_about(services, language)
    found = {}
    for article in articles:
        free = tuple(str(fact.label) for fact in known.get(article.service_id or 0, ()))
        texts = [text for text in article.texts.all() if not text.plain]
        best = min(texts, key=lambda text: (text.language != language, text.language != "de"), default=None)
        if best is not None:
            offices = tuple(o for o in article.service.offices.all() if o.active) if article.service else ()
            found[article.pk] = Page(article, best, tuple(article.fees.all()), offices, free)
    return found


def neighbours(article: Article) -> list[int]:
    """Pages that an editor named beside this one, then the most wanted of its topics."""
    near = Article.objects.public().filter(topics__in=article.topics.all()).exclude(pk=article.pk).distinct()
    wanted = near.order_by("-service__wanted", "pk").values_list("pk", flat=True)
    return [*article.related.public().values_list("pk", flat=True), *wanted[:MOST_NEIGHBOURS]]


def is_named(page: Page, topic: Sequence[str]) -> bool:
    """Whether the title says no more than these words."""
    return is_about(page, topic, by_title=True) and all(
        met_by(word, topic, page.text.language)
        for word in words_of(page.text.title)
        if not analyser(page.text.language).is_stop(word)
    )


def is_headed(title: str, topic: Sequence[str], language: str) -> bool:
    """Whether a title is about these words: "Wohngeld beantragen" for "wohngeld", "Name nach einer Scheidung" for no divorce."""
    said = [bare(token.text) for token in analyser(language if language in LANGUAGES else "de").tokens(title)]
    ahead = next((place for place, word in enumerate(said) if word in BESIDE), len(said))
    return holds(" ".join(said[:ahead]), topic, language)


def speaks_of(page: Page, topic: Sequence[str]) -> bool:
    """Whether one section of the page or one fee, with its title, holds all of these words."""
    names = " ".join([page.text.title, *page.text.synonyms])
    fees = (fee.condition_in(page.text.language) for fee in page.fees)
    sections = dict.fromkeys([*(sentence.around for sentence, _place in sentences(page.text)), *fees])
    return any(holds(f"{names} {around}", topic, page.text.language) for around in sections)


def spoken_of(page: Page, topic: Sequence[str], language: str) -> bool:
    """The same for words of another language than the page's, as far as the word lists know them."""
    if page.text.language == language or language == MOTHER_TONGUE:
        return speaks_of(page, topic)
    german = words_of(in_german(" ".join(topic), language))
    return speaks_of(page, topic) or (bool(german) and speaks_of(page, german))


def says(page: Page, topic: Sequence[str]) -> float:
    """How much of these words the page has in its names and, beside them, in one sentence or fee; nothing if not both."""
    language = page.text.language
    names = words_of(" ".join([page.text.title, *page.text.synonyms]))
    rest = [word for word in topic if not met_by(word, names, language)]
    if len(rest) == len(topic) or not rest:
        return 0.0
    fees = (fee.condition_in(language) for fee in page.fees)
    said = [*(f"{sentence.heading} {sentence.text}" for sentence, _place in sentences(page.text)), *fees]
    words = analyser(language if language in LANGUAGES else "de")
    wanted = [words.stem(word) for word in rest]
    read = (stems_of(text, words) for text in said)
    most = max((sum(is_among(stem, stems) for stem in wanted) for stems in read), default=0)
    return (len(topic) - len(rest) + most) / len(topic) if most else 0.0


def is_about(page: Page, topic: Sequence[str], *, by_title: bool = False) -> bool:
    """Whether these words are about this very page: its title (or its synonyms) holds them all."""
    names = [page.text.title] if by_title else [page.text.title, *page.text.synonyms]
    return bool(topic) and holds(" ".join(names), topic, page.text.language)
