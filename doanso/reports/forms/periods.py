"""Forms of a unit's month."""

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.reports.rules.periods import LONGEST, LONGEST_NOTE


class ReturnForm(forms.Form):
    """The reason for returning a month."""

    words = forms.CharField(
        label=_("What is to be looked at again"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class EstimateForm(forms.Form):
    """A number that a unit states beyond its records, with its basis."""

    value = forms.IntegerField(label=_("Number without records"), min_value=1)
    note = forms.CharField(
        label=_("What it rests on"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: paper lists of the booth at the market, to be entered until 20/11."),
    )
