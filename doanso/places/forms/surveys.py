"""The entry form of a survey sheet, and the form of a dated check."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.cashless.models import ShopState
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices
from doanso.lib.form_fields import FilesField
from doanso.places.actions.checks import CheckEvidence, CriterionCheckInput
from doanso.places.actions.surveys import SeenShop, SurveyRow
from doanso.places.models import Criterion, SurveyOutcome, ThresholdKind
from doanso.places.queries.sheet_cells import NO, YES, SheetLine
from doanso.places.rules import registers as rules

ACCEPT = "image/png,image/jpeg,image/webp,.pdf,.docx,.xlsx"


class SheetDayForm(forms.Form):
    """The day of a sheet and the part of the place that it is about."""

    checked_on = DayField(label=gettext_lazy("Day of the survey"))
    segment = forms.ChoiceField(label=gettext_lazy("Segment"), required=False)

    def __init__(self, data: Any = None, *, segments: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "segment", segments)


def sheet_rows(data: Mapping[str, Any], lines: Sequence[SheetLine]) -> tuple[list[SurveyRow], list[SeenShop]]:
    """Return what the form says of addresses and of shops; rows without any choice are left out."""
    rows: list[SurveyRow] = []
    shops: list[SeenShop] = []
    for line in lines:
        chosen = {cell.name.rpartition(".")[2]: str(data.get(cell.name, "")) for cell in line.cells}
        state = chosen.pop("state", "")
        outcome = chosen.pop("outcome", "")
        answers = {code: value == YES for code, value in chosen.items() if value in {YES, NO}}
        if line.business_id is not None and state in ShopState.values:
            shops.append(SeenShop(line.business_id, state))
        if line.address_id is None:
            continue
        if answers:
            rows.append(SurveyRow(line.address_id, SurveyOutcome.ASKED, answers))
        elif outcome in SurveyOutcome.values:
            rows.append(SurveyRow(line.address_id, outcome))
    return rows, shops


# --- Checks ------------------------------------------------------------------------------------------------------------


class CriterionCheckForm(forms.Form):
    """A dated check of one criterion: numbers, or yes or no, with photos."""

    checked_on = DayField(label=gettext_lazy("Day of the check"))
    answer = forms.ChoiceField(
        label=gettext_lazy("Result"),
        choices=[("1", pgettext_lazy("answer", "Yes")), ("0", pgettext_lazy("answer", "No"))],
        widget=forms.RadioSelect,
    )
    numerator = forms.IntegerField(label=gettext_lazy("How many"), min_value=0, max_value=1_000_000)
    denominator = forms.IntegerField(label=gettext_lazy("Out of"), min_value=1, max_value=1_000_000)
    note = forms.CharField(
        label=gettext_lazy("How it was checked"),
        required=False,
        max_length=rules.LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Who went, where they stood, a link. No names of residents, no account numbers."),
    )
    evidence = FilesField(
        label=gettext_lazy("Photos or papers"),
        required=False,
        help_text=gettext_lazy("Of the place or the board, at most %(most)s. No identity cards, no screens of a bank."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, criterion: Criterion, **options: Any) -> None:
        super().__init__(data, files, **options)
        self.fields["evidence"].widget.attrs |= {"accept": ACCEPT, "class": "form-control"}
        self.fields["evidence"].help_text = str(self.fields["evidence"].help_text) % {"most": rules.MOST_FILES}
        words = criterion.parameters or {}
        if words.get("counted"):
            self.fields["numerator"].label = _("How many %(what)s") % {"what": words["counted"]}
        if words.get("whole"):
            self.fields["denominator"].label = _("Of how many %(what)s") % {"what": words["whole"]}
        kind = criterion.threshold_kind
        unneeded = {
            ThresholdKind.YES: ("numerator", "denominator"),
            ThresholdKind.COUNT: ("answer", "denominator"),
            ThresholdKind.SHARE: ("answer",),
        }
        for name in unneeded[ThresholdKind(kind)]:
            del self.fields[name]

    def inputs(self) -> CriterionCheckInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        numerator = int(cleaned["answer"]) if "answer" in cleaned else cleaned["numerator"]
        return CriterionCheckInput(cleaned["checked_on"], numerator, cleaned.get("denominator"), cleaned["note"])

    def uploads(self) -> list[CheckEvidence]:
        """Return the uploaded files for the action."""
        return [CheckEvidence(upload.name, upload) for upload in self.cleaned_data["evidence"]]
