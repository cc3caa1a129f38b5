"""Forms of drives and doors. Actions decide what is allowed; a last day is entered inclusively, as people say it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import offer_units, set_choices, unit_choices
from doanso.outreach.actions.drives import DriveInput, DrivePlaceInput, StreetStretch
from doanso.outreach.models import Drive
from doanso.outreach.queries.drives import DoorFilter, DriveStreetRow
from doanso.outreach.queries.register import DriveRegister
from doanso.units.models import Neighbourhood, Unit
from doanso.units.queries import NamedUnit

_LATEST = date.max - timedelta(days=1)


class DriveFilterForm(forms.Form):
    """Filter of the list of drives."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("Running or ahead")),
            ("over", gettext_lazy("Over")),
        ],
    )

    def __init__(self, data: Any, *, units: Sequence[NamedUnit]) -> None:
        super().__init__(data)
        set_choices(self, "unit", unit_choices(units, short=True), empty=_("All units"))


class DriveForm(forms.Form):
    """Name, days, goal and services of a drive."""

    name = forms.CharField(label=gettext_lazy("Name of the drive"), max_length=160)
    since = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))
    goal = forms.IntegerField(
        label=gettext_lazy("Doors to reach"), help_text=gettext_lazy("So many doors are done when the drive is over.")
    )
    services = forms.ModelMultipleChoiceField(
        label=gettext_lazy("What the drive brings"),
        queryset=Service.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, services: Iterable[Service], **more: Any) -> None:
        super().__init__(data, **more)
        keys = [service.pk for service in services]
        chosen: Any = self.fields["services"]
        chosen.queryset = Service.objects.filter(pk__in=keys).order_by("position", "code")
        self.fields["name"].widget.attrs["placeholder"] = _("For example: Green Saturday, December")

    @staticmethod
    def of(drive: Drive) -> dict[str, Any]:
        """Return the initial values for changing a drive."""
        return {
            "name": drive.name,
            "since": drive.since,
            "last_day": drive.until - timedelta(days=1),
            "goal": drive.goal,
            "services": [service.pk for service in drive.services.all()],
        }

    def inputs(self) -> DriveInput:
        """Return the inputs for the action."""
        cleaned = self.cleaned_data
        return DriveInput(
            name=cleaned["name"],
            since=cleaned["since"],
            until=min(cleaned["last_day"], _LATEST) + timedelta(days=1),
            goal=cleaned["goal"],
            services=tuple(cleaned["services"]),
        )


class NewDriveForm(DriveForm):
    """A new drive, of the unit that is chosen."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))

    field_order = ("unit", "name")

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **more: Any) -> None:
        super().__init__(data, **more)
        self._units = {unit.code: unit.unit for unit in units}
        offer_units(self, units)

    @property
    def chosen_unit(self) -> Unit:
        """Return the unit of the drive."""
        return self._units[self.cleaned_data["unit"]]


class FillForm(forms.Form):
    """The streets of the register to add to the drive."""

    streets = forms.MultipleChoiceField(label=gettext_lazy("Streets of the register"), required=False)
    kinds = forms.ChoiceField(
        label=gettext_lazy("Which doors"),
        choices=[
            ("all", gettext_lazy("Homes and shops")),
            ("homes", gettext_lazy("Homes only")),
            ("shops", gettext_lazy("Shops only")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, register: DriveRegister, **more: Any) -> None:
        super().__init__(data, **more)
        self._lines = {line.value: line for line in register.lines}
        set_choices(self, "streets", [(key, line.street) for key, line in self._lines.items()])

    def clean(self) -> dict[str, Any]:
        """Require something to add."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("streets"):
            self.add_error(None, _("Tick at least one street."))
        return cleaned

    def stretches(self) -> list[StreetStretch]:
        """Return the chosen streets."""
        lines = (self._lines[key] for key in self.cleaned_data["streets"])
        return [StreetStretch(line.neighbourhood_id, line.key) for line in lines]


