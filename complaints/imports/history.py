"""Taking over old cases. Nobody is told: no mail, no deadline, no alarm comes from an imported case."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from zlib import crc32

from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from complaints.imports.csv_lines import BrokenLine
from complaints.imports.history_file import PastReport
from complaints.intake import reporting
from complaints.models import Area, Case, Category, HistoryImport
from complaints.rules import arrangements, routing
from complaints.workflow import Source, State
from portal import audit, numbers, slugs
from portal.models import Department

BATCH = 2000


@dataclass
class Taken:
    """What became of a file."""

    added: int = 0
    known: int = 0
    broken: list[BrokenLine] = field(default_factory=list)
    categories: int = 0
    departments: int = 0
    shortened: int = 0  # longer than a text may be
    unplaced: int = 0  # taken without their position, which stands in metres of an unknown grid


@transaction.atomic
def take_over(
    records: Iterable[PastReport | BrokenLine],
    *,
    file_name: str,
    publish: bool = False,
    learn: bool = True,
    progress: Callable[[int], None] = lambda done: None,
) -> Taken:
    """Add every good record as a case, once: the same id and time of creation is the same case.

    An id that another old system used too is kept apart by its date. `publish`: the texts were moderated already and may
    be shown. `learn`: a job learns the categories anew afterwards.
    """
    taken, arranged = Taken(), _Arranged()
    first = last = None
    source = iter(records)
    while batch := list(islice(source, BATCH)):
        taken.broken += [record for record in batch if isinstance(record, BrokenLine)]
        reports = [record for record in batch if isinstance(record, PastReport)]
        fresh = list(_unknown(reports))
        taken.unplaced += sum(report.unplaced for report, _key in fresh)
        taken.shortened += sum(report.shortened for report, _key in fresh)
        taken.known += len(reports) - len(fresh)
        drawn = numbers.several(reporting.PREFIX, len(fresh), taken=Case.objects.numbered)
        made = [
            _case(report, key, number, arranged, publish=publish)
            for (report, key), number in zip(fresh, drawn, strict=True)
        ]
        cases = Case.objects.bulk_create(made, batch_size=500)
        taken.added += len(cases)
        if cases:
            first, last = first or cases[0].pk, cases[-1].pk
        progress(len(batch))
    taken.categories, taken.departments = arranged.new_categories, arranged.new_departments
    run = HistoryImport.objects.create(
        file_name=file_name[:200], added=taken.added, known=taken.known, broken=len(taken.broken),
        first_case=first, last_case=last,
    )  # fmt: skip
    audit.record(verb="imported", subject=run, added=taken.added, known=taken.known, broken=len(taken.broken))
    if taken.added >= BATCH:
        # PostgreSQL looks by itself minutes later which words and days are frequent, and plans badly until then
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE complaints_case")
    if learn and taken.added:
        _ask_to_learn()
    return taken


def _ask_to_learn() -> None:
    """One job is enough, however many files come in before it runs."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task("complaints.learn_categories", queueing_lock="complaints.learn_once").defer(
            timestamp=0
        )


def _unknown(reports: list[PastReport]) -> Iterator[tuple[PastReport, str]]:
    """The reports not yet here, each with the key it will have."""
    keys = [key for report in reports for key in (report.external_id, _dated(report))]
    met = Case.objects.filter(source=Source.IMPORT, external_id__in=keys)
    here: dict[str, Any] = {
        key: rest for key, *rest in met.values_list("external_id", "created_at", "text", "category__name")
    }
    for report in reports:
        if report.external_id not in here:
            yield report, report.external_id
        elif not _is_it(report, *here[report.external_id]) and _dated(report) not in here:
            yield report, _dated(report)


def _is_it(report: PastReport, created: datetime, text: str, category: str | None) -> bool:
    """The same report as this case, even if one of text and category was changed since."""
    same_category = _same(category or "") in {_same(report.category), _same(report.parent)}
    return created == report.created and (text == report.text or same_category)


def _dated(report: PastReport) -> str:
    """The key where another old system used the number first."""
    return f"{report.external_id[:80]}@{report.created.astimezone(UTC):%Y%m%dT%H%M%S}-{crc32(report.text.encode()):08x}"


