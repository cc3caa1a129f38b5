"""Forms of support. None has a field for a password, an OTP, an account number, a citizen number or a picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.adoption.models import Service
from doanso.lib import phone, vietnamese
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.lib.problems import Refused
from doanso.lib.year_field import BirthYearField
from doanso.people.actions import BusinessInput, Particulars
from doanso.people.models import Channel, Gender
from doanso.support.actions import RECORD_PURPOSE, ConsentInput, Helper, SupportRecordInput
from doanso.support.models import Decision, HelperKind, WrongPart
from doanso.support.queries import STATES
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

PERSON, SHOP, UNNAMED = "person", "shop", "unnamed"
RECEIVERS = (PERSON, SHOP, UNNAMED)
NAMED_ANSWER, UNNAMED_ANSWER, REFUSED_ANSWER = "named", "unnamed", "none"
"""Answers to the question whether a resident may be written down."""


class PhoneField(forms.CharField):
    """A phone number in normal form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=30, **options)
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return phone.normalise(typed).value if typed else ""
        except Refused as refused:
            raise forms.ValidationError(refused.problem.message, code=refused.problem.code) from None


_STATE_WORDS = {
    "standing": gettext_lazy("Not taken back"),
    "unconfirmed": gettext_lazy("Not confirmed by the person yet"),
    "confirmed": gettext_lazy("Confirmed, by receipt or call-back"),
    "by-receipt": gettext_lazy("Grade 3: by their own word through the receipt"),
    "called-back": gettext_lazy("Grade 4: called back by an officer"),
    "disputed": gettext_lazy("Disputed"),
    "untrue": gettext_lazy("Dispute upheld, not counted"),
    "remarked": gettext_lazy("The person says something is wrong"),
    "flagged": gettext_lazy("Confirmation to be looked at"),
    "taken-back": gettext_lazy("Taken back"),
    "all": gettext_lazy("All"),
}


class SupportRecordFilterForm(forms.Form):
    """Filters of the list, as in its address."""

    q = forms.CharField(label=gettext_lazy("Name or phone of who was helped"), required=False, max_length=80)
    to = forms.ChoiceField(
        label=gettext_lazy("Who was helped"),
        required=False,
        choices=[
            ("", gettext_lazy("Residents and shops")),
            ("people", gettext_lazy("Residents")),
            ("shops", gettext_lazy("Shops")),
        ],
    )
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    since = DayField(label=gettext_lazy("From day"), required=False)
    until = DayField(label=gettext_lazy("To day"), required=False)
    helper = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, services: Iterable[Service], units: Sequence[NamedUnit]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("For example: nguyen van bay")
        set_choices(self, "service", ((choice.pk, choice.short_name) for choice in services), empty=_("All services"))
        set_choices(
            self,
            "unit",
            unit_choices(units, short=True),
            empty=_("All units"),
        )
        set_choices(self, "state", [("" if state == STATES[0] else state, _STATE_WORDS[state]) for state in STATES])


@dataclass(frozen=True, slots=True)
class SupportFormOptions:
    """The options of a form: units, services, helpers, and the wording of the consent."""

    units: Sequence[NamedUnit]
    services: Sequence[Service]
    helpers: Sequence[tuple[UUID, str]]
    consent_version: str = ""
    consent_body: str = ""
    purposes: Sequence[tuple[str, str]] = ()


