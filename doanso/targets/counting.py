"""What an indicator may count, for the programme editor: the choices of all described families, and what they propose."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from doanso.ledger import ports
from doanso.ledger.ports import FamilyDescription
from doanso.targets.models import MEMBERS, IndicatorGroup, IndicatorKind
from doanso.targets.plans import IndicatorPlan, is_share


def counting_key(family: str, parameters: Mapping[str, Any]) -> str:
    """Return the value that stands for a family with its parameters in a form."""
    return f"{family}?{json.dumps(dict(parameters), sort_keys=True, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class CountingOption:
    """One thing to count, with its heading and proposals."""

    title: str
    heading: str
    family: str
    parameters: Mapping[str, Any]
    unit_of_count: str

    @property
    def key(self) -> str:
        """The option's value in a form."""
        return counting_key(self.family, self.parameters)


class CountingCatalogue:
    """All options, read once per page. What a plan counts and no option offers can be added, so that it stays as it is."""

    def __init__(self, plan: IndicatorPlan | None = None) -> None:
        self.options: list[CountingOption] = []
        for description in ports.family_descriptions():
            self.options += self._options(description)
        if plan is not None:
            self._keep(plan)
        self.by_key = {option.key: option for option in self.options}

    def _options(self, description: FamilyDescription) -> list[CountingOption]:
        heading = str(description.title)
        return [
            CountingOption(
                title=choice.title,
                heading=f"{heading}: {choice.group}" if choice.group else heading,
                family=description.family,
                parameters=choice.parameters,
                unit_of_count=choice.unit_of_count or str(description.unit_of_count),
            )
            for choice in description.choices()
        ]

    def _keep(self, plan: IndicatorPlan) -> None:
        parameters = dict(plan.parameters)
        if name := code_parameter(plan.family):
            own_code = {name: plan.code}
            self.options = [
                CountingOption(
                    option.title, option.heading, option.family, {**own_code, **option.parameters}, option.unit_of_count
                )
                if option.family == plan.family
                else option
                for option in self.options
            ]
        if any(option.family == plan.family and dict(option.parameters) == parameters for option in self.options):
            return
        served = ports.family(plan.family) is not None
        words = ", ".join([plan.family, *(f"{name} = {value}" for name, value in parameters.items())])
        title = words if served else _("%(what)s (nothing counts it yet)") % {"what": words}
        self.options.append(
            CountingOption(title, _("As the file counts it"), plan.family, parameters, plan.unit_of_count)
        )

    def choices(self) -> list[Any]:
        """Return the choices of a select, under their headings."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for option in self.options:
            groups.setdefault(option.heading, []).append((option.key, option.title))
        return list(groups.items())


def code_parameter(family: str) -> str:
    """Return the parameter of a family that is the indicator's code unless a plan says otherwise; "" where there is none."""
    description = ports.family_description(family)
    return description.code_parameter if description is not None else ""


def fitting_kinds(family: str) -> Sequence[str]:
    """Return the kinds of indicators that a family fits; all of them for one that nothing describes."""
    description = ports.family_description(family)
    return description.kinds if description is not None else IndicatorKind.values


def proposed_group(family: str) -> str:
    """Return the heading under which an indicator of the family stands unless its author says otherwise."""
    description = ports.family_description(family)
    return description.group if description is not None else IndicatorGroup.MODELS


def denominator_title(denominator: str) -> str:
    """Return what a denominator is, in words that can stand under a figure; "" where nothing describes it."""
    if denominator == MEMBERS:
        return _("Members of the branches, without those exempt from this indicator")
    description = ports.family_description(denominator)
    return str(description.denominator_text) if description is not None else ""


def fitting_denominators(family: str, kind: str) -> Sequence[str]:
    """Return the denominators that fit a family counted as that kind; none where there is no denominator."""
    description = ports.family_description(family)
    if not is_share(kind) or description is None:
        return ()
    return description.denominators


def all_denominators() -> list[tuple[str, str]]:
    """Return every denominator that some family fits, with its title."""
    names = {name: None for description in ports.family_descriptions() for name in description.denominators}
    return [(name, denominator_title(name) or name) for name in names]


def is_served(family: str) -> bool:
    """Return whether an app counts that family, so that its indicators have figures."""
    return ports.family(family) is not None
