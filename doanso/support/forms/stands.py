"""Forms of stands: opening one, recording by hand, and the residents' own entry. None takes a secret or a document's number."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from doanso.lib import vietnamese
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.lib.year_field import BirthYearField
from doanso.support.actions import StandChangeInput, StandInput
from doanso.support.forms.support_records import (
    NAMED_ANSWER,
    UNNAMED_ANSWER,
    HelpersForm,
    NamesakesForm,
    PhoneField,
    SupportFormOptions,
)
from doanso.support.rules.stands import PLANNED
from doanso.support.stand_keys import StandEntry
from doanso.units.models import Unit


class StandForm(HelpersForm):
    """Place, pair and services of a stand, and how many people are expected."""

    place = forms.CharField(label=gettext_lazy("Place of the stand"), max_length=120)
    services = forms.MultipleChoiceField(
        label=gettext_lazy("What people are helped with"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one service.")},
    )
    planned = forms.IntegerField(
        label=gettext_lazy("People expected"), min_value=1, max_value=500, initial=PLANNED, required=False
    )

    def __init__(self, data: Any = None, *, offer: SupportFormOptions, **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "services", [(choice.pk, choice.name) for choice in offer.services])
        self.fields["place"].widget.attrs |= {"autocomplete": "off"}
        self.offer_helpers(offer.helpers)


class OpenStandForm(StandForm):
    """What a stand is opened with: also its day and unit."""

    unit = forms.ChoiceField(label=gettext_lazy("Recorded by"))
    happened_on = DayField(label=gettext_lazy("On day"))

    def __init__(self, data: Any = None, *, offer: SupportFormOptions, **options: Any) -> None:
        super().__init__(data, offer=offer, **options)
        self._units = {choice.code: choice for choice in offer.units}
        set_choices(self, "unit", unit_choices(offer.units))

    @property
    def chosen_unit(self) -> Unit:
        """Return the recording unit."""
        return self._units[self.cleaned_data["unit"]].unit

    def inputs(self) -> StandInput:
        """Return the input of the action."""
        cleaned = self.cleaned_data
        return StandInput(
            happened_on=cleaned["happened_on"],
            place=cleaned["place"],
            services=tuple(cleaned["services"]),
            helper=self.first_helper,
            second=self.second_helper,
            planned=cleaned["planned"] or PLANNED,
        )


class ChangeStandForm(StandForm):
    """What may be changed of an open stand; with the end of its code where it has one, and its day while nobody was there."""

    until = forms.TimeField(
        label=gettext_lazy("The code takes entries until"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": gettext_lazy("Write the time as hours and minutes, for example 17:00.")},
    )

    happened_on = DayField(label=gettext_lazy("On day"), required=False)
    read = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, data: Any = None, *, has_code: bool, has_people: bool = True, **options: Any) -> None:
        super().__init__(data, **options)
        if not has_code:
            del self.fields["until"]
        if has_people:
            del self.fields["happened_on"]

    def inputs(self, day: date) -> StandChangeInput:
        """Return the input of the action; `day` is the real day: a code that ends at 0:00 ends with it."""
        cleaned = self.cleaned_data
        until = None
        if "until" in self.changed_data and (at := cleaned.get("until")) is not None:
            last_day = day if at > time() else day + timedelta(days=1)
            until = datetime.combine(last_day, at, timezone.get_default_timezone())
        return StandChangeInput(
            place=cleaned["place"],
            services=tuple(cleaned["services"]),
            helper=self.first_helper,
            second=self.second_helper,
            planned=cleaned["planned"] or PLANNED,
            code_until=until,
            happened_on=cleaned.get("happened_on"),
            read=cleaned["read"],
        )

    def renew_read(self, read: str) -> None:
        """Make what is sent next the change of the stand as it is now, with the same words."""
        data: Any = self.data
        self.data = data = data.copy()
        data["read"] = read


class _EntryForm(forms.Form):
    """Name, year and phone of a receiver; the key makes a form sent twice one entry."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)
    birth_year = BirthYearField(label=gettext_lazy("Year of birth"))
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)

    @property
    def entry(self) -> StandEntry:
        """Return what was entered about the person."""
        cleaned = self.cleaned_data
        return StandEntry(vietnamese.tidy_name(cleaned["name"]), cleaned["birth_year"], cleaned["phone"])


class TurnForm(NamesakesForm, _EntryForm):
    """One line for one receiver at a stand, recorded by hand; nothing but the services is ticked beforehand."""

    agreed = forms.BooleanField(
        label=gettext_lazy("Heard what is asked, agrees to be written down"),
        error_messages={"required": gettext_lazy("Ask first, then mark that they agree; or count one without a name.")},
    )

    def __init__(self, data: Any = None, *, is_unnamed: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        self.is_unnamed = is_unnamed

    def clean(self) -> dict[str, Any]:
        """Ignore the line of a person where somebody is counted without a name."""
        cleaned = super().clean() or {}
        if self.is_unnamed:
            for name in {"name", "birth_year", "phone", "agreed"} & set(self.errors):
                del self._errors[name]  # type: ignore[attr-defined]
        return cleaned

    def renew_key(self) -> None:
        """Make what is sent next another entry, with the same words."""
        data: Any = self.data
        self.data = data = data.copy()
        data["key"] = str(uuid4())


class SelfEntryForm(_EntryForm):
    """A resident's own entry at a stand."""

    answer = forms.ChoiceField(
        label=gettext_lazy("May the Union write your name down, to count what was done?"),
        choices=[
            (NAMED_ANSWER, gettext_lazy("Yes, write my name down")),
            (UNNAMED_ANSWER, gettext_lazy("Only help me, without my name")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose one of the two; both are fine.")},
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs["autocomplete"] = "tel"

    def clean(self) -> dict[str, Any]:
        """Ignore what was typed by somebody who does not want to be named."""
        cleaned = super().clean() or {}
        if self.wants_no_name:
            for name in {"name", "birth_year", "phone"} & set(self.errors):
                del self._errors[name]  # type: ignore[attr-defined]
        return cleaned

    @property
    def wants_no_name(self) -> bool:
        """Return whether nothing about the person may be stored."""
        return bool(self.cleaned_data.get("answer") == UNNAMED_ANSWER)


def chosen_services(sent: Sequence[str], offered: Sequence[str]) -> list[str]:
    """Return the services of one receiver: those sent, or the only one that the stand has."""
    return list(offered) if len(offered) == 1 else [code for code in offered if code in sent]
