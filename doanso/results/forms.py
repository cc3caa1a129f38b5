"""Forms of results: report or correct one, filter the list, and give a reason."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.lib.form_fields import FilesField
from doanso.lib.number_field import WholeNumberField
from doanso.results import queries
from doanso.results.actions import EvidenceFile, ResultInput
from doanso.results.models import Result, ResultFile, ResultState, ResultVersion
from doanso.results.rules import LONGEST_REASON, LONGEST_TEXT, MOST_FILES
from doanso.targets.models import Indicator
from doanso.units.queries import NamedUnit

ACCEPT = "image/png,image/jpeg,image/webp,.pdf,.docx,.xlsx"


class _ResultForm(forms.Form):
    """What is said of a result."""

    happened_on = DayField(label=gettext_lazy("Day it happened"))
    quantity = WholeNumberField(label=gettext_lazy("Quantity"), example=250)
    text = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One sentence: what, where, with whom."),
    )
    evidence = FilesField(
        label=gettext_lazy("Photos or papers"),
        required=False,
        help_text=gettext_lazy(
            "At most %(most)s: photos, PDF, Word, Excel. No identity cards, no screens of VNeID or of a bank, no lists of people."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["evidence"].widget.attrs |= {"accept": ACCEPT, "class": "form-control"}
        self.fields["evidence"].help_text = str(self.fields["evidence"].help_text) % {"most": MOST_FILES}
        self.fields["confirmed"] = forms.BooleanField(
            label=_("I have looked again: it is right as it stands"), required=False, widget=forms.HiddenInput
        )

    def offer_confirmation(self) -> None:
        """Show the box by which a refused number is confirmed."""
        self.fields["confirmed"].widget = forms.CheckboxInput()

    def inputs(self) -> ResultInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        return ResultInput(cleaned["happened_on"], cleaned["quantity"], cleaned["text"])

    def uploads(self) -> list[EvidenceFile]:
        """Return the uploaded files for the action."""
        return [EvidenceFile(upload.name, upload) for upload in self.cleaned_data["evidence"]]


class ReportForm(_ResultForm):
    """A new result: indicator, unit, and what is said of it. `key` keeps a form that is sent twice from counting twice."""

    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"))
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("indicator", "unit", "happened_on", "quantity", "text", "evidence", "confirmed", "key")

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        indicators: Sequence[Indicator],
        units: Sequence[NamedUnit],
        **options: Any,
    ) -> None:
        super().__init__(data, files, **options)
        self.indicators = {str(indicator.pk): indicator for indicator in indicators}
        self.units = {unit.code: unit for unit in units}
        titles = [
            (indicator.programme.title, (key, f"{indicator.short_title} ({indicator.unit_of_count})"))
            for key, indicator in self.indicators.items()
        ]
        programmes = list(dict.fromkeys(programme for programme, _choice in titles))
        choices: list[Any] = [choice for _programme, choice in titles]
        if len(programmes) > 1:
            choices = [(programme, [choice for of, choice in titles if of == programme]) for programme in programmes]
        set_choices(self, "indicator", choices)
        set_choices(self, "unit", unit_choices(units))
        for name, one in (("indicator", self.indicators), ("unit", self.units)):
            if len(one) == 1:
                self.fields[name].initial = next(iter(one))
        if len(self.units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
        self.order_fields(self.field_order)

    def chosen(self) -> tuple[Indicator, NamedUnit]:
        """Return the chosen indicator and unit."""
        return self.indicators[self.cleaned_data["indicator"]], self.units[self.cleaned_data["unit"]]


class CorrectForm(_ResultForm):
    """A correction: what was said of the result, which files stay, and why. `read` names the version that was read."""

    kept = forms.MultipleChoiceField(
        label=gettext_lazy("Files that stay"), required=False, widget=forms.CheckboxSelectMultiple
    )
    why = forms.CharField(
        label=gettext_lazy("What was corrected, and why"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    read = forms.CharField(max_length=30, widget=forms.HiddenInput)
    field_order = ("happened_on", "quantity", "text", "kept", "evidence", "why", "confirmed", "read")

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        result: Result,
        version: ResultVersion,
        stored: Sequence[ResultFile],
        **options: Any,
    ) -> None:
        initial = {
            "happened_on": version.happened_on,
            "quantity": version.quantity,
            "text": version.text,
            "kept": [str(file.pk) for file in stored],
            "read": queries.state_token(result),
        }
        super().__init__(data, files, initial=initial, **options)
        if stored:
            set_choices(self, "kept", [(str(file.pk), file.blob.name) for file in stored])
        else:
            del self.fields["kept"]
        if result.state != ResultState.WAITING:
            self.fields["why"].required = True
        self.order_fields(self.field_order)


class ReasonForm(forms.Form):
    """Why a result is sent back or withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Give the reason in a few words.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ResultFilterForm(forms.Form):
    """Filters of the list."""

    q = forms.CharField(label=gettext_lazy("Words of the result"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    view = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, indicators: Sequence[Indicator], units: Sequence[NamedUnit], **options: Any
    ) -> None:
        super().__init__(data, **options)
        set_choices(self, "state", ResultState.choices, empty=_("All states"))
        set_choices(
            self,
            "indicator",
            ((str(indicator.pk), indicator.short_title) for indicator in indicators),
            empty=_("All indicators"),
        )
        set_choices(self, "unit", unit_choices(units), empty=_("All units"))
