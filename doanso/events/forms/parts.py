"""Forms of the lines of an event, one class for each sort."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.events import rules
from doanso.events.actions import (
    BoothInput,
    BudgetInput,
    EventPartnerInput,
    MaterialInput,
    PartInput,
    ShiftInput,
    TimetableInput,
)
from doanso.events.forms.fields import EventHourField
from doanso.events.models import Shift
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.lib.form_fields import text_field
from doanso.lib.number_field import WholeNumberField
from doanso.units.queries import NamedUnit

type Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PartChoices:
    """What the forms of lines offer: partners of the unit, partners of the event, services."""

    partners: Choices = ()
    event_partners: Choices = ()
    services: Choices = ()


class PartForm(forms.Form):
    """A line of an event; `key` keeps a form that is sent twice from adding two."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    values: ClassVar[tuple[str, ...]] = ()

    def offer(self, choices: PartChoices) -> None:
        """Give choice fields what they offer."""

    def inputs(self) -> PartInput:
        """Return the values for the action."""
        raise NotImplementedError

    @classmethod
    def initial_of(cls, part: Any) -> dict[str, Any]:
        """Return the values of a line as they stand."""
        return {name: getattr(part, name) for name in cls.values}


class TimetableForm(PartForm):
    """A line of the timetable."""

    at = EventHourField(label=pgettext_lazy("timetable", "At"))
    text = text_field(pgettext_lazy("timetable", "What happens"), rules.LONGEST_TEXT, required=True)
    note = text_field(
        pgettext_lazy("timetable", "Note"),
        rules.LONGEST_TEXT,
        help_text=gettext_lazy("For example the gate, or who opens it."),
    )
    values = ("at", "text", "note")

    def inputs(self) -> TimetableInput:
        cleaned = self.cleaned_data
        return TimetableInput(cleaned["at"], cleaned["text"], cleaned["note"])


class EventPartnerForm(PartForm):
    """A partner's part."""

    partner = forms.TypedChoiceField(label=pgettext_lazy("event", "Partner"), coerce=UUID)
    role = text_field(
        gettext_lazy("What it does at the event"),
        rules.LONGEST_TEXT,
        required=True,
        help_text=gettext_lazy("For example: mở tài khoản tại chỗ, tặng quà người mở mới."),
    )
    goal = text_field(pgettext_lazy("event", "What it wants to reach"), rules.LONGEST_TEXT)
    values = ("role", "goal")

    def offer(self, choices: PartChoices) -> None:
        set_choices(self, "partner", choices.partners, empty=_("Choose the partner"))

    @classmethod
    def initial_of(cls, part: Any) -> dict[str, Any]:
        return {**super().initial_of(part), "partner": part.partner_id}

    def inputs(self) -> EventPartnerInput:
        cleaned = self.cleaned_data
        return EventPartnerInput(cleaned["partner"], cleaned["role"], cleaned["goal"])


class BoothForm(PartForm):
    """A booth."""

    number = WholeNumberField(label=pgettext_lazy("booth", "Number"))
    name = text_field(
        pgettext_lazy("booth", "Name"),
        rules.LONGEST_NAME,
        required=True,
        help_text=gettext_lazy("As it stands above the booth, for example Bàn VNeID."),
    )
    event_partner = forms.TypedChoiceField(
        label=gettext_lazy("Whose booth"), coerce=UUID, empty_value=None, required=False
    )
    service = forms.ChoiceField(
        label=pgettext_lazy("booth", "What people are helped with"),
        required=False,
        help_text=gettext_lazy(
            "With a service the booth records on tickets what it did, and that counts. Without one it only reports totals."
        ),
    )
    staff = WholeNumberField(label=gettext_lazy("People at the booth"), required=False)
    goal = WholeNumberField(label=pgettext_lazy("booth", "Goal"), required=False)
    goal_count = text_field(
        gettext_lazy("Counted in"), rules.LONGEST_COUNT, help_text=gettext_lazy("For example tài khoản, giao dịch.")
    )
    values = ("number", "name", "staff", "goal", "goal_count")

    def offer(self, choices: PartChoices) -> None:
        set_choices(self, "event_partner", choices.event_partners, empty=_("The unit's own"))
        set_choices(self, "service", choices.services, empty=_("None of the services"))

    @classmethod
    def initial_of(cls, part: Any) -> dict[str, Any]:
        return {**super().initial_of(part), "event_partner": part.event_partner_id, "service": part.service_id}

    def inputs(self) -> BoothInput:
        cleaned = self.cleaned_data
        return BoothInput(
            cleaned["number"],
            cleaned["name"],
            cleaned["event_partner"],
            cleaned["service"] or None,
            cleaned["staff"],
            cleaned["goal"],
            cleaned["goal_count"],
        )


