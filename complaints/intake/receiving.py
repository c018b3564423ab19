"""Mail comes in: from a mail server's pipe or a mailbox. Replies land in their case, forged keys are refused, loops,
automatic replies, bounces and storms are recognised and end here. Nothing is ever answered to an automatic mail."""

import re

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.correspondence import attachments, messages, photos, telling, ways_in
from complaints.intake import mail_parts, reporting
from complaints.intake.mail_parts import Mail
from complaints.intake.mailbox import Later
from complaints.intake.reporting import Contact, Report
from complaints.models import Case, ComplaintSettings, OutsideBody, ReceivedMail, Reporter
from complaints.rules import routing
from complaints.workflow import Source
from portal import links, numbers, throttle
from portal.models import Membership, OutgoingMail, Role

Verdict = ReceivedMail.Verdict

# mailbox full, server, network, policy: the address itself may be good
_FOR_NOW = ("5.2.", "5.3.", "5.4.", "5.7.")
MOST_PER_SENDER, MOST_NEW_CASES, WINDOW = 20, 5, 3600


class Flood(Later):
    """All of them together are too many for an hour."""


def receive(raw: bytes) -> ReceivedMail:
    """File one mail and say what was done. The same mail again changes nothing and returns the first verdict.

    Raises Later for a mail that nobody asked for while the hour has enough of them: it stays where it is.
    """
    try:
        mail = mail_parts.read(raw)
    except mail_parts.Unreadable:
        return ReceivedMail.objects.create(
            key=f"unreadable-{timezone.now().timestamp()}", verdict=Verdict.UNREADABLE
        )
    earlier = ReceivedMail.objects.filter(key=mail.key).first()
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            row = ReceivedMail.objects.create(key=mail.key, verdict=Verdict.UNREADABLE)
            row.verdict, row.case, row.note = _file(mail)
            row.save(update_fields=["verdict", "case", "note"])
            return row
    except IntegrityError:  # two workers fetched the same mail
        return ReceivedMail.objects.get(key=mail.key)
    except Flood:
        _say_mails_wait()
        raise


def _file(mail: Mail) -> tuple[str, Case | None, str]:
    if mail.bounce:
        return Verdict.BOUNCE, _mark_bounced(mail), ""
    if mail.is_ours == links.absolute("/"):
        return Verdict.LOOP, None, ""
    if mail.is_automatic:
        return Verdict.AUTOMATIC, None, ""
    try:
        throttle.hit(
            scope="complaints.mail", key=mail.sender or mail.key, limit=MOST_PER_SENDER, seconds=WINDOW
        )
    except throttle.TooMany:
        return Verdict.STORM, _say_too_many(mail), ""
    try:
        reporter = reporter_of(mail)
    except ways_in.UnknownKey:
        return Verdict.FORGED, None, ""
    if reporter is not None:
        return _reply(mail, reporter)
    if (case := _asked_outside(mail)) is not None:
        return _from_outside(mail, case)
    return _without_reference(mail)


def reporter_of(mail: Mail) -> Reporter | None:
    """Who answers: by the key in the address, by the tag in the subject, or by the mail of ours that is answered.

    Raises ways_in.UnknownKey for a key that is not ours, whatever else the mail says.
    """
    for address in mail.recipients:
        if found := ways_in.reporter_from_address(address):
            return found
    if found := ways_in.reporter_from_subject(mail.subject):
        return found
    ours = _answered(mail)
    if ours is None:
        return None
    return (
        Reporter.objects.of(int(ours.about_id))
        .filter(email=ours.recipient)
        .select_related("case__merged_into")
        .first()
    )


def _answered(mail: Mail) -> OutgoingMail | None:
    """The mail of ours about a case that is answered."""
    ours = OutgoingMail.objects.filter(message_id__in=mail.references, about_type=Case._meta.label_lower)
    return ours.order_by("-pk").first()


