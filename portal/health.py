"""Two questions of a load balancer or a monitor: does the process live, and can it serve?"""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.models import WorkerHeartbeat

WORKER_SILENT_AFTER = timedelta(seconds=90)


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """/healthz: 200 as long as this process answers; touches no database."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """/readyz: 200 if the database answers, every migration is applied and a job worker lives; 503 names what fails."""
    try:
        findings = {"database": "ok", "migrations": _migrations(), "worker": _worker()}
    except DatabaseError:
        findings = {"database": "does not answer"}
    good = all(finding == "ok" for finding in findings.values())
    return JsonResponse(findings, status=200 if good else 503)


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} not applied" if missing else "ok"


def _worker() -> str:
    last = WorkerHeartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if last is None:
        return "has never run"
    return "ok" if timezone.now() - last < WORKER_SILENT_AFTER else "is silent"
