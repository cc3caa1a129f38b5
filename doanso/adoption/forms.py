"""Forms of adoption. None has a field for a password, an OTP, an account number or a picture, and the pages state that."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.adoption.models import AdoptionStage, Obstacle, Service, UseAnswerKind
from doanso.adoption.queries import all_stages
from doanso.adoption.rules.self_report import LONGEST_REASON, DeclarationState
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.units.queries import NamedUnit

BELOW, REACHED, ALL = "below", "reached", "all"
WITHOUT = "without"


def stage_choices(services: Iterable[Service], *, lowest: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the ladders as groups of a select, from the lowest stage that can be chosen."""
    return [
        (
            service.name,
            [
                (str(stage.pk), f"{service.short_name}: {stage.name}")
                for stage in service.stages.all()
                if stage.level >= lowest
            ],
        )
        for service in services
    ]


def service_choices(services: Iterable[Service]) -> list[tuple[str, Any]]:
    """Return the choice of all services, then one for each service."""
    return [("", _("All services")), *((service.pk, service.name) for service in services)]


class AttestFilterForm(forms.Form):
    """The members to show for a stage."""

    q = forms.CharField(label=_("Find by name"), required=False, max_length=80)
    stage = forms.ChoiceField(label=_("Service and stage"))
    unit = forms.ChoiceField(label=_("Unit or branch"))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(BELOW, _("Not there yet")), (REACHED, _("There already")), (ALL, _("Everybody"))],
    )

    def __init__(self, data: Any, *, services: Sequence[Service], units: Sequence[NamedUnit]) -> None:
        super().__init__(data)
        set_choices(self, "stage", stage_choices(services, lowest=1))
        set_choices(self, "unit", unit_choices(units))


class BulkForm(forms.Form):
    """The ticked members, and the day on which they were seen."""

    stage = forms.ModelChoiceField(queryset=AdoptionStage.objects.none())
    unit = forms.CharField(max_length=60)
    happened_on = DayField(label=_("Seen on"))
    people = forms.TypedMultipleChoiceField(required=False)

    def __init__(self, data: Any, *, chosen: Sequence[str]) -> None:
        super().__init__(data)
        self.fields["stage"].queryset = all_stages()  # type: ignore[attr-defined]
        # The action checks whether these people exist and may be attested.
        set_choices(self, "people", [(key, key) for key in chosen])


class AttestForm(forms.Form):
    """An officer's observation of one member's use of one service."""

    stage = forms.ChoiceField(label=_("Stands on"))
    happened_on = DayField(label=_("Seen on"))
    obstacle = forms.ChoiceField(label=_("What stands in the way"), required=False)

    def __init__(self, data: Any = None, *, service: Service, obstacles: Sequence[Obstacle], **kwargs: Any) -> None:
        super().__init__(data, prefix=service.pk, **kwargs)
        self.stages = {str(stage.pk): stage for stage in service.stages.all()}
        set_choices(self, "stage", [(key, stage.name) for key, stage in self.stages.items()])
        self.obstacles = {obstacle.pk: obstacle for obstacle in obstacles}
        set_choices(self, "obstacle", ((choice.pk, choice.name) for choice in obstacles), empty=_("Nothing"))

    @property
    def chosen_stage(self) -> AdoptionStage:
        """Return the stage of a valid form."""
        return self.stages[self.cleaned_data["stage"]]

    @property
    def chosen_obstacle(self) -> Obstacle | None:
        """Return the obstacle of a valid form, if any."""
        return self.obstacles.get(self.cleaned_data["obstacle"])


