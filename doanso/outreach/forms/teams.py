"""Forms of teams. Actions decide what is allowed; a last day is entered inclusively, as people say it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.adoption.models import Service
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.members.models import Member
from doanso.outreach.actions.teams import TeamInput, TeammateInput
from doanso.outreach.models import Body, Team, Teammate
from doanso.outreach.queries.teams import last_day
from doanso.support.models import HelperKind
from doanso.units.models import Neighbourhood, Unit
from doanso.units.queries import NamedUnit


def _until(last: date | None) -> date | None:
    """Return the first day after the entered last day; the calendar's own last day has none."""
    return None if last is None or last == date.max else last + timedelta(days=1)


class TeamFilterForm(forms.Form):
    """Filter of the list of teams."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("At work")), ("ended", gettext_lazy("Ended"))],
    )

    def __init__(self, data: Any, *, units: Sequence[NamedUnit]) -> None:
        super().__init__(data)
        if len(units) < 2:
            del self.fields["unit"]
            return
        set_choices(self, "unit", unit_choices(units, short=True), empty=_("All units"))


class TeamForm(forms.Form):
    """A team as it was decided."""

    name = forms.CharField(label=gettext_lazy("Name of the team"), max_length=160)
    neighbourhood = forms.ChoiceField(label=gettext_lazy("Neighbourhood"), required=False)
    decision_number = forms.CharField(label=gettext_lazy("Number of the decision"), required=False, max_length=60)
    decided_on = DayField(label=gettext_lazy("Day of the decision"), required=False)
    decided_by = forms.CharField(label=gettext_lazy("Who decided"), required=False, max_length=160)
    since = DayField(label=gettext_lazy("At work since"))
    last_day = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty while nobody knows the last day.")
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Guides people to"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, data: Any = None, *, neighbourhoods: Iterable[Neighbourhood], services: Iterable[Service], **more: Any
    ) -> None:
        super().__init__(data, **more)
        self._neighbourhoods = {str(area.pk): area for area in neighbourhoods}
        self.fields["name"].widget.attrs["placeholder"] = _("Community digital team of neighbourhood 1")
        self.fields["decision_number"].widget.attrs["placeholder"] = "12/QĐ-UBND"
        set_choices(
            self,
            "neighbourhood",
            ((key, area.name) for key, area in self._neighbourhoods.items()),
            empty=_("The whole unit"),
        )
        set_choices(self, "services", [(service.pk, service.name) for service in services])

    @staticmethod
    def of(team: Team) -> dict[str, Any]:
        """Return the initial values for changing a team."""
        return {
            "name": team.name,
            "neighbourhood": str(team.neighbourhood_id or ""),
            "decision_number": team.decision_number,
            "decided_on": team.decided_on,
            "decided_by": team.decided_by,
            "since": team.since,
            "last_day": last_day(team.until),
            "services": [service.pk for service in team.services.all()],
        }

    def inputs(self) -> TeamInput:
        """Return the inputs for the action."""
        cleaned = self.cleaned_data
        return TeamInput(
            name=cleaned["name"],
            since=cleaned["since"],
            until=_until(cleaned["last_day"]),
            neighbourhood=self._neighbourhoods.get(cleaned["neighbourhood"]),
            decision_number=cleaned["decision_number"],
            decided_on=cleaned["decided_on"],
            decided_by=cleaned["decided_by"],
            services=tuple(cleaned["services"]),
        )


class NewTeamForm(TeamForm):
    """A new team, of the unit that is chosen."""

    # The unit is chosen before: the neighbourhoods on offer depend on it.
    unit = forms.ChoiceField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **more: Any) -> None:
        super().__init__(data, **more)
        self._units = {unit.code: unit.unit for unit in units}
        set_choices(self, "unit", unit_choices(units))

    @property
    def chosen_unit(self) -> Unit:
        """Return the unit of the team."""
        return self._units[self.cleaned_data["unit"]]


class MateForm(forms.Form):
    """A teammate. The name of a member comes from the register."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)
    kind = forms.ChoiceField(
        label=gettext_lazy("In a pair this person is"), choices=HelperKind.choices, widget=forms.RadioSelect
    )
    body = forms.ChoiceField(label=gettext_lazy("Comes from"), choices=[("", "…"), *Body.choices])
    is_head = forms.BooleanField(label=gettext_lazy("Head of the team"), required=False)
    training = forms.CharField(
        label=gettext_lazy("Training done"),
        required=False,
        max_length=160,
        help_text=gettext_lazy("What it was called, for example “Lớp kỹ năng số cộng đồng”."),
    )
    trained_on = DayField(label=gettext_lazy("Day of the training"), required=False)
    since = DayField(label=gettext_lazy("In the team since"))
    last_day = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty while nobody knows the last day.")
    )

    def __init__(self, data: Any = None, *, member: Member | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        self._member = member
        if member is not None:
            del self.fields["name"]

    @staticmethod
    def of(mate: Teammate) -> dict[str, Any]:
        """Return the initial values for changing a teammate."""
        same = ("name", "kind", "body", "is_head", "training", "trained_on", "since")
        return {name: getattr(mate, name) for name in same} | {"last_day": last_day(mate.until)}

    def inputs(self) -> TeammateInput:
        """Return the inputs for the action."""
        cleaned = self.cleaned_data
        return TeammateInput(
            kind=cleaned["kind"],
            body=cleaned["body"],
            since=cleaned["since"],
            name=cleaned.get("name", ""),
            until=_until(cleaned["last_day"]),
            is_head=cleaned["is_head"],
            member=self._member,
            trained_on=cleaned["trained_on"],
            training=cleaned["training"],
        )


class MemberSearchForm(forms.Form):
    """Search for a member of the unit's register by name."""

    q = forms.CharField(label=gettext_lazy("Name or phone number of a member"), required=False, max_length=80)


class EndForm(forms.Form):
    """The day from which on a team or a term has ended."""

    on = DayField(label=gettext_lazy("No more from this day on"))


class CardForm(forms.Form):
    """The validity of a card."""

    last_day = DayField(label=gettext_lazy("Good until and with"))

    @property
    def until(self) -> date:
        """Return the first day on which the card is not valid any more."""
        return _until(self.cleaned_data["last_day"]) or date.max


class SignInForm(forms.Form):
    """The account with which a teammate records visits."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    has_account = forms.BooleanField(
        label=gettext_lazy("The person has this account already"),
        required=False,
        help_text=gettext_lazy("Not ticked: a new account is made, and a code for its password is shown once."),
    )
