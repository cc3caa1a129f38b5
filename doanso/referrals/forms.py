"""Forms of 1+2. None has a field for a password, an OTP, an account number, a citizen number or a picture."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.adoption.models import Service
from doanso.lib import phone
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.lib.year_field import BirthYearField
from doanso.referrals import rules
from doanso.referrals.actions import GuidedPersonInput
from doanso.referrals.rules import ReferralProgress
from doanso.support.actions.records import RECORD_PURPOSE
from doanso.units.queries import NamedUnit


class InvitationCodeForm(forms.Form):
    """The code of an invitation, with the year of birth of the member who invites."""

    code = forms.CharField(
        label=gettext_lazy("Code of the invitation"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "placeholder": "7KQ2-M4XD"}
        ),
    )
    birth_year = BirthYearField(example=1975, label=gettext_lazy("Year of birth of the member who invites you"))


class GuidedPersonForm(forms.Form):
    """The guided person, the services, and the purposes they agree to; nothing is ticked beforehand.

    `self_reported`: the person fills it in themselves, and the labels speak to them.
    """

    services = forms.MultipleChoiceField(
        label=gettext_lazy("Helped with"), widget=forms.CheckboxSelectMultiple, required=False
    )
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)
    birth_year = BirthYearField(example=1975, label=gettext_lazy("Year of birth"))
    phone = forms.CharField(label=gettext_lazy("Phone of the visit"), required=False, max_length=30)
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("The person agrees to"), widget=forms.CheckboxSelectMultiple, required=False
    )
    guardian_name = forms.CharField(
        label=gettext_lazy("Parent or guardian who agrees"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Only for somebody under 16."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        services: Iterable[Service],
        purposes: Sequence[dict[str, Any]],
        self_reported: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        set_choices(self, "services", [(service.pk, service.name) for service in services])
        set_choices(self, "purposes", [(purpose["code"], purpose["sentence"]) for purpose in purposes])
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}
        self.fields["name"].widget.attrs |= {"autocomplete": "name" if self_reported else "off"}
        if self_reported:
            self.fields["services"].label = _("What were you helped with?")
            self.fields["name"].label = _("Your full name")
            self.fields["birth_year"].label = _("Your year of birth")
            self.fields["phone"].label = _("Your phone")
            self.fields["purposes"].label = _("You agree to")

    def clean_phone(self) -> str:
        """Return the phone in its normal form."""
        typed = self.cleaned_data["phone"]
        try:
            return phone.normalise(typed).value if typed else ""
        except Refused as refused:
            raise forms.ValidationError(refused.problem.message, code=refused.problem.code) from None

    def clean(self) -> dict[str, Any]:
        """Refuse a form without a service or without consent, together with its other errors."""
        cleaned = super().clean() or {}
        for problem in (
            rules.services_problem(len(cleaned.get("services", ()))),
            rules.consent_problem(RECORD_PURPOSE in cleaned.get("purposes", ())),
        ):
            if problem is not None:
                self.add_error(problem.field, problem.message)
        return cleaned

    def refuse(self, refused: Refused) -> None:
        """Add the problem of an action to the field it names, or else to the form."""
        add_refusal(self, refused, {"consent": "purposes", "guardian": "guardian_name"})

    @property
    def guided(self) -> GuidedPersonInput:
        """Return the valid form as the input of an action."""
        cleaned = self.cleaned_data
        return GuidedPersonInput(
            name=cleaned["name"],
            birth_year=cleaned["birth_year"],
            services=tuple(cleaned["services"]),
            purposes=tuple(cleaned["purposes"]),
            phone=cleaned["phone"],
            guardian_name=cleaned["guardian_name"],
        )


PROGRESS_LABELS = {
    ReferralProgress.NONE: gettext_lazy("Nothing begun"),
    ReferralProgress.WAITING: gettext_lazy("Invited, waits"),
    ReferralProgress.EXPIRED: gettext_lazy("Over, or not right"),
    ReferralProgress.ONE: gettext_lazy("One of two"),
    ReferralProgress.DONE: gettext_lazy("Both done"),
}


class ReferralFilterForm(forms.Form):
    """The filters of the list of members; their names stand in the page's address."""

    q = forms.CharField(label=gettext_lazy("Member's name"), required=False, max_length=80)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    need = forms.ChoiceField(label=gettext_lazy("How far"), required=False)

    def __init__(self, data: Any, *, units: Sequence[NamedUnit]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("For example: tran thi thuy")
        set_choices(self, "unit", unit_choices(units, short=True), empty=_("All units"))
        set_choices(
            self,
            "need",
            ((progress.value, label) for progress, label in PROGRESS_LABELS.items()),
            empty=_("All members"),
        )
