"""A refused action's reason on the form that asked for it."""

from collections.abc import Mapping

from django import forms

from doanso.lib.problems import Refused


def add_refusal(form: forms.Form, refused: Refused, field_names: Mapping[str, str] | None = None) -> None:
    """Add the reason to the field it is about, or to the whole form where the form has no such field.

    `field_names` maps a field of the action to the form's where their names differ.
    """
    field = (field_names or {}).get(refused.problem.field, refused.problem.field)
    form.add_error(field if field in form.fields else None, refused.problem.message)
