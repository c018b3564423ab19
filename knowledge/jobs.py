"""What the worker does for the knowledge base. Every job may run twice."""

import sys
from subprocess import DEVNULL, run

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from knowledge.articles import link_checker, publishing, retrieval
from knowledge.models import KnowledgeSettings


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="knowledge.publish_due", pass_context=False)
def publish_due(timestamp: int) -> None:
    """Every minute: publish what is scheduled."""
    publishing.publish_due(timezone.now())


@app.periodic(cron="12 0 * * *")
@app.task(queueing_lock="knowledge.archive_expired", pass_context=False)
def archive_expired(timestamp: int) -> None:
    """After midnight: archive what was valid until yesterday."""
    publishing.archive_expired(timezone.localdate())


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="knowledge.check_links", pass_context=False)
def check_links(timestamp: int) -> None:
    """At night, where the city has switched it on: open the links of the articles."""
    if KnowledgeSettings.current().check_links:
        link_checker.check_some()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="knowledge.renew_index", lock="knowledge.renew_index", pass_context=False)
def renew_index(timestamp: int) -> None:
    """Every five minutes: after an update that changed how words are read, make the search index anew.

    In a process of its own: the words of six languages would stay in the worker's memory, a third more than it has.
    """
    if retrieval.is_outdated():
        run([sys.executable, settings.BASE_DIR / "manage.py", "renew_search"], check=True, stdout=DEVNULL)
