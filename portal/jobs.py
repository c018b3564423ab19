"""What the worker does for the kernel. Every job may run twice."""

from django.utils import timezone
from procrastinate.contrib.django import app

from portal import outbox, retention
from portal.models import WorkerHeartbeat


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="portal.deliver_mails", pass_context=False)
def deliver_mails(timestamp: int) -> None:
    """Every ten seconds: send what is due and say that the worker lives."""
    WorkerHeartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
    outbox.deliver_due()


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="portal.forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Every night: apply the retention rules."""
    retention.run()
