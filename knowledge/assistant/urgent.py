"""Numbers for people in danger, by country. Pure but for the city's country."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knowledge.assistant.replies import Fact, Reply, Source
from portal.models import City

POLICE = gettext_noop("police")
RESCUE = gettext_noop("fire brigade and ambulance")
AMBULANCE = gettext_noop("ambulance")
FIRE = gettext_noop("fire brigade")
IN_DANGER = gettext_noop("in danger of life")
WOMEN = gettext_noop("help for women, day and night, free of charge")
VICTIMS = gettext_noop("help for victims of violence, free of charge")
COUNSEL = gettext_noop("telephone counselling, day and night, free of charge")
CHILDREN = gettext_noop("help for children and young people, free of charge")

FIRST = "112"  # in every country of the union
Numbers = tuple[tuple[str, str], ...]
NUMBERS: dict[str, dict[str, Numbers]] = {
    "DE": {
        "emergency": (("112", RESCUE), ("110", POLICE)),
        "violence": (("110", POLICE), ("116 016", WOMEN)),
        "crisis": (("112", IN_DANGER), ("0800 111 0 111", COUNSEL)),
    },
    "AT": {
        "emergency": (("112", RESCUE), ("144", AMBULANCE), ("122", FIRE), ("133", POLICE)),
        "violence": (("133", POLICE), ("0800 222 555", WOMEN)),
        "crisis": (("112", IN_DANGER), ("142", COUNSEL)),
    },
    "CZ": {
        "emergency": (("112", RESCUE), ("155", AMBULANCE), ("150", FIRE), ("158", POLICE)),
        "violence": (("158", POLICE), ("116 006", VICTIMS)),
        "crisis": (("112", IN_DANGER), ("116 123", COUNSEL)),
    },
    "PL": {
        "emergency": (("112", RESCUE), ("999", AMBULANCE), ("998", FIRE), ("997", POLICE)),
        "violence": (("112", POLICE), ("800 120 002", VICTIMS)),
        "crisis": (("112", IN_DANGER), ("800 70 2222", COUNSEL)),
    },
    "HU": {
        "emergency": (("112", RESCUE), ("104", AMBULANCE), ("105", FIRE), ("107", POLICE)),
        "violence": (("112", POLICE), ("06 80 20 55 20", VICTIMS)),
        "crisis": (("112", IN_DANGER), ("116 123", COUNSEL)),
    },
    "BG": {
        "emergency": (("112", RESCUE), ("112", POLICE)),
        "violence": (("112", POLICE), ("0800 1 86 76", VICTIMS)),
        "crisis": (("112", IN_DANGER), ("116 111", CHILDREN)),
    },
}


def reply(route: str, near: Sequence[Source] = ()) -> Reply:
    """Numbers first, one calm sentence; beneath them pages that may be meant ("a lamp burns in front of my house")."""
    text = {
        "emergency": _("Please call the emergency number now:"),
        "violence": _("You can get help at once. Please call:"),
        "crisis": _("I am sorry that you feel so bad. Please talk to somebody now:"),
    }[route]
    numbers = NUMBERS.get(City.current().country, NUMBERS["DE"])[route]
    facts = tuple(Fact(number, (_(who),)) for number, who in numbers)
    return Reply(kind="route", route=route, text=text, facts=facts, urgent=True, candidates=tuple(near))
