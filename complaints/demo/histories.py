"""What happened to one case of the demo city, told towards the state it is in today."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from complaints.demo.made_up import MadeUpReport, Spot
from complaints.demo.story import Event, Setting, Story, later, soon
from complaints.models import Area, Case, Category, Reporter, Survey
from complaints.rules import deadlines
from complaints.workflow import CLOSED, Decision, Kind, Source, State
from portal import numbers
from portal.models import Department

_AGE_DAYS = {
    State.RECEIVED: (0.02, 3.5),
    State.IN_PROGRESS: (0.5, 7.0),
    State.PLANNED: (1.0, 9.0),
    State.WAITING: (2.0, 10.0),
    State.FORWARDED: (2.0, 9.0),
    State.REOPENED: (12.0, 40.0),
    State.REFUSED: (1.0, 90.0),
    State.MERGED: (2.0, 90.0),
}
_CLOSED_AGE = (6.0, 180.0)
REPAIRS = frozenset({"strassen", "sauberkeit", "gruen"})  # groups in which a job is planned
WINTER = "winterdienst"
_OLDEST_WINTER = 20.0


def tell(
    report: MadeUpReport, row: dict[str, Any], category: Category, state: State, setting: Setting
) -> Story:
    """The whole life of one case that stands in `state` today."""
    story = _arrival(report, row, category, state, setting)
    if state == State.RECEIVED:
        return _settled(story)
    random = setting.random
    at = story.case.created_at
    if state == State.REFUSED:
        story.case.text, story.case.is_public, story.case.public_text = (
            random.choice(setting.words["spam"]),
            False,
            "",
        )
        at = later(story, at, 0.1, 1.0)
        note = story.say(at, "Kein Anliegen an die Stadt.", inside=True)
        story.move(at, state, by=story.clerk, message=note)
        return _settled(story)
    at = _taken(story, at)
    _ENDINGS[state](story, at)
    return _settled(story)


def _arrival(
    report: MadeUpReport, row: dict[str, Any], category: Category, state: State, setting: Setting
) -> Story:
    random = setting.random
    youngest, oldest = _AGE_DAYS.get(state, _CLOSED_AGE)
    if row["slug"] == WINTER:
        oldest = min(oldest, _OLDEST_WINTER)
    created = setting.now - timedelta(days=random.uniform(youngest, oldest))
    complaint = category.kind == Kind.COMPLAINT
    department = setting.departments["hauptamt"] if complaint else _department_of(category)
    staff = setting.clerks.get(department.pk, [])
    spot = report.spot
    case = Case(
        number=numbers.new("A"),
        kind=category.kind,
        state=State.RECEIVED,
        source=random.choices([Source.WEB, Source.DESK, Source.MAIL, Source.OPEN311], [70, 12, 8, 10])[0],
        text=report.text,
        category=category,
        department=department,
        assignee=random.choice(staff) if staff and state != State.RECEIVED else None,
        latitude=spot.latitude if spot else None,
        longitude=spot.longitude if spot else None,
        address=spot.address if spot else "",
        postal_code="99990" if spot else "",
        area=_area(spot, setting) if spot else None,
        created_at=created,
        updated_at=created,
    )
    story = Story(case, setting, row)
    with_mail = complaint or random.random() < 0.65
    serial = random.randint(1000, 9999)
    story.reporters.append(
        Reporter(
            case=case,
            email=f"melder-{serial}@post.example" if with_mail else "",
            confirmed_at=created if with_mail else None,
            created_at=created,
        )
    )
    if with_mail and not complaint:
        case.acknowledged_at = created  # the receipt by mail
    story.happen(created, "reported", kind=str(case.kind), source=str(case.source))
    if _is_shown(category, state, setting):
        case.is_public, case.public_text = True, _without_greeting(report, setting)
    return story


def _is_shown(category: Category, state: State, setting: Setting) -> bool:
    """Most cases of a public category are, new ones less often."""
    if not category.is_public or state == State.MERGED:
        return False
    random = setting.random
    return (state != State.RECEIVED or random.random() < 0.4) and random.random() < 0.9


def _taken(story: Story, at: datetime) -> datetime:
    """Somebody takes the case and looks at it; some cases are published, some find a second witness."""
    random, clerk = story.setting.random, story.clerk
    at = later(story, at, 0.05, 1.2)
    story.happen(
        at,
        "assigned",
        by=clerk,
        old={"department": story.case.department.pk, "assignee": None},
        new={"department": story.case.department.pk, "assignee": clerk.pk if clerk else None},
    )
    if story.case.is_public:
        story.happen(soon(story, at + timedelta(minutes=3)), "published", by=clerk)
        if random.random() < 0.2:
            joined = soon(story, at + timedelta(hours=random.uniform(0.2, 2)))
            story.reporters.append(Reporter(case=story.case, is_first=False, created_at=joined))
            story.happen(joined, "me_too")
    return at


def _in_progress(story: Story, at: datetime) -> datetime:
    at = later(story, at, 0.02, 0.8)
    story.move(at, State.IN_PROGRESS, by=story.clerk)
    if story.setting.random.random() < 0.45:
        kind = "notes" if story.category["group"] in REPAIRS else "office_notes"
        note = story.say(at, story.setting.random.choice(story.setting.words[kind]), inside=True)
        story.happen(at, "noted", by=story.clerk, message=note)
    return at


def _planned(story: Story, at: datetime) -> datetime:
    at = later(story, _in_progress(story, at), 0.1, 2.0)
    said = story.say(at, story.setting.random.choice(story.setting.words["planned"]))
    story.move(at, State.PLANNED, by=story.clerk, message=said)
    return at


def _waiting(story: Story, at: datetime) -> datetime:
    at = later(story, at, 0.1, 1.5)
    said = story.say(at, story.setting.random.choice(story.setting.words["questions"])[0], question=True)
    story.move(at, State.WAITING, by=story.clerk, message=said)
    return at


def _forwarded(story: Story, at: datetime) -> datetime:
    at = later(story, at, 0.1, 1.5)
    body = story.setting.random.choice(story.setting.bodies)
    said = story.say(at, body.public_note)
    story.case.outside_body, story.case.public_note = body, body.public_note
    story.move(at, State.FORWARDED, by=story.clerk, message=said)
    return at


def _solved(story: Story, at: datetime) -> datetime:
    random, words = story.setting.random, story.setting.words
    chance = random.random()
    if chance < 0.2 and story.case.kind != Kind.PRAISE:
        at = _waiting(story, at)
        at = soon(story, at + timedelta(hours=random.uniform(2, 40)))
        asked = story.messages[-1].text
        answer = story.hear(at, next(reply for question, reply in words["questions"] if question == asked))
        story.happen(at, "citizen_wrote", message=answer, by_mail=False)
        at = later(story, at, 0.1, 1.0)
        story.move(at, State.IN_PROGRESS, by=story.clerk)
    elif chance < 0.5 and story.category["group"] in REPAIRS:
        at = _planned(story, at)
    else:
        at = _in_progress(story, at)
    at = later(story, at, 0.3, 6.0)
    said = story.say(at, _answer(story))
    if story.case.kind == Kind.COMPLAINT:
        story.case.decision = random.choice([Decision.JUSTIFIED, Decision.PARTLY])
        story.case.corrective_action = random.choice(words["corrective"])
    story.case.public_note = said.text
    story.move(at, State.SOLVED, by=story.clerk, message=said)
    return at


def _answer(story: Story) -> str:
    """An answer to what the report says, or one that fits the whole category."""
    answers = [line.partition("|") for line in story.category["answers"]]
    fitting = [answer for word, _bar, answer in answers if word and word in story.case.text]
    return str(story.setting.random.choice(fitting or [answer for word, _bar, answer in answers if not word]))


def _declined(story: Story, at: datetime) -> datetime:
    at = later(story, _in_progress(story, at), 0.3, 5.0)
    said = story.say(at, story.setting.random.choice(story.setting.words["declined"]))
    if story.case.kind == Kind.COMPLAINT:
        story.case.decision = Decision.UNJUSTIFIED
    story.case.public_note = said.text
    story.move(at, State.DECLINED, by=story.clerk, message=said)
    return at


def _reopened(story: Story, at: datetime) -> datetime:
    at = soon(story, _solved(story, at) + timedelta(days=story.setting.random.uniform(0.5, 4)))
    said = story.hear(at, story.setting.random.choice(story.setting.words["reopened"]))
    story.move(at, State.REOPENED, message=said)
    story.case.reopened_count, story.case.unread, story.case.interim_at, story.case.decision = (
        1,
        True,
        None,
        "",
    )
    return at


def _withdrawn(story: Story, at: datetime) -> datetime:
    at = soon(story, at + timedelta(days=story.setting.random.uniform(0.2, 3)))
    said = story.hear(at, story.setting.random.choice(story.setting.words["withdrawn"]))
    story.move(at, State.WITHDRAWN, message=said)
    story.reporters[0].signed_off_at = at
    return at


def _merged(story: Story, at: datetime) -> datetime:
    at = later(story, at, 0.05, 0.5)
    story.case.state, story.case.closed_at = State.MERGED, at
    return at


_ENDINGS = {
    State.IN_PROGRESS: _in_progress,
    State.PLANNED: _planned,
    State.WAITING: _waiting,
    State.FORWARDED: _forwarded,
    State.SOLVED: _solved,
    State.DECLINED: _declined,
    State.REOPENED: _reopened,
    State.WITHDRAWN: _withdrawn,
    State.MERGED: _merged,
}


def _settled(story: Story) -> Story:
    """The deadlines as the city's rules give them, counted from the arrival (or from the reopening)."""
    case, zone = story.case, timezone.get_default_timezone()
    assert case.category is not None
    since = case.updated_at if case.state == State.REOPENED else case.created_at
    terms = deadlines.Terms(
        case.category.acknowledge_days, case.category.interim_days, case.category.answer_days
    )
    due = deadlines.deadlines(since, terms, story.setting.calendar, zone)
    case.acknowledge_by = due.acknowledge_by if story.reporters[0].email else None
    case.interim_by, case.answer_by = due.interim_by, due.answer_by
    if case.state not in CLOSED and case.state != State.WAITING:
        case.due_at = deadlines.next_due(
            (case.acknowledge_by, case.acknowledged_at),
            (case.interim_by, case.interim_at),
            (case.answer_by, None),
        )
    return story


