"""The addresses of GeoReport v2. Each view reads, refuses by name or returns a tree; `speech` puts it into XML or JSON."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import ApiKey, Category, ComplaintSettings
from complaints.open311 import directory, intake, keys, publication, records, wire
from complaints.open311.parameters import LISTS, Reader, read_filters
from complaints.open311.records import Fault
from complaints.open311.speech import Answer, Refused, endpoint
from complaints.open311.submission import read_answers, read_submission
from portal import links
from portal.models import City

CHANGESET = datetime(2026, 11, 23, tzinfo=UTC)  # of this description of the service
MOST_FILES = 5


def _discovery(request: HttpRequest) -> Answer:
    city = City.current()
    contact = ", ".join(part for part in (city.name, city.email, city.phone) if part)
    described = records.Discovery(
        changeset=CHANGESET,
        contact=contact,
        key_service=_("Write to %(contact)s to get a key; only filing reports needs one.")
        % {"contact": contact},
        endpoints=(
            records.Endpoint(
                url=links.absolute("/open311/v2"),
                changeset=CHANGESET,
                formats=tuple(wire.MIME_TYPES.values()),
            ),
        ),
    )
    return "discovery", described.tree()


def _services(request: HttpRequest) -> Answer:
    _check_jurisdiction(request)
    found = directory.services()
    return "services", wire.Listing("service", [service.tree() for service in found])


def _definition(request: HttpRequest, code: str) -> Answer:
    _check_jurisdiction(request)
    category = _category(code)
    return "service_definition", records.definition(
        directory.code_of(category), directory.attributes(category)
    )


def _requests(request: HttpRequest) -> Answer:
    _check_jurisdiction(request)
    # many clients write a list as one parameter several times
    given = request.GET.dict() | {name: ",".join(request.GET.getlist(name)) for name in LISTS}
    filters, faults = read_filters(given, now=timezone.now(), zone=timezone.get_default_timezone())
    if faults:
        raise Refused(*faults)
    if filters.only_count:
        return "service_requests", {"count": publication.matching(filters).count()}
    return "service_requests", records.requests(publication.find(filters), extensions=filters.extensions)


def _request(request: HttpRequest, number: str) -> Answer:
    _check_jurisdiction(request)
    reader = Reader(request.GET.dict(), UTC)
    extensions, secret = reader.flag("extensions"), reader.text("api_key")
    if reader.faults:
        raise Refused(*reader.faults)
    found = publication.one(number, key=keys.find(secret), extensions=extensions)
    if found is None:
        raise Refused(Fault(404, _("There is no request with this id.")))
    return "service_requests", records.requests([found], extensions=extensions)


def _token(request: HttpRequest, token: str) -> Answer:
    _check_jurisdiction(request)
    case = intake.case_of_token(token)
    if case is None:
        raise Refused(Fault(404, _("There is no such token.")))
    return "service_requests", records.resolved(id=case.number, token=token)


def _updates(request: HttpRequest) -> Answer:
    """servicerequestupdates, as FixMyStreet fetches them: what changed between start_date and end_date."""
    _check_jurisdiction(request)
    reader = Reader(request.GET.dict(), timezone.get_default_timezone())
    now = timezone.now()
    start = reader.moment("start_date") or now - timedelta(days=1)
    end = reader.moment("end_date", end=True) or now
    if reader.faults:
        raise Refused(*reader.faults)
    return "service_request_updates", records.updates(publication.updates(start, end))


def _file(request: HttpRequest) -> Answer:
    key = _key(request)
    _check_jurisdiction(request)
    code = request.POST.get("service_code", "").strip()
    if not code:
        raise Refused(Fault(400, _("service_code is missing.")))
    category = _category(code)
    submission, faults = read_submission(
        request.POST.dict(),
        read_answers(request.POST),
        attributes=directory.attributes(category),
        zone=timezone.get_default_timezone(),
    )
    if faults:
        raise Refused(*faults)
    once = request.headers.get("Idempotency-Key", "")[:200]
    try:
        accepted = intake.accept(submission, category=category, key=key, images=_files(request), once=once)
    except intake.NotAccepted as refusal:
        raise Refused(Fault(400, str(refusal))) from None
    named = {"token": accepted.token} if accepted.token else {"id": accepted.number}
    notice = _("Your report is being read by the city. It is shown in public after that.")
    return "service_requests", records.accepted(notice=notice, account=submission.account_id, **named)


def _files(request: HttpRequest) -> list[bytes]:
    files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    if len(files) > MOST_FILES:
        raise Refused(Fault(400, _("More than %(most)d photos.") % {"most": MOST_FILES}))
    return [file.read() for file in files]


def _key(request: HttpRequest) -> ApiKey:
    secret = request.POST.get("api_key") or request.GET.get("api_key") or ""
    key = keys.find(secret.strip())
    if key is None:
        raise Refused(Fault(403, _("api_key is missing or not valid.")))
    return key


def _category(code: str) -> Category:
    category = directory.find(code)
    if category is None:
        raise Refused(Fault(404, _("There is no service with this code.")))
    return category


def _check_jurisdiction(request: HttpRequest) -> None:
    """This server has one jurisdiction: naming it is never needed; naming another one is an error if the city set its own."""
    given = (request.POST.get("jurisdiction_id") or request.GET.get("jurisdiction_id") or "").strip()
    own = ComplaintSettings.current().jurisdiction_id if given else ""
    if own and given != own:
        raise Refused(Fault(404, _("There is no such jurisdiction here.")))


discovery = endpoint(GET=_discovery)
services = endpoint(GET=_services)
definition = endpoint(GET=_definition)
requests = endpoint(GET=_requests, POST=_file)
request = endpoint(GET=_request)
token = endpoint(GET=_token)
updates = endpoint(GET=_updates)
