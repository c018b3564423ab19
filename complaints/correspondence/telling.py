"""Mails of a case. Every function writes outbox rows in the transaction of the command that calls it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone

from complaints.correspondence import ways_in
from complaints.models import Case, ComplaintSettings, OutsideBody, Reporter, Subscription
from portal import links, outbox, throttle
from portal.models import User

RECEIPTS_AN_HOUR = 20  # to an address that nobody has confirmed


def receipt(case: Case, reporter: Reporter, settings: ComplaintSettings) -> None:
    """The first mail: number, link, when to expect an answer, and the wish to confirm the address.

    Anybody can type the address of somebody else: beyond `RECEIPTS_AN_HOUR` the page alone says the number and the link.
    """
    if reporter.confirmed_at is None:
        try:
            throttle.hit(scope="complaints.receipt", key=reporter.email, limit=RECEIPTS_AN_HOUR, seconds=3600)
        except throttle.TooMany:
            return
    kind = "received" if reporter.is_first else "me_too"
    _to(case, reporter, kind, settings, once=f"{kind}.{reporter.pk}")


def reporters(case: Case, kind: str, settings: ComplaintSettings, *, event: str, **context: Any) -> None:
    """Tell everyone who reported the case or one that was joined with it; `event` names what happened, so that nobody
    hears of it twice."""
    for reporter in Reporter.objects.of(case.pk).reachable():
        one(case, reporter, kind, settings, event=event, **context)


def one(
    case: Case, reporter: Reporter, kind: str, settings: ComplaintSettings, *, event: str, **context: Any
) -> None:
    _to(case, reporter, kind, settings, once=f"{kind}.{event}.{reporter.pk}", **context)


def followers(case: Case, *, event: str, not_before: datetime | None = None) -> None:
    """Those who follow this case, with what everyone may read."""
    if case.is_public:
        _follow(Subscription.objects.filter(case=case), case, "followed", event, not_before)


def neighbours(case: Case) -> None:
    """Those who want to hear of new public reports in an area or of a category."""
    category = case.category
    wanted = Q(category=None) | Q(category__in=[category.pk, category.parent_id] if category else [])
    alerts = Subscription.objects.filter(wanted, Q(area=None) | Q(area=case.area_id), case=None)
    _follow(alerts, case, "published", f"{case.pk}")


def subscription(row: Subscription) -> None:
    """Please confirm that you want these mails. At most one an hour, whoever types this address how often."""
    outbox.add(
        kind="complaints/subscribe",
        to=row.email,
        context={"subscription": row, "link": ways_in.follow_link(row)},
        about=row,
        language=row.language,
        once=f"complaints.subscribe.{row.pk}.{timezone.now():%Y%m%d%H}",
    )


def outside(case: Case, body: OutsideBody, *, message: str, clerk: User, settings: ComplaintSettings) -> None:
    """Pass the facts on to an outside body: text and place, never who reported."""
    answers_to = case.department.email or settings.reply_address
    outbox.add(
        kind="complaints/outside",
        to=body.email,
        context={"case": case, "body": body, "message": message, "clerk": clerk},
        about=case,
        headers={"Reply-To": answers_to} if answers_to else {},
    )


def clerk(user: User, kind: str, context: dict[str, Any], *, about: Model | None, once: str) -> bool:
    if not user.email or not user.is_active:
        return False
    mail = outbox.add(
        kind=f"complaints/{kind}", to=user.email, context={**context, "clerk": user}, about=about, once=once
    )
    return mail is not None


def desk_link(case: Case) -> str:
    return links.absolute(reverse("complaints_office:case", args=[case.number]))


def _to(
    case: Case,
    reporter: Reporter,
    kind: str,
    settings: ComplaintSettings,
    *,
    once: str,
    not_before: datetime | None = None,
    **context: Any,
) -> None:
    """One mail to one reporter, about the case as it stands now (the joined one, if it was joined)."""
    outbox.add(
        kind=f"complaints/{kind}",
        to=reporter.email,
        context={
            "case": case,
            "reporter": reporter,
            "link": ways_in.mail_link(reporter),
            "tag": ways_in.subject_tag(case, reporter),
            "by_mail": bool(settings.reply_address),
            "category": case.category.name_in(reporter.language) if case.category else "",
            **context,
        },
        about=case,
        language=reporter.language,
        once=f"complaints.{once}",
        not_before=not_before,
        headers=ways_in.reply_headers(reporter, settings),
    )


def _follow(
    rows: Iterable[Subscription], case: Case, kind: str, event: str, not_before: datetime | None = None
) -> None:
    for row in rows:
        if row.confirmed_at is None:
            continue
        outbox.add(
            kind=f"complaints/{kind}",
            to=row.email,
            context={
                "case": case,
                "category": case.category.name_in(row.language) if case.category else "",
                "page": links.page("complaints:case", case.number, language=row.language),
                "link": ways_in.follow_link(row),
            },
            about=row,
            language=row.language,
            once=f"complaints.{kind}.{event}.{row.pk}",
            not_before=not_before,
            headers={"X-Auto-Response-Suppress": "All"},
        )
