"""What the worker does for appointments. Every job may run twice; bookings do not wait for any of them."""

from django.utils import timezone
from procrastinate.contrib.django import app

from appointments.letters import reminders
from appointments.models import Appointment, Purpose
from appointments.pure.states import State
from appointments.times import slots
from appointments.waiting import opened, waitlist


@app.task(pass_context=False)
def offer_freed(pause_id: int) -> None:
    """Right after a cancellation: offer the time to the first on the waiting list whom it suits."""
    pause = Appointment.objects.filter(pk=pause_id).first()
    if pause is not None:
        waitlist.offer_freed(pause=pause)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="appointments.every_minute", pass_context=False)
def every_minute(timestamp: int) -> None:
    """Unanswered offers to the next, overdue holds freed, reminders written, forgotten pauses offered."""
    now = timezone.now()
    waitlist.lapse(now)
    slots.expire_overdue(now)
    reminders.send_due(now)
    for pause in Appointment.objects.filter(purpose=Purpose.PAUSE, state=State.HOLD, held_until__gt=now):
        waitlist.offer_freed(pause=pause, now=now)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="appointments.opened", pass_context=False)
def offer_opened(timestamp: int) -> None:
    """New hours and newly bookable days for those who wait."""
    opened.offer_opened(timezone.now())
