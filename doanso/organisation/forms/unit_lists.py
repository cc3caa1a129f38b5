"""Forms of lists of units: choose a workbook, map its columns."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.organisation.unit_sheets import TITLES
from doanso.units.models import Unit, UnitKind
from doanso.units.queries import NamedUnit


class UnitListForm(forms.Form):
    """The workbook, and the unit below which its units are created."""

    unit = forms.ChoiceField(
        label=_("Below which unit?"), help_text=_("Rows that name no unit above stand directly below it.")
    )
    file = forms.FileField(
        label=_("Excel file"),
        help_text=_("Your own list will do, with or without titles above the table. At most 10 MB."),
    )

    def __init__(self, *args: Any, tree: list[NamedUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        able = {unit.code: unit for unit in tree if unit.kind != UnitKind.BRANCH}
        self._units = able
        set_choices(self, "unit", unit_choices(able.values()))
        if len(able) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls"

    def clean_unit(self) -> Unit:
        return self._units[self.cleaned_data["unit"]].unit


class ColumnsForm(forms.Form):
    """Which column holds which field, and the day of units for which the list gives none."""

    name = forms.ChoiceField()
    kind = forms.ChoiceField(required=False)
    parent = forms.ChoiceField(required=False)
    code = forms.ChoiceField(required=False)
    short_name = forms.ChoiceField(required=False)
    since = forms.ChoiceField(required=False)
    neighbourhoods = forms.ChoiceField(required=False)
    day = DayField(label=_("Founded on, where the list does not say"))

    def __init__(self, *args: Any, headings: list[tuple[int, str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [
            (str(place), _("Column %(letter)s: %(heading)s") % {"letter": letter, "heading": heading})
            for place, letter, heading in headings
        ]
        for name, title in TITLES.items():
            self.fields[name].label = str(title)
            set_choices(self, name, [*([] if name == "name" else [("", _("Not in the list"))]), *choices])

    def columns(self) -> dict[str, int | None]:
        """Return the place chosen for each field; None for those that the list does not have."""
        return {name: int(value) if (value := self.cleaned_data[name]) else None for name in TITLES}
