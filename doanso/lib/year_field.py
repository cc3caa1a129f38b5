"""A form's field for a year of birth."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from doanso.lib import clock

OLDEST = 120
"""Years of age beyond which a year of birth is refused."""


class BirthYearField(forms.CharField):
    """A year of birth in four digits; `example` is the year that placeholder and error show."""

    def __init__(self, *, example: int = 1951, **options: Any) -> None:
        super().__init__(max_length=8, **options)
        self.example = example
        self.widget.attrs |= {"inputmode": "numeric", "placeholder": str(example), "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:
        """Return the year, or None where an optional field is empty."""
        typed = str(super().clean(value)).strip()
        if not typed:
            return None
        this_year = clock.today().year
        if not (typed.isascii() and typed.isdecimal() and this_year - OLDEST <= int(typed) <= this_year):
            message = _("Type the year of birth in 4 digits, for example %(year)s.") % {"year": self.example}
            raise forms.ValidationError(message, code="year")
        return int(typed)