def _asked_outside(mail: Mail) -> Case | None:
    """The case that was passed on to an outside body with the mail that is answered, or the one it was joined with."""
    ours = _answered(mail)
    if ours is None or not OutsideBody.objects.filter(email__iexact=ours.recipient).exists():
        return None
    case = Case.objects.select_related("merged_into").filter(pk=ours.about_id).first()
    return (case.merged_into or case) if case is not None else None


def _fitting(text: str, most: int) -> tuple[str, list[attachments.File]]:
    """The words as far as they fit, and a document with all of them where they do not: nothing of a long mail is lost."""
    if len(text) <= most:
        return text or "…", []
    rest = _("… The whole text is in the document beside this.")
    return f"{text[: most - len(rest) - 2]}\n\n{rest}", [attachments.File("mail.txt", text.encode())]


def _from_outside(mail: Mail, case: Case) -> tuple[str, Case | None, str]:
    files, refused = _documents(mail)
    text, whole = _fitting(mail.text, messages.LONGEST)
    message = messages.from_outside(case=case, text=text)
    attachments.keep([*whole, *files], case=message.case, message=message)
    _say_left_out(refused, message.case, None)
    return Verdict.FILED, message.case, "outside body"


def _reply(mail: Mail, reporter: Reporter) -> tuple[str, Case | None, str]:
    images, left_out = _images(mail)
    files, refused = _documents(mail)
    text, whole = _fitting(mail.text, messages.LONGEST)
    message = messages.from_citizen(reporter=reporter, text=text, images=images, by_mail=True)
    attachments.keep([*whole, *files], case=message.case, message=message)
    note = _say_left_out([*left_out, *refused], message.case, reporter)
    if reporter.email == mail.sender and reporter.confirmed_at is None:
        Reporter.objects.filter(pk=reporter.pk).update(confirmed_at=timezone.now())
    return Verdict.FILED, message.case, note


def _without_reference(mail: Mail) -> tuple[str, Case | None, str]:
    """A new report, if the city wants that. A case number alone proves nothing: everybody may know it."""
    settings = ComplaintSettings.current()
    named = _named_case(mail.subject)
    if named is None and not (settings.mail_opens_case and mail.text.strip() and mail.sender):
        return Verdict.FORGED, None, "no reference"
    _wait_for_room(mail, settings)
    if named is not None:
        words = _("Mail without a key from %(sender)s, the sender is not checked:") % {"sender": mail.sender}
        text, whole = _fitting(f"{words}\n\n{mail.text}", messages.LONGEST)
        message = messages.note(case=named, text=text, actor=None, by_mail=True)
        attachments.keep(whole, case=named, message=message)
        Case.objects.filter(pk=named.pk).update(unread=True)
        return Verdict.FILED, named, "internal note"
    images, left_out = _images(mail)
    files, refused = _documents(mail)
    text, whole = _fitting(f"{mail.subject}\n\n{mail.text}".strip(), reporting.LONGEST_TEXT)
    said = Report(
        text=text,
        category=None,
        source=Source.MAIL,
        contact=Contact(name=mail.sender_name, email=mail.sender),
    )
    try:
        case = reporting.report(said, images=images)
    except (reporting.ReportRefused, routing.NoDepartment) as refusal:
        return Verdict.UNREADABLE, None, type(refusal).__name__
    attachments.keep([*whole, *files], case=case)
    return (
        Verdict.NEW_CASE,
        case,
        _say_left_out([*left_out, *refused], case, case.reporters.order_by("pk").first()),
    )


def _wait_for_room(mail: Mail, settings: ComplaintSettings) -> None:
    """So many an hour of one sender, and of all together. Raises Later or Flood."""
    try:
        throttle.hit(scope="complaints.mail.new", key=mail.sender, limit=MOST_NEW_CASES, seconds=WINDOW)
    except throttle.TooMany as full:
        raise Later(full.retry_after) from None
    try:
        throttle.hit(scope="complaints.mail.all", key="", limit=settings.mails_an_hour, seconds=WINDOW)
    except throttle.TooMany as full:
        raise Flood(full.retry_after) from None


