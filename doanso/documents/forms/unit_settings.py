"""Forms of a unit's settings for documents: signers, stand-ins, numbering."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.documents.kinds import kind_choices
from doanso.documents.models import NumberScope, Profile, Wording
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices


def _people(form: forms.Form, name: str, people: Sequence[User]) -> None:
    set_choices(form, name, [(str(person.pk), person.display_name) for person in people])


class MandateForm(forms.Form):
    """The signer, the words of authority, and the term."""

    user = forms.ChoiceField(label=gettext_lazy("Who signs"))
    wording = forms.ChoiceField(label=gettext_lazy("In whose place"), choices=Wording.choices, required=False)
    body = forms.CharField(
        label=gettext_lazy("Body or chief"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For example BAN CHẤP HÀNH after TM., TRƯỞNG BAN after KT."),
    )
    post = forms.CharField(
        label=gettext_lazy("Post of the signer"), max_length=80, help_text=gettext_lazy("For example BÍ THƯ.")
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only these kinds"),
        required=False,
        choices=kind_choices,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("Choose none for all kinds."),
    )
    paper = forms.CharField(
        label=gettext_lazy("By which paper"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Needed where somebody signs by mandate (TUQ.)."),
    )
    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("To"), required=False)

    def __init__(self, data: Any = None, *, people: Sequence[User], **options: Any) -> None:
        super().__init__(data, **options)
        self.people = {str(person.pk): person for person in people}
        _people(self, "user", people)


class StandInForm(forms.Form):
    """The stand-in of an absent person, and the term."""

    user = forms.ChoiceField(label=gettext_lazy("Who is away"))
    deputy = forms.ChoiceField(label=gettext_lazy("Who stands in"))
    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("To"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, data: Any = None, *, people: Sequence[User], **options: Any) -> None:
        super().__init__(data, **options)
        self.people = {str(person.pk): person for person in people}
        _people(self, "user", people)
        _people(self, "deputy", people)


class NumberingForm(forms.Form):
    """The numbering from a day on."""

    profile = forms.ChoiceField(label=gettext_lazy("Form"), choices=Profile.choices)
    scope = forms.ChoiceField(label=gettext_lazy("Series"), choices=NumberScope.choices)
    era = forms.CharField(
        label=gettext_lazy("Term"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("For example 2022-2027; empty where numbers begin anew each year."),
    )
    since = DayField(label=gettext_lazy("From"))
    new_term = forms.BooleanField(
        label=gettext_lazy("A new term begins on this day"),
        required=False,
        help_text=gettext_lazy("Its numbers begin at 1. Otherwise they go on from the highest one given."),
    )


class SeriesForm(forms.Form):
    """The last number of a paper book."""

    profile = forms.ChoiceField(label=gettext_lazy("Form"), choices=Profile.choices)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), choices=kind_choices)
    last_value = forms.IntegerField(label=gettext_lazy("Last number in the paper book"), min_value=0, max_value=99_999)
    last_dated = DayField(
        label=gettext_lazy("Day of that number"),
        help_text=gettext_lazy("The day that stands beside it in the book. The next number bears no earlier one."),
    )


class EndForm(forms.Form):
    """The last day of a mandate."""

    until = DayField(label=gettext_lazy("Last day"))


FORMS = {"mandate": MandateForm, "stand-in": StandInForm, "numbering": NumberingForm, "series": SeriesForm}
"""The page's forms by the name that is posted with each."""


def settings_form_heading(form_name: str) -> str:
    """Return the heading of one of `FORMS`, by the name that is posted with it."""
    return {
        "mandate": _("Give somebody authority to sign"),
        "stand-in": _("Name somebody to stand in"),
        "numbering": _("Change how numbers run"),
        "series": _("Go on from a paper book"),
    }[form_name]
