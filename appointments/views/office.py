"""For clerks: suspicious bookings, and the list of documents that lie ready."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from appointments.fairness import ready, suspicion
from appointments.forms.office import ReadyListForm
from appointments.models import ReadyDocument
from portal import access, backoffice, pages


@require_safe
@backoffice.page(permission="appointments.view_clusters")
def clusters(request: HttpRequest) -> HttpResponse:
    own = access.departments_with(request.user, "appointments.view_clusters")
    rows = suspicion.clusters(timezone.now(), own)
    return backoffice.render(
        request, "admin/appointments/clusters.html", {"rows": rows, "days": suspicion.DAYS}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@backoffice.page(permission="appointments.import_ready")
def ready_documents(request: HttpRequest) -> HttpResponse:
    """Paste or upload the printer's list; only hashes are kept."""
    form = ReadyListForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        actor = request.user if request.user.is_authenticated else None
        added, left_out = ready.import_list(lines=form.lines(), actor=actor)
        said = ngettext("One number is new.", "%(added)s numbers are new.", added) % {"added": added}
        said += " " + _("%(left_out)s were known or not readable.") % {"left_out": left_out}
        messages.success(request, said)
        return pages.see_other(request, "appointments_office:ready")
    waiting = ReadyDocument.objects.filter(picked_up_at__isnull=True).count()
    status = 422 if form.errors else 200
    return backoffice.render(
        request, "admin/appointments/ready.html", {"form": form, "waiting": waiting}, status=status
    )
