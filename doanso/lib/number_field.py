"""A form field for a whole number as people type it."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from doanso.lib import formats

_NUMBER = re.compile(r"[0-9]+|[0-9]{1,3}(?:[.\u00a0 ][0-9]{3})+")


_LONGEST = 9


def parse_number(typed: str, *, longest: int = _LONGEST) -> int | None:
    """Return a whole number of at most so many digits as people type it: 1250, 1.250, 95%; None for anything else.

    A point stands between thousands only: 2.5 is no whole number, and would be ten times as much without its point.
    """
    text = typed.strip().removesuffix("%").strip()
    digits = re.sub("[^0-9]", "", text)
    return int(digits) if _NUMBER.fullmatch(text) and len(digits) <= longest else None


class WholeNumberField(forms.CharField):
    """A whole number, or nothing where it is optional; `example` is the number that the error shows."""

    def __init__(self, *, example: int = 12, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.example = example
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:
        """Return the number, None for nothing; a ValidationError for anything else."""
        typed = super().clean(value)
        if not typed:
            return None
        number = parse_number(typed)
        if number is None and parse_number(typed, longest=len(typed)) is not None:
            message = _("This number has more than %(most)s digits. Check it.") % {"most": _LONGEST}
            raise forms.ValidationError(message, code="number")
        if number is None:
            message = _("Enter a whole number, for example %(example)s.") % {"example": formats.number(self.example)}
            raise forms.ValidationError(message, code="number")
        return number

    def prepare_value(self, value: Any) -> Any:
        """Return a number with points between thousands, anything else unchanged."""
        return formats.number(value) if isinstance(value, int) else value
