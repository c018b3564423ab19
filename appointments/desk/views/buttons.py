"""One button of a list or a counter: the step it names is done, or the page says why not."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from appointments.desk.models import Visit
from appointments.pure.refusals import Refused
from portal.pages import see_other, wants_fragment


def press(
    request: HttpRequest,
    do: Callable[[str, str, str], Visit | None],
    page: Callable[..., HttpResponse],
    back: tuple[str, object],
) -> HttpResponse:
    """Answer a press: `do` gets the step, whom it is for and which version of the row the page showed.

    The field `do` says them in one ("start:17:4"); the last two may be empty. `page` draws the list anew, with
    `refusal` or with what was `said`; without htmx the browser goes `back` to it (URL name and its argument).
    """
    verb, _colon, rest = request.POST.get("do", "").partition(":")
    subject, _colon, seen = rest.partition(":")
    try:
        visit = do(verb, subject, seen)
    except Refused as refusal:
        return page(refusal=refusal)
    if wants_fragment(request):
        return page(said=f"{visit.number}: {visit.get_step_display()}" if visit else "")
    return see_other(request, *back)
