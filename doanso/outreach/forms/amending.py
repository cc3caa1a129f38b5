"""The form by which an officer puts a visit right: the visit, each helped person, each help, and two helps more."""

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
from doanso.lib.problems import Refused
from doanso.outreach.models import HelpKind, Outcome, Visit
from doanso.outreach.queries.amendments import Offer, Standing
from doanso.outreach.rules import amending as rules
from doanso.outreach.rules.amending import HelpSaid, PersonSaid, PlaceSaid, SecondSaid, VisitSaid
from doanso.support.models import HelperKind

OTHER, NOBODY = "other", ""
ADDED = 2
"""So many helps can be added at once."""


class HourField(forms.CharField):
    """An hour as people write it: 08:30."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=8, **options)
        self.widget.attrs |= {"inputmode": "numeric", "placeholder": "08:30", "autocomplete": "off"}

    def clean(self, value: Any) -> time:
        """The hour and minute."""
        typed = super().clean(value).strip().replace("h", ":").replace(".", ":").replace("g", ":")
        hour, _colon, minute = typed.partition(":")
        if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
            raise forms.ValidationError(_("Type hour and minute, for example 08:30."), code="hour")
        return time(int(hour), int(minute))

    def prepare_value(self, value: Any) -> Any:
        """An hour back in the form in which people write it."""
        return value.strftime("%H:%M") if isinstance(value, time) else value


class AmendForm(forms.Form):
    """When, what came of it, at which door, and who walked along."""

    version = forms.CharField(max_length=32, widget=forms.HiddenInput)
    happened_on = DayField(label=gettext_lazy("Day of the visit"))
    began = HourField(label=gettext_lazy("Came at"))
    ended = HourField(label=gettext_lazy("Left at"))
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=Outcome.choices)
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

    def __init__(self, data: Any, *, visit: Visit, standing: Standing, offer: Offer) -> None:
        said = standing.said
        self.standing = standing
        other = said.second.teammate_id is None and bool(said.second.name)
        super().__init__(
            data,
            initial={
                "version": standing.version,
                "happened_on": said.happened_on,
                "began": said.began,
                "ended": said.ended,
                "outcome": said.outcome,
                "follow_up_on": said.follow_up_on,
                "number": said.place.number,
                "street": said.place.street,
                "neighbourhood": str(said.place.neighbourhood_id or ""),
                "second": str(said.second.teammate_id) if said.second.teammate_id else OTHER if other else NOBODY,
                "second_name": said.second.name,
                "second_kind": said.second.kind or HelperKind.OFFICIAL,
                "note": said.note,
            },
        )
        self.fields["neighbourhood"].choices = [("", _("not said")), *offer.neighbourhoods]  # type: ignore[attr-defined]
        self.fields["second"].choices = [  # type: ignore[attr-defined]
            (NOBODY, _("Nobody came along")),
            *offer.mates,
            (OTHER, _("Somebody who is not of the list")),
        ]
        if visit.second_how in rules.PROVEN:
            for name in ("second", "second_name", "second_kind"):
                self.fields[name].disabled = True
            self.fields["second"].help_text = _("Confirmed by themselves, so nobody else is written in their place.")
        if visit.household_id is None and visit.business_id is None:
            for name in ("number", "street", "neighbourhood"):
                del self.fields[name]
        self.people = [PersonForm(data, said=one, prefix=f"person-{at}") for at, one in enumerate(said.people)]
        receivers = _receivers(visit, said)
        self.helps = [
            HelpForm(
                data, said=one, offer=offer, receivers=receivers, prefix=f"help-{at}", proof=standing.evidence[one.key]
            )
            for at, one in enumerate(said.helps)
            if one.key is not None
        ]
        # On the page by person.
        self.by_person = sorted(self.helps, key=lambda one: (one.called, one.service_name))
        self.added = [HelpForm(data, offer=offer, receivers=receivers, prefix=f"new-{at}") for at in range(ADDED)]

    def clean(self) -> dict[str, Any]:
        """Somebody who is not of the list has a name."""
        said = self.cleaned_data
        if said.get("second") == OTHER and not said.get("second_name", "").strip():
            self.add_error("second_name", _("Write the person's full name."))
        parts: list[forms.Form] = [*self.people, *self.helps, *self.added]
        # Every part is looked at, so that all of what is wrong is marked at once.
        valid = [one.is_valid() for one in parts]
        if not all(valid):
            raise forms.ValidationError(_("Correct what is marked below, then send it again."), code="parts")
        return said

    @property
    def said(self) -> VisitSaid:
        """The visit as it shall stand; of a valid form."""
        told = self.cleaned_data
        before = self.standing.said
        return replace(
            before,
            happened_on=told["happened_on"],
            began=told["began"],
            ended=told["ended"],
            outcome=told["outcome"],
            follow_up_on=told["follow_up_on"],
            place=PlaceSaid(
                told["number"].strip(),
                told["street"].strip(),
                UUID(told["neighbourhood"]) if told["neighbourhood"] else None,
            )
            if "number" in told
            else before.place,
            second=self._second(),
            people=tuple(one.told for one in self.people),
            helps=tuple(one.told for one in (*self.helps, *self.added) if one.told is not None),
            note=told["note"].strip(),
        )

    def _second(self) -> SecondSaid:
        told = self.cleaned_data
        if told["second"] == NOBODY:
            return SecondSaid()
        if told["second"] == OTHER:
            return SecondSaid(
                None, vietnamese.tidy_name(told["second_name"]), told["second_kind"] or HelperKind.OFFICIAL
            )
        return SecondSaid(UUID(told["second"]))


def _receivers(visit: Visit, said: VisitSaid) -> list[tuple[str, str]]:
    found = [(str(one.contact_id), one.name) for one in said.people]
    if visit.business is not None:
        found.append((rules.SHOP, _("The shop")))
    return [*found, (rules.NOBODY, _("Without a name"))]


class PersonForm(forms.Form):
    """Name and number of somebody the pair helped."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, said: PersonSaid, prefix: str) -> None:
        self.was = said
        super().__init__(data, prefix=prefix, initial={"name": said.name, "phone": said.phone})

    def clean_phone(self) -> str:
        """The number in its one form."""
        typed = str(self.cleaned_data["phone"])
        try:
            return phone.normalise(typed).value if typed else ""
        except Refused as refused:
            raise forms.ValidationError(refused.problem.message, code=refused.problem.code) from None

    @property
    def told(self) -> PersonSaid:
        """As the officer says it."""
        return replace(self.was, name=vietnamese.tidy_name(self.cleaned_data["name"]), phone=self.cleaned_data["phone"])


