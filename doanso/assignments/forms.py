"""Forms of assignments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.accounts.models import User
from doanso.assignments import queries
from doanso.assignments.models import Assignment, AssignmentOutcome
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.units.queries import NamedUnit

_PLAIN = _("No names and no numbers of people.")


class AssignmentFilterForm(forms.Form):
    """Filters of the list, as in its address."""

    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("All that I see")), ("mine", _("Mine"))]
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Waiting")), ("settled", _("Settled"))])
    kind = forms.ChoiceField(label=_("About"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, units: list[NamedUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "kind", queries.kind_choices(), empty=_("Everything"))
        set_choices(
            self,
            "unit",
            unit_choices(units, short=True),
            empty=_("All units"),
        )


class HandOverForm(forms.Form):
    """Choice of the new owner."""

    owner = forms.ChoiceField(label=_("Who sees to it"))

    def __init__(self, *args: Any, assignment: Assignment, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people: dict[str, tuple[User, str]] = {}
        for role_assignment, unit in queries.handlers_of_unit(assignment.unit):
            words = f"{role_assignment.user.display_name} ({role_assignment.get_role_display()}, {unit.short_name})"
            # A user with several roles is listed once, with the role at the nearest unit.
            self.people.setdefault(str(role_assignment.user_id), (role_assignment.user, words))
        choices = [(key, words) for key, (_user, words) in self.people.items()]
        set_choices(self, "owner", choices)


class PostponeForm(forms.Form):
    """New due day and reason."""

    until = DayField(label=_("New day"))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_PLAIN)


class TellForm(forms.Form):
    """The unit's report of what it did."""

    words = forms.CharField(
        label=_("What was done"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_PLAIN
    )


class CompleteForm(forms.Form):
    """Outcome and note."""

    outcome = forms.ChoiceField(label=_("What came of it"), choices=AssignmentOutcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), required=False, max_length=300, help_text=_PLAIN)
