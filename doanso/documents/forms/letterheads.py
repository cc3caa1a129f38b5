"""Form of a unit's letterhead."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.documents.queries.letterheads import LetterheadValues, recipient_lines

MOST_RECIPIENTS = 20


class LetterheadForm(forms.Form):
    """What is printed at the head and the foot of a unit's documents."""

    superior = forms.CharField(
        label=gettext_lazy("Line of the superior"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For example TỈNH ĐOÀN TIỀN GIANG."),
    )
    issuer = forms.CharField(
        label=gettext_lazy("Line of the issuer"),
        max_length=120,
        help_text=gettext_lazy("For example BCH ĐOÀN THÀNH PHỐ MỸ THO."),
    )
    symbol = forms.CharField(
        label=gettext_lazy("Abbreviation in the symbol"),
        max_length=24,
        help_text=gettext_lazy("What follows the kind of document: TĐTN gives BC/TĐTN."),
    )
    place = forms.CharField(label=gettext_lazy("Place before the date"), max_length=80)
    authority = forms.CharField(
        label=gettext_lazy("In whose name it is signed"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For example TM. BAN THƯỜNG VỤ."),
    )
    post = forms.CharField(
        label=gettext_lazy("Post of the signer"), max_length=80, help_text=gettext_lazy("For example BÍ THƯ.")
    )
    signer = forms.CharField(label=gettext_lazy("Name of the signer"), max_length=120, required=False)
    recipients = forms.CharField(
        label=gettext_lazy("Recipients"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One on a line, without dash and semicolon; the last one says where it is kept."),
    )

    def clean_recipients(self) -> str:
        """Refuse more lines than fit beside the signature."""
        text: str = self.cleaned_data["recipients"]
        if len(recipient_lines(text)) > MOST_RECIPIENTS:
            raise forms.ValidationError(_("Not more than %(most)s lines.") % {"most": MOST_RECIPIENTS}, code="many")
        return text

    def values(self) -> LetterheadValues:
        """Return the letterhead's values."""
        cleaned = self.cleaned_data
        return LetterheadValues(
            **{
                name: cleaned[name] for name in ("superior", "issuer", "symbol", "place", "authority", "post", "signer")
            },
            recipients=recipient_lines(cleaned["recipients"]),
        )


def letterhead_initial(letterhead: LetterheadValues) -> dict[str, str]:
    """Return the form's initial values."""
    names = ("superior", "issuer", "symbol", "place", "authority", "post", "signer")
    return {**{name: getattr(letterhead, name) for name in names}, "recipients": "\n".join(letterhead.recipients)}
