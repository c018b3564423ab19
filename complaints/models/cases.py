"""The case: one report, complaint, praise, idea or question, from arrival to the end."""

from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models.settings import ComplaintSettings
from complaints.workflow import CLOSED, OPEN, Decision, Kind, Source, State
from portal import access

if TYPE_CHECKING:
    from portal.models import User

_OPEN = sorted(OPEN)
_CLOSED = sorted(CLOSED)
_SELDOM = sorted(CLOSED - {State.SOLVED, State.DECLINED})
# what the two indexes of words hold; whoever looks for words must say it in exactly this form
WORDS = SearchVector("text", "address", config="simple")
PUBLIC_WORDS = SearchVector("public_text", Coalesce("public_address", "address"), config="simple")
DAY = TruncDate("created_at", tzinfo=ZoneInfo("UTC"))
# 1 or 0
IS_OPEN = models.Case(models.When(closed_at=None, then=1), default=0, output_field=models.IntegerField())


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.filter(state__in=_OPEN)

    def closed(self) -> "CaseQuerySet":
        return self.filter(state__in=_CLOSED)

    def numbered(self, numbers: set[str]) -> "models.QuerySet[Case, str]":
        """Which of these numbers are given already."""
        return self.filter(number__in=numbers).order_by().values_list("number", flat=True)

    def locked(self, pk: int) -> "Case":
        """The case as it stands now, held until the transaction ends.

        First the lock, then the row with its relations: a join in the locking query would show the relations as they
        were before the wait.
        """
        self.select_for_update().values_list("pk").get(pk=pk)
        return self.select_related(
            "category", "category__parent", "department", "office", "assignee", "area"
        ).get(pk=pk)

    def public(self) -> "CaseQuerySet":
        """What everyone may read: moderated, published, not joined into another one and not sorted out."""
        return self.filter(is_public=True)

    def not_about(self, user: "User") -> "CaseQuerySet":
        """Without the formal complaints about this person."""
        concerned = Case.concerned_people.through.objects.filter(case=OuterRef("pk"), user=user.pk)
        return self.filter(~Q(kind=Kind.COMPLAINT) | ~Exists(concerned))

    def visible_to(self, user: "User") -> "CaseQuerySet":
        """The cases of this clerk's departments. Formal complaints only for those who work on complaints, and none for
        a person whom it concerns: not even an administrator reads the complaint about himself."""
        cases = self.not_about(user)
        if access.is_administrator(user):
            return cases
        mine = access.department_ids_with(user, "complaints.view_case")
        leading = access.department_ids_with(user, "complaints.view_complaint")
        unit = ComplaintSettings.objects.filter(complaint_department__in=mine).values("complaint_department")
        usual = Q(department__in=mine) & ~Q(kind=Kind.COMPLAINT)
        formal = Q(kind=Kind.COMPLAINT) & (Q(department__in=leading) | Q(department__in=unit))
        return cases.filter(usual | formal | Q(assignee=user))


