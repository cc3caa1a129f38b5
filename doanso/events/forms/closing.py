"""Forms of an event's report: what the unit writes, and a report that was issued elsewhere."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.documents.models import Document
from doanso.events.actions import ClosingInput
from doanso.events.models import EventClosing
from doanso.events.rules.closing import LONGEST_WORDS
from doanso.lib import formats
from doanso.lib.form_choices import set_choices
from doanso.lib.form_fields import text_field


class ClosingForm(forms.Form):
    """What the unit writes beside the figures."""

    incidents = text_field(
        gettext_lazy("Incidents, and how they were handled"),
        LONGEST_WORDS,
        rows=4,
        help_text=gettext_lazy("Left empty, the report says that there was none. No names of guests."),
    )
    remarks = text_field(
        gettext_lazy("Remarks and proposals"),
        LONGEST_WORDS,
        rows=4,
        help_text=gettext_lazy("What went well, what to do otherwise next time, what is asked of the level above."),
    )
    read = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, closing: EventClosing | None, former: EventClosing | None = None) -> None:
        source = closing or former
        initial: dict[str, Any] = {"read": closing.version if closing is not None else 0}
        if source is not None:
            initial |= {"incidents": source.incidents, "remarks": source.remarks}
        super().__init__(data, initial=initial)

    def inputs(self) -> ClosingInput:
        """Return the values for the action."""
        return ClosingInput(self.cleaned_data["incidents"], self.cleaned_data["remarks"])


class IssuedReportForm(ClosingForm):
    """The same with a report that was issued on paper or written elsewhere."""

    document = forms.ChoiceField(label=pgettext_lazy("event", "Issued report"))

    field_order = ("document", "incidents", "remarks")

    def __init__(self, data: Any = None, *, documents: Iterable[Document], **options: Any) -> None:
        super().__init__(data, **options)
        self.documents = {str(document.pk): document for document in documents}
        set_choices(
            self,
            "document",
            [
                (key, f"{document.notation}, {formats.day(document.dated)}: {document.summary}")
                for key, document in self.documents.items()
            ],
        )

    def chosen(self) -> Document:
        """Return the chosen report."""
        return self.documents[self.cleaned_data["document"]]
