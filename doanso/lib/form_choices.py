"""What a choice field of a form offers, where only the form's caller knows it."""

from collections.abc import Iterable
from typing import Any

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
