"""Filters and forms of leaders. None has a field for data of a person's own record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.outreach.models import Drive, VisitOutcome
from doanso.outreach.queries.visits import PAIRS
from doanso.units.models import Neighbourhood
from doanso.units.queries import NamedUnit

_PAIR_WORDS = {
    "whole": gettext_lazy("Whole pair"),
    "short": gettext_lazy("Pair not whole"),
    "problem": gettext_lazy("The second person's proof did not hold"),
}


_WHEN_WORDS = {
    "due": gettext_lazy("Due today or before"),
    "overdue": gettext_lazy("Past their day"),
    "later": gettext_lazy("Not due yet"),
    "all": gettext_lazy("All"),
}


class VisitFilterForm(forms.Form):
    """The filters of the list; all of them are part of the address."""

    q = forms.CharField(label=gettext_lazy("Name of one of the pair"), required=False, max_length=80)
    drive = forms.ChoiceField(label=gettext_lazy("Drive"), required=False)
    neighbourhood = forms.ChoiceField(label=gettext_lazy("Neighbourhood"), required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), required=False)
    pair = forms.ChoiceField(label=gettext_lazy("Pair of the visit"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    since = DayField(label=gettext_lazy("From day"), required=False)
    until = DayField(label=gettext_lazy("To day"), required=False)
    by = forms.UUIDField(required=False, widget=forms.HiddenInput)
    member = forms.UUIDField(required=False, widget=forms.HiddenInput)
    gone = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        units: Sequence[NamedUnit],
        drives: Sequence[Drive],
        neighbourhoods: Sequence[Neighbourhood],
    ) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("For example: tran van ut")
        set_choices(self, "drive", [(str(drive.pk), drive.name) for drive in drives], empty=_("All drives"))
        several = len({area.unit_id for area in neighbourhoods}) > 1
        called = {unit.id: unit.short_name for unit in units} if several else {}
        set_choices(
            self,
            "neighbourhood",
            [(str(area.pk), ", ".join(filter(None, (area.name, called.get(area.unit_id))))) for area in neighbourhoods],
            empty=_("All neighbourhoods"),
        )
        set_choices(self, "outcome", VisitOutcome.choices, empty=_("All outcomes"))
        set_choices(self, "pair", [(pair, str(_PAIR_WORDS[pair])) for pair in PAIRS], empty=_("All pairs"))
        set_choices(self, "unit", unit_choices(units, short=True), empty=_("All units"))
        # A field with nothing to choose is left out.
        for name, offered in (("unit", units), ("drive", drives), ("neighbourhood", neighbourhoods)):
            if len(offered) < (2 if name == "unit" else 1):
                del self.fields[name]


class PlanFilterForm(forms.Form):
    """The neighbourhood and the drive that a plan shows."""

    neighbourhood = forms.ChoiceField(label=gettext_lazy("Neighbourhood"), required=False)
    drive = forms.ChoiceField(label=gettext_lazy("Drive"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(
        self, data: Any, *, units: Sequence[tuple[str, str]], areas: Sequence[tuple[str, str]], drives: Sequence[Drive]
    ) -> None:
        super().__init__(data)
        set_choices(self, "neighbourhood", areas)
        set_choices(self, "drive", [(str(drive.pk), drive.name) for drive in drives], empty=_("All running drives"))
        set_choices(self, "unit", units)
        if not units:
            self.fields["unit"].widget = forms.HiddenInput()


class FollowUpFilterForm(forms.Form):
    """Filter of the list of arranged visits."""

    when = forms.ChoiceField(label=gettext_lazy("When to come"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, data: Any, *, units: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        set_choices(self, "when", list(_WHEN_WORDS.items()))
        set_choices(self, "unit", units)
        if not units:
            del self.fields["unit"]


class UnitForm(forms.Form):
    """The unit of a page."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, data: Any, *, units: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        set_choices(self, "unit", units)


class TakeBackForm(forms.Form):
    """The reason for taking a visit back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("For example: recorded twice, or at the wrong door. No names and no numbers of people."),
    )


class GiveForm(forms.Form):
    """The user to whom a door with an arranged visit is assigned."""

    to = forms.ChoiceField(label=gettext_lazy("Who goes there"))

    def __init__(self, data: Any, *, visitors: Sequence[User], initial: UUID | None = None) -> None:
        super().__init__(data, initial={"to": str(initial)} if initial is not None else None)
        self.visitors = {str(visitor.pk): visitor for visitor in visitors}
        set_choices(
            self,
            "to",
            [(key, visitor.display_name) for key, visitor in self.visitors.items()],
            empty=_("Choose a person"),
        )

    @property
    def chosen(self) -> User:
        """Return the chosen account; of a valid form."""
        return self.visitors[self.cleaned_data["to"]]
