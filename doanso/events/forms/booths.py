"""Forms of booths: the code, a ticket, totals, and the answer of a ticket's holder."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.events import rules
from doanso.events.actions import AnswerInput, BoothReportInput
from doanso.events.models import Booth, BoothReport, BoothStamp, StampKind
from doanso.events.rules import booths as booth_rules
from doanso.lib import phone as phones
from doanso.lib.form_choices import set_choices
from doanso.lib.form_fields import text_field
from doanso.lib.number_field import WholeNumberField
from doanso.lib.problems import Refused
from doanso.lib.year_field import BirthYearField

PERSON, SHOP = "person", "shop"


class BoothCodeForm(forms.Form):
    """The code that the staff of a booth types."""

    code = forms.CharField(label=pgettext_lazy("booth", "Code of the booth"), max_length=20)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["code"].widget.attrs |= {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "placeholder": "7KQ2-M4XD",
        }


class TicketForm(forms.Form):
    """A ticket by the number on it; `gate_code` is what a camera has read, hashed in the browser."""

    ticket = forms.CharField(label=pgettext_lazy("booth", "Number of the ticket"), max_length=120, required=False)
    gate_code = forms.RegexField(r"\A[0-9a-f]{24}\Z", widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["ticket"].widget.attrs |= {"autocomplete": "off", "inputmode": "numeric", "placeholder": "611"}


class StampForm(forms.Form):
    """What was done for the holder of a ticket; the button says what."""

    registration = forms.UUIDField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=StampKind.choices)
    receiver = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        choices=[(PERSON, gettext_lazy("For the visitor")), (SHOP, gettext_lazy("For the visitor's shop"))],
        widget=forms.RadioSelect,
    )

    @classmethod
    def for_ticket(cls, registration_id: UUID) -> "StampForm":
        """Return the form for a ticket that was found."""
        return cls(initial={"registration": registration_id, "key": uuid4(), "receiver": PERSON})


class HandOutCodeForm(forms.Form):
    """Who of those on duty helps at the booth."""

    volunteer = forms.TypedChoiceField(label=gettext_lazy("Who helps at the booth"), coerce=UUID)

    def __init__(self, data: Any = None, *, volunteers: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "volunteer", volunteers)


class BoothReportForm(forms.Form):
    """Totals of a booth until now; a field for each thing that the booth records, and one of its own words."""

    accounts = WholeNumberField(label=gettext_lazy("Accounts opened"), required=False, example=86)
    payments = WholeNumberField(label=gettext_lazy("First payments made"), required=False, example=54)
    done = WholeNumberField(label=gettext_lazy("People helped"), required=False, example=73)
    other = WholeNumberField(label=gettext_lazy("Another total"), required=False, example=214)
    other_words = text_field(
        gettext_lazy("What it counts"),
        rules.LONGEST_COUNT,
        help_text=gettext_lazy("For example giao dịch, chữ ký số."),
    )

    def __init__(self, data: Any = None, *, booth: Booth, report: BoothReport | None, **options: Any) -> None:
        kept = {booth_rules.COLUMNS[kind] for kind in booth_rules.kinds_of(booth.service_id)}
        if report is not None:
            names = ("accounts", "payments", "done", "other", "other_words")
            options["initial"] = {name: getattr(report, name) for name in names}
        elif booth.goal_count and not kept:
            options["initial"] = {"other_words": booth.goal_count}
        super().__init__(data, **options)
        for name in booth_rules.COLUMNS.values():
            if name not in kept:
                del self.fields[name]
        if not kept:
            self.fields["other"].label = _("Total")

    def inputs(self) -> BoothReportInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        return BoothReportInput(
            cleaned.get("accounts"),
            cleaned.get("payments"),
            cleaned.get("done"),
            cleaned["other"],
            cleaned["other_words"],
        )


class StampAnswerForm(forms.Form):
    """What the holder of a ticket adds to a confirmation; fields that the ticket answers are left out."""

    shop_name = text_field(gettext_lazy("Name on the shop's sign"), 120)
    name = text_field(gettext_lazy("Full name"), rules.LONGEST_NAME)
    birth_year = BirthYearField(label=gettext_lazy("Year of birth"), example=1990, required=False)
    house_number = text_field(gettext_lazy("House number"), 40)
    street = text_field(gettext_lazy("Street or hamlet"), 120)
    phone = text_field(gettext_lazy("Phone"), 30)
    guardian_name = text_field(pgettext_lazy("registration", "Name of a parent or guardian"), rules.LONGEST_NAME)
    guardian_agreed = forms.BooleanField(label=gettext_lazy("I am the parent or guardian and agree"), required=False)
    namesakes = forms.BooleanField(
        label=gettext_lazy("The volunteer has the same name as I; we are two people"), required=False
    )

    def __init__(
        self, data: Any = None, *, stamp: BoothStamp, needs_name: bool, is_child: bool, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        self.fields["street"].widget.attrs["autocomplete"] = "address-line1"
        dropped = {"namesakes"} if data is None or "namesakes" not in data else set()
        if stamp.to_business:
            dropped |= {"name", "birth_year", "guardian_name", "guardian_agreed"}
        else:
            dropped.add("shop_name")
            if not needs_name:
                dropped |= {"name", "birth_year"}
            if not needs_name and not is_child:
                dropped |= {"guardian_name", "guardian_agreed"}
        for name in dropped:
            del self.fields[name]
        # Who does not want to be written down needs to write nothing.
        for name, message in () if data is not None and "unnamed" in data else self._missing():
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = message

    @staticmethod
    def _missing() -> tuple[tuple[str, str], ...]:
        """Return the fields that must be filled in, with what is said where they are empty."""
        return (
            ("shop_name", _("Write the name on the shop's sign.")),
            ("name", _("Write your full name, or choose not to be written down.")),
            ("birth_year", _("Write your year of birth, for example 1990.")),
        )

    def ask_whether_namesakes(self) -> None:
        """Offer to say that holder and volunteer are two people of one name."""
        self.fields["namesakes"] = self.base_fields["namesakes"]

    def clean_phone(self) -> str:
        """Return the number as it is stored; empty for none."""
        typed = str(self.cleaned_data["phone"])
        try:
            return phones.normalise(typed).value if typed else ""
        except Refused as refused:
            raise forms.ValidationError(refused.problem.message, code=refused.problem.code) from None

    def inputs(self, *, unnamed: bool) -> AnswerInput:
        """Return the values for the action."""
        return AnswerInput(**self.cleaned_data, unnamed=unnamed)
