"""Forms of house lists and stall lists. Actions decide what is allowed."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.lib import clock, phone
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices
from doanso.lib.problems import Refused
from doanso.places.actions.addresses import AddressInput, RegisterChange
from doanso.places.actions.stalls import StallInput, TraderInput
from doanso.places.models import AddressKind, Place, Segment
from doanso.places.queries import addresses as address_reads
from doanso.places.queries import stalls as stall_reads
from doanso.places.queries.addresses import AddressFilter, DoorRange, RegisterStreet
from doanso.places.queries.stalls import StallFilter
from doanso.places.rules import registers as rules
from doanso.units.models import Neighbourhood


def segment_choices(segments: Iterable[Segment], empty: str) -> list[tuple[str, str]]:
    """Return the segments as choices, after the empty one with these words."""
    return [("", empty), *((str(segment.pk), segment.name) for segment in segments)]


def _uuid(value: str) -> UUID | None:
    return UUID(value) if value else None


class AddressFilterForm(forms.Form):
    """Filter of a house list; every choice is part of the address."""

    q = forms.CharField(label=gettext_lazy("House number or sign"), required=False, max_length=100)
    segment = forms.ChoiceField(label=gettext_lazy("Segment"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Any, *, segments: Sequence[Segment]) -> None:
        super().__init__(data)
        choices: dict[str, list[tuple[str, Any]]] = {
            "segment": segment_choices(segments, _("All segments")),
            "kind": [("", _("Homes, shops and points")), *AddressKind.choices],
            "state": [
                ("", _("In the list")),
                (address_reads.UNASKED, _("Nobody asked there yet")),
                (address_reads.FORMER, _("Taken out of the list")),
            ],
        }
        for name, offered in choices.items():
            set_choices(self, name, offered)

    def narrowed(self) -> AddressFilter:
        """Return the filter; an invalid choice filters nothing."""
        cleaned = self.cleaned_data if self.is_valid() else {}
        return AddressFilter(
            cleaned.get("q", ""), cleaned.get("kind", ""), _uuid(cleaned.get("segment", "")), cleaned.get("state", "")
        )


class StallFilterForm(forms.Form):
    """Filter of a stall list."""

    q = forms.CharField(label=gettext_lazy("Stall, goods or sign"), required=False, max_length=100)
    segment = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Any, *, segments: Sequence[Segment]) -> None:
        super().__init__(data)
        set_choices(self, "segment", segment_choices(segments, _("All sections")))
        set_choices(
            self,
            "state",
            [
                ("", _("In the market")),
                (stall_reads.EMPTY, _("Nobody trades there")),
                (stall_reads.FORMER, _("Taken out of the market")),
            ],
        )

    def narrowed(self) -> StallFilter:
        """Return the filter; an invalid choice filters nothing."""
        cleaned = self.cleaned_data if self.is_valid() else {}
        return StallFilter(cleaned.get("q", ""), _uuid(cleaned.get("segment", "")), cleaned.get("state", ""))


class ChangeForm(forms.Form):
    """Day and reason of a change of a list; both are required after the survey, before it neither is asked."""

    on = DayField(label=gettext_lazy("From day"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=rules.LONGEST_REASON,
        help_text=gettext_lazy(
            "The survey is closed; the reason stands beside the change for everybody who reads the list."
        ),
    )

    def __init__(self, data: Any = None, *, place: Place, **options: Any) -> None:
        super().__init__(data, **options)
        if not place.is_frozen:
            del self.fields["on"], self.fields["reason"]
            return
        self.fields["on"].initial = clock.today()
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = _("After the survey every change needs a reason.")

    def change(self) -> RegisterChange:
        """Return day and reason."""
        return RegisterChange(self.cleaned_data.get("on"), self.cleaned_data.get("reason", ""))


class AddressForm(ChangeForm):
    """One door, put into the list by hand."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AddressKind.choices, widget=forms.RadioSelect)
    number = forms.CharField(
        label=gettext_lazy("House number"),
        required=False,
        max_length=rules.LONGEST_NUMBER,
        help_text=gettext_lazy("As it stands on the wall, for example 12/3A."),
    )
    street = forms.CharField(label=gettext_lazy("Street"), max_length=rules.LONGEST_STREET)
    label = forms.CharField(
        label=gettext_lazy("Name on the sign"),
        required=False,
        max_length=rules.LONGEST_LABEL,
        help_text=gettext_lazy("Of a shop or a public point. No name of a person who lives there."),
    )
    segment = forms.ChoiceField(label=gettext_lazy("Segment"), required=False)
    neighbourhood = forms.ChoiceField(label=gettext_lazy("Neighbourhood"), required=False)
    field_order = ("kind", "number", "street", "label", "segment", "neighbourhood", "on", "reason")

    def __init__(
        self,
        data: Any = None,
        *,
        segments: Sequence[Segment],
        neighbourhoods: Iterable[Neighbourhood],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        set_choices(self, "segment", segment_choices(segments, _("No segment")))
        set_choices(
            self,
            "neighbourhood",
            ((str(neighbourhood.pk), neighbourhood.name) for neighbourhood in neighbourhoods),
            empty=_("Not known"),
        )

    def inputs(self) -> AddressInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        return AddressInput(
            kind=cleaned["kind"],
            number=cleaned["number"],
            street=cleaned["street"],
            label=cleaned["label"],
            segment_id=_uuid(cleaned["segment"]),
            neighbourhood_id=_uuid(cleaned["neighbourhood"]),
        )


class DoorRangeForm(forms.Form):
    """Which doors of the register are offered: a street, a side, numbers from and to."""

    street = forms.ChoiceField(label=gettext_lazy("Street of the register"), required=False)
    side = forms.ChoiceField(
        label=pgettext_lazy("street", "Side"),
        required=False,
        choices=[
            ("", gettext_lazy("Both sides")),
            ("odd", gettext_lazy("Odd numbers")),
            ("even", gettext_lazy("Even numbers")),
        ],
    )
    first = forms.IntegerField(label=gettext_lazy("From number"), required=False, min_value=0, max_value=99999)
    last = forms.IntegerField(label=gettext_lazy("To number"), required=False, min_value=0, max_value=99999)
    kind = forms.ChoiceField(
        label=pgettext_lazy("street", "Which doors"),
        required=False,
        choices=[
            ("", gettext_lazy("Homes and shops")),
            (AddressKind.HOUSEHOLD.value, gettext_lazy("Homes only")),
            (AddressKind.BUSINESS.value, gettext_lazy("Shops only")),
        ],
    )

    def __init__(self, data: Any, *, streets: Sequence[RegisterStreet]) -> None:
        super().__init__(data)
        set_choices(
            self,
            "street",
            [
                (
                    line.key,
                    _("%(street)s (%(homes)d homes, %(shops)d shops)")
                    % {
                        "street": line.street or _("Without a street"),
                        "homes": line.homes,
                        "shops": line.shops,
                    },
                )
                for line in streets
            ],
        )
        if streets:
            self.fields["street"].initial = streets[0].key

    def range(self, default: str) -> DoorRange:
        """Return the range; an invalid one offers the whole default street."""
        cleaned = self.cleaned_data if self.is_valid() else {}
        return DoorRange(
            cleaned.get("street") or default,
            cleaned.get("first"),
            cleaned.get("last"),
            cleaned.get("side", ""),
            cleaned.get("kind", ""),
        )


class _DoorsForm(ChangeForm):
    """An action on ticked doors."""

    def clean(self) -> dict[str, Any]:
        """Require a ticked door."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("doors"):
            self.add_error(None, _("Tick at least one door."))
        return cleaned


class AddDoorsForm(_DoorsForm):
    """The ticked doors of the register, and the segment that they are in."""

    doors = forms.MultipleChoiceField(required=False)
    segment = forms.ChoiceField(label=gettext_lazy("Put into segment"), required=False)

    def __init__(
        self, data: Any = None, *, offer: address_reads.Offer, segments: Sequence[Segment], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self._doors = {door.value: door for door in offer.doors if not door.listed}
        set_choices(self, "doors", [(key, key) for key in self._doors])
        set_choices(self, "segment", segment_choices(segments, _("No segment")))

    def inputs(self) -> list[AddressInput]:
        """Return the chosen doors for the action."""
        segment_id = _uuid(self.cleaned_data["segment"])
        return [
            AddressInput(
                kind=door.kind,
                number=door.number,
                street=door.street,
                label=door.label,
                segment_id=segment_id,
                household_id=door.id if door.kind == AddressKind.HOUSEHOLD else None,
                business_id=door.id if door.kind == AddressKind.BUSINESS else None,
            )
            for door in (self._doors[key] for key in self.cleaned_data["doors"])
        ]


class ChosenAddressesForm(_DoorsForm):
    """An action on ticked doors of the list: take them out, or put them into a segment, which needs no reason."""

    doors = forms.TypedMultipleChoiceField(coerce=UUID, required=False, widget=forms.MultipleHiddenInput)
    segment = forms.ChoiceField(label=gettext_lazy("Segment"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        keys: Iterable[UUID],
        segments: Sequence[Segment],
        asks_reason: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        if not asks_reason:
            self.fields.pop("on", None)
            self.fields.pop("reason", None)
        set_choices(self, "doors", [(key, key) for key in keys])
        set_choices(self, "segment", segment_choices(segments, _("No segment")))

    @property
    def segment_id(self) -> UUID | None:
        """Return the chosen segment."""
        return _uuid(self.cleaned_data.get("segment", ""))


class TraderForm(ChangeForm):
    """Who trades at a stall."""

    trader = forms.CharField(label=gettext_lazy("Trader"), required=False, max_length=rules.LONGEST_TRADER)
    sign = forms.CharField(
        label=gettext_lazy("Name on the sign"),
        required=False,
        max_length=rules.LONGEST_LABEL,
        help_text=gettext_lazy(
            "Without a sign the shop has its trader's name. Leave both empty if nobody trades there."
        ),
    )
    goods = forms.CharField(label=gettext_lazy("Goods"), required=False, max_length=80)
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=40)
    field_order: tuple[str, ...] = ("trader", "sign", "goods", "phone", "on", "reason")

    def clean_phone(self) -> str:
        """Return the number in the register's form."""
        if not self.cleaned_data["phone"]:
            return ""
        try:
            return phone.normalise(self.cleaned_data["phone"]).value
        except Refused as refused:
            raise forms.ValidationError(refused.problem.message) from None

    def trader_input(self) -> TraderInput:
        """Return the trader for the action."""
        cleaned = self.cleaned_data
        return TraderInput(cleaned["trader"], cleaned["sign"], cleaned["phone"])


class StallForm(TraderForm):
    """A new stall, by hand."""

    number = forms.CharField(label=gettext_lazy("Stall number"), max_length=rules.LONGEST_NUMBER)
    segment = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    field_order = ("number", "segment", "goods", "trader", "sign", "phone", "on", "reason")

    def __init__(self, data: Any = None, *, segments: Sequence[Segment], **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "segment", segment_choices(segments, _("No section")))

    def inputs(self) -> StallInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        trader = self.trader_input()
        return StallInput(
            cleaned["number"], _uuid(cleaned["segment"]), cleaned["goods"], trader if trader.shop_name else None
        )
