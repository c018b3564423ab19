"""The clerk's inbox and the page of a case. Everything that changes a case is a deed (complaints/desk/deed_forms.py)."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages as flash
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_http_methods, require_safe

from complaints.desk import bulk, deed_forms, inbox, related, replies, timeline
from complaints.desk.deed_forms import DEEDS
from complaints.desk.forms import SeenForm
from complaints.desk.refusals import REFUSALS
from complaints.models import Area, Attachment, Case, Category, Photo, ReplyTemplate
from complaints.public import listing
from complaints.rules import clock
from complaints.workflow import Kind, State
from portal import access, backoffice, pages, untrusted
from portal.models import User


@require_safe
@backoffice.page(permission="complaints.view_case")
def index(request: HttpRequest) -> HttpResponse:
    """The inbox: tabs with counts, filter, table or map."""
    user, wish = _person(request), inbox.parameters(request.GET)
    number = request.GET.get("page", "1")
    page = min(inbox.MOST_PAGES, max(1, int(number))) if number.isdecimal() and len(number) < 6 else 1
    visible = cache(lambda: Case.objects.visible_to(user))
    rows, more = inbox.page(user, wish, page, among=visible)
    days_left = clock.DaysLeft(timezone.now())
    for case in rows:
        case.left = days_left(case)
    tabs = inbox.tabs(user, wish, among=visible, session=request.session)
    context = {
        "cases": rows, "shown": repr([case.shown() for case in rows]), "tabs": tabs, "shown_tabs": repr(tabs),
        "wish": wish, "query": urlencode(wish), "page": page, "more": more, "last_page": inbox.MOST_PAGES,
        "states": State.choices, "kinds": Kind.choices, "on_map": request.GET.get("view") == "map",
        # the filter is kept for half a minute
        "categories": SimpleLazyObject(lambda: list(Category.objects.filter(active=True).only("name", "parent_id").order_by("name"))),
        "areas": SimpleLazyObject(lambda: list(Area.objects.only("name"))),
        "departments": SimpleLazyObject(lambda: list(access.departments(user))),
        "colleagues": SimpleLazyObject(lambda: inbox.colleagues(user)),
        "may_return": bulk.may_return(request.session.get(bulk.WAY_BACK) or []),
    }  # fmt: skip
    response = backoffice.render(request, "complaints/desk/inbox.html", context)
    return pages.allow_map_tiles(response)


@require_safe
@backoffice.page(permission="complaints.view_case")
def marks(request: HttpRequest) -> HttpResponse:
    """The marks of the inbox's map."""
    try:
        box, zoom = listing.window(request.GET)
    except ValueError:
        return JsonResponse({"error": listing.WINDOW}, status=400)
    found = inbox.search(_person(request), inbox.parameters(request.GET))
    spots, are_newest = listing.count_squares(found, box, listing.level_of(box, zoom))
    known = dict(
        Case.objects.filter(pk__in=[s.case_id for s in spots if s.case_id]).values_list("pk", "number")
    )
    rows = [[s.latitude, s.longitude, s.count, s.is_open, known.get(s.case_id or 0, "")] for s in spots]
    return JsonResponse(
        {"marks": rows, "newest": are_newest, "page": reverse("complaints_office:case", args=["NUMBER"])}
    )