def surveys(story: Story) -> Iterator[Survey]:
    """Half of those with an address answer the one question; most of them were helped."""
    random, case = story.setting.random, story.case
    if case.state != State.SOLVED or not story.reporters[0].email or case.closed_at is None:
        return
    answered = soon(story, case.closed_at + timedelta(hours=random.uniform(1, 30)))
    if random.random() < 0.55:
        satisfied = random.random() < 0.86
        comment = "" if satisfied else "Es hat mir zu lange gedauert."
        yield Survey(
            case=case,
            reporter=story.reporters[0],
            closed_at=case.closed_at,
            satisfied=satisfied,
            comment=comment,
            answered_at=answered,
        )


def write_audit(stories: Iterable[Story]) -> None:
    """The history as the audit knows it, with the dates of then: the table takes only new rows, so they are inserted whole."""
    events = [(event, story) for story in stories for event in story.events]
    events.sort(key=lambda pair: pair[0].at)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO portal_auditentry (at, actor_id, verb, subject_type, subject_id, facts)"
            " VALUES (%s, %s, %s, 'complaints.case', %s, %s)",
            [
                (
                    event.at,
                    event.actor.pk if event.actor else None,
                    event.verb,
                    str(story.case.pk),
                    _json(event),
                )
                for event, story in events
            ],
        )


def _json(event: Event) -> Any:
    facts = {**event.facts, "message": event.message.pk} if event.message else event.facts
    return connection.ops.adapt_json_value(facts, None)


def _department_of(category: Category) -> Department:
    own = category.department or (category.parent.department if category.parent else None)
    assert own is not None, category
    return own


def _area(spot: Spot, setting: Setting) -> Area | None:
    point = (spot.longitude, spot.latitude)
    return next((area for area in setting.areas if _inside(point, area.geometry["coordinates"][0])), None)


def _inside(point: tuple[float, float], ring: list[list[float]]) -> bool:
    """The demo's districts are upright rectangles."""
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return min(xs) <= point[0] <= max(xs) and min(ys) <= point[1] <= max(ys)


def _without_greeting(report: MadeUpReport, setting: Setting) -> str:
    text = report.text
    for words in (setting.words["openings"], setting.words["closings"]):
        for word in sorted(filter(None, words), key=len, reverse=True):
            text = text.removeprefix(word).removesuffix(word).strip()
    return text[:1].upper() + text[1:]
