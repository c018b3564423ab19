"""Why a wish cannot be granted: named, each with the sentence a citizen reads."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class Outdated(Exception):
    """The rules were changed since they were read: read them again."""


class Refused(Exception):
    """A command said no and changed nothing. `str(refusal)` is for people."""

    sentence: Any = _("This is not possible.")
    heading: Any = _("That did not work")

    def __str__(self) -> str:
        return str(self.sentence)


class SlotTaken(Refused):
    sentence = _("This time has just been taken. Nothing was booked.")


class AlreadyBooked(SlotTaken):
    heading = _("Your appointment is booked")
    sentence = _("You have already booked this time. You find the confirmation in your mail.")
    without_mail = _("You have already booked this time.")

    def __init__(self, *, mail: bool = True) -> None:
        super().__init__(mail)
        self.mail = mail

    def __str__(self) -> str:
        return str(self.sentence if self.mail else self.without_mail)


class NotOffered(Refused):
    """Off the grid, outside the openings, or another pool's time."""

    sentence = _("This time is not offered. Please choose one of the times in the list.")


class TooSoon(NotOffered):
    sentence = _("This time has passed or is too close. Please choose a later one.")


class TooFar(NotOffered):
    sentence = _("This day cannot be booked yet. Please choose an earlier one.")


class UnknownService(Refused):
    sentence = _("This service cannot be booked online.")


class UnknownPool(Refused):
    sentence = _("This office does not offer what you want to do.")


class BadCount(Refused):
    sentence = _("Please choose a number between 1 and %(most)s.")
    only_one = _(
        "This can be done for one person or document in a visit only. For more please book one by one."
    )

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        return str(self.only_one if self.most == 1 else self.sentence) % {"most": self.most}


class NotCombinable(Refused):
    sentence = _("These services cannot be done in one visit. Please book them one by one.")


class NotInSeason(Refused):
    sentence = _("Booking for this is not open at the moment.")

    def __init__(self, season: Any = None) -> None:
        super().__init__(season)
        self.season = season


class HoldOver(Refused):
    """The kept time ran out, was cancelled, or was used."""

    sentence = _("We could keep this time only for a few minutes, and they are over. Nothing was booked.")


class NoLongerOffered(SlotTaken):
    """The hours were changed while the time was kept."""

    sentence = _("The office had to change its hours: this time is no longer offered. Nothing was booked.")


class AlreadyExtended(Refused):
    sentence = _("The time was already extended once.")


class TooManyOpen(Refused):
    sentence = _(
        "With this e-mail address or phone number there are already %(limit)s open appointments. "
        "Please cancel one that you do not need."
    )

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return str(self.sentence) % {"limit": self.limit}


class TooManyKept(Refused):
    """One network keeps more times than its people could be typing for."""

    sentence = _(
        "From your network very many people are booking at this moment. Nothing was booked. "
        "Please try again in a few minutes, or call us."
    )


class PageTooOld(Refused):
    """The page of times was shown half a day ago, or not by us."""

    sentence = _("This page was open for too long. Nothing was booked. Please choose a time once more.")


class NoContact(Refused):
    sentence = _("Please give an e-mail address or a phone number.")


class NotChangeable(Refused):
    """Cancelled before, already over, or the person is in the house."""

    sentence = _("This appointment can no longer be changed.")


class NeedsDetails(Refused):
    """A change of a booked visit to something that has questions of its own."""

    sentence = _("For this we need more details from you. Please book it as a visit of its own, or call us.")


class DocumentNotReady(Refused):
    sentence = _(
        "This document is not ready yet. We will have it as soon as the printer has sent it to us. "
        "Please try again in a few days."
    )


class WrongCohort(Refused):
    sentence = _("This registration is for children born from %(first)s to %(last)s.")

    def __init__(self, first: str, last: str) -> None:
        super().__init__(first, last)
        self.first, self.last = first, last

    def __str__(self) -> str:
        return str(self.sentence) % {"first": self.first, "last": self.last}


class OfferOver(Refused):
    sentence = _("This offer is over. You stay on the waiting list.")


class Busy(Refused):
    """The database had to wait too long for a lock; trying again helps."""

    sentence = _("Very many people are booking at this moment. Please try again.")
