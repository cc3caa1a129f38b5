"""Choosing a file, and confirming a comparison."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.imports.ports import list_kinds
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


class UploadForm(forms.Form):
    """Which list, for which unit, from which file."""

    kind = forms.ChoiceField(label=_("What is in the list?"))
    unit = forms.ChoiceField(label=_("For which unit?"), help_text=_("Branches are looked for below this unit only."))
    file = forms.FileField(
        label=_("Excel file"),
        help_text=_(
            "As you keep it: titles above the table, merged headings and total rows are no hindrance. At most 10 MB."
        ),
    )

    def __init__(self, *args: Any, units: list[NamedUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        self._units = {one.code: one for one in units}
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (one.code, f"{'– ' * one.depth}{one.name}") for one in units
        ]
        kinds = [(kind.name, kind.title) for kind in list_kinds()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = kinds[0][0]
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls"

    def clean_unit(self) -> Unit:
        return self._units[self.cleaned_data["unit"]].unit


class ConfirmForm(forms.Form):
    """Whether the good rows go in although others can't."""

    skip_rejected = forms.BooleanField(label=_("Import the good rows only, and leave the others out"), required=False)
