"""What the worker does for the desk. Every job may run twice."""

from django.utils import timezone
from procrastinate.contrib.django import app

from appointments.desk.figures import counting
from appointments.desk.hours import editing
from appointments.desk.people import queue

FIRST_HOUR = 5  # local; before the offices open, so that every day is asked at the same time of day


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="desk.carry_out", pass_context=False)
def carry_out(timestamp: int) -> None:
    """Every minute: inform the citizens whom an edit of hours affects, once its undo window is over."""
    editing.carry_out_due()


@app.periodic(cron="40 * * * *")
@app.task(queueing_lock="desk.count_days", pass_context=False)
def count_days(timestamp: int) -> None:
    """Once a day, in the first hour that a worker lives: figures of the days before, and how far the earliest times are."""
    now = timezone.localtime()
    if now.hour < FIRST_HOUR or counting.has_earliest(now.date()):
        return
    counting.store_missing(now.date())
    counting.store_earliest(now)


@app.periodic(cron="10 2 * * *")
@app.task(queueing_lock="desk.end_the_day", pass_context=False)
def end_the_day(timestamp: int) -> None:
    """At night: a counter whose clerk forgot to leave it would count as staffed for ever, and waiting times with it."""
    queue.end_the_day()
