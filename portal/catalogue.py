"""What a catalogue of municipal services looks like, whoever brings it.

The import of another city's export and our own demo city both end in a `Catalogue`; the services
(knowledge, appointments, complaints) take it from there through `registries.catalogue_consumers`.
Plain values without a database, so that reading a file can be tested apart from storing it.

A consumer is called inside the import's transaction, after the shared rows (`Office`, `Service`)
were written; it finds them by `external_id` = `key` and must be idempotent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

Progress = Callable[[str], None]
"""`progress(name)`: called once for each service that a consumer has dealt with."""


@dataclass(frozen=True)
class FeeRecord:
    """A fee in the city's currency; `amount` is None where the source gives no clear figure (`condition` then tells all).

    `conditions` says the same in other languages, by language code.
    """

    amount: Decimal | None
    condition: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class LinkRecord:
    label: str
    url: str


@dataclass(frozen=True)
class HoursRecord:
    """One span of opening on a weekday (0 = Monday), in local wall time."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class OfficeRecord:
    """A place citizens go to: a citizens' office, a registry, a kindergarten, a school.

    `counters` is the number of interchangeable desks; 0 = nothing can be booked here. Without `hours`, an office that is
    known keeps the hours and desks that it has.
    `department` is the name of the department that runs it ("" = the importing city's default).
    `kind` is "kindergarten" or "school" where children are enrolled, else "".
    `public` False = a place of the administration's own that no citizen should be sent to.
    """

    key: str
    name: str
    organisation: str = ""
    department: str = ""
    street: str = ""
    postal_code: str = ""
    town: str = ""
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    email: str = ""
    transport: str = ""
    accessibility: str = ""
    hours: tuple[HoursRecord, ...] = ()
    counters: int = 0
    kind: str = ""
    public: bool = True


@dataclass(frozen=True)
class ArticleText:
    """The text about a service in one language, Markdown without raw HTML.

    `plain` marks the plain-language variant (Leichte Sprache). `synonyms` are the words citizens use,
    `questions` whole example questions. Every part but `title` may be empty; `body` holds what fits
    no named part.
    """

    language: str
    plain: bool = False
    title: str = ""
    summary: str = ""
    synonyms: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    requirements: str = ""
    documents: tuple[str, ...] = ()
    procedure: str = ""
    processing_time: str = ""
    deadlines: str = ""
    fees_note: str = ""
    legal_basis: str = ""
    body: str = ""


@dataclass(frozen=True)
class OfficeLink:
    """A service at an office: `duration` in minutes, `bookable` if citizens may take an appointment there."""

    office_key: str
    duration: int | None = None
    bookable: bool = False


@dataclass(frozen=True)
class ServiceRecord:
    """One thing a citizen looks for: a `kind` of "service", "faq", "notice" or "page".

    `max_count` is how many of it fit in one appointment, each further one adding `extra_minutes`
    (None = as long as the first); `combinable` are keys of services that may share the appointment.
    `topics` are keys of life situations (`TopicRecord.key`), `standard_key` the LeiKa key, `wanted` a popularity.
    `public` False = a queue of the administration's own: no page, nothing to book.
    """

    key: str
    slug: str
    name: str
    names: dict[str, str] = field(default_factory=dict)
    standard_key: str = ""
    kind: str = "service"
    department: str = ""
    topics: tuple[str, ...] = ()
    texts: tuple[ArticleText, ...] = ()
    fees: tuple[FeeRecord, ...] = ()
    forms: tuple[LinkRecord, ...] = ()
    links: tuple[LinkRecord, ...] = ()
    online_url: str = ""
    offices: tuple[OfficeLink, ...] = ()
    max_count: int = 1
    extra_minutes: int | None = None
    combinable: tuple[str, ...] = ()
    complaint_category: str = ""
    audience: str = ""
    wanted: int = 0
    updated: date | None = None
    public: bool = True


@dataclass(frozen=True)
class TopicRecord:
    """A subject or (`life`) a life situation; `parent` is the key above it, `names` its name in each language."""

    key: str
    name: str
    names: dict[str, str] = field(default_factory=dict)
    parent: str = ""
    order: int = 0
    summary: str = ""
    life: bool = False


@dataclass(frozen=True)
class AuthorityRecord:
    """Another authority that citizens ask the city for: whose job it is and where to turn."""

    key: str
    name: str
    responsible_for: str
    contact: str = ""
    url: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Broken:
    """What an import has to say about a record: its id in the source (or its place) and the reason."""

    key: str
    reason: str


@dataclass(frozen=True)
class Catalogue:
    """`source` names the origin ("demo", "dldb"). `broken` records were left out and stay as they were;
    `notes` tell about records that were taken with a gap (an unreadable coordinate, a dropped link). `unnamed` are
    the kinds ("office", "service") with a record whose id can't be read: it may be any of those known here.

    `changed_services` and `changed_offices` are the keys of records that are new or differ from the last
    import of them; the import fills them in. A consumer leaves what an editor has made of the others alone.
    """

    source: str
    offices: tuple[OfficeRecord, ...] = ()
    services: tuple[ServiceRecord, ...] = ()
    broken: tuple[Broken, ...] = ()
    notes: tuple[Broken, ...] = ()
    unnamed: frozenset[str] = frozenset()
    changed_services: frozenset[str] = frozenset()
    changed_offices: frozenset[str] = frozenset()
    topics: tuple[TopicRecord, ...] = ()
    authorities: tuple[AuthorityRecord, ...] = ()


@dataclass(frozen=True)
class Counts:
    """What an import did; `skipped` are records left as they were because nothing changed or nothing fits."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    skipped: int = 0
