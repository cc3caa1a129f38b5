"""The form for new units of one kind below one unit: a name on each line, and the rest proposed from the names."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.lib.vietnamese import tidy_name
from doanso.organisation import rules
from doanso.units import proposals
from doanso.units.actions import NewUnit
from doanso.units.models import UnitKind
from doanso.units.queries import NamedUnit

MOST_AT_ONCE = 60
"""Names on one form; a longer list is better kept in Excel."""


class NewUnitsForm(forms.Form):
    """Units of one kind below one unit. `tree` is what the actor may change, each unit before its children."""

    parent = forms.ChoiceField(label=_("Below which unit?"))
    names = forms.CharField(
        label=_("Name of the unit"),
        help_text=_("Several units of the same kind: one name on each line."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=MOST_AT_ONCE * 161,
    )
    kind = forms.ChoiceField(
        label=_("Kind of the unit"), required=False, help_text=_("Left empty, it is read from the name.")
    )
    since = DayField(
        label=_("Since which day?"), help_text=_("The day it was founded; figures and members count from it.")
    )
    code = forms.SlugField(
        label=_("Code of the new unit"),
        max_length=rules.LONGEST["code"],
        required=False,
        help_text=_(
            "Left empty, a ward or commune gets the state's code, a branch the code of the unit above with its own name."
        ),
    )
    short_name = forms.CharField(
        label=_("Short name of the new unit"),
        max_length=rules.LONGEST["short_name"],
        required=False,
        help_text=_("For tables and phones. Left empty, it is the name without “Đoàn” or “Chi đoàn”."),
    )
    neighbourhoods = forms.CharField(
        label=_("Its neighbourhoods"),
        required=False,
        help_text=_("Khu phố, ấp or khóm, one on each line; addresses of residents are chosen from them."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=6000,
    )
    decision = forms.CharField(label=_("Number of the decision"), max_length=120, required=False)

    def __init__(self, *args: Any, tree: list[NamedUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.tree = {unit.code: unit for unit in tree}
        above = [unit for unit in tree if unit.kind != UnitKind.BRANCH]
        set_choices(self, "parent", unit_choices(above))
        kinds = [(kind.value, kind.label) for kind in rules.kinds_below(tree[0].kind)]
        set_choices(self, "kind", kinds, empty=gettext("As the name says"))

    def clean_names(self) -> list[str]:
        names = [name for line in self.cleaned_data["names"].splitlines() if (name := tidy_name(line))]
        if not names:
            raise forms.ValidationError(gettext("Write the unit's name."))
        if len(names) > MOST_AT_ONCE:
            message = gettext("At most %(most)s names at once; import a longer list from Excel.")
            raise forms.ValidationError(message % {"most": MOST_AT_ONCE})
        return names

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        names = cleaned.get("names", [])
        if len(names) > 1:
            for name in ("code", "short_name", "neighbourhoods"):
                if cleaned.get(name):
                    self.add_error(name, gettext("This is for one unit; leave it empty for several names."))
        if names and not cleaned.get("kind") and "kind" not in self.errors:
            unclear = [name for name in names if proposals.proposed_kind(name) is None]
            if unclear:
                message = gettext("“%(name)s” does not say what it is; choose the kind.")
                self.add_error("kind", message % {"name": unclear[0]})
        return cleaned

    def new_units(self, *, taken: set[str], above: list[str]) -> list[NewUnit]:
        """Return the units of the valid form; `taken` are the codes in use, to which these are added, `above` the names above."""
        cleaned = self.cleaned_data
        neighbourhoods = [name for line in cleaned["neighbourhoods"].splitlines() if (name := tidy_name(line))]
        since: date = cleaned["since"]
        units = []
        for name in cleaned["names"]:
            kind = cleaned["kind"] or proposals.proposed_kind(name) or ""
            short_name = tidy_name(cleaned["short_name"]) or proposals.proposed_short_name(name)
            code = cleaned["code"] or proposals.proposed_code(
                short_name=short_name, kind=kind, parent_code=cleaned["parent"], above=above, on=since, taken=taken
            )
            taken.add(code)
            units.append(
                NewUnit(
                    code=code,
                    kind=kind,
                    name=name,
                    short_name=short_name,
                    parent=cleaned["parent"],
                    since=since,
                    neighbourhoods=tuple(dict.fromkeys(neighbourhoods)),
                )
            )
        return units
