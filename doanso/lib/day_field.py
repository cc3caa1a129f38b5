"""A form field for a day as people type it."""

from datetime import date
from typing import Any

from django import forms

from doanso.lib import dates
from doanso.lib.problems import Refused


class DayField(forms.CharField):
    """A day such as 26/03/2025; a refusal of the reading becomes the field's error."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.widget.attrs |= {"inputmode": "numeric", "placeholder": "26/03/2025", "autocomplete": "off"}

    def clean(self, value: Any) -> date | None:
        """Return the day, or None where an optional field is empty."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return dates.parse_day(typed)
        except Refused as refused:
            raise forms.ValidationError(refused.problem.message, code=refused.problem.code) from None

    def prepare_value(self, value: Any) -> Any:
        """Return a date as dd/mm/yyyy, anything else unchanged."""
        return f"{value.day:02}/{value.month:02}/{value.year}" if isinstance(value, date) else value
