"""Forms of people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.lib import dates, names, phone, vietnamese
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.lib.problems import Refused
from doanso.people import queries
from doanso.people.models import Channel, ConsentText, Contact, Gender, RequestKind
from doanso.people.particulars import Particulars
from doanso.units.models import Neighbourhood
from doanso.units.queries import NamedUnit


def _is_name(name: str) -> None:
    """Refuse impossible names; a phone, account or citizen number must not be stored in a name."""
    if (problem := names.person_problem(vietnamese.tidy_name(name))) is not None:
        raise forms.ValidationError(problem.message, code=problem.code)


class ContactFilterForm(forms.Form):
    """The filters of the list; all of them are in the address."""

    q = forms.CharField(label=_("Name or phone"), required=False, max_length=80)
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, units: list[NamedUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["q"].widget.attrs["placeholder"] = _("For example: ngoc tram")
        set_choices(self, "unit", unit_choices(units, short=True), empty=_("All units"))


class ConsentForm(forms.Form):
    """Consent, purpose by purpose; nothing is ticked beforehand."""

    purposes = forms.MultipleChoiceField(
        label=_("The person agrees to"), required=False, widget=forms.CheckboxSelectMultiple
    )
    channel = forms.ChoiceField(label=_("How it was said"), choices=Channel.choices, widget=forms.RadioSelect)
    guardian_name = forms.CharField(
        label=_("Parent or guardian"),
        required=False,
        max_length=120,
        validators=[_is_name],
        help_text=_("Needed for somebody under 16."),
    )

    def __init__(self, *args: Any, text: ConsentText, **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "purposes", [(str(purpose["code"]), str(purpose["sentence"])) for purpose in text.purposes])


class WithdrawForm(forms.Form):
    """Which purpose is taken back."""

    purpose = forms.SlugField(max_length=40)


class AlikeForm(forms.Form):
    """The person whom a contact may be."""

    other = forms.UUIDField()


class RequestForm(forms.Form):
    """The kind of request, and its words."""

    kind = forms.ChoiceField(label=_("What is asked for"), choices=RequestKind.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("How it was said"), choices=Channel.choices, widget=forms.RadioSelect)
    detail = forms.CharField(
        label=_("In the person's own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What should be corrected, for example. Kept encrypted."),
    )


class ReasonForm(forms.Form):
    """A reason that is given to the person."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("The person is told these words."))


class ConfirmForm(forms.Form):
    """A form without fields."""


class EraseForm(forms.Form):
    """A checkbox that confirms an erasure; never set by default."""

    sure = forms.BooleanField(label=_("I know that this cannot be undone"))


class CorrectForm(forms.Form):
    """Corrected data of a person. What is left empty is removed."""

    name = forms.CharField(label=_("Full name"), max_length=120, validators=[_is_name])
    gender = forms.ChoiceField(label=_("Gender"), required=False, choices=[("", "…"), *Gender.choices])
    birth = forms.CharField(
        label=_("Birth date"),
        required=False,
        max_length=20,
        help_text=_("Day, month and year; the year alone will do."),
    )
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)
    neighbourhood = forms.ModelChoiceField(
        label=_("Neighbourhood"), required=False, queryset=Neighbourhood.objects.none(), empty_label="…"
    )
    address = forms.CharField(label=_("Address"), required=False, max_length=300)

    def __init__(self, data: Any, *, contact: Contact) -> None:
        born = contact.birth_date
        initial = {
            "name": contact.name,
            "gender": contact.gender,
            "birth": f"{born:%d/%m/%Y}" if born else contact.birth_year or "",
            "phone": queries.decrypt_field(contact, "phone"),
            "neighbourhood": contact.neighbourhood_id,
            "address": contact.address,
        }
        super().__init__(data, initial=initial)
        self._contact = contact
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.filter(  # type: ignore[attr-defined]
            unit_id=contact.unit_id
        ).order_by("name")

    def clean_name(self) -> str:
        return vietnamese.tidy_name(self.cleaned_data["name"])

    def clean_birth(self) -> dates.Birth | None:
        typed = self.cleaned_data["birth"]
        try:
            return dates.parse_birth(typed) if typed else None
        except Refused as refusal:
            raise forms.ValidationError(refusal.problem.message, code=refusal.problem.code) from None

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        try:
            return phone.normalise(typed).value if typed else ""
        except Refused as refusal:
            raise forms.ValidationError(refusal.problem.message, code=refusal.problem.code) from None

    def particulars(self) -> Particulars:
        """Return the corrected particulars; numbers that this form does not ask for stay."""
        data = self.cleaned_data
        born = data["birth"]
        place = data["neighbourhood"]
        return Particulars(
            name=data["name"],
            gender=data["gender"],
            birth_date=born.date if born else None,
            birth_year=born.year if born else None,
            phone=data["phone"],
            citizen_id=queries.decrypt_field(self._contact, "citizen_id"),
            email=queries.decrypt_field(self._contact, "email"),
            address=data["address"],
            neighbourhood_id=place.pk if place else None,
        )