class DeclareForm(forms.Form):
    """A member's own declaration of the stage they are on today."""

    stage = forms.ChoiceField(label=_("How far are you?"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, choices: Sequence[AdoptionStage]) -> None:
        super().__init__(data, prefix="declare")
        self.stages = {stage.code: stage for stage in choices}
        # Upwards as on the ladder; "no longer usable" comes last.
        climbing = sorted(choices, key=lambda stage: (stage.level == 0, stage.level))
        set_choices(
            self,
            "stage",
            [(stage.code, stage.name if stage.level else _("I can no longer use it")) for stage in climbing],
        )

    @property
    def chosen(self) -> AdoptionStage:
        """Return the stage of a valid form."""
        return self.stages[self.cleaned_data["stage"]]


class AnswerForm(forms.Form):
    """The answer to "còn dùng không?"."""

    answer = forms.ChoiceField(
        label=_("Are you still using it?"), choices=UseAnswerKind.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="answer")


class StuckForm(forms.Form):
    """The obstacle, from the catalogue, and whether the branch shall help."""

    obstacle = forms.ChoiceField(label=_("What stands in the way?"))
    asks_help = forms.BooleanField(label=_("I ask my branch to help me"), required=False)

    def __init__(self, data: Any = None, *, obstacles: Sequence[Obstacle], **kwargs: Any) -> None:
        super().__init__(data, prefix="stuck", **kwargs)
        self.obstacles = {obstacle.pk: obstacle for obstacle in obstacles}
        set_choices(self, "obstacle", ((obstacle.pk, obstacle.name) for obstacle in obstacles), empty=_("Choose …"))

    @property
    def chosen(self) -> Obstacle:
        """Return the obstacle of a valid form."""
        return self.obstacles[self.cleaned_data["obstacle"]]


class DeclarationFilterForm(forms.Form):
    """Filter of declarations."""

    q = forms.CharField(label=_("Find by name"), required=False, max_length=80)
    stage = forms.ChoiceField(label=_("Service and stage"), required=False)
    unit = forms.ChoiceField(label=_("Unit or branch"))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            (DeclarationState.WAITING, _("Waits for the branch")),
            (DeclarationState.RETURNED, _("Returned")),
            (DeclarationState.ATTESTED, _("Attested")),
            (ALL, _("All")),
        ],
    )

    def __init__(self, data: Any, *, services: Sequence[Service], units: Sequence[NamedUnit]) -> None:
        super().__init__(data)
        own = [service for service in services if service.by_member]
        set_choices(self, "stage", stage_choices(own, lowest=0), empty=_("All services"))
        set_choices(self, "unit", unit_choices(units))


class ReturnForm(forms.Form):
    """The reason for returning a declaration to its member."""

    reason = forms.CharField(
        label=_("Reason, as the member will read it"),
        max_length=LONGEST_REASON,
        help_text=_("For example: The app was not on the phone yet. Write no password, OTP code or account number."),
    )


class LinkFilterForm(forms.Form):
    """Filter of the members to choose for links."""

    q = forms.CharField(label=_("Find by name"), required=False, max_length=80)
    unit = forms.ChoiceField(label=_("Unit or branch"))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(WITHOUT, _("Without a link that is still good")), (ALL, _("Everybody"))],
    )

    def __init__(self, data: Any, *, units: Sequence[NamedUnit]) -> None:
        super().__init__(data)
        set_choices(self, "unit", unit_choices(units))


class DifficultyFilterForm(forms.Form):
    """Filter of the list of difficulties."""

    service = forms.ChoiceField(label=_("Service"), required=False)
    obstacle = forms.ChoiceField(label=_("What stands in the way"), required=False)
    help = forms.ChoiceField(
        label=_("Help"),
        required=False,
        choices=[("", _("With or without a call for help")), ("asked", _("Asks for help"))],
    )

    def __init__(self, data: Any, *, services: Sequence[Service], obstacles: Sequence[Obstacle]) -> None:
        super().__init__(data)
        set_choices(self, "service", service_choices(services))
        set_choices(
            self, "obstacle", ((obstacle.pk, obstacle.name) for obstacle in obstacles), empty=_("All obstacles")
        )


class DueFilterForm(forms.Form):
    """Filter of the members to be asked again, by service."""

    service = forms.ChoiceField(label=_("Service"), required=False)

    def __init__(self, data: Any, *, services: Sequence[Service]) -> None:
        super().__init__(data)
        own = [service for service in services if service.by_member]
        set_choices(self, "service", service_choices(own))
