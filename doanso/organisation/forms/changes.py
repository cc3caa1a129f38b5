"""One form per action; each makes the plan that is previewed and then carried out."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.lib import clock
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.organisation.models import ChangeKind
from doanso.organisation.plans import AnyPlan, EndPlan, MergePlan, MovePlan, RenamePlan, SplitPlan
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

_NOBODY = ("", "–")


class ChangePlanForm(forms.Form):
    """The fields of every plan: first day and decision. `units` is the tree on which the actor has the permission."""

    on = DayField(label=_("From which day?"), help_text=_("Figures up to the day before stay as they are."))
    decision = forms.CharField(label=_("Number of the decision"), max_length=120, required=False, help_text="12-QĐ/TĐ")

    def __init__(self, *args: Any, units: list[NamedUnit], within: list[NamedUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"on": clock.today(), **self.initial}
        self.tree = {unit.code: unit for unit in units}
        self.order_fields([*(name for name in self.fields if name not in {"on", "decision"}), "on", "decision"])
        all_choices = unit_choices(units)
        below = [(unit.code, unit.name) for unit in within]
        for name in ("unit", "parent", "into", "successor", "units", "children"):
            if name not in self.fields:
                continue
            choices = below if name in {"units", "children"} else all_choices
            empty = [_NOBODY] if name not in {"units", "children"} else []
            set_choices(self, name, [*empty, *choices])

    def role_assignments(self) -> list[UUID]:
        """Return the role assignments ticked in the preview; any value that is not the key of one is ignored."""
        chosen_ids = []
        for text in self.data.getlist("role_assignments"):  # type: ignore[attr-defined]
            try:
                chosen_ids.append(UUID(text))
            except ValueError:
                continue
        return chosen_ids

    def plan(self) -> AnyPlan:
        """Return the plan of the valid form."""
        raise NotImplementedError

    def _unit(self, name: str) -> Unit:
        return self.tree[self.cleaned_data[name]].unit

    def _unit_or_none(self, name: str) -> Unit | None:
        return self._unit(name) if self.cleaned_data[name] else None

    def _units(self, name: str) -> list[Unit]:
        return [self.tree[code].unit for code in self.cleaned_data[name]]

    def _base(self) -> dict[str, Any]:
        return {"on": self.cleaned_data["on"], "decision": self.cleaned_data["decision"]}

    def _new(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("code", "name", "short_name")}


class MoveForm(ChangePlanForm):
    """Move a unit."""

    unit = forms.ChoiceField(label=_("Which unit moves?"), help_text=_("Everything below it goes with it."))
    parent = forms.ChoiceField(label=_("Under which unit?"))

    def plan(self) -> MovePlan:
        return MovePlan(**self._base(), unit=self._unit("unit"), parent=self._unit("parent"))


class RenameForm(ChangePlanForm):
    """Rename a unit."""

    unit = forms.ChoiceField(label=_("Which unit?"))
    name = forms.CharField(label=_("Full name of the unit"), max_length=160, help_text="Đoàn phường Đạo Thạnh")
    short_name = forms.CharField(label=_("Short name of the unit"), max_length=80, help_text="Phường Đạo Thạnh")

    def plan(self) -> RenamePlan:
        cleaned = self.cleaned_data
        return RenamePlan(
            **self._base(), unit=self._unit("unit"), name=cleaned["name"], short_name=cleaned["short_name"]
        )


class MergeForm(ChangePlanForm):
    """Merge units."""

    units = forms.MultipleChoiceField(label=_("Which units end?"), widget=forms.CheckboxSelectMultiple)
    into = forms.ChoiceField(
        label=_("As which existing unit do they go on?"),
        required=False,
        help_text=_("Leave it empty for a new unit, and give that one a code."),
    )
    code = forms.SlugField(label=_("Code of the new unit"), max_length=60, required=False)
    name = forms.CharField(label=_("Full name afterwards"), max_length=160, required=False)
    short_name = forms.CharField(label=_("Short name afterwards"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("into"):
            for name in ("code", "name", "short_name"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A new unit needs a code, a full and a short name."))
        return cleaned

    def plan(self) -> MergePlan:
        into = self._unit_or_none("into")
        return MergePlan(
            **self._base(),
            units=self._units("units"),
            into=into,
            role_assignments=self.role_assignments(),
            **self._new(),
        )


class SplitForm(ChangePlanForm):
    """Split a unit."""

    unit = forms.ChoiceField(label=_("Which unit is split?"))
    children = forms.MultipleChoiceField(label=_("What does the new unit take?"), widget=forms.CheckboxSelectMultiple)
    code = forms.SlugField(label=_("Code of the new unit"), max_length=60)
    name = forms.CharField(label=_("Full name of the new unit"), max_length=160)
    short_name = forms.CharField(label=_("Short name of the new unit"), max_length=80)

    def plan(self) -> SplitPlan:
        return SplitPlan(**self._base(), unit=self._unit("unit"), children=self._units("children"), **self._new())


class EndForm(ChangePlanForm):
    """End a unit."""

    unit = forms.ChoiceField(label=_("Which unit ends?"))
    successor = forms.ChoiceField(
        label=_("Which unit carries its work on?"),
        required=False,
        help_text=_("It takes the branches and members that are left. Without it, nothing may be left in the unit."),
    )

    def plan(self) -> EndPlan:
        successor = self._unit_or_none("successor")
        return EndPlan(
            **self._base(), unit=self._unit("unit"), successor=successor, role_assignments=self.role_assignments()
        )


FORMS: dict[str, type[ChangePlanForm]] = {
    ChangeKind.MOVE: MoveForm,
    ChangeKind.RENAME: RenameForm,
    ChangeKind.MERGE: MergeForm,
    ChangeKind.SPLIT: SplitForm,
    ChangeKind.END: EndForm,
}
"""The form of each kind of change."""

NEEDS_ONE_ABOVE = {ChangeKind.MERGE, ChangeKind.SPLIT}
"""Changes that choose among the units directly below one unit, which must be chosen first."""


class AboveForm(forms.Form):
    """The unit below which the units are chosen."""

    above = forms.ChoiceField(label=_("Among the units directly below"), required=False)

    def __init__(self, *args: Any, units: list[NamedUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        parents = [
            unit for unit, after in zip(units, [*units[1:], None], strict=True) if after and after.depth > unit.depth
        ]
        set_choices(self, "above", unit_choices(parents))
