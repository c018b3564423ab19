"""One case of the demo city while its history is being told: the case, who spoke, what happened when."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from complaints.models import Area, Case, Message, OutsideBody, Reporter
from complaints.workflow import CLOSED, State
from portal.demo.content import read
from portal.models import Department, User
from portal.workdays import WorkCalendar

_WINTER_MONTHS = {11, 12, 1, 2, 3}
_OPENS, _CLOSES = 8, 16


@dataclass(frozen=True)
class Setting:
    """What all stories share: the clock, the people and the words."""

    now: datetime
    random: Random
    calendar: WorkCalendar
    clerks: dict[int, list[User]]
    departments: dict[str, Department]
    bodies: list[OutsideBody]
    areas: list[Area]
    words: dict[str, Any] = field(default_factory=lambda: read("complaints/words.toml"))


def is_winter(day: datetime) -> bool:
    return day.month in _WINTER_MONTHS


@dataclass
class Event:
    at: datetime
    verb: str
    actor: User | None
    facts: dict[str, Any]
    message: Message | None = None


@dataclass
class Story:
    case: Case
    setting: Setting
    category: dict[str, Any]
    reporters: list[Reporter] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def clerk(self) -> User | None:
        return self.case.assignee

    def say(self, at: datetime, text: str, *, inside: bool = False, question: bool = False) -> Message:
        """A word of the city: to the people who reported, or among clerks."""
        message = Message(
            case=self.case,
            author=Message.Author.CLERK,
            visibility=Message.Visibility.INTERNAL if inside else Message.Visibility.THREAD,
            user=self.clerk,
            text=text,
            is_question=question,
            created_at=at,
        )
        self.messages.append(message)
        if not inside:
            self.case.first_answer_at = self.case.first_answer_at or at
            self.case.acknowledged_at = self.case.acknowledged_at or at
            self.case.interim_at = at
        return message

    def hear(self, at: datetime, text: str) -> Message:
        message = Message(
            case=self.case,
            author=Message.Author.CITIZEN,
            visibility=Message.Visibility.THREAD,
            text=text,
            created_at=at,
        )
        self.messages.append(message)
        return message

    def happen(
        self, at: datetime, verb: str, *, by: User | None = None, message: Message | None = None, **facts: Any
    ) -> None:
        self.events.append(Event(at, verb, by, facts, message))
        self.case.updated_at = at

    def move(
        self, at: datetime, to: State, *, by: User | None = None, message: Message | None = None
    ) -> None:
        old = self.case.state
        self.case.state = to
        self.case.closed_at = at if to in CLOSED else None
        self.case.paused_at = at if to == State.WAITING else None
        self.case.acknowledged_at = self.case.acknowledged_at or at
        self.happen(at, "moved", by=by, message=message, old=str(old), new=str(to))


def later(story: Story, at: datetime, least: float, most: float) -> datetime:
    """A while later, while the town hall is open; never in the future."""
    at = timezone.localtime(at + timedelta(days=story.setting.random.uniform(least, most)))
    if at.hour >= _CLOSES:
        at = at + timedelta(days=1)
    if not _OPENS <= at.hour < _CLOSES:
        at = at.replace(hour=story.setting.random.randint(_OPENS, _CLOSES - 1))
    while not story.setting.calendar.is_working_day(at.date()):
        at += timedelta(days=1)
    return soon(story, at)


def soon(story: Story, at: datetime) -> datetime:
    """`at`, or a moment ago; always after what happened last."""
    last = story.case.updated_at
    return max(min(at, story.setting.now - timedelta(minutes=2)), last + timedelta(seconds=30))