class Case(models.Model):
    State, Kind, Source, Decision = State, Kind, Source, Decision

    number = models.CharField(_("number"), max_length=20, unique=True)
    # the same form sent twice is one case
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    external_id = models.CharField(_("key of origin"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DEFECT)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.RECEIVED)
    source = models.CharField(_("way in"), max_length=8, choices=Source, default=Source.WEB)
    language = models.CharField(_("language"), max_length=8, default="de")

    text = models.TextField(_("text"))
    public_text = models.TextField(_("public text"), blank=True)
    # the last word to everyone: why closed, whom it was passed to
    public_note = models.TextField(_("public note"), blank=True)
    is_public = models.BooleanField(_("shown in public"), default=False)
    attributes = models.JSONField(_("answers"), default=dict, blank=True)  # {code: value or [values]}

    category = models.ForeignKey(
        "complaints.Category",
        models.PROTECT,
        null=True,
        related_name="cases",
        verbose_name=_("category"),
        db_index=False,
    )
    department = models.ForeignKey(
        "portal.Department",
        models.PROTECT,
        related_name="cases",
        verbose_name=_("department"),
        db_index=False,
    )
    office = models.ForeignKey(
        "portal.Office", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("office")
    )
    assignee = models.ForeignKey(
        "portal.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("clerk"),
        db_index=False,
    )
    outside_body = models.ForeignKey(
        "complaints.OutsideBody",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("passed on to"),
    )

    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    # what everyone reads instead; none: the same
    public_address = models.CharField(  # noqa: DJ001 - empty: no place for everyone
        _("place for everyone"), max_length=250, null=True, blank=True
    )
    address_id = models.CharField(_("key of the address"), max_length=80, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    area = models.ForeignKey(
        "complaints.Area",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("area"),
        db_index=False,
    )

    created_at = models.DateTimeField(_("received"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)
    acknowledge_by = models.DateTimeField(_("acknowledge by"), null=True, blank=True)
    interim_by = models.DateTimeField(_("interim notice by"), null=True, blank=True)
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    interim_at = models.DateTimeField(_("interim notice"), null=True, blank=True)
    first_answer_at = models.DateTimeField(_("first answer"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # the deadlines count from here: arrival or the last opening, later by the working days it rested
    counted_from = models.DateTimeField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(_("clock stopped"), null=True, blank=True)
    # the earliest one not yet met; none while it rests
    due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    escalation = models.PositiveSmallIntegerField(_("escalation"), default=0)
    unread = models.BooleanField(_("new answer from the citizen"), default=False)
    reopened_count = models.PositiveSmallIntegerField(default=0)

    decision = models.CharField(_("decision"), max_length=12, choices=Decision, blank=True)
    corrective_action = models.TextField(_("corrective action"), blank=True)
    concerned_text = models.CharField(_("whom it concerns"), max_length=200, blank=True)
    concerned_people: ClassVar[models.ManyToManyField] = models.ManyToManyField(  # type: ignore[type-arg]  # generic in the stubs only
        "portal.User", related_name="+", blank=True, verbose_name=_("hidden from")
    )

    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("joined with")
    )
    anonymised_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [
            ("view_complaint", _("Can see formal complaints")),
            ("arrange", _("Can arrange categories, rules and templates")),
            ("view_reports", _("Can see the reports on complaints")),
        ]
        constraints = [
            models.CheckConstraint(name="case_state_is_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="case_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="case_source_is_known", condition=Q(source__in=Source.values)),
            models.CheckConstraint(
                name="case_closed_at_matches_state",
                condition=Q(state__in=_OPEN, closed_at__isnull=True)
                | Q(state__in=_CLOSED, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_rests_while_waiting",
                condition=Q(state=State.WAITING, paused_at__isnull=False)
                | (~Q(state=State.WAITING) & Q(paused_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_merged_knows_its_target",
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_is_not_its_own_target", condition=~Q(merged_into=models.F("id"))
            ),
            models.CheckConstraint(name="case_is_not_its_own_parent", condition=~Q(parent=models.F("id"))),
            models.CheckConstraint(
                name="case_complaint_is_never_public", condition=Q(is_public=False) | ~Q(kind=Kind.COMPLAINT)
            ),
            models.CheckConstraint(
                name="case_public_is_moderated",
                condition=Q(is_public=False)
                | (~Q(public_text="") & ~Q(state__in=[State.REFUSED, State.MERGED])),
            ),
            models.CheckConstraint(
                name="case_decision_is_for_complaints",
                condition=Q(decision="") | Q(kind=Kind.COMPLAINT, decision__in=Decision.values),
            ),
            models.CheckConstraint(
                name="case_position_is_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
            ),
            models.UniqueConstraint(
                "source", "external_id", name="case_external_id_once", condition=~Q(external_id="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "due_at", "id"], name="case_inbox", condition=Q(state__in=_OPEN)
            ),
            models.Index(
                fields=["assignee", "due_at", "id"], name="case_of_clerk", condition=Q(state__in=_OPEN)
            ),
            models.Index(fields=["due_at", "id"], name="case_due", condition=Q(state__in=_OPEN)),
            models.Index(fields=["department", "unread"], name="case_unread", condition=Q(unread=True)),
            models.Index(
                "department", models.F("created_at").desc(), models.F("id").desc(), name="case_of_department"
            ),
            models.Index(models.F("created_at").desc(), models.F("id").desc(), name="case_newest"),
            models.Index("category", models.F("created_at").desc(), name="case_of_category"),
            models.Index(
                fields=["latitude", "longitude"], name="case_position", condition=Q(latitude__isnull=False)
            ),
            models.Index(
                models.F("created_at").desc(),
                models.F("id").desc(),
                name="case_public",
                condition=Q(is_public=True),
            ),
            models.Index(
                "category",
                models.F("created_at").desc(),
                models.F("id").desc(),
                name="case_public_category",
                condition=Q(is_public=True),
            ),
            models.Index("area", models.F("created_at").desc(), models.F("id").desc(), name="case_of_area"),
            models.Index(
                "assignee",
                models.F("created_at").desc(),
                models.F("id").desc(),
                name="case_once_of_clerk",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(
                models.F("created_at").desc(),
                models.F("id").desc(),
                name="case_complaints",
                condition=Q(kind=Kind.COMPLAINT),
            ),
            models.Index(fields=["updated_at", "id"], name="case_changed"),
            models.Index(fields=["closed_at"], name="case_closed", condition=Q(closed_at__isnull=False)),
            models.Index(
                models.F("created_at").desc(),
                models.F("id").desc(),
                name="case_seldom_ended",
                condition=Q(state__in=_SELDOM),
            ),
            GinIndex(WORDS, DAY, IS_OPEN, name="case_found"),
            GinIndex(PUBLIC_WORDS, DAY, IS_OPEN, name="case_found_shown", condition=Q(is_public=True)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def shown_address(self) -> str:
        """The place as everyone may read it."""
        return self.address if self.public_address is None else self.public_address

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()
