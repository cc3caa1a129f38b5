"""Forms on the page of a delivery."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices


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


class AnswerForm(forms.Form):
    """The answer to a document."""

    words = forms.CharField(label=gettext_lazy("Answer"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