@require_safe
@backoffice.page(permission="complaints.view_case")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The page; with `redact` a message of the thread, to be freed of personal data."""
    found = the_case(request, number)
    if key := untrusted.row_number(request.GET.get("redact")):
        said = get_object_or_404(found.messages, pk=key)
        return _page(request, found, "redact", begun={"redact": {"text": said.text, "message": said.pk}})
    return _page(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@backoffice.page(permission="complaints.change_case")
def act(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """Do one deed to one case; what is refused comes back with a sentence and everything that was typed."""
    found, user = the_case(request, number), _person(request)
    todo = DEEDS.get(deed)
    if todo is None:
        raise Http404
    if request.method != "POST":  # the address of a refused form, opened again or after signing in
        return pages.see_other(request, "complaints_office:case", number)
    if not (access.may(user, todo.permission, found) or found.assignee_id == user.pk):
        raise PermissionDenied
    if "use" in request.POST and deed in replies.FIELDS:
        return _begun(request, found, deed)
    form = deed_forms.bound(deed, request.POST, case=found, user=user)
    if form.is_valid():
        try:
            made = deed_forms.do(todo, case=found, values=form.cleaned_data, user=user)
        except tuple(REFUSALS) as refusal:
            form.add_error(None, REFUSALS[type(refusal)])
            found.refresh_from_db(fields=["updated_at"])
        else:
            inbox.acted(request.session)
            flash.success(request, str(todo.done))
            leads = (
                made
                if isinstance(made, Case) and Case.objects.visible_to(user).filter(pk=made.pk).exists()
                else found
            )
            return pages.see_other(request, "complaints_office:case", leads.number)
    return _page(request, found, deed, form)


@require_safe
@backoffice.page(permission="complaints.view_case")
def template(request: HttpRequest, number: str) -> HttpResponse:
    """A reply template with the facts of the case filled in, for the page that stands open."""
    found, chosen = the_case(request, number), _template(request.GET.get("template"))
    text = replies.filled(chosen, found, _person(request))
    return JsonResponse({"text": text, "state": chosen.state})


@require_safe
@backoffice.page(permission="complaints.view_case")
def photo(request: HttpRequest, number: str, key: str, form: str) -> HttpResponse:
    found = get_object_or_404(Photo, key=key, case=the_case(request, number))
    file = {"gross": found.file, "klein": found.thumbnail, "oeffentlich": found.published}[form]
    try:
        return FileResponse(file.open(), content_type="image/jpeg")  # type: ignore[return-value]  # a file is an answer too
    except (FileNotFoundError, ValueError):
        raise Http404 from None


@require_safe
@backoffice.page(permission="complaints.view_case")
def attachment(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """A document that came by mail: to be saved, never shown."""
    found = get_object_or_404(Attachment, key=key, case=the_case(request, number))
    try:
        return FileResponse(
            found.file.open(),
            as_attachment=True,
            filename=found.name,
            content_type="application/octet-stream",
        )  # type: ignore[return-value]  # a file is an answer too
    except FileNotFoundError:
        raise Http404 from None


def the_case(request: HttpRequest, number: str) -> Case:
    """The case, if this person may see it at all; otherwise it does not exist."""
    rows = Case.objects.visible_to(_person(request)).select_related(
        "category",
        "category__parent",
        "department",
        "assignee",
        "area",
        "office",
        "merged_into",
        "parent",
        "outside_body",
    )
    return get_object_or_404(rows, number=number)


def _template(key: str | None) -> ReplyTemplate:
    return get_object_or_404(ReplyTemplate, pk=untrusted.row_number(key), active=True)


def _begun(request: HttpRequest, case: Case, deed: str) -> HttpResponse:
    """The page with a template's words behind what was typed, to be read and changed before it is sent."""
    typed = deed_forms.typed(deed, request.POST) or request.POST.dict()
    chosen = _template(typed.get("template"))
    begun = replies.begun(chosen, case, _person(request), deed, typed)
    return _page(request, case, begun={deed: begun}, chosen=chosen)


def _page(
    request: HttpRequest,
    case: Case,
    deed: str = "",
    bound: Any = None,
    *,
    begun: Mapping[str, Mapping[str, Any]] | None = None,
    chosen: ReplyTemplate | None = None,
) -> HttpResponse:
    user = _person(request)
    forms = deed_forms.all_offered(case, user, request.POST, begun or {})
    if bound is not None:
        forms[deed] = bound
    if isinstance(bound, SeenForm):
        bound.look_again()
    context = {
        "case": case, "forms": forms, "deed": deed, "form": bound, "left": clock.days_left(case),
        "sent_link": timeline.sent_link(case),
        "events": timeline.events(case), "photos": list(case.photos.all()), "documents": list(case.attachments.all()), "reporters": list(timeline.reporters(case)),
        "templates": replies.fitting(case), "chosen": chosen.pk if chosen else None, "answers": timeline.answers(case), **related.cases(case, user),
        "may_change": access.may(user, "complaints.change_case", case) or case.assignee == user,
    }  # fmt: skip
    status = 422 if bound is not None else 200
    return pages.allow_map_tiles(
        backoffice.render(request, "complaints/desk/case.html", context, status=status)
    )


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the guard let nobody else in
    return request.user