class HelpersForm(forms.Form):
    """One or two helpers and their kinds."""

    helper = forms.CharField(label=gettext_lazy("Who helped"), max_length=120)
    helper_kind = forms.ChoiceField(label=gettext_lazy("The helper is"), choices=HelperKind.choices)
    second = forms.CharField(
        label=gettext_lazy("Who came along"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("A youth together with an official of the neighbourhood is a 1+1 pair."),
    )
    second_kind = forms.ChoiceField(
        label=gettext_lazy("Who came along is"), choices=HelperKind.choices, initial=HelperKind.OFFICIAL, required=False
    )

    def offer_helpers(self, helpers: Sequence[tuple[UUID, str]]) -> None:
        """Offer names to choose from while typing; a name that only one member has is that member."""
        self._offered_helpers = helpers
        for name in ("helper", "second"):
            self.fields[name].widget.attrs |= {"list": "helpers", "autocomplete": "off"}
        if "two_helpers" in self.data:
            self.ask_whether_two_helpers()

    def ask_whether_two_helpers(self) -> None:
        """Offer the confirmation that is asked for only where both helpers have one name."""
        self.fields["two_helpers"] = forms.BooleanField(
            label=gettext_lazy("Two people of the same name: who came along is somebody else than who helped"),
            required=False,
        )

    def _helper(self, which: str) -> Helper | None:
        name = vietnamese.tidy_name(self.cleaned_data[which])
        if not name:
            return None
        folded = vietnamese.fold(name)
        member_ids = [
            member_id
            for member_id, member_name in self._offered_helpers
            if vietnamese.fold(member_name) == folded and vietnamese.may_be_one_name(member_name, name)
        ]
        kind = self.cleaned_data[f"{which}_kind"] or HelperKind.OFFICIAL
        member_id = member_ids[0] if len(member_ids) == 1 and kind == HelperKind.YOUTH else None
        return Helper(name, kind, member_id)

    @property
    def first_helper(self) -> Helper:
        """Return the helper."""
        helper = self._helper("helper")
        return helper if helper is not None else Helper("")

    @property
    def second_helper(self) -> Helper | None:
        """Return the second helper, None without one."""
        second = self._helper("second")
        if second is None or not self.cleaned_data.get("two_helpers"):
            return second
        # Both were found by one name, which belongs to only one of them.
        member_id = second.member_id if second.member_id != self.first_helper.member_id else None
        return second._replace(member_id=member_id, apart=True)


class NamesakesForm(forms.Form):
    """A record whose helper and receiver may have one name."""

    def ask_whether_namesakes(self) -> None:
        """Offer the confirmation that is asked for only where helper and receiver have one name."""
        self.fields["namesakes"] = forms.BooleanField(
            label=gettext_lazy("Two people of the same name: who helped is somebody else than who was helped"),
            required=False,
        )


class RecordForm(NamesakesForm, HelpersForm):
    """A record made at the office: of a person, a shop, or an unnamed receiver."""

    # Generated with the empty form: a form sent twice is one record.
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    unit = forms.ChoiceField(label=gettext_lazy("Recorded by"))
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)
    gender = forms.ChoiceField(label=gettext_lazy("Gender"), required=False, choices=[("", "…"), *Gender.choices])
    birth_year = BirthYearField(
        label=gettext_lazy("Year of birth"),
        help_text=gettext_lazy("It opens the receipt together with the code on it."),
    )
    business_name = forms.CharField(label=gettext_lazy("Name on the shop's sign"), max_length=160)
    kind_of_trade = forms.CharField(label=gettext_lazy("What it sells"), required=False, max_length=80)
    receipt_birth_year = BirthYearField(
        label=gettext_lazy("Year of birth of who takes the receipt"),
        required=False,
        help_text=gettext_lazy("It opens the receipt together with the code on it; it is not kept."),
    )
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    address = forms.CharField(label=gettext_lazy("House number, street, neighbourhood"), required=False, max_length=300)
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Helped with"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one service.")},
    )
    happened_on = DayField(label=gettext_lazy("On day"))
    answer = forms.ChoiceField(
        label=gettext_lazy("Asked, and the answer was"),
        choices=[
            (NAMED_ANSWER, gettext_lazy("Agrees to be written down")),
            (UNNAMED_ANSWER, gettext_lazy("Only the help, not the name")),
            (REFUSED_ANSWER, gettext_lazy("Does not agree")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Ask first, then mark the answer: nothing is ticked beforehand.")},
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("The person also agrees to"), widget=forms.CheckboxSelectMultiple, required=False
    )
    channel = forms.ChoiceField(label=gettext_lazy("Agreed"), choices=Channel.choices)
    guardian_name = forms.CharField(
        label=gettext_lazy("Parent or guardian who agrees"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Only for somebody under 16."),
    )
    order = (
        "unit",
        "name",
        "gender",
        "birth_year",
        "business_name",
        "kind_of_trade",
        "receipt_birth_year",
        "phone",
        "address",
    )
    _NOT_FOR = {
        PERSON: ("business_name", "kind_of_trade", "receipt_birth_year"),
        SHOP: ("answer", "name", "gender", "birth_year", "purposes", "channel", "guardian_name"),
        UNNAMED: (
            *("answer", "name", "gender", "birth_year", "purposes", "channel", "guardian_name"),
            *("business_name", "kind_of_trade", "receipt_birth_year", "phone", "address"),
        ),
    }

    def __init__(self, data: Any = None, *, receiver: str, offer: SupportFormOptions, **options: Any) -> None:
        super().__init__(data, **options)
        self.receiver, self._offered = receiver, offer
        for name in self._NOT_FOR[receiver]:
            del self.fields[name]
        self._units = {choice.code: choice for choice in offer.units}
        set_choices(self, "unit", unit_choices(offer.units))
        set_choices(self, "services", [(choice.pk, choice.name) for choice in offer.services])
        if "purposes" in self.fields:
            # The first purpose is the answer itself; see `inputs`.
            set_choices(self, "purposes", [purpose for purpose in offer.purposes if purpose[0] != RECORD_PURPOSE])
        self.offer_helpers(offer.helpers)
        if "namesakes" in self.data:
            self.ask_whether_namesakes()
        self.order_fields(
            [*self.order, "services", "happened_on", "helper", "helper_kind", "second", "second_kind", "purposes"]
        )

    _ABOUT_THE_PERSON = ("name", "gender", "birth_year", "phone", "address", "channel", "guardian_name", "purposes")

    def clean(self) -> dict[str, Any]:
        """Ignore what was typed about a person who does not want to be written down."""
        cleaned = super().clean() or {}
        if self.receiver == PERSON and cleaned.get("answer") in {UNNAMED_ANSWER, REFUSED_ANSWER}:
            ignored = {*self._ABOUT_THE_PERSON, *(self.fields if cleaned["answer"] == REFUSED_ANSWER else ())}
            for name in ignored & set(self.errors):
                del self._errors[name]  # type: ignore[attr-defined]
        return cleaned

    @property
    def is_refused(self) -> bool:
        """Return whether the resident agreed to nothing, so that nothing may be stored."""
        return bool(self.cleaned_data.get("answer") == REFUSED_ANSWER)

    @property
    def names_receiver(self) -> bool:
        """Return whether the resident agreed to be written down, in the words that the page showed."""
        return self.receiver == PERSON and self.cleaned_data.get("answer") == NAMED_ANSWER

    @property
    def chosen_unit(self) -> Unit:
        """Return the recording unit."""
        return self._units[self.cleaned_data["unit"]].unit

    def inputs(self) -> list[SupportRecordInput]:
        """Return one input for each service."""
        cleaned = self.cleaned_data
        person = business = consent = None
        if self.names_receiver:
            person = Particulars(
                name=vietnamese.tidy_name(cleaned["name"]),
                gender=cleaned["gender"],
                birth_year=cleaned["birth_year"],
                phone=cleaned["phone"],
                address=cleaned["address"],
            )
            consent = ConsentInput(
                (RECORD_PURPOSE, *cleaned["purposes"]),
                cleaned["channel"],
                self._offered.consent_version,
                cleaned["guardian_name"],
            )
        elif self.receiver == SHOP:
            business = BusinessInput(
                name=" ".join(cleaned["business_name"].split()),
                kind_of_trade=cleaned["kind_of_trade"],
                phone=cleaned["phone"],
                address=cleaned["address"],
            )
        return [
            SupportRecordInput(
                service=service,
                happened_on=cleaned["happened_on"],
                person=person,
                business=business,
                helper=self.first_helper,
                second=self.second_helper,
                consent=consent,
                source_id=uuid5(cleaned["key"], service) if cleaned["key"] else None,
                receipt_birth_year=cleaned.get("receipt_birth_year"),
                namesakes=bool(cleaned.get("namesakes")),
            )
            for service in cleaned["services"]
        ]


class CorrectForm(HelpersForm):
    """Corrected service, day and helpers."""

    service = forms.ChoiceField(label=gettext_lazy("Helped with"))
    happened_on = DayField(label=gettext_lazy("On day"))

    def __init__(self, data: Any = None, *, offer: SupportFormOptions, **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "service", [(service.pk, service.name) for service in offer.services])
        self.offer_helpers(offer.helpers)
        self.order_fields(["service", "happened_on"])


class DecideForm(forms.Form):
    """An officer's decision about a dispute, and why."""

    decision = forms.ChoiceField(
        label=gettext_lazy("What you found"), choices=Decision.choices, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label=gettext_lazy("How you found out"),
        max_length=300,
        help_text=gettext_lazy("In a few words, without names or numbers of anybody."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


# --- For the holder of a receipt -------------------------------------------------------------------------------------------


class CodeForm(forms.Form):
    """The code on the receipt, with the year of birth."""

    code = forms.CharField(
        label=gettext_lazy("Code on the receipt"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "placeholder": "7KQ2-M4XD"}
        ),
    )
    birth_year = BirthYearField(label=gettext_lazy("Year of birth"))


class WrongForm(forms.Form):
    """The wrong part of the receipt."""

    parts = forms.MultipleChoiceField(
        label=gettext_lazy("What is wrong?"), choices=WrongPart.choices, widget=forms.CheckboxSelectMultiple
    )
