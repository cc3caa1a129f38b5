"""Forms of the book of incoming documents."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.documents.models import Medium, Urgency
from doanso.incoming.actions import IncomingInput
from doanso.incoming.models import ArrivalState
from doanso.incoming.rules import LONGEST_ISSUER, LONGEST_SUMMARY
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices


class TakeInForm(forms.Form):
    """The data that the clerk reads from a document from outside."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("PDF or Word; the signatures of a PDF are looked at as it comes."),
    )
    issuer = forms.CharField(label=gettext_lazy("Who issued it"), max_length=LONGEST_ISSUER)
    notation = forms.CharField(label=gettext_lazy("Number and symbol"), max_length=60, required=False)
    dated = DayField(label=gettext_lazy("Day of the document"), required=False)
    summary = forms.CharField(
        label=gettext_lazy("What it is about"), max_length=LONGEST_SUMMARY, widget=forms.Textarea(attrs={"rows": 2})
    )
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), required=False, choices=Urgency.choices)
    medium = forms.ChoiceField(label=gettext_lazy("Original"), choices=Medium.choices)
    answer_by = DayField(label=gettext_lazy("To be answered by"), required=False)
    twice = forms.BooleanField(
        label=gettext_lazy("Enter it although one with this number is in the book"), required=False
    )

    def offer_duplicate(self, *, is_duplicate: bool) -> None:
        """Show the box `twice` only after the document was refused as a duplicate."""
        if not is_duplicate:
            self.fields["twice"].widget = forms.HiddenInput()

    def inputs(self) -> IncomingInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        names = ("issuer", "summary", "notation", "dated", "urgency", "medium", "answer_by")
        return IncomingInput(**{name: cleaned[name] for name in names})


class ArrivalFilterForm(forms.Form):
    """Filter of the book."""

    words = forms.CharField(label=gettext_lazy("Number, issuer or words"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "state", ArrivalState.choices, empty=_("All states"))


class AssignForm(forms.Form):
    """The person who handles a document, and the day by which it is to be answered."""

    user = forms.ChoiceField(label=gettext_lazy("Who handles it"))
    answer_by = DayField(label=gettext_lazy("By which day"), required=False)

    def __init__(self, data: Any = None, *, people: Sequence[User], **options: Any) -> None:
        super().__init__(data, **options)
        self.people = {str(person.pk): person for person in people}
        set_choices(self, "user", [(key, person.display_name) for key, person in self.people.items()])

    def chosen(self) -> User:
        """Return the chosen person."""
        return self.people[self.cleaned_data["user"]]


class OutcomeForm(forms.Form):
    """The outcome of a document, in words."""

    words = forms.CharField(
        label=gettext_lazy("In a few words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
