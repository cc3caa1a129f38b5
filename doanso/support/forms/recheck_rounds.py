"""The form of a new round."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


class RoundForm(forms.Form):
    """Unit and period."""

    unit = forms.ChoiceField(
        label=gettext_lazy("Unit whose helps are re-checked"),
        help_text=gettext_lazy("With everything below it. Nobody re-checks the own unit."),
    )
    first_day = DayField(label=gettext_lazy("Helps from"))
    last_day = DayField(label=gettext_lazy("Helps to"))

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        self.units = {named_unit.code: named_unit.unit for named_unit in units}
        set_choices(
            self,
            "unit",
            unit_choices(units, short=True),
        )

    @property
    def chosen_unit(self) -> Unit:
        """Return the chosen unit."""
        return self.units[self.cleaned_data["unit"]]
