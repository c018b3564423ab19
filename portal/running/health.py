"""Two questions of a load balancer or a monitor: does the process live, and can it serve?"""

from datetime import timedelta
from functools import cache
from pathlib import Path
from pkgutil import iter_modules

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
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
    missing = _shipped_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    return f"{len(missing)} not applied" if missing else "ok"


@cache
def _shipped_migrations() -> frozenset[tuple[str, str]]:
    """(app, name) of every migration, by file name: loading them all, as Django's executor does, would keep 2 MB of a worker."""
    return frozenset(
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in iter_modules([str(Path(app.path) / "migrations")])
        if not module.ispkg and module.name[0] not in "_~"
    )


def _worker() -> str:
    last = WorkerHeartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if last is None:
        return "has never run"
    return "ok" if timezone.now() - last < WORKER_SILENT_AFTER else "is silent"
