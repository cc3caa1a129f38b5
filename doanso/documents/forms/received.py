"""What people type about documents that came."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.documents.actions.incoming import IncomingInput
from doanso.documents.models import ArrivalState, Medium, Urgency
from doanso.documents.rules.incoming import LONGEST_ISSUER, LONGEST_SUMMARY
from doanso.lib.day_field import DayField


class AssignForm(forms.Form):
    """Who handles a document, and by when."""

    user = forms.ChoiceField(label=gettext_lazy("Who handles it"))
    answer_by = DayField(label=gettext_lazy("By which day"), required=False)

    def __init__(self, data: Any = None, *, people: Sequence[User], **options: Any) -> None:
        super().__init__(data, **options)
        self.people = {str(person.pk): person for person in people}
        self.fields["user"].choices = [(key, person.display_name) for key, person in self.people.items()]  # type: ignore[attr-defined]

    def chosen(self) -> User:
        """The person."""
        return self.people[self.cleaned_data["user"]]


class AnswerForm(forms.Form):
    """The answer to a document."""

    words = forms.CharField(label=gettext_lazy("Answer"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class TakeInForm(forms.Form):
    """What the clerk reads off a document that came from outside."""

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

    def ask_twice(self, *, is_known: bool) -> None:
        """Offer to enter it again only to whoever was told that it is there already."""
        if not is_known:
            self.fields["twice"].widget = forms.HiddenInput()

    def told(self) -> IncomingInput:
        """What was read off it."""
        cleaned = self.cleaned_data
        names = ("issuer", "summary", "notation", "dated", "urgency", "medium", "answer_by")
        return IncomingInput(**{name: cleaned[name] for name in names})


class ArrivalsForm(forms.Form):
    """What the book of arrivals is narrowed to."""

    words = forms.CharField(label=gettext_lazy("Number, issuer or words"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["state"].choices = [("", _("All")), *ArrivalState.choices]  # type: ignore[attr-defined]
