"""What the worker does for complaints. Every job may run twice."""

import imaplib
import logging
import subprocess
import sys

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from complaints.desk import alarms
from complaints.intake import mailbox, receiving
from complaints.models import Case
from complaints.public import listing
from complaints.suggesting import suggestion

logger = logging.getLogger(__name__)


@app.task(name="complaints.teach", queueing_lock=None, pass_context=False)
def teach(case: int) -> None:
    """Teach the suggestion how a clerk filed this case."""
    filed = Case.objects.select_related("category").filter(pk=case, category__isnull=False).first()
    if filed is not None and filed.category is not None:
        suggestion.take_correction(text=filed.text, category=filed.category)


@app.periodic(cron="40 2 * * *")
@app.task(name="complaints.learn_categories", queueing_lock="complaints.learn_categories", pass_context=False)
def learn_categories(timestamp: int) -> None:
    """Every night: learn anew. In a process of its own, which gives its memory back."""
    subprocess.run([sys.executable, str(settings.BASE_DIR / "manage.py"), "learn_categories"], check=True)


@app.periodic(cron="*/5 * * * *")
@app.task(name="complaints.raise_due", queueing_lock="complaints.raise_due", pass_context=False)
def raise_due(timestamp: int) -> None:
    """Every five minutes: warn about deadlines and escalate, in office hours only."""
    alarms.raise_due()


@app.periodic(cron="30 7 * * 1-5")
@app.task(name="complaints.digests", queueing_lock="complaints.digests", pass_context=False)
def digests(timestamp: int) -> None:
    """Every working morning: one mail a clerk with what waits."""
    alarms.digests()


@app.periodic(cron="* * * * *")
@app.task(name="complaints.rebuild_map", queueing_lock="complaints.rebuild_map", pass_context=False)
def rebuild_map(timestamp: int) -> None:
    """Every minute: count the squares of the public map anew, if a public case changed."""
    listing.rebuild_map(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="complaints.fetch_mail", queueing_lock="complaints.fetch_mail", pass_context=False)
def fetch_mail(timestamp: int) -> None:
    """Every minute: replies from the city's mailbox."""
    if not settings.MAILBOX_URL:
        return
    try:
        mailbox.fetch(settings.MAILBOX_URL, receiving.receive)
    except (OSError, imaplib.IMAP4.error) as trouble:
        logger.warning("the mailbox could not be read: %s", type(trouble).__name__)
