"""What the forms of several apps do with Django's own fields."""

from collections.abc import Sequence
from typing import Any

from django import forms


def text_field(label: Any, longest: int, *, required: bool = False, rows: int = 0, **options: Any) -> forms.CharField:
    """Return a field for a text; with `rows` of several lines."""
    if rows:
        options["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=required, **options)


def set_choices(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    """Give a choice field what it offers."""
    form.fields[name].choices = choices  # type: ignore[attr-defined]
