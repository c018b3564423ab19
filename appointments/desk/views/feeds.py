"""A clerk's own calendar feeds: make, see, revoke, and what the calendar programme fetches."""

import hashlib
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from appointments.desk import feeds, rights
from appointments.desk.models import CalendarFeed
from appointments.desk.rights import RUN_DAY
from appointments.models import Pool
from portal import access, backoffice, downloads, links
from portal.pages import see_other


@backoffice.page(permission=RUN_DAY)
def mine(request: HttpRequest) -> HttpResponse:
    """The list; a new address is shown once, straight after it was made."""
    offices = rights.offices(request, RUN_DAY)
    pools = Pool.objects.filter(office__in=offices, active=True).select_related("office")
    actor: Any = request.user
    address = ""
    if request.method == "POST":
        pool = get_object_or_404(pools, pk=rights.number(request.POST.get("pool")))
        token = feeds.issue(owner=actor, pool=pool, with_names="with_names" in request.POST)
        address = links.absolute(reverse("desk:feed", args=[token]))
    living = CalendarFeed.objects.filter(owner=actor, revoked_at=None).select_related("pool__office")
    context = {"pools": pools, "feeds": living, "address": address}
    return backoffice.render(request, "appointments/desk/feeds.html", context)


@backoffice.page(permission=RUN_DAY)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Any = request.user
    feed = get_object_or_404(CalendarFeed, pk=pk, owner=actor)
    if request.method == "POST":
        feeds.revoke(feed=feed, actor=actor)
    return see_other(request, "desk:feeds")


@require_safe
def read(request: HttpRequest, token: str) -> HttpResponse:
    """What the calendar programme fetches. A feed of somebody who left the department is closed."""
    try:
        feed = links.resolve(token, purpose=feeds.PURPOSE, model=CalendarFeed)
    except (links.LinkUnknown, links.LinkExpired):
        raise Http404 from None
    if not access.may(feed.owner, RUN_DAY, feed.pool):
        raise Http404
    calendar = feeds.calendar_of(feed)
    response = HttpResponse(calendar, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = downloads.disposition(
        pgettext("file", "appointments") + ".ics", shown=True
    )
    response["Cache-Control"] = "private, no-cache"  # kept by its reader, and asked about each time
    response["ETag"] = quote_etag(hashlib.sha256(calendar).hexdigest()[:32])
    return cast("HttpResponse", get_conditional_response(request, etag=response["ETag"], response=response))
