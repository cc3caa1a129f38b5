"""Forms of shops: filter the list, follow shops, write a check, and give a reason."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from doanso.cashless.actions import CheckInput
from doanso.cashless.actions.following import LONGEST_LABEL
from doanso.cashless.models import ShopState
from doanso.cashless.queries import shops as queries
from doanso.cashless.rules.codes import LONGEST_WHY
from doanso.cashless.rules.ladder import LONGEST_REASON
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.lib.vietqr.codes import LONGEST_CODE
from doanso.units.queries import NamedUnit

_ANSWERS = {"yes": True, "no": False, "unknown": None}


class ShopFilterForm(forms.Form):
    """Filters of the list."""

    q = forms.CharField(label=gettext_lazy("Name, street or stall"), required=False, max_length=100)
    state = forms.ChoiceField(label=pgettext_lazy("shop", "State"), required=False)
    show = forms.ChoiceField(label=gettext_lazy("What to do"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "state", ShopState.choices, empty=pgettext("shop", "All states"))
        set_choices(
            self,
            "show",
            [
                ("", _("All shops")),
                (queries.ALARM, _("With an alarm")),
                (queries.CHANGING, _("A code is about to change")),
                (queries.DUE, _("Not checked for thirty days")),
                (queries.NO_CODE, _("Code hangs there, not registered")),
            ],
        )
        set_choices(self, "unit", unit_choices(units), empty=_("All units"))


class FollowFilterForm(forms.Form):
    """Whose register is searched, and for what."""

    q = forms.CharField(label=gettext_lazy("Name or street"), required=False, max_length=100)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "unit", unit_choices(units))
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()


class FollowForm(forms.Form):
    """What the chosen shops have in common."""

    label = forms.CharField(
        label=gettext_lazy("Where they stand"),
        required=False,
        max_length=LONGEST_LABEL,
        help_text=gettext_lazy("For example the market or the row of shops; it helps to find them again."),
    )
    unit = forms.CharField(widget=forms.HiddenInput)


class CheckForm(forms.Form):
    """What somebody saw at a shop."""

    state = forms.ChoiceField(label=gettext_lazy("How far the shop is"), widget=forms.RadioSelect)
    used_recently = forms.ChoiceField(
        label=gettext_lazy("Has any customer paid by transfer in the last thirty days?"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Only yes or no. Nobody writes down amounts."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why the shop stopped"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Needed where the shop no longer takes transfers."),
    )
    code = forms.CharField(
        label=gettext_lazy("Text of the code that hangs there"),
        required=False,
        max_length=LONGEST_CODE,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Read by any scanner; it begins with 000201. It is compared and not kept. At the shop the phone does this by itself."
        ),
    )
    happened_on = DayField(label=gettext_lazy("Day"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # "Used" follows from the answer below.
        states = [choice for choice in ShopState.choices if choice[0] != ShopState.USED]
        set_choices(self, "state", states)
        set_choices(
            self,
            "used_recently",
            [
                ("yes", _("Yes, somebody has")),
                ("no", _("No, nobody")),
                ("unknown", _("Not asked, or not known")),
            ],
        )

    def inputs(self) -> CheckInput:
        """Return the values for the action; a scanned code comes beside them."""
        cleaned = self.cleaned_data
        return CheckInput(
            happened_on=cleaned["happened_on"],
            state=cleaned["state"],
            used_recently=_ANSWERS.get(cleaned["used_recently"]),
            reason=cleaned["reason"],
        )


class ReasonForm(forms.Form):
    """Why a check is taken back, by choice."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ChangeReasonForm(forms.Form):
    """Why the change of a code is refused or withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_WHY,
        error_messages={"required": gettext_lazy("Write why the code changes, in a few words.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
