"""A clerk's own calendar feeds: make, see, revoke."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from appointments.desk import feeds, rights
from appointments.desk.models import CalendarFeed
from appointments.desk.registration import RUN_DAY
from appointments.models import Pool
from portal import backoffice, links
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
