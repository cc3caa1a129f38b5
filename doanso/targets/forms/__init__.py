"""Forms of targets: a decision, an answer, a decision on a counter, a list to freeze."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices
from doanso.targets.actions import AllocationDecision
from doanso.targets.models import AnswerKind, SettlementOutcome, Split


class SplitForm(forms.Form):
    """The rule by which a target is divided, and the day whose numbers are used; both are in the address."""

    split = forms.ChoiceField(label=_("Divide"), choices=Split.choices)
    on = DayField(label=_("Numbers of the day"))

    def __init__(self, *args: Any, previous: bool, **options: Any) -> None:
        """`previous` says whether the programme before gave this target, so that its division can be repeated."""
        super().__init__(*args, **options)
        if not previous:
            set_choices(self, "split", [choice for choice in Split.choices if choice[0] != Split.PREVIOUS])


class DecisionForm(forms.Form):
    """The decision on paper behind a target."""

    number = forms.CharField(label=_("Number of the decision"), max_length=60)
    day = DayField(label=_("Day of the decision"))
    since = DayField(label=_("Holds from"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["number"].widget.attrs |= {"placeholder": "12-QĐ/TĐ", "autocomplete": "off"}

    def decision(self) -> AllocationDecision:
        """Return the decision as entered."""
        data = self.cleaned_data
        return AllocationDecision(number=data["number"], day=data["day"], since=data["since"])


class AnswerForm(forms.Form):
    """Accept, or ask for another number and say why."""

    kind = forms.ChoiceField(label=_("Your unit's answer"), choices=AnswerKind.choices, widget=forms.RadioSelect)
    value = forms.IntegerField(label=_("The number your unit can reach"), required=False, min_value=1)
    reason = forms.CharField(label=_("Why"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CounterDecisionForm(forms.Form):
    """Take the number that was asked for under a decision, or keep the old and say why."""

    outcome = forms.ChoiceField(label=_("Your decision"), choices=SettlementOutcome.choices, widget=forms.RadioSelect)
    number = forms.CharField(label=_("Number of the decision, if you agree"), required=False, max_length=60)
    day = DayField(label=_("Day of the decision"), required=False)
    since = DayField(label=_("Holds from"), required=False)
    words = forms.CharField(
        label=_("Why the number stays, if you keep it"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["number"].widget.attrs |= {"placeholder": "12-QĐ/TĐ", "autocomplete": "off"}

    def decision(self) -> AllocationDecision | None:
        """Return the decision; None unless all of it was entered."""
        data = self.cleaned_data
        if not (data["number"] and data["day"] and data["since"]):
            return None
        return AllocationDecision(number=data["number"], day=data["day"], since=data["since"])


class FreezeForm(forms.Form):
    """The day whose list is frozen."""

    on = DayField(label=_("List of the day"))
    note = forms.CharField(label=_("What it is kept for"), required=False, max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].widget.attrs["placeholder"] = _("For example: agreed for the year")


class RemindForm(forms.Form):
    """What late units are asked to do, and by when; the units are chosen in the list above it."""

    words = forms.CharField(label=_("What the units read"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = DayField(label=_("Answer by"))