class DoorForm(forms.Form):
    """One home or shop, added to the drive by hand."""

    number = forms.CharField(
        label=gettext_lazy("House number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("As it stands on the wall, for example 12/3A."),
    )
    street = forms.CharField(label=gettext_lazy("Street"), required=False, max_length=120)
    neighbourhood = forms.ChoiceField(label=gettext_lazy("Neighbourhood"), required=False)
    sign = forms.CharField(
        label=gettext_lazy("Name on the shop's sign"),
        required=False,
        max_length=160,
        help_text=gettext_lazy("Empty for a home. No name of a person."),
    )

    def __init__(self, data: Any = None, *, neighbourhoods: Iterable[Neighbourhood], **more: Any) -> None:
        super().__init__(data, **more)
        set_choices(
            self,
            "neighbourhood",
            ((str(neighbourhood.pk), neighbourhood.name) for neighbourhood in neighbourhoods),
            empty=_("Not known"),
        )

    def inputs(self) -> DrivePlaceInput:
        """Return the inputs for the action."""
        cleaned = self.cleaned_data
        area = UUID(cleaned["neighbourhood"]) if cleaned["neighbourhood"] else None
        return DrivePlaceInput(cleaned["number"], cleaned["street"], area, cleaned["sign"])


STATES = (
    ("", gettext_lazy("All")),
    ("left", gettext_lazy("To do yet")),
    ("done", gettext_lazy("Done")),
    ("follow-up", gettext_lazy("To come again")),
    ("due", gettext_lazy("To come again by today")),
    ("held", gettext_lazy("With somebody")),
    ("gone", gettext_lazy("Gone")),
)


class DoorFilterForm(forms.Form):
    """Filter of the drive's doors; every choice is part of the address."""

    street = forms.ChoiceField(label=gettext_lazy("Street"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=STATES)
    holder = forms.ChoiceField(label=gettext_lazy("With whom"), required=False)

    def __init__(self, data: Any, *, streets: Sequence[DriveStreetRow], holders: Sequence[tuple[UUID, str]]) -> None:
        super().__init__(data)
        self._lines = {f"{line.neighbourhood_id or ''}:{line.key}": line for line in streets}
        set_choices(
            self, "street", ((key, street_label(line)) for key, line in self._lines.items()), empty=_("All streets")
        )
        set_choices(self, "holder", ((str(key), name) for key, name in holders), empty=_("Anybody"))

    def narrowed(self) -> DoorFilter:
        """Return the filter; an invalid choice filters nothing."""
        cleaned = self.cleaned_data if self.is_valid() else {}
        line = self._lines.get(cleaned.get("street", ""))
        holder = cleaned.get("holder", "")
        return DoorFilter(
            neighbourhood_id=line.neighbourhood_id if line is not None else None,
            street_key=line.key if line is not None else "",
            state=cleaned.get("state", ""),
            holder_id=UUID(holder) if holder else None,
        )


def street_label(line: DriveStreetRow) -> str:
    """Return a street with its neighbourhood, as people say it."""
    return ", ".join(filter(None, (line.street or _("Without a street"), line.neighbourhood)))


class DoorsForm(forms.Form):
    """An officer's action on the chosen doors."""

    doors = forms.TypedMultipleChoiceField(coerce=UUID, required=False)
    operation = forms.ChoiceField(choices=[(code, code) for code in ("assign", "take-back", "gone", "drop")])
    to = forms.ChoiceField(label=gettext_lazy("To whom"), required=False)
    days = forms.TypedChoiceField(label=gettext_lazy("For how long"), required=False, coerce=int)

    def __init__(self, data: Any = None, *, visitors: Sequence[User], keys: Iterable[UUID], **more: Any) -> None:
        super().__init__(data, **more)
        self._visitors = {str(visitor.pk): visitor for visitor in visitors}
        set_choices(self, "doors", [(key, key) for key in keys])
        set_choices(self, "to", ((key, visitor.display_name) for key, visitor in self._visitors.items()), empty="…")
        set_choices(
            self,
            "days",
            [(count, ngettext("%(n)d day", "%(n)d days", count) % {"n": count}) for count in (1, 2, 3, 7, 14)],
        )

    def clean(self) -> dict[str, Any]:
        """Require chosen doors, and a visitor where they are assigned."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("doors"):
            self.add_error(None, _("Tick at least one door."))
        cleaned["days"] = cleaned.get("days") or 1
        if cleaned.get("operation") == "assign" and not cleaned.get("to"):
            self.add_error("to", _("Choose who goes there."))
        return cleaned

    @property
    def visitor(self) -> User:
        """Return the visitor to whom the doors are assigned."""
        return self._visitors[self.cleaned_data["to"]]


class HandOverForm(forms.Form):
    """The present and the new holder of doors."""

    giver = forms.ChoiceField(label=gettext_lazy("Who leaves"))
    taker = forms.ChoiceField(label=gettext_lazy("Who takes over"))

    def __init__(
        self, data: Any = None, *, givers: Sequence[tuple[User, int]], takers: Sequence[User], **more: Any
    ) -> None:
        super().__init__(data, **more)
        self._people = {str(visitor.pk): visitor for visitor in (*(user for user, _count in givers), *takers)}
        set_choices(self, "giver", ((str(user.pk), _held(user, count)) for user, count in givers), empty="…")
        set_choices(self, "taker", ((str(visitor.pk), visitor.display_name) for visitor in takers), empty="…")

    def chosen(self, name: str) -> User:
        """Return the chosen account."""
        return self._people[self.cleaned_data[name]]


def _held(user: User, count: int) -> str:
    doors = ngettext("%(n)d door", "%(n)d doors", count) % {"n": count}
    return f"{user.display_name} ({doors})"
