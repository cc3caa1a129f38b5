"""Forms of adoption. None has a field for a password, an OTP, an account number or a picture, and the pages say so."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.adoption.models import Obstacle, Rung, Service
from doanso.adoption.queries import rungs
from doanso.units.queries import NamedUnit

BELOW, REACHED, ALL = "below", "reached", "all"


def rung_choices(services: Iterable[Service], *, lowest: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """Ladders as groups of a select; from the level that makes sense to choose."""
    return [
        (
            service.name,
            [
                (str(rung.pk), f"{service.short_name}: {rung.name}")
                for rung in service.rungs.all()
                if rung.level >= lowest
            ],
        )
        for service in services
    ]


class AttestFilter(forms.Form):
    """Which members to show for which rung."""

    q = forms.CharField(label=_("Find by name"), required=False, max_length=80)
    rung = forms.ChoiceField(label=_("Service and rung"))
    unit = forms.ChoiceField(label=_("Unit or branch"))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(BELOW, _("Not there yet")), (REACHED, _("There already")), (ALL, _("Everybody"))],
    )

    def __init__(self, data: Any, *, services: Sequence[Service], units: Sequence[NamedUnit]) -> None:
        super().__init__(data)
        self.fields["rung"].choices = rung_choices(services, lowest=1)  # type: ignore[attr-defined]
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (unit.code, "\u2003" * max(unit.depth - units[0].depth, 0) + unit.name) for unit in units
        ]


class BulkForm(forms.Form):
    """Those ticked, and the day on which they were seen."""

    rung = forms.ModelChoiceField(queryset=Rung.objects.none())
    unit = forms.CharField(max_length=60)
    happened_on = forms.DateField(label=_("Seen on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    people = forms.TypedMultipleChoiceField(required=False)

    def __init__(self, data: Any, *, chosen: Sequence[str]) -> None:
        super().__init__(data)
        self.fields["rung"].queryset = rungs()  # type: ignore[attr-defined]
        # Whether these people exist and may be attested is for the deed to say.
        self.fields["people"].choices = [(one, one) for one in chosen]  # type: ignore[attr-defined]


class AttestForm(forms.Form):
    """What was seen of one member's use of one service."""

    rung = forms.ChoiceField(label=_("Stands on"))
    happened_on = forms.DateField(label=_("Seen on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    obstacle = forms.ChoiceField(label=_("What stands in the way"), required=False)

    def __init__(self, data: Any = None, *, service: Service, obstacles: Sequence[Obstacle], **kwargs: Any) -> None:
        super().__init__(data, prefix=service.pk, **kwargs)
        self.rungs = {str(rung.pk): rung for rung in service.rungs.all()}
        self.fields["rung"].choices = [(key, rung.name) for key, rung in self.rungs.items()]  # type: ignore[attr-defined]
        self.obstacles = {obstacle.pk: obstacle for obstacle in obstacles}
        self.fields["obstacle"].choices = [  # type: ignore[attr-defined]
            ("", _("Nothing")),
            *((one.pk, one.name) for one in obstacles),
        ]

    @property
    def chosen_rung(self) -> Rung:
        """The rung of a valid form."""
        return self.rungs[self.cleaned_data["rung"]]

    @property
    def chosen_obstacle(self) -> Obstacle | None:
        """The obstacle of a valid form, if any."""
        return self.obstacles.get(self.cleaned_data["obstacle"])
