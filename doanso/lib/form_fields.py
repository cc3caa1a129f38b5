"""What the forms of several apps do with Django's own fields."""

from typing import Any

from django import forms


def text_field(label: Any, longest: int, *, required: bool = False, rows: int = 0, **options: Any) -> forms.CharField:
    """Return a field for a text; with `rows` of several lines."""
    if rows:
        options["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=required, **options)
