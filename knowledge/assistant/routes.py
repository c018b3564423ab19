"""Answers that come from no article: urgent numbers first, small talk, other authorities, deeds, and the honest refusal."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from knowledge.articles.retrieval import MOTHER_TONGUE
from knowledge.assistant import answers, log, office_lines, urgent
from knowledge.assistant.guard import LONGEST, Rejection
from knowledge.assistant.models import Authority
from knowledge.assistant.replies import Button, Fact, Quote, Reply, Source
from portal import registries
from portal.language.marking import Piece
from portal.models import City, Office


def rejected(why: Rejection) -> Reply:
    """Why a text was not read, and what helps."""
    text = {
        Rejection.EMPTY: _(
            "Please type your question in a few words, for example: What does an identity card cost?"
        ),
        Rejection.TOO_LONG: _("That is more than %(n)s characters. Please ask one short question.")
        % {"n": LONGEST},
        Rejection.PERSONAL: _(
            "Your text seems to hold personal data, such as a phone number or an e-mail address. I do not need them "
            "and have not kept the text. Please ask again without them."
        ),
    }[why]
    return Reply(kind="rejected", text=text)


def small_talk(route: str) -> Reply:
    city = City.current()
    text = {
        "help": _("What do you need help with? If somebody is in danger, please call %(number)s at once.")
        % {"number": urgent.FIRST},
        "greeting": _("Hello! What would you like to get done?"),
        "thanks": _("You are welcome. Is there anything else?"),
        "bye": _("Goodbye!"),
        "insult": _("I am sorry if I was no help. Please try other words, or talk to a person."),
        "bot": _(
            "I am %(name)s, a computer program of %(city)s. I quote the pages of the city and name my sources; I do not know anything else."
        )
        % {"name": city.assistant_name, "city": city.name},
        "human": _("You can talk to people of the administration here:"),
    }[route]
    reply = Reply(kind="route", route=route, text=text)
    if route == "insult":
        return reply.with_(facts=_by_phone(), buttons=_in_writing(""))
    return hand_over(reply) if route == "human" else reply


def privacy() -> Reply:
    """What is kept of this conversation, who answers for it, how it ends, and the city's own words on all other data."""
    city = City.current()
    text = _(
        "I do not keep who asked. Questions are stored for %(days)s days, with personal data crossed out, so that the city can mend its "
        "answers; after that they are only counted. There are no trackers here."
    ) % {"days": log.KEPT.days}
    facts = [
        Fact(
            _("To erase it"),
            (
                _(
                    "Close the page or start anew: then this conversation is gone. What is stored leads nobody back to you."
                ),
            ),
        ),
        Fact(_("Responsible"), tuple(filter(None, [city.name, city.email]))),
    ]
    url = reverse("legal", args=["privacy"])
    said = answers.shortened(city.privacy, "").strip()
    return Reply(
        kind="route",
        route="privacy",
        text=text,
        facts=tuple(facts),
        quote=Quote("", (Piece(said),), url) if said else None,
        source=Source(0, "privacy", _("Privacy"), url, None, MOTHER_TONGUE),
    )


def live(route: str, near: Sequence[Source] = ()) -> Reply:
    """Things nobody here can know or should say; pages of our own that come near are offered beside it."""
    text = {
        "weather": _("I do not know the weather. I know the services of the city."),
        "clock": _("I cannot tell you the time. I know the services of the city."),
        "traffic": _("I have no timetables and no traffic reports. Please ask the transport company."),
        "live": _("I cannot see how things are at this moment. I know what the pages of the city say."),
        "own": _("I cannot look into your own case and know nobody's data. Please ask the office."),
        "private": _("I know nothing about the private affairs of people in the administration."),
        "task": _("That is not what I am here for. I know the services of the city."),
        "leisure": _("That is not what I am here for. I know the services of the city."),
        "advice": _("I give no advice and have no opinion. I know the services of the city."),
    }[route]
    reply = Reply(kind="route", route=route, text=text, candidates=tuple(near))
    return hand_over(reply) if route in ("own", "private") else reply.with_(facts=_by_phone())


def deed(route: str, text: str, service_ids: Sequence[int], language: str) -> Reply:
    """Something the citizen wants to do: where the services say it is done, never a form in the chat.

    `text` is what was typed, for a status the case number or nothing; `service_ids` = what it seems to be about.
    """
    said = {
        "status": _("You see how far it is here:"),
        "report": _("You can report that here. You get a number with which you can follow it."),
        "waitlist": _("Choose the service: where no time suits you, you can join the waiting list."),
        "book": _("You book an appointment here. Tell me what it is for and I show you what to bring."),
    }[route]
    actions = [action for action in registries.assistant_actions if action.name == route]
    ways = [hit for action in actions for hit in action.find(text, list(service_ids), language)]
    return Reply(
        kind="route", route=route, text=said, buttons=tuple(Button(hit.title, url=hit.url) for hit in ways)
    )


