"""A refused action's reason on the form that asked for it."""

from django import forms

from doanso.lib.problems import Refused


def add_refusal(form: forms.Form, refused: Refused) -> None:
    """Add the reason to the field it is about, or to the whole form where the form has no such field."""
    field = refused.problem.field
    form.add_error(field if field in form.fields else None, refused.problem.message)
