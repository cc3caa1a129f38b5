"""Forms of registration: by the person, and by the office."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.events import rules
from doanso.events.actions import RegistrationInput
from doanso.events.models import RegistrationState
from doanso.events.queries.registrations import ABSENT, CAME
from doanso.lib import phone as phones
from doanso.lib.form_choices import set_choices
from doanso.lib.form_fields import text_field
from doanso.lib.problems import Refused
from doanso.lib.year_field import BirthYearField
from doanso.people import queries as people


class RegistrationForm(forms.Form):
    """A person's own registration."""

    name = text_field(gettext_lazy("Full name"), rules.LONGEST_NAME, required=True)
    birth_year = BirthYearField(label=gettext_lazy("Year of birth"), example=1990)
    phone = text_field(
        gettext_lazy("Phone, if you wish to be called when something changes"),
        20,
    )
    guardian_name = text_field(pgettext_lazy("registration", "Name of a parent or guardian"), rules.LONGEST_NAME)
    guardian_agreed = forms.BooleanField(label=gettext_lazy("I am the parent or guardian and agree"), required=False)
    agreed = forms.BooleanField(
        label=gettext_lazy("I agree that my name is kept for this event"),
        error_messages={"required": gettext_lazy("Without this no ticket can be made. You may come without one.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        age = people.guardian_age()
        self.fields["guardian_name"].help_text = _("Only for those under %(age)s.") % {"age": age}

    def clean_phone(self) -> str:
        """Return the number as it is stored; empty for none."""
        typed = str(self.cleaned_data["phone"])
        if not typed:
            return ""
        try:
            return phones.normalise(typed).value
        except Refused as refused:
            raise forms.ValidationError(refused.problem.message, code=refused.problem.code) from None

    def inputs(self) -> RegistrationInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        return RegistrationInput(
            cleaned["name"],
            cleaned["birth_year"],
            cleaned["phone"],
            cleaned["guardian_name"],
            cleaned["guardian_agreed"],
        )


class ParticipantForm(RegistrationForm):
    """A registration that the office writes down for somebody who agreed in words."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["agreed"].label = _("The person was asked and agrees that the name is kept for this event")
        self.fields["guardian_agreed"].label = _("The parent or guardian was asked and agrees")
        self.fields["phone"].label = _("Phone, if they wish to be called")
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.attrs["autocomplete"] = "off"


class ParticipantFilterForm(forms.Form):
    """Filters of the participants' list."""

    q = forms.CharField(label=gettext_lazy("Name or ticket number"), required=False, max_length=60)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        attended = [(CAME, _("Came")), (ABSENT, _("Has a place and did not come"))]
        set_choices(self, "state", [*RegistrationState.choices, *attended], empty=_("All tickets"))
