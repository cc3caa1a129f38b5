"""Forms for records that wait, and for a phone's backup."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.lib.form_choices import set_choices, unit_choices
from doanso.sync import queries
from doanso.sync.actions.decisions import LONGEST_REASON
from doanso.sync.backup import LARGEST
from doanso.sync.models import WAITS
from doanso.units.queries import NamedUnit

TAKE, LEAVE = "take", "leave"


class SyncRecordFilterForm(forms.Form):
    """Filters of the list of waiting records, sent by GET."""

    state = forms.ChoiceField(
        label=_("Why it waits"),
        required=False,
        choices=[("", _("All reasons")), *((state.value, state.label) for state in WAITS)],
    )
    kind = forms.ChoiceField(label=_("Kind of record"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, units: list[NamedUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "kind", queries.record_kind_choices(), empty=_("All kinds"))
        set_choices(
            self,
            "unit",
            unit_choices(units, short=True),
            empty=_("All units"),
        )


class DecideForm(forms.Form):
    """The decision about a waiting record, with its reason."""

    decision = forms.ChoiceField(label=pgettext_lazy("record", "Decision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        help_text=_("The helper reads it on the phone. No names and no numbers of people."),
    )

    def __init__(self, *args: Any, has_active: bool, takes: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        take = _("Take the version that came later, instead of the one that counts") if has_active else _("Take it in")
        leave = _("Keep the version that counts, and leave the later one out") if has_active else _("Leave it out")
        choices = [(LEAVE, leave)]
        if takes:
            choices.insert(0, (TAKE, take))
        set_choices(self, "decision", choices)


class DeliverForm(forms.Form):
    """Upload of a phone's backup file."""

    file = forms.FileField(
        label=_("Backup file of the phone"),
        help_text=_("Its name is doan-so-YYYY-MM-DD.json. At most 5 MB."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].widget.attrs["accept"] = ".json,application/json"

    def content(self) -> bytes:
        """Return the file's bytes, at most one more than allowed, so that a longer file is noticed."""
        content: bytes = self.cleaned_data["file"].read(LARGEST + 1)
        return content
