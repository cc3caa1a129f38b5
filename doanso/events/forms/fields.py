"""A field that the forms of events share."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from doanso.events.wording import hour


class EventHourField(forms.CharField):
    """A time of day as people type it: 7:30, 07:30, 7h30 or 7."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=8, **options)
        self.widget.attrs |= {"inputmode": "text", "placeholder": "07:30", "autocomplete": "off"}

    def clean(self, value: Any) -> time | None:
        """Return the time, None for nothing in an optional field."""
        typed = str(super().clean(value)).strip().lower().replace("h", ":").replace(".", ":").rstrip(":")
        if not typed:
            return None
        for pattern in ("%H:%M", "%H"):
            try:
                return datetime.strptime(typed, pattern).time()  # noqa: DTZ007
            except ValueError:
                continue
        raise forms.ValidationError(_("Type a time, for example 07:30."), code="hour")

    def prepare_value(self, value: Any) -> Any:
        """Return a time as 07:30, anything else unchanged."""
        return hour(value) if isinstance(value, time) else value