def _say_mails_wait() -> None:
    """Once an hour, to the leads of the department for everything else, or to the administrators."""
    settings, now = ComplaintSettings.current(), timezone.now()
    staff = Membership.objects.filter(user__is_active=True).select_related("user")
    leads = staff.filter(role=Role.LEAD, department=settings.default_department)
    page = links.absolute(reverse("admin:complaints_complaintsettings_changelist"))
    for row in leads or staff.filter(role=Role.ADMINISTRATOR):
        once = f"complaints.mails_wait.{now:%Y%m%d%H}.{row.user_id}"
        telling.clerk(
            row.user, "mails_wait", {"limit": settings.mails_an_hour, "page": page}, about=None, once=once
        )


def _named_case(subject: str) -> Case | None:
    """The case whose number stands in the subject: its clerk reads the mail, nobody else does."""
    for word in re.findall(r"[A-Z]-[0-9A-Z]{4}-[0-9A-Z]{4}", subject.upper())[:3]:
        try:
            found = Case.objects.filter(number=numbers.normalise(word)).first()
        except numbers.NotANumber:
            continue
        if found is not None:
            return found.merged_into or found
    return None


def _images(mail: Mail) -> tuple[list[photos.Clean], list[str]]:
    """The pictures that are pictures, and a word for each that is left out."""
    kept: list[photos.Clean] = []
    left_out = []
    for raw in mail.pictures:
        try:
            if len(kept) == photos.MOST_PHOTOS:
                raise photos.TooMany
            kept.append(photos.clean(raw))
        except photos.PhotoRefused:
            left_out.append(_("a picture"))
    return kept, left_out


def _documents(mail: Mail) -> tuple[list[attachments.File], list[str]]:
    return attachments.sorted_out(attachments.File(name, data) for name, data in mail.files)


def _say_too_many(mail: Mail) -> Case | None:
    """Whoever answers more often than we file hears it once an hour, and so does the clerk: nobody thinks it was read."""
    try:
        reporter = reporter_of(mail)
    except ways_in.UnknownKey:
        return None
    if reporter is None or reporter.email != mail.sender:
        return None
    case = reporter.case.merged_into or reporter.case
    try:
        throttle.hit(scope="complaints.mail.told", key=mail.sender, limit=1, seconds=WINDOW)
    except throttle.TooMany:
        return case
    words = _("More mails come from %(sender)s than we file in an hour; the last ones were not kept.")
    messages.note(case=case, text=words % {"sender": mail.sender}, actor=None, by_mail=True)
    event = f"{case.pk}.{timezone.now():%Y%m%d%H%M%S%f}"
    telling.one(case, reporter, "too_many", ComplaintSettings.current(), event=event)
    return case


def _say_left_out(names: list[str], case: Case, sender: Reporter | None) -> str:
    """What could not be kept is said at the case and to whoever sent it: nothing vanishes in silence."""
    if not names:
        return ""
    listed = ", ".join(names[:20])
    messages.note(
        case=case, text=_("Left out of the mail, not a photo or document that we keep: %(names)s") % {"names": listed},
        actor=None, by_mail=True,
    )  # fmt: skip
    if sender is not None and sender.email:
        telling.one(
            case, sender, "left_out", ComplaintSettings.current(),
            event=f"{case.pk}.{timezone.now():%Y%m%d%H%M%S%f}", names=listed,
        )  # fmt: skip
    return f"left out: {listed}"[:200]


def _mark_bounced(mail: Mail) -> Case | None:
    """The clerk sees it at the case. An address that does not exist gets no further mails; a full mailbox or one that takes
    no mail today is tried again with the next one."""
    try:
        reporter = reporter_of(mail)
    except ways_in.UnknownKey:
        return None
    if reporter is None or reporter.signed_off_at:
        return reporter.case if reporter else None
    words = _("A mail to the reporter could not be delivered (%(status)s).") % {"status": mail.bounce}
    if mail.bounce.startswith("5") and not mail.bounce.startswith(_FOR_NOW):
        Reporter.objects.filter(pk=reporter.pk).update(signed_off_at=timezone.now())
        words += " " + _("No more mails go to this address.")
    messages.note(case=reporter.case, text=words, actor=None, by_mail=True)
    return reporter.case
