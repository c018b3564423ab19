"""Why the commands of a case said no, in words for the clerk."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints import workflow
from complaints.correspondence import messages
from complaints.desk import handling, merging, taking_back
from complaints.public import publishing
from complaints.rules import routing


class NotYours(Exception):
    """A case that this person may see, not change."""


class NobodyChosen(Exception):
    """To whom? Nobody takes hundreds of cases away from everybody by leaving two fields empty."""


class StateMissing(Exception):
    """To which state?"""


REFUSALS: dict[type[Exception], Any] = {
    workflow.MoveRefused: _("The case cannot go to this state from where it is now."),
    workflow.ReasonMissing: _("Please write the reason; the citizen reads it."),
    workflow.DecisionMissing: _("A complaint needs a decision before it is closed."),
    handling.AlreadyTaken: _("A colleague has taken this case in the meantime."),
    handling.CaseChanged: _("Somebody changed this case in the meantime. Please look at it again."),
    taking_back.TooLate: _("The mails about it have left; change the state again instead."),
    NotYours: _("You may look at this case, not change it."),
    NobodyChosen: _("Please choose a department or a person."),
    StateMissing: _("Please choose the new state."),
    handling.ConcernedPerson: _("The complaint is about this person."),
    messages.TextMissing: _("Please write something."),
    messages.TextTooLong: _("This text is too long."),
    messages.CaseClosed: _("The case is closed. Open it again to ask something."),
    merging.CannotJoin: _("These two cases cannot be joined."),
    merging.CannotBePart: _("This case cannot be a part of another one."),
    publishing.NeverPublic: _("This case is never shown in public."),
    publishing.TextMissing: _("A text for everyone is needed."),
    routing.NoDepartment: _("No department is set up yet."),
}