class BudgetForm(PartForm):
    """A line of the budget."""

    text = text_field(pgettext_lazy("budget", "What for"), rules.LONGEST_TEXT, required=True)
    amount = text_field(
        pgettext_lazy("budget", "Amount"),
        rules.LONGEST_SHORT,
        required=True,
        help_text=gettext_lazy("As the paper says it, for example 12.000.000 đồng."),
    )
    source = text_field(
        pgettext_lazy("budget", "Paid from"),
        rules.LONGEST_NAME,
        help_text=gettext_lazy("For example ngân sách Đoàn, ngân hàng tài trợ."),
    )
    values = ("text", "amount", "source")

    def inputs(self) -> BudgetInput:
        cleaned = self.cleaned_data
        return BudgetInput(cleaned["text"], cleaned["amount"], cleaned["source"])


class MaterialForm(PartForm):
    """Something to prepare."""

    text = text_field(gettext_lazy("What must be there"), rules.LONGEST_TEXT, required=True)
    quantity = text_field(
        pgettext_lazy("material", "How many"), rules.LONGEST_SHORT, help_text=gettext_lazy("For example 20 bàn.")
    )
    keeper = text_field(
        pgettext_lazy("material", "Who sees to it"),
        rules.LONGEST_NAME,
        help_text=gettext_lazy("A unit, a team or an office."),
    )
    is_ready = forms.BooleanField(label=gettext_lazy("It is ready"), required=False)
    values = ("text", "quantity", "keeper", "is_ready")

    def inputs(self) -> MaterialInput:
        cleaned = self.cleaned_data
        return MaterialInput(cleaned["text"], cleaned["quantity"], cleaned["keeper"], cleaned["is_ready"])


class ShiftForm(forms.Form):
    """A shift."""

    post = text_field(
        pgettext_lazy("shift", "Post"),
        160,
        required=True,
        help_text=gettext_lazy("Where and what for, for example Cổng A, đón khách."),
    )
    booth = forms.TypedChoiceField(
        label=pgettext_lazy("shift", "At a booth"), coerce=UUID, empty_value=None, required=False
    )
    unit = forms.ChoiceField(label=gettext_lazy("Filled by"))
    begins = EventHourField(label=pgettext_lazy("event", "From"))
    ends = EventHourField(label=pgettext_lazy("event", "Until"))
    wanted = WholeNumberField(label=gettext_lazy("How many people"))
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        units: Sequence[NamedUnit],
        booths: Choices = (),
        shift: Shift | None = None,
        **options: Any,
    ) -> None:
        if shift is not None:
            names = ("post", "begins", "ends", "wanted")
            options["initial"] = {name: getattr(shift, name) for name in names}
            options["initial"] |= {"unit": shift.unit.code, "booth": shift.booth_id}
        super().__init__(data, **options)
        self.units = {unit.code: unit.id for unit in units}
        set_choices(self, "unit", unit_choices(units))
        set_choices(self, "booth", booths, empty=_("At no booth"))
        if not booths:
            del self.fields["booth"]

    def inputs(self) -> ShiftInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        return ShiftInput(
            self.units[cleaned["unit"]],
            cleaned["post"],
            cleaned["begins"],
            cleaned["ends"],
            cleaned["wanted"],
            cleaned.get("booth"),
        )
