"""Forms of public verification: a code, or a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.signing.queries.public import LARGEST


class CodeForm(forms.Form):
    """The code that is printed on every page of a document."""

    code = forms.CharField(
        label=_("Code of the document"),
        max_length=40,
        help_text=_("Twelve letters and digits at the foot of the page, like 7KQ2-M4XD-9RTB."),
        error_messages={"required": _("Type the code that stands at the foot of the page.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class FileForm(forms.Form):
    """A PDF file to be verified."""

    file = forms.FileField(
        label=_("PDF file"),
        help_text=_("At most 25 MB. It is looked at and not kept."),
        error_messages={
            "required": _("Choose the PDF file that you received."),
            "empty": _("This file is empty. Choose the PDF file that you received."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        brought = self.cleaned_data["file"]
        if brought.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 25 MB. Only smaller files can be verified here."))
        return brought

    def content(self) -> bytes:
        """Return the file's bytes."""
        return bytes(self.cleaned_data["file"].read(LARGEST + 1))
