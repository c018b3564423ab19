"""What the services hand to the kernel at start-up. They never import each other; they meet here.

Each registry is a plain ordered list, filled from AppConfig.ready().
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from portal.catalogue import Catalogue, Counts
from portal.distances import Point
from portal.models import User

T = TypeVar("T")


@dataclass
class Registry(Generic[T]):
    """Entries in the order of their `order`, then of their arrival; the same entry counts once."""

    _entries: list[T] = field(default_factory=list)

    def add(self, entry: T) -> None:
        if entry not in self._entries:
            self._entries.append(entry)
            self._entries.sort(key=lambda known: getattr(known, "order", 0))

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True)
class Tile:
    """One part of the home page: a fragment and the function that fetches what it shows."""

    name: str
    template: str
    context: Callable[[HttpRequest], dict[str, Any]]
    order: int = 0


@dataclass(frozen=True)
class ServiceFact:
    """What another service knows about a municipal service, e.g. the next free appointment."""

    label: str
    url: str
    when: datetime | None = None


@dataclass(frozen=True)
class SearchHit:
    """Something to offer beside a text the citizen typed."""

    title: str
    url: str
    summary: str = ""
    kind: str = ""


@dataclass(frozen=True)
class AssistantAction:
    """Something the assistant can start: `find` gives links to pages of the service.

    `find(question, service_ids, language)`; of a status the question is the case number or empty.
    """

    name: str
    find: Callable[[str, list[int], str], list[SearchHit]]
    order: int = 0


@dataclass(frozen=True)
class RetentionRule:
    """`forget(now)` deletes or blanks what is older than the rule allows and returns how many rows."""

    name: str
    forget: Callable[[datetime], int]


@dataclass(frozen=True)
class Subject:
    """Rows that not everybody may read about: mails and audit entries about one are for those who see the row.

    `label` as in `_meta.label_lower`; `visible(user)` gives the rows this member of staff may see.
    """

    label: str
    visible: Callable[[User], QuerySet[Any]]


@dataclass(frozen=True)
class DemoLoader:
    """`load(progress)` fills one service with the demo city; `progress(text)` is told each step."""

    name: str
    load: Callable[[Callable[[str], None]], None]
    order: int = 0


@dataclass(frozen=True)
class OfficeCount:
    """A number on the clerk's dashboard; the link shows exactly the rows that were counted."""

    label: Any
    permission: str
    count: Callable[[User], int]
    url: Callable[[User], str]
    urgent: bool = False
    order: int = 0


@dataclass(frozen=True)
class DeskLink:
    """An entry in the navigation of the back office. It stands for the pages below its address, and for those named in `pages`."""

    label: Any
    url_name: str
    permission: str
    order: int = 0
    pages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class DeskKey:
    """A key of the back office, for the help page; the button itself carries `data-key`."""

    key: str
    meaning: Any
    order: int = 0


class CatalogueConsumer(Protocol):
    """`withdrawn`: keys of services that were in the last import of this source and are no longer."""

    def __call__(
        self, catalogue: Catalogue, *, withdrawn: set[str], progress: Callable[[str], None]
    ) -> Counts: ...


class PersonExporter(Protocol):
    """All that is kept about one e-mail address, as JSON values."""

    def __call__(self, email: str) -> dict[str, Any]: ...


@dataclass(frozen=True)
class ErrorVoice:
    """How errors are told under a path that programs use: `answer(request, status)` instead of a page."""

    prefix: str
    answer: Callable[[HttpRequest, int], HttpResponse]


@dataclass(frozen=True)
class VisitTerms:
    """How a municipal service is visited: minutes by office, how many at once, services that may share the visit."""

    minutes: Mapping[int, int]
    most: int
    partners: frozenset[int]


@dataclass(frozen=True)
class Whereabouts:
    """Where a place lies that somebody typed; without a position, what they may have meant."""

    position: Point | None = None
    meant: tuple[str, ...] = ()


ServiceFacts = Callable[[Iterable[int], str], dict[int, ServiceFact]]
ServiceLinks = Callable[[], dict[int, str]]  # where each service can be booked; cheap, for whole lists
ServiceVisits = Callable[[], dict[int, VisitTerms]]  # of all services that can be booked, for the export
ReportTopics = Callable[[], list[tuple[str, str]]]  # (short name, name for clerks) of what can be reported
SearchSource = Callable[[str, str, int], list[SearchHit]]  # text, language, limit
PlaceFinder = Callable[[str], Whereabouts]  # an address, a street, a postal code or a district
ApiRouter = tuple[str, str]  # prefix, and where its django-ninja Router is ("appointments.api.router")

home_tiles: Registry[Tile] = Registry()
service_facts: Registry[ServiceFacts] = Registry()
service_links: Registry[ServiceLinks] = Registry()
service_visits: Registry[ServiceVisits] = Registry()
report_topics: Registry[ReportTopics] = Registry()
search_sources: Registry[SearchSource] = Registry()
catalogue_consumers: Registry[CatalogueConsumer] = Registry()
retention_rules: Registry[RetentionRule] = Registry()
person_exporters: Registry[PersonExporter] = Registry()
subjects: Registry[Subject] = Registry()
demo_loaders: Registry[DemoLoader] = Registry()
office_counts: Registry[OfficeCount] = Registry()
desk_links: Registry[DeskLink] = Registry()
desk_keys: Registry[DeskKey] = Registry()
assistant_actions: Registry[AssistantAction] = Registry()
door_parts: Registry[str] = Registry()  # templates of what can be opened on every public page (the assistant)
page_end_parts: Registry[str] = Registry()  # templates at the end of every public page ("was this helpful?")
api_routers: Registry[ApiRouter] = Registry()
error_voices: Registry[ErrorVoice] = Registry()
place_finders: Registry[PlaceFinder] = Registry()


def facts_about(service_ids: Iterable[int], language: str) -> dict[int, list[ServiceFact]]:
    """What all services know about these municipal services."""
    wanted = list(service_ids)
    found: dict[int, list[ServiceFact]] = {pk: [] for pk in wanted}
    for facts in service_facts:
        for pk, fact in facts(wanted, language).items():
            found[pk].append(fact)
    return found


def whereabouts(text: str) -> Whereabouts:
    """Where a typed place lies, by the first service that knows it. Nothing of it is kept."""
    asked = [find(text) for find in place_finders] if text.strip() else []
    known = [found for found in asked if found.position]
    return next((found for found in (*known, *asked) if found.position or found.meant), Whereabouts())
