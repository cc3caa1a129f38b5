"""Forms of imports: choose a file, confirm a comparison, answer questions, map columns."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.imports.ports import ListSubject, list_kinds
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


class UploadForm(forms.Form):
    """The list, the unit and the file."""

    subject = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What is in the list?"))
    unit = forms.ChoiceField(label=_("For which unit?"), help_text=_("Branches are looked for below this unit only."))
    file = forms.FileField(
        label=_("Excel file"),
        help_text=_(
            "As you keep it: titles above the table, merged headings and total rows are no hindrance. At most 10 MB."
        ),
    )

    def __init__(self, *args: Any, units: list[NamedUnit], subject: ListSubject | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._units = {unit.code: unit for unit in units}
        set_choices(self, "unit", unit_choices(units))
        kinds = [(kind.name, kind.title) for kind in list_kinds()]
        set_choices(self, "kind", kinds, empty=_("Choose") if len(kinds) > 1 else None)
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = kinds[0][0]
        if subject is not None:
            # The object's page chose the kind and the unit already.
            for name, value in (("subject", subject.key), ("unit", subject.unit.code)):
                self.fields[name].initial = value
            for name in ("kind", "unit"):
                self.fields[name].widget = forms.HiddenInput()
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls"

    def clean_unit(self) -> Unit:
        return self._units[self.cleaned_data["unit"]].unit


class ConfirmForm(forms.Form):
    """Whether the good rows are applied although others can't be."""

    skip_rejected = forms.BooleanField(label=_("Import the good rows only, and leave the others out"), required=False)


class AnswersForm(forms.Form):
    """Answers to the questions of one page, a field `a<position>` each; or one answer to all of a kind."""

    question = forms.CharField(required=False, max_length=40)
    option = forms.CharField(required=False, max_length=60)

    def answers(self) -> dict[int, str]:
        """Return the code chosen for each row, by position; rows without an answer are left out."""
        return {
            int(name[1:]): value[:60]
            for name, value in self.data.items()
            if name[:1] == "a" and name[1:].isdecimal() and len(name) < 9 and value
        }


class ColumnsForm(forms.Form):
    """The meanings of the file's columns: a field `c<place>` each."""

    sheet = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    number = forms.IntegerField(min_value=1, max_value=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], columns: dict[int, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.places = list(columns)
        for place, heading in columns.items():
            self.fields[f"c{place}"] = forms.ChoiceField(label=heading, choices=choices, required=False)

    def chosen_codes(self) -> dict[int, str]:
        """Return the code chosen for each column, by place."""
        return {place: self.cleaned_data.get(f"c{place}", "") for place in self.places}


class HeadForm(forms.Form):
    """The sheet and the row that hold the headings."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    number = forms.IntegerField(label=_("Row of headings"), min_value=1, max_value=60, required=False)

    def __init__(self, *args: Any, sheets: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        if len(sheets) > 1:
            set_choices(self, "sheet", [(name, name) for name in sheets])
        else:
            del self.fields["sheet"]
