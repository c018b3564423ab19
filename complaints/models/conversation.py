"""Who speaks about a case, and what was said."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReporterQuerySet(models.QuerySet["Reporter"]):
    def of(self, case_id: int) -> "ReporterQuerySet":
        """Everyone who reported this case or one that was joined with it. Joining moves nobody, so nobody gets lost."""
        return self.filter(Q(case=case_id) | Q(case__merged_into=case_id))

    def reachable(self) -> "ReporterQuerySet":
        """Whom we may write to: an address, confirmed as theirs, and not signed off."""
        return self.exclude(email="").filter(confirmed_at__isnull=False, signed_off_at__isnull=True)


class Reporter(models.Model):
    """A person who reported a case or said "me too". May have no contact at all."""

    case = models.ForeignKey("complaints.Case", models.CASCADE, related_name="reporters")
    is_first = models.BooleanField(_("reported it"), default=True)  # False: "this affects me too"
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=8, default="de")
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    signed_off_at = models.DateTimeField(_("wants no more mails"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReporterQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporter")
        verbose_name_plural = _("reporters")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "case", "email", name="reporter_address_once_per_case", condition=~Q(email="")
            ),
        ]
        indexes = [models.Index(fields=["email"], name="reporter_email", condition=~Q(email=""))]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or str(_("anonymous"))


class Message(models.Model):
    """One entry of the thread. `internal` is for clerks only, `thread` for those who reported, `public` for everyone."""

    class Visibility(models.TextChoices):
        INTERNAL = "internal", _("internal note")
        THREAD = "thread", _("to the people who reported")
        PUBLIC = "public", _("for everyone")

    class Author(models.TextChoices):
        CITIZEN = "citizen", _("citizen")
        CLERK = "clerk", _("city")
        OUTSIDE = "outside", _("outside body")

    case = models.ForeignKey("complaints.Case", models.CASCADE, related_name="messages")
    author = models.CharField(_("from"), max_length=8, choices=Author)
    visibility = models.CharField(_("for"), max_length=8, choices=Visibility)
    user = models.ForeignKey("portal.User", models.SET_NULL, null=True, blank=True, related_name="+")
    reporter = models.ForeignKey(Reporter, models.SET_NULL, null=True, blank=True, related_name="messages")
    text = models.TextField(_("text"))
    by_mail = models.BooleanField(default=False)
    is_question = models.BooleanField(default=False)  # the clock rests until the citizen answers
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["case", "created_at"], name="message_thread")]
        constraints = [
            models.CheckConstraint(
                name="message_author_is_known", condition=Q(author__in=["citizen", "clerk", "outside"])
            ),
            models.CheckConstraint(
                name="message_visibility_is_known",
                condition=Q(visibility__in=["internal", "thread", "public"]),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Attachment(models.Model):
    """A file that came by mail and is no photo: clerks save it, no browser of ours shows it."""

    case = models.ForeignKey("complaints.Case", models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="attachments")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    file = models.FileField(_("file"), upload_to="enclosed/%Y/%m/")
    size = models.PositiveIntegerField(_("bytes"))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """Someone follows one public case, or new public cases of an area and a category."""

    case = models.ForeignKey(
        "complaints.Case", models.CASCADE, null=True, blank=True, related_name="subscriptions"
    )
    area = models.ForeignKey("complaints.Area", models.CASCADE, null=True, blank=True, related_name="+")
    category = models.ForeignKey(
        "complaints.Category", models.CASCADE, null=True, blank=True, related_name="+"
    )
    email = models.EmailField(_("e-mail"))
    language = models.CharField(max_length=8, default="de")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(
                "case", "area", "category", "email", name="subscription_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Survey(models.Model):
    """One question at closing: was it solved? One row per closing and reporter; no answer stays null."""

    case = models.ForeignKey("complaints.Case", models.CASCADE, related_name="surveys")
    reporter = models.ForeignKey(Reporter, models.CASCADE, related_name="surveys")
    closed_at = models.DateTimeField()
    satisfied = models.BooleanField(_("satisfied"), null=True)
    comment = models.TextField(_("comment"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        constraints = [
            models.UniqueConstraint("reporter", "closed_at", name="survey_once_per_closing"),
            models.CheckConstraint(
                name="survey_answer_has_its_time",
                condition=Q(satisfied__isnull=True, answered_at__isnull=True)
                | Q(satisfied__isnull=False, answered_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["answered_at"], name="survey_answered")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.satisfied}"


class ReceivedMail(models.Model):
    """What came in by mail and what was done with it: the same mail twice acts once, and a storm is seen as one."""

    class Verdict(models.TextChoices):
        FILED = "filed", _("filed in the case")
        NEW_CASE = "new_case", _("became a case")
        AUTOMATIC = "automatic", _("automatic reply")
        BOUNCE = "bounce", _("could not be delivered")
        LOOP = "loop", _("our own mail")
        FORGED = "forged", _("unknown reference")
        STORM = "storm", _("too many mails")
        UNREADABLE = "unreadable", _("unreadable")

    # SHA-256 of the Message-ID, or of the whole mail where there is none
    key = models.CharField(max_length=64, unique=True)
    verdict = models.CharField(max_length=12, choices=Verdict)
    case = models.ForeignKey("complaints.Case", models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.verdict} {self.received_at:%Y-%m-%d %H:%M}"
