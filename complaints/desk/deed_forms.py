"""The deeds on the page of a case: each is a form and the command that it calls, with the refusals in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import workflow
from complaints.correspondence import messages
from complaints.desk import forms, handling, merging
from complaints.models import Case, Message
from complaints.public import publishing
from complaints.workflow import Kind
from portal.models import User

Values = dict[str, Any]


@dataclass(frozen=True)
class Deed:
    form: type[forms.CaseForm]
    run: Callable[[Case, Values, User], Any]
    done: Promise | str
    permission: str = "complaints.change_case"


def _publish(case: Case, values: Values, user: User) -> None:
    publishing.publish(case=case, public_text=values["public_text"], address=values["address"], actor=user)


def _redact(case: Case, values: Values, user: User) -> None:
    if values["message"]:
        message = Message.objects.filter(pk=values["message"], case=case).first()
        if message is not None:
            publishing.redact_message(message=message, text=values["text"], actor=user)
    else:
        publishing.redact(case=case, text=values["text"], actor=user)


def _photo(case: Case, values: Values, user: User) -> None:
    photo = case.photos.filter(pk=values["photo"]).first()
    if photo is not None:
        publishing.show_photo(
            photo=photo,
            boxes=values["boxes"],
            public=values["public"],
            for_good=values["for_good"],
            actor=user,
        )


DEEDS: dict[str, Deed] = {
    "take": Deed(forms.TakeForm, lambda c, v, u: handling.take(case=c, actor=u), _("The case is yours.")),
    "read": Deed(forms.ReadForm, lambda c, v, u: messages.read(case=c, actor=u), _("Noted.")),
    "assign": Deed(forms.AssignForm, lambda c, v, u: handling.assign(case=c, actor=u, **v), _("Assigned.")),
    "move": Deed(
        forms.MoveForm, lambda c, v, u: handling.move(case=c, actor=u, **v), _("The state is changed.")
    ),
    "write": Deed(forms.WriteForm, lambda c, v, u: messages.write(case=c, actor=u, **v), _("Sent.")),
    "note": Deed(forms.NoteForm, lambda c, v, u: messages.note(case=c, actor=u, **v), _("Noted.")),
    "category": Deed(
        forms.CategoryForm,
        lambda c, v, u: handling.recategorise(case=c, actor=u, **v),
        _("The topic is changed."),
    ),
    "kind": Deed(
        forms.KindForm, lambda c, v, u: handling.change_kind(case=c, actor=u, **v), _("The kind is changed.")
    ),
    "publish": Deed(forms.PublishForm, _publish, _("Published.")),
    "hide": Deed(forms.HideForm, lambda c, v, u: publishing.hide(case=c, actor=u), _("No longer public.")),
    "redact": Deed(forms.RedactForm, _redact, _("The text is replaced.")),
    "photo": Deed(forms.PhotoForm, _photo, _("The photo is changed.")),
    "concerned": Deed(
        forms.ConcernedForm,
        lambda c, v, u: handling.hide_from(case=c, people=v["people"], actor=u),
        _("Saved."),
        "complaints.view_complaint",
    ),
    "merge": Deed(
        forms.OtherCaseForm,
        lambda c, v, u: merging.merge(case=c, into=v["number"], actor=u),
        _("Joined. Everyone who reported it is told."),
    ),
    "apart": Deed(
        forms.ApartForm,
        lambda c, v, u: merging.take_apart(case=c, reason=v["reason"], actor=u),
        _("The case is on its own again."),
    ),
    "part": Deed(
        forms.PartForm, lambda c, v, u: merging.make_part(case=c, of=v["number"], actor=u), _("Saved.")
    ),
    "split": Deed(
        forms.SplitForm, lambda c, v, u: merging.split(case=c, actor=u, **v), _("The new case is made.")
    ),
    "forward": Deed(
        forms.ForwardForm, lambda c, v, u: handling.forward(case=c, actor=u, **v), _("Passed on.")
    ),
}

# the boxes of the page that stand in one form: all of their words are sent along, whichever button is pressed
BOXES = ("write", "move", "note")


def bound(deed: str, sent: QueryDict, *, case: Case, user: User) -> forms.CaseForm:
    """The form of a deed with what was sent for it."""
    return DEEDS[deed].form(sent, case=case, user=user, prefix=_prefix(deed, sent), auto_id=f"{deed}_%s")


def all_offered(
    case: Case, user: User, sent: QueryDict, begun: Mapping[str, Mapping[str, Any]]
) -> dict[str, forms.CaseForm]:
    """The forms of the page, empty but for what has `begun`, and for the words that were `sent` along with another box."""
    found = {}
    for deed in offered(case):
        boxed = deed in BOXES
        initial = {**(typed(deed, sent) if boxed else {}), **begun.get(deed, {})}
        found[deed] = DEEDS[deed].form(
            case=case, user=user, prefix=deed if boxed else None, auto_id=f"{deed}_%s", initial=initial
        )
    return found


def typed(deed: str, sent: QueryDict) -> dict[str, str]:
    """What was sent for this box, by the names of its fields."""
    return {
        name.removeprefix(f"{deed}-"): str(value)
        for name, value in sent.items()
        if name.startswith(f"{deed}-")
    }


def _prefix(deed: str, sent: QueryDict) -> str | None:
    """A program, or a page of yesterday's version, sends the fields of one deed by their own names."""
    return deed if deed in BOXES and typed(deed, sent) else None


@transaction.atomic
def do(todo: Deed, *, case: Case, values: Values, user: User) -> Any:
    """What the command of the deed returns. Raises what that raises, and handling.CaseChanged if a colleague or the citizen
    was faster than the page on which the words were written."""
    given = dict(values)
    seen = given.pop("seen", None)
    if seen is not None and Case.objects.locked(case.pk).updated_at != seen:
        raise handling.CaseChanged
    return todo.run(case, given, user)


def offered(case: Case) -> list[str]:
    """The deeds that make sense for this case now."""
    formal, open_ = case.kind == Kind.COMPLAINT, case.is_open
    wanted = {
        "take": case.assignee_id is None and open_,
        "read": case.unread,
        "write": case.state not in workflow.HIDDEN,
        "publish": not publishing.may_never(case),
        "hide": case.is_public,
        "concerned": formal,
        "merge": open_,
        "apart": case.state == workflow.State.MERGED,
        "split": open_ and case.parent_id is None,
        "forward": open_ and workflow.State.FORWARDED in workflow.NEXT[workflow.State(case.state)],
        "move": bool(workflow.allowed(workflow.State(case.state), Kind(case.kind)))
        and case.state != workflow.State.MERGED,
    }
    return [name for name in DEEDS if wanted.get(name, True)]
