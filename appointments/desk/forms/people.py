"""Who walks in, goes on to another counter, or needs a note."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.desk.models import Counter
from appointments.models import Pool
from portal.look.names import NameField
from portal.models import Office, Service


class TicketForm(forms.Form):
    """A walk-in: which counters, what for, who (if the person wants to say)."""

    pool = forms.ModelChoiceField(
        label=_("Group of counters"), queryset=Pool.objects.none(), empty_label=None
    )
    service = forms.ModelChoiceField(
        label=_("Matter"), queryset=Service.objects.none(), required=False, empty_label=_("not said")
    )
    name = NameField(label=_("Name"), max_length=120, required=False)
    priority = forms.BooleanField(label=_("Goes first"), required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": "ticket"})
        pools: Any = self.fields["pool"]
        services: Any = self.fields["service"]
        pools.queryset = Pool.objects.filter(office=office, active=True)
        pools.label_from_instance = lambda pool: pool.name
        services.queryset = Service.objects.filter(booking__offers__pool__office=office).distinct()


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Internal note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
        help_text=_("Only colleagues read this."),
    )
    priority = forms.BooleanField(label=_("Goes first"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ForwardForm(forms.Form):
    """To which group of counters, or which counter, a person goes on."""

    target = forms.ChoiceField(label=_("Forward to"))

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": "forward"})
        pools = Pool.objects.filter(office=office, active=True).order_by("name")
        counters = Counter.objects.filter(office=office, active=True, pools__isnull=False).order_by("label")
        target: Any = self.fields["target"]
        target.choices = [(f"pool:{pk}", name) for pk, name in pools.values_list("pk", "name")] + [
            (f"counter:{pk}", _("Counter %(label)s") % {"label": label})
            for pk, label in counters.distinct().values_list("pk", "label")
        ]

    def where(self, current: Pool) -> dict[str, Any]:
        """The arguments of `queue.forward`."""
        kind, _colon, pk = self.cleaned_data["target"].partition(":")
        if kind == "pool":
            return {"pool": Pool.objects.get(pk=pk), "counter": None}
        counter = Counter.objects.prefetch_related("pools").get(pk=pk)
        pools = list(counter.pools.all())
        return {"pool": current if current in pools else pools[0], "counter": counter}
