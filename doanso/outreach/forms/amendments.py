"""The form by which an officer corrects a visit: the visit, each helped person, each support record, and two more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib import phone, vietnamese
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices
from doanso.lib.problems import Refused
from doanso.outreach.models import HelpKind, Visit, VisitOutcome
from doanso.outreach.queries.amendments import AmendableVisit, AmendmentChoices
from doanso.outreach.rules import amendments as rules
from doanso.outreach.rules.amendments import HelpContent, PersonContent, PlaceContent, SecondContent, VisitContent
from doanso.support.models import HelperKind

OTHER, NOBODY = "other", ""
ADDED = 2
"""The number of support records that can be added at once."""


class HourField(forms.CharField):
    """An hour as people write it: 08:30."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=8, **options)
        self.widget.attrs |= {"inputmode": "numeric", "placeholder": "08:30", "autocomplete": "off"}

    def clean(self, value: Any) -> time:
        """Return the hour and minute."""
        typed = super().clean(value).strip().replace("h", ":").replace(".", ":").replace("g", ":")
        hour, _colon, minute = typed.partition(":")
        if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
            raise forms.ValidationError(_("Type hour and minute, for example 08:30."), code="hour")
        return time(int(hour), int(minute))

    def prepare_value(self, value: Any) -> Any:
        """Return an hour in the form in which people write it."""
        return value.strftime("%H:%M") if isinstance(value, time) else value


class AmendForm(forms.Form):
    """Time, outcome, door and second of a visit."""

    version = forms.CharField(max_length=32, widget=forms.HiddenInput)
    happened_on = DayField(label=gettext_lazy("Day of the visit"))
    began = HourField(label=gettext_lazy("Came at"))
    ended = HourField(label=gettext_lazy("Left at"))
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=VisitOutcome.choices)
    follow_up_on = DayField(label=gettext_lazy("Come again on"), required=False)
    number = forms.CharField(label=gettext_lazy("House number"), required=False, max_length=40)
    street = forms.CharField(label=gettext_lazy("Street"), required=False, max_length=120)
    neighbourhood = forms.ChoiceField(label=gettext_lazy("Neighbourhood"), required=False)
    second = forms.ChoiceField(
        label=gettext_lazy("Who came along"),
        required=False,
        help_text=gettext_lazy("Somebody else confirms it on their own phone; until then the pair is not whole."),
    )
    second_name = forms.CharField(
        label=gettext_lazy("Name, where it is nobody of the list"), required=False, max_length=120
    )
    second_kind = forms.ChoiceField(label=gettext_lazy("Who came along is"), choices=HelperKind.choices, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Stands on the visit's page. No names and no numbers of people."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is put right"),
        max_length=200,
        help_text=gettext_lazy("For example: the wrong house number was typed. No names and no numbers of people."),
    )

    def __init__(self, data: Any, *, visit: Visit, current: AmendableVisit, choices: AmendmentChoices) -> None:
        details = current.content
        self.current = current
        other = details.second.teammate_id is None and bool(details.second.name)
        super().__init__(
            data,
            initial={
                "version": current.version,
                "happened_on": details.happened_on,
                "began": details.began,
                "ended": details.ended,
                "outcome": details.outcome,
                "follow_up_on": details.follow_up_on,
                "number": details.place.number,
                "street": details.place.street,
                "neighbourhood": str(details.place.neighbourhood_id or ""),
                "second": str(details.second.teammate_id) if details.second.teammate_id else OTHER if other else NOBODY,
                "second_name": details.second.name,
                "second_kind": details.second.kind or HelperKind.OFFICIAL,
                "note": details.note,
            },
        )
        set_choices(self, "neighbourhood", choices.neighbourhoods, empty=_("not said"))
        set_choices(
            self,
            "second",
            [
                (NOBODY, _("Nobody came along")),
                *choices.mates,
                (OTHER, _("Somebody who is not of the list")),
            ],
        )
        if visit.second_how in rules.PROVEN:
            for name in ("second", "second_name", "second_kind"):
                self.fields[name].disabled = True
            self.fields["second"].help_text = _("Confirmed by themselves, so nobody else is written in their place.")
        if visit.household_id is None and visit.business_id is None:
            for name in ("number", "street", "neighbourhood"):
                del self.fields[name]
        self.people = [
            PersonForm(data, current=entry, prefix=f"person-{index}") for index, entry in enumerate(details.people)
        ]
        receivers = _receivers(visit, details)
        self.helps = [
            HelpForm(
                data,
                current=entry,
                choices=choices,
                receivers=receivers,
                prefix=f"help-{index}",
                proof=current.evidence[entry.key],
            )
            for index, entry in enumerate(details.helps)
            if entry.key is not None
        ]
        # Shown in the order of the persons.
        self.by_person = sorted(self.helps, key=lambda entry: (entry.called, entry.service_name))
        self.added = [
            HelpForm(data, choices=choices, receivers=receivers, prefix=f"new-{index}") for index in range(ADDED)
        ]

    def clean(self) -> dict[str, Any]:
        """Require a name of a second who is not on the list."""
        cleaned = self.cleaned_data
        if cleaned.get("second") == OTHER and not cleaned.get("second_name", "").strip():
            self.add_error("second_name", _("Write the person's full name."))
        parts: list[forms.Form] = [*self.people, *self.helps, *self.added]
        # Every part is validated, so that all errors are marked at once.
        valid = [part.is_valid() for part in parts]
        if not all(valid):
            raise forms.ValidationError(_("Correct what is marked below, then send it again."), code="parts")
        return cleaned

    @property
    def content(self) -> VisitContent:
        """Return the corrected content of the visit; of a valid form."""
        cleaned = self.cleaned_data
        before = self.current.content
        return replace(
            before,
            happened_on=cleaned["happened_on"],
            began=cleaned["began"],
            ended=cleaned["ended"],
            outcome=cleaned["outcome"],
            follow_up_on=cleaned["follow_up_on"],
            place=PlaceContent(
                cleaned["number"].strip(),
                cleaned["street"].strip(),
                UUID(cleaned["neighbourhood"]) if cleaned["neighbourhood"] else None,
            )
            if "number" in cleaned
            else before.place,
            second=self._second(),
            people=tuple(part.content for part in self.people),
            helps=tuple(part.content for part in (*self.helps, *self.added) if part.content is not None),
            note=cleaned["note"].strip(),
        )

    def _second(self) -> SecondContent:
        cleaned = self.cleaned_data
        if cleaned["second"] == NOBODY:
            return SecondContent()
        if cleaned["second"] == OTHER:
            return SecondContent(
                None, vietnamese.tidy_name(cleaned["second_name"]), cleaned["second_kind"] or HelperKind.OFFICIAL
            )
        return SecondContent(UUID(cleaned["second"]))


