"""What the worker does for the desk. Every job may run twice."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from appointments.desk import figures, hours


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="desk.carry_out", pass_context=False)
def carry_out(timestamp: int) -> None:
    """Every minute: inform the citizens whom an edit of hours affects, once its undo window is over."""
    hours.carry_out_due()


@app.periodic(cron="40 5 * * *")
@app.task(queueing_lock="desk.count_days", pass_context=False)
def count_days(timestamp: int) -> None:
    """Every morning: the figures of the last two days, and how far away the earliest times are."""
    now = timezone.now()
    for back in (2, 1):
        figures.store(timezone.localdate(now) - timedelta(days=back))
    figures.store_earliest(now)