class HelpForm(forms.Form):
    """One help of the visit, or one to add; an empty one to add is none."""

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
        offer: Offer,
        receivers: Sequence[tuple[str, str]],
        prefix: str,
        said: HelpSaid | None = None,
        proof: rules.Evidence | None = None,
    ) -> None:
        self.was, self.proof = said, proof
        self.called = dict(receivers).get(said.receiver, "") if said is not None else ""
        self.service_name = dict(offer.services).get(said.service, "") if said is not None else ""
        initial = {"kind": HelpKind.GUIDE, "receiver": receivers[0][0]}
        if said is not None:
            initial = {
                "receiver": said.receiver,
                "service": said.service,
                "kind": said.kind,
                "before": f"{said.service}.{said.before}" if said.before else "",
                "after": f"{said.service}.{said.after}" if said.after else "",
                "obstacle": said.obstacle,
            }
        super().__init__(data, prefix=prefix, initial=initial)
        choices: dict[str, Sequence[Any]] = {
            "receiver": receivers,
            "service": offer.services if said is not None else [("", _("Nothing to add")), *offer.services],
            "before": [("", _("not said")), *offer.rungs],
            "after": [("", _("not said")), *offer.rungs],
            "obstacle": [("", _("Nothing")), *offer.obstacles],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        if said is None:
            self.fields["service"].required = False
            del self.fields["remove"]
        else:
            # Whose help it is does not change: somebody else's is another help.
            del self.fields["receiver"]

    @property
    def is_nothing(self) -> bool:
        """Whether there is no help to add here."""
        return self.was is None and not self.cleaned_data.get("service")

    def clean(self) -> dict[str, Any]:
        """Rungs are the service's own."""
        told = self.cleaned_data
        if self.is_nothing or told.get("remove"):
            return told
        for name in ("before", "after"):
            if told.get(name) and not told[name].startswith(f"{told.get('service')}."):
                self.add_error(name, _("This is a rung of another service. Choose one of the service above."))
        return told

    @property
    def told(self) -> HelpSaid | None:
        """As the officer says it; None: there is no such help."""
        said = self.cleaned_data
        if self.is_nothing or said.get("remove"):
            return None
        return HelpSaid(
            key=self.was.key if self.was is not None else None,
            receiver=self.was.receiver if self.was is not None else said["receiver"],
            service=said["service"],
            kind=said["kind"],
            before=said["before"].rpartition(".")[2],
            after=said["after"].rpartition(".")[2],
            obstacle=said["obstacle"],
        )
