"""Forms of the desk at the gate."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.events.forms.fields import EventHourField
from doanso.events.models import CheckInDirection, Event
from doanso.lib import clock, formats
from doanso.lib.form_choices import set_choices
from doanso.lib.number_field import WholeNumberField
from doanso.lib.uuid7 import uuid7


class GateForm(forms.Form):
    """What is scanned or typed, and the gate; `direction` is the button's value. `at` is asked once the event's day is over."""

    typed = forms.CharField(
        label=gettext_lazy("Scan a code, or type a ticket's number or a name"), required=False, max_length=200
    )
    gate = forms.ChoiceField(label=pgettext_lazy("check-in", "Gate"), required=False)
    direction = forms.ChoiceField(choices=CheckInDirection.choices, required=False)
    registration = forms.UUIDField(required=False)
    member = forms.UUIDField(required=False)
    at = EventHourField(required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        event: Event,
        gates: Sequence[str],
        gate: str = "",
        typed: str = "",
        at: str = "",
        focused: bool = False,
    ) -> None:
        chosen = gate if gate in gates else gates[0]
        super().__init__(data, initial={"key": uuid7(), "gate": chosen, "typed": typed, "at": at or event.begins})
        set_choices(self, "gate", [(name, name) for name in gates])
        if event.day >= clock.today():
            # On the day it is now.
            del self.fields["at"]
        else:
            self.fields["at"].label = _("At what time on %(day)s") % {"day": formats.day(event.day)}
        self.fields["typed"].widget.attrs |= {"autocomplete": "off", "enterkeyhint": "go", "autofocus": focused}


class PaperTicketsForm(forms.Form):
    """How many tickets on paper are made."""

    count = WholeNumberField(label=pgettext_lazy("paper tickets", "How many"), example=100)
    key = forms.UUIDField(widget=forms.HiddenInput)


class PrintForm(forms.Form):
    """The numbers of the tickets that are printed."""

    first = WholeNumberField(label=pgettext_lazy("paper tickets", "From number"), example=1)
    last = WholeNumberField(label=pgettext_lazy("paper tickets", "to number"), example=100)