def _case(report: PastReport, key: str, number: str, arranged: "_Arranged", *, publish: bool) -> Case:
    category = arranged.category(report.parent, report.category, report.department)
    ended = State.DECLINED if report.declined else State.SOLVED
    return Case(
        number=number,
        external_id=key,
        source=Source.IMPORT,
        kind=category.kind if category else Case.Kind.DEFECT,
        state=ended if report.closed else State.IN_PROGRESS,
        text=report.text,
        public_text=report.text if publish else "",
        is_public=publish
        and category is not None
        and category.is_public
        and category.kind != Case.Kind.COMPLAINT,
        category=category,
        department=arranged.department_for(report.department, category),
        latitude=report.latitude,
        longitude=report.longitude,
        area=arranged.area(report.latitude, report.longitude),
        address=report.address,
        created_at=report.created,
        updated_at=report.closed or report.created,
        closed_at=report.closed,
    )


class _Arranged:
    """Categories and departments by name, made where they are missing. Reads each table once."""

    def __init__(self) -> None:
        self._departments = {_same(one.name): one for one in Department.objects.all()}
        self._by_path: dict[tuple[str, str], Category] = {}
        self._by_name: dict[str, Category] = {}
        self._slugs = set(Category.objects.values_list("slug", flat=True))
        self._city = arrangements.current()
        self._default = self._city.settings.default_department
        self.new_categories = self.new_departments = 0
        for category in Category.objects.select_related("parent", "department", "parent__department"):
            self._remember(category)

    def category(self, parent: str, name: str, department: str) -> Category | None:
        """By parent and name; without a parent any category of that name; a parent alone is a category too."""
        if not name or _same(name) == _same(parent):
            return self._main(parent or name, department) if parent or name else None
        if not parent:
            if known := self._by_name.get(_same(name)):
                return known
            parent = _("Other matters")
        path = (_same(parent), _same(name))
        if path not in self._by_path:
            above = self._main(parent, department)
            self._remember(self._new(name, above, department))
        return self._by_path[path]

    def area(self, latitude: float | None, longitude: float | None) -> Area | None:
        """Where a city has moved its boundary, an old case may lie outside: it has no area then."""
        try:
            return routing.area_at(latitude, longitude, self._city)
        except routing.OutsideCity:
            return None

    def department_for(self, name: str, category: Category | None) -> Department:
        if name:
            return self._department(name)
        for one in (category, category.parent if category else None):
            if one is not None and one.department is not None:
                return one.department
        if self._default is None:
            self._default = next(iter(self._departments.values()), None) or self._department(
                _("City administration")
            )
        return self._default

    def _main(self, name: str, department: str) -> Category:
        path = ("", _same(name))
        if path not in self._by_path:
            self._remember(self._new(name, None, department))
        return self._by_path[path]

    def _new(self, name: str, parent: Category | None, department: str) -> Category:
        self.new_categories += 1
        return Category.objects.create(
            name=name,
            parent=parent,
            slug=self._free_slug(name, parent),
            department=self._department(department) if department else self.department_for("", parent),
            order=900,  # behind those that the city has arranged
        )

    def _free_slug(self, name: str, parent: Category | None) -> str:
        stem = slugs.stem(name, 60) or "kategorie"
        if parent is not None and stem in self._slugs:
            stem = f"{parent.slug[:30]}-{stem}"[:70]
        slug = slugs.free(stem, self._slugs.__contains__)
        self._slugs.add(slug)
        return slug

    def _remember(self, category: Category) -> None:
        above = _same(category.parent.name) if category.parent else ""
        self._by_path.setdefault((above, _same(category.name)), category)
        if category.parent is not None:
            self._by_name.setdefault(_same(category.name), category)

    def _department(self, name: str) -> Department:
        key = _same(name)
        if key not in self._departments:
            self.new_departments += 1
            slug = slugs.free(
                slugs.stem(name, 40) or "amt", lambda slug: Department.objects.filter(slug=slug).exists()
            )
            self._departments[key] = Department.objects.create(name=name, slug=slug)
        return self._departments[key]


def _same(name: str) -> str:
    return " ".join(name.casefold().split())


def closed_reports(*, everything: bool) -> tuple[list[tuple[str, str, str]], HistoryImport | None]:
    """(text, category, main category) of closed cases: of the last import, or of all if there was none or if asked."""
    run = None if everything else HistoryImport.objects.filter(added__gt=0).first()
    closed = Case.objects.closed().filter(category__isnull=False).exclude(text="")
    closed = closed.exclude(state__in=[State.MERGED, State.REFUSED])
    if run is not None:
        closed = closed.filter(source=Source.IMPORT, pk__gte=run.first_case, pk__lte=run.last_case)
    rows = closed.order_by("pk").values_list("text", "category__name", "category__parent__name")
    return [(text, name, parent or name) for text, name, parent in rows.iterator(chunk_size=5000)], run
