"""Forms for certificates, and for a file signed with another tool."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.lib.form_choices import set_choices
from doanso.signing import images, reading
from doanso.signing.actions.signatures import LARGEST
from doanso.signing.models import SignerKind, Way

SEAL_MM, SIGNATURE_MM = 36, 50


class CertificateForm(forms.Form):
    """A certificate to be put into use."""

    kind = forms.ChoiceField(label=_("It signs for"), choices=SignerKind.choices, widget=forms.RadioSelect)
    unit = forms.ChoiceField(label=_("Unit"), help_text=_("Of your own certificate: the unit for which you sign."))
    file = forms.FileField(
        label=_("Certificate file"), help_text=_("A .cer, .pem or .p7b file. Never a file with a private key.")
    )
    way = forms.ChoiceField(label=_("Where the key is"), choices=Way.choices, widget=forms.RadioSelect)
    token_label = forms.CharField(
        label=_("Name of the server's device"),
        max_length=64,
        required=False,
        help_text=_("Only for a key on the server."),
    )
    key_label = forms.CharField(label=_("Name of the key on it"), max_length=64, required=False)
    is_theirs = forms.BooleanField(
        label=_("The name in the certificate is written differently, and it is the right one"), required=False
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], kinds: set[str], **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "unit", units)
        set_choices(self, "kind", [choice for choice in SignerKind.choices if choice[0] in kinds])
        if SignerKind.ORGANISATION not in kinds:
            set_choices(self, "way", [choice for choice in Way.choices if choice[0] != Way.TOKEN])
            del self.fields["token_label"], self.fields["key_label"]

    def content(self) -> bytes:
        """Return the file's bytes, at most one more than allowed."""
        return bytes(self.cleaned_data["file"].read(reading.LARGEST + 1))


class ImageForm(forms.Form):
    """Upload of the image of a signature or seal."""

    image = forms.FileField(
        label=_("Picture"), help_text=_("PNG with a clear ground: the signature in blue, the seal in red.")
    )
    width_mm = forms.IntegerField(
        label=_("Width on paper, in millimetres"),
        min_value=10,
        max_value=80,
        help_text=_("A seal stands in its real size; a signature fits its place."),
    )

    def content(self) -> bytes:
        """Return the file's bytes, at most one more than allowed."""
        return bytes(self.cleaned_data["image"].read(images.LARGEST + 1))


class EndForm(forms.Form):
    """The reason for ending the use of a certificate."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class UploadForm(forms.Form):
    """Upload of a file that was signed with another tool."""

    file = forms.FileField(label=_("Signed file"), help_text=_("The downloaded PDF with your signature in it."))

    def content(self) -> bytes:
        """Return the file's bytes, at most one more than allowed."""
        return bytes(self.cleaned_data["file"].read(2 * LARGEST + 1))