def _receivers(visit: Visit, details: VisitContent) -> list[tuple[str, str]]:
    choices = [(str(person.contact_id), person.name) for person in details.people]
    if visit.business is not None:
        choices.append((rules.SHOP, _("The shop")))
    return [*choices, (rules.NOBODY, _("Without a name"))]


class PersonForm(forms.Form):
    """Name and number of a helped person."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, current: PersonContent, prefix: str) -> None:
        self.current = current
        super().__init__(data, prefix=prefix, initial={"name": current.name, "phone": current.phone})

    def clean_phone(self) -> str:
        """Return the number in its normal form."""
        typed = str(self.cleaned_data["phone"])
        try:
            return phone.normalise(typed).value if typed else ""
        except Refused as refused:
            raise forms.ValidationError(refused.problem.message, code=refused.problem.code) from None

    @property
    def content(self) -> PersonContent:
        """Return the person as the officer entered them."""
        return replace(
            self.current, name=vietnamese.tidy_name(self.cleaned_data["name"]), phone=self.cleaned_data["phone"]
        )


class HelpForm(forms.Form):
    """One support record of the visit, or one to add; an empty form adds none."""

    receiver = forms.ChoiceField(label=gettext_lazy("Who was helped"))
    service = forms.ChoiceField(label=gettext_lazy("Service"))
    kind = forms.ChoiceField(label=gettext_lazy("Which help"), choices=HelpKind.choices)
    before = forms.ChoiceField(label=gettext_lazy("Before"), required=False)
    after = forms.ChoiceField(label=gettext_lazy("After"), required=False)
    obstacle = forms.ChoiceField(label=gettext_lazy("In the way"), required=False)
    remove = forms.BooleanField(label=gettext_lazy("Take this help away"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        choices: AmendmentChoices,
        receivers: Sequence[tuple[str, str]],
        prefix: str,
        current: HelpContent | None = None,
        proof: rules.ReportedHelpEvidence | None = None,
    ) -> None:
        self.current, self.proof = current, proof
        self.called = dict(receivers).get(current.receiver, "") if current is not None else ""
        self.service_name = dict(choices.services).get(current.service, "") if current is not None else ""
        initial = {"kind": HelpKind.GUIDE, "receiver": receivers[0][0]}
        if current is not None:
            initial = {
                "receiver": current.receiver,
                "service": current.service,
                "kind": current.kind,
                "before": f"{current.service}.{current.before}" if current.before else "",
                "after": f"{current.service}.{current.after}" if current.after else "",
                "obstacle": current.obstacle,
            }
        super().__init__(data, prefix=prefix, initial=initial)
        field_choices: dict[str, Sequence[Any]] = {
            "receiver": receivers,
            "service": choices.services if current is not None else [("", _("Nothing to add")), *choices.services],
            "before": [("", _("not said")), *choices.stages],
            "after": [("", _("not said")), *choices.stages],
            "obstacle": [("", _("Nothing")), *choices.obstacles],
        }
        for name, offered in field_choices.items():
            set_choices(self, name, offered)
        if current is None:
            self.fields["service"].required = False
            del self.fields["remove"]
        else:
            # The receiver does not change: for another receiver it is another support record.
            del self.fields["receiver"]

    @property
    def is_nothing(self) -> bool:
        """Return whether there is nothing to add."""
        return self.current is None and not self.cleaned_data.get("service")

    def clean(self) -> dict[str, Any]:
        """Require stages of the chosen service."""
        cleaned = self.cleaned_data
        if self.is_nothing or cleaned.get("remove"):
            return cleaned
        for name in ("before", "after"):
            if cleaned.get(name) and not cleaned[name].startswith(f"{cleaned.get('service')}."):
                self.add_error(name, _("This is a rung of another service. Choose one of the service above."))
        return cleaned

    @property
    def content(self) -> HelpContent | None:
        """Return the support record as the officer entered it; None where there is none."""
        cleaned = self.cleaned_data
        if self.is_nothing or cleaned.get("remove"):
            return None
        return HelpContent(
            key=self.current.key if self.current is not None else None,
            receiver=self.current.receiver if self.current is not None else cleaned["receiver"],
            service=cleaned["service"],
            kind=cleaned["kind"],
            before=cleaned["before"].rpartition(".")[2],
            after=cleaned["after"].rpartition(".")[2],
            obstacle=cleaned["obstacle"],
        )
