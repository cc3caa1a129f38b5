"""A refused action's reason on the form that asked for it."""

from collections.abc import Mapping
from typing import Any

from django import forms

from doanso.lib.form_keys import FORM_USED
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7


def add_refusal(form: forms.Form, refused: Refused, field_names: Mapping[str, str] | None = None) -> None:
    """Add the reason to the field it is about, or to the whole form where the form has no such field.

    `field_names` maps a field of the action to the form's where their names differ. A form whose key is used gets a new one, so
    that sending it once more makes another object.
    """
    if refused.problem.code == FORM_USED:
        posted: Any = form.data
        data = posted.copy()
        data[form.add_prefix("key")] = str(uuid7())
        form.data = data
    field = (field_names or {}).get(refused.problem.field, refused.problem.field)
    form.add_error(field if field in form.fields else None, refused.problem.message)
