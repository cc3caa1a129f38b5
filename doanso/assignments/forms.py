"""What people type about assignments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.accounts.models import User
from doanso.assignments import queries
from doanso.assignments.models import Assignment, Outcome
from doanso.units.queries import NamedUnit

_PLAIN = _("No names and no numbers of people.")


class FilterForm(forms.Form):
    """The filters of the list; all of them stand in the address."""

    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("All that I see")), ("mine", _("Mine"))]
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Waiting")), ("settled", _("Settled"))])
    kind = forms.ChoiceField(label=_("About"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, units: list[NamedUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [("", _("Everything")), *queries.kinds()]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", _("All units")),
            *((named_unit.code, f"{'– ' * named_unit.depth}{named_unit.short_name}") for named_unit in units),
        ]


class HandOverForm(forms.Form):
    """Who sees to it from now on."""

    owner = forms.ChoiceField(label=_("Who sees to it"))

    def __init__(self, *args: Any, assignment: Assignment, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people: dict[str, tuple[User, str]] = {}
        for holding, unit in queries.handlers(assignment.unit):
            words = f"{holding.user.display_name} ({holding.get_role_display()}, {unit.short_name})"
            # Whoever holds several roles stands once, with the nearest.
            self.people.setdefault(str(holding.user_id), (holding.user, words))
        choices = [(key, words) for key, (_user, words) in self.people.items()]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]


class PostponeForm(forms.Form):
    """Until when, and why."""

    until = forms.DateField(label=_("New day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_PLAIN)


class TellForm(forms.Form):
    """What was done."""

    words = forms.CharField(
        label=_("What was done"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_PLAIN
    )


class SettleForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(label=_("What came of it"), choices=Outcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), required=False, max_length=300, help_text=_PLAIN)
