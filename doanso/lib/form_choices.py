"""What a choice field of a form offers, where only the form's caller knows it."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django import forms
from django.utils.functional import Promise


def set_choices(form: forms.BaseForm, name: str, choices: Iterable[Any], *, empty: str | Promise | None = None) -> None:
    """Set what a choice field offers: pairs of value and label, or groups of them; `empty` names the choice of none of them.

    Raise TypeError for a field that offers no choices.
    """
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"The field {name!r} offers no choices.")
    field.choices = [*choices] if empty is None else [("", empty), *choices]


class OfferedUnit(Protocol):
    """A unit with its names and its level in the tree."""

    @property
    def code(self) -> str:
        """The code that is sent."""

    @property
    def name(self) -> str:
        """The full name, which forms show."""

    @property
    def short_name(self) -> str:
        """The short name, which filters of lists show."""

    @property
    def depth(self) -> int:
        """The level."""


def unit_choices(units: Iterable[OfferedUnit], *, short: bool = False) -> list[tuple[str, str]]:
    """Return units in reading order as choices, with a dash for each level below the highest one.

    `static/ds/choice.js` reads the dashes, and tells branches of the same name from each other by the unit above.
    """
    offered = list(units)
    top = min((unit.depth for unit in offered), default=0)
    return [(unit.code, "– " * (unit.depth - top) + (unit.short_name if short else unit.name)) for unit in offered]


def offer_units(form: forms.BaseForm, units: Sequence[OfferedUnit]) -> None:
    """Offer units in the form's field `unit`; a single one is chosen and not asked for."""
    set_choices(form, "unit", unit_choices(units))
    if len(units) == 1:
        form.fields["unit"].initial = units[0].code
        form.fields["unit"].widget = forms.HiddenInput()
