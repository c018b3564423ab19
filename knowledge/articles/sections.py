"""The sections of a service page, in the order and under the headings that citizens read and the search quotes."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SECTIONS = {
    "requirements": _("Requirements"),
    "documents": _("What to bring"),
    "procedure": _("How it works"),
    "fees": _("Fees"),
    "processing_time": _("Processing time"),
    "deadlines": _("Deadlines"),
    "body": pgettext_lazy("section of an article", "More information"),
    "forms": _("Forms and links"),
    "legal_basis": _("Legal basis"),
}