def authority(found: Authority, near: Sequence[Source] = ()) -> Reply:
    """Who is responsible; pages of our own that come near are offered beside it."""
    text = _("That is not the city's business. Responsible is: %(who)s.") % {"who": found.name}
    facts = [Fact(_("Responsible for"), (found.responsible_for,), MOTHER_TONGUE)]
    if found.contact:
        facts.append(Fact(_("How to reach it"), (found.contact,), MOTHER_TONGUE))
    buttons = (Button(found.name, url=found.url),) if found.url else ()
    return Reply(
        kind="route",
        route="authority",
        text=text,
        facts=tuple(facts),
        buttons=buttons,
        candidates=tuple(near),
    )


def candidates(sources: Sequence[Source]) -> Reply:
    return Reply(
        kind="candidates",
        text=_("I am not sure what you mean. Is it one of these?"),
        candidates=tuple(sources),
        buttons=tuple(Button(source.title, question=source.title) for source in sources),
    )


def which(sources: Sequence[Source], aspect: str) -> Reply:
    """Two pages fit equally: ask which."""
    buttons = tuple(Button(source.title, question=source.title) for source in sources)
    return Reply(
        kind="clarify",
        text=_("Which of these do you mean?"),
        candidates=tuple(sources),
        buttons=buttons,
        aspect=aspect,
    )


def what_about(sources: Sequence[Source], aspect: str) -> Reply:
    """An aspect without a topic: "Was kostet das?" as the first question."""
    buttons = tuple(Button(source.title, question=source.title) for source in sources)
    return Reply(
        kind="clarify",
        text=_("What is it about? Please name the service, for example:"),
        buttons=buttons,
        aspect=aspect,
    )


def refusal(question: str, near: Sequence[Source] = ()) -> Reply:
    """I do not know, and three ways out; pages that share a word with the question are named, not recommended."""
    text = _("I have found nothing about this on the pages of the city.")
    return hand_over(Reply(kind="refusal", text=text, question=question, candidates=tuple(near)))


def unsure(question: str, near: Sequence[Source] = ()) -> Reply:
    """Pages that share words with the question and may not be about it: an honest no first, then these."""
    text = _("I am not sure that the pages of the city say anything about this.")
    return hand_over(Reply(kind="refusal", text=text, question=question, candidates=tuple(near)))


def elsewhere(question: str, near: Sequence[Source] = ()) -> Reply:
    """Another city is asked about."""
    text = _("That is a matter of another place. I only know the services of %(city)s.") % {
        "city": City.current().name
    }
    return hand_over(Reply(kind="refusal", text=text, question=question, candidates=tuple(near)))


def _by_phone() -> tuple[Fact, ...]:
    city = City.current()
    phone = " · ".join(filter(None, [city.phone, city.phone_hours]))
    return (Fact(_("By phone"), (phone,)),) if phone else ()


def _in_writing(question: str) -> tuple[Button, ...]:
    report = answers.way("complaints:report")
    prefilled = f"?{urlencode({'text': question})}" if question else ""
    return (Button(_("Ask in writing"), url=f"{report}{prefilled}"),) if report else ()


def with_its_language(reply: Reply) -> Reply:
    """The reply with a word about a language that the citizen did not ask in."""
    if not reply.quotes_foreign:
        return reply
    name = get_language_info(reply.language)["name_translated"]
    return reply.with_(note=_("The city has this text only in: %(language)s.") % {"language": name})


def hand_over(reply: Reply) -> Reply:
    """Phone with the hours of now, a question in writing with the text filled in, an appointment."""
    facts = [*reply.facts, *_by_phone()]
    offices = list(Office.objects.filter(active=True, hours__isnull=False).distinct().order_by("pk")[:2])
    if offices:
        facts += office_lines.places(offices, "where")[1]
    buttons = [*reply.buttons, *_in_writing(reply.question)]
    if start := answers.way("appointments:start"):
        buttons.append(Button(_("Book an appointment"), url=start))
    return reply.with_(facts=tuple(facts), buttons=tuple(buttons))


def office_facts(aspect: str, named: Sequence[Office] = ()) -> Reply:
    """ "Wann haben Sie offen?" without a topic: the offices themselves answer, those that were named first."""
    offices = list(named) or list(
        Office.objects.filter(active=True, hours__isnull=False).distinct().order_by("pk")[:3]
    )
    if not offices:
        return refusal("")
    text, facts = office_lines.places(offices, aspect)
    source = Source(0, "offices", _("Offices and opening hours"), reverse("offices"), None)
    return Reply(kind="answer", text=text, facts=tuple(facts), source=source, aspect=aspect, confidence=1.0)
