"""Forms of roles, tokens and timed modes. The actions check the permissions."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.access.history import HistoryFilter
from doanso.access.models import Role
from doanso.access.ports import action_heading, action_names, object_kinds
from doanso.access.rules import LONGEST_MODE
from doanso.access.unit_roles import UnitRole
from doanso.lib import vietnamese
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.units.queries import NamedUnit


class PeopleFilterForm(forms.Form):
    """Filters of the list of people with roles."""

    q = forms.CharField(label=gettext_lazy("Name or user name"), required=False, max_length=80)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, *args: Any, units: list[NamedUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "role", Role.choices, empty=_("All roles"))
        set_choices(self, "unit", unit_choices(units, short=True), empty=_("All units"))


class UnitSearchForm(forms.Form):
    """Search for a unit by its name."""

    q = forms.CharField(label=gettext_lazy("Name of a unit"), required=False, max_length=80)


class GrantForm(forms.Form):
    """A role for an existing account, or for a new one."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=60,
        help_text=gettext_lazy("Of the account that exists, or the one to make."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    display_name = forms.CharField(
        label=gettext_lazy("Full name"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Only for a new account."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone_number = forms.CharField(
        label=gettext_lazy("Phone number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Only for a new account: the person may sign in with it too."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    since = DayField(label=gettext_lazy("First day"))
    last_day = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: until it is ended.")
    )

    def __init__(self, *args: Any, units: list[NamedUnit], roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "role", [(role.value, role.label) for role in roles])
        set_choices(self, "unit", unit_choices(units, short=True))

    def until(self) -> date | None:
        """Return the first day after the role's term; None for an open term."""
        last: date | None = self.cleaned_data["last_day"]
        return None if last is None else last + timedelta(days=1)


class InvitedUnitsFilterForm(forms.Form):
    """Which units are listed to invite people to."""

    role = forms.CharField(widget=forms.HiddenInput, required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Units in"), required=False)

    def __init__(self, *args: Any, units: list[NamedUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "unit", unit_choices(units, short=True), empty=_("All units"))


def read_pasted(text: str, units: list[NamedUnit]) -> tuple[list[tuple[str, NamedUnit]], list[str]]:
    """Read lines of a name and a unit, separated by a tab, a semicolon or a comma, as pasted from a table.

    The unit is meant by its code, its name or its short name; return the lines that fit, and a sentence for each that does not.
    """
    by_words: dict[str, list[NamedUnit]] = {}
    for unit in units:
        for words in {
            unit.code,
            " ".join(vietnamese.fold(unit.name).split()),
            " ".join(vietnamese.fold(unit.short_name).split()),
        }:
            by_words.setdefault(words, []).append(unit)
    read, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, _separator, place = (part.strip() for part in re.sub(r"[\t;]", ",", line, count=1).partition(","))
        found = by_words.get(place) or by_words.get(" ".join(vietnamese.fold(place).split()), [])
        if len(found) == 1:
            read.append((name, found[0]))
        elif found:
            words = _("Line %(number)s: several units are called “%(unit)s”. Write the code, for instance %(code)s.")
            problems.append(words % {"number": number, "unit": place, "code": found[0].code})
        elif not place:
            words = _("Line %(number)s: write the name, a comma and the unit, for instance: Nguyễn Văn An, Phường 4")
            problems.append(words % {"number": number})
        else:
            words = _("Line %(number)s: no unit “%(unit)s” has this role. Write its name or code as in the list above.")
            problems.append(words % {"number": number, "unit": place})
    return read, problems


class TokenForm(forms.Form):
    """A token under one of the user's own roles."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=80, help_text=gettext_lazy("For instance: City website.")
    )
    role_assignment = forms.ChoiceField(label=gettext_lazy("Under which of your roles"))
    days = forms.TypedChoiceField(label=gettext_lazy("How long it works"), coerce=int)

    def __init__(self, *args: Any, held: list[UnitRole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [
            (str(unit_role.role_assignment.pk), f"{unit_role.role}, {unit_role.unit.short_name}") for unit_role in held
        ]
        set_choices(self, "role_assignment", roles)
        set_choices(
            self,
            "days",
            [
                (30, _("30 days")),
                (90, _("90 days")),
                (366, _("1 year")),
            ],
        )


class ReasonForm(forms.Form):
    """A reason and a number of minutes."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("A sentence that others can read in the history, without names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    minutes = forms.TypedChoiceField(label=gettext_lazy("For how long"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spans = [(span, _("%(minutes)s minutes") % {"minutes": span}) for span in (15, 30, LONGEST_MODE)]
        set_choices(self, "minutes", spans)


def _by_words(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return choices in the order of a Vietnamese dictionary."""
    return sorted(choices, key=lambda choice: (vietnamese.text_key(choice[1]), choice[0]))


class HistoryFilterForm(forms.Form):
    """The filter of the history: by the acting person, the kind of object, the action and days."""

    q = forms.CharField(label=gettext_lazy("Who did it"), required=False, max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of object"), required=False)
    since = DayField(label=gettext_lazy("From day"), required=False)
    until = DayField(label=gettext_lazy("To day"), required=False)
    action = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Name of the person who did it")
        kinds = _by_words((name, str(kind.label)) for name, kind in object_kinds().items())
        set_choices(self, "kind", kinds, empty=_("All objects"))
        # Reading is a permission, and no event.
        actions = _by_words((name, action_heading(name)) for name in action_names() if not name.endswith(".view"))
        set_choices(self, "action", actions, empty=_("All actions"))

    def filter(self) -> HistoryFilter:
        """Return what is looked for; what cannot be read is left out."""
        self.is_valid()
        data = self.cleaned_data
        return HistoryFilter(
            person=data.get("q", ""),
            kind=data.get("kind", ""),
            action=data.get("action", ""),
            since=data.get("since"),
            until=data.get("until"),
        )
