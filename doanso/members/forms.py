"""Forms of members. Cells of lists and fields of forms are read by the same rules."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.lib import citizen_id, dates, phone, vietnamese
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.lib.problems import Refused
from doanso.members import ports, rules
from doanso.members.models import AbsenceReason, Member, MemberState, PostKind
from doanso.people import queries as people
from doanso.people.actions import Particulars
from doanso.people.models import Gender
from doanso.units.queries import NamedUnit


def _normal[T](read: Callable[[], T]) -> T:
    """Return a value in its normal form; a refusal becomes the field's error."""
    try:
        return read()
    except Refused as refusal:
        raise forms.ValidationError(refusal.problem.message, code=refusal.problem.code) from None


def _grouped(branches: list[NamedUnit]) -> list[tuple[str, str]]:
    return [("", "…"), *((str(branch.id), branch.name) for branch in branches)]


class BranchField(forms.ChoiceField):
    """A field for one of the branches the actor may choose; its value is the unit."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._branches: dict[str, NamedUnit] = {}

    def offer(self, branches: list[NamedUnit]) -> None:
        """Set what may be chosen."""
        self._branches = {str(branch.id): branch for branch in branches}
        self.choices = _grouped(branches)

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return self._branches[chosen].unit if chosen else None


class MemberFilterForm(forms.Form):
    """The filters of the list; all of them are in the address."""

    q = forms.CharField(label=_("Name, phone or personal number"), required=False, max_length=80)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: list[NamedUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["q"].widget.attrs["placeholder"] = _("For example: ngoc tram")
        set_choices(self, "unit", unit_choices(units, short=True), empty=_("All units"))
        set_choices(
            self,
            "state",
            [
                ("", _("Active")),
                ("away", _("Away")),
                ("temporary", _("Temporary stay")),
                *((state.value, state.label) for state in MemberState if state != MemberState.ACTIVE),
                ("all", _("All, also former ones")),
            ],
        )


class ParticularsForm(forms.Form):
    """Who the member is."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    gender = forms.ChoiceField(label=_("Gender"), required=False, choices=[("", "…"), *Gender.choices])
    birth = forms.CharField(
        label=_("Birth date"),
        required=False,
        max_length=20,
        help_text=_("Day, month and year; the year alone will do."),
    )
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)
    citizen_id = forms.CharField(
        label=_("Personal number"),
        required=False,
        max_length=30,
        help_text=_("12 digits, kept encrypted. No picture of the card is ever asked for."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=200)
    address = forms.CharField(label=_("Address"), required=False, max_length=300)
    joined_on = DayField(label=_("Day of joining the Union"), required=False)
    card_number = forms.CharField(label=_("Card number"), required=False, max_length=30)

    def clean_name(self) -> str:
        return vietnamese.tidy_name(self.cleaned_data["name"])

    def clean_birth(self) -> dates.Birth | None:
        typed = self.cleaned_data["birth"]
        return _normal(lambda: dates.parse_birth(typed)) if typed else None

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        return _normal(lambda: phone.normalise(typed).value) if typed else ""

    def clean_citizen_id(self) -> str:
        typed = self.cleaned_data["citizen_id"]
        return _normal(lambda: citizen_id.normalise(typed).value) if typed else ""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def particulars(self) -> Particulars:
        """Return the cleaned values as particulars for the actions."""
        data = self.cleaned_data
        birth = data["birth"]
        return Particulars(
            name=data["name"],
            gender=data["gender"],
            birth_date=birth.date if birth else None,
            birth_year=birth.year if birth else None,
            phone=data["phone"],
            citizen_id=data["citizen_id"],
            email=data["email"],
            address=data["address"],
        )


def initial_values(member: Member) -> dict[str, Any]:
    """Return the form's initial values from what is known about a member."""
    contact = member.contact
    birth: Any = contact.birth_year or ""
    if contact.birth_date:
        birth = f"{contact.birth_date.day:02}/{contact.birth_date.month:02}/{contact.birth_date.year}"
    return {
        "name": contact.name,
        "gender": contact.gender,
        "birth": birth,
        "phone": people.decrypt_field(contact, "phone"),
        "citizen_id": people.decrypt_field(contact, "citizen_id"),
        "email": people.decrypt_field(contact, "email"),
        "address": contact.address,
        "joined_on": member.joined_on,
        "card_number": member.card_number,
    }


class AdmitForm(ParticularsForm):
    """A new member of a branch."""

    branch = BranchField(label=_("Branch"))
    temporary = forms.BooleanField(
        label=_("Temporary stay: active elsewhere, counted there and not here"), required=False
    )
    field_order = ["branch", "name"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "another" in self.data:
            self.ask_whether_another()

    def ask_whether_another(self) -> None:
        """Offer the confirmation that is asked for only where the branch has a member of the same name and birth."""
        self.fields["another"] = forms.BooleanField(
            label=_("This is somebody else than the member of the same name and birth"), required=False
        )


class TransferForm(forms.Form):
    """To which branch, and from which day on."""

    branch = BranchField(label=_("New branch"))
    on = DayField(label=_("First day in the new branch"))


class EndForm(forms.Form):
    """How a membership ended."""

    state = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[(state.value, state.label) for state in rules.ENDINGS],
        widget=forms.RadioSelect,
    )
    on = DayField(label=_("Day"))


class AbsenceForm(forms.Form):
    """Why and since when a member is away."""

    reason = forms.ChoiceField(label=_("Why?"), choices=AbsenceReason.choices, widget=forms.RadioSelect)
    since = DayField(label=_("Away since"))
    until = DayField(label=_("Day of return"), required=False, help_text=_("Leave it empty when nobody knows yet."))
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class UntilForm(forms.Form):
    """The day on which something ends."""

    until = DayField(label=_("Day"))


class ConfirmForm(forms.Form):
    """A form without fields: sending it confirms."""


class ExemptForm(forms.Form):
    """From which indicator, why, and when it is looked at again."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    reason = forms.CharField(label=_("Why?"), max_length=200)
    since = DayField(label=_("From"))
    review_on = DayField(label=_("Looked at again on"))

    def offer(self, codes: list[str]) -> None:
        """Set the indicators that may be chosen."""
        titles = ports.indicator_titles(codes)
        set_choices(self, "indicator", ((code, titles.get(code, code)) for code in codes), empty="…")


class PostForm(forms.Form):
    """An office with its term."""

    kind = forms.ChoiceField(label=_("Office"), choices=PostKind.choices)
    unit = BranchField(label=_("Unit"))
    since = DayField(label=_("From"))
    until = DayField(label=_("Until"), required=False)
    decision = forms.CharField(label=_("Decision"), required=False, max_length=80)
