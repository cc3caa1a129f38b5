"""Forms for authorities and their revocation lists."""

import base64
import binascii
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doanso.signing.actions.authorities import LARGEST_CERTIFICATE, LARGEST_LIST
from doanso.signing.models import AuthorityPurpose

_FORCE = [
    ("yes", _("Yes: it is recognised by law")),
    ("no", _("No: a test authority, and every page says so")),
]


class AuthorityForm(forms.Form):
    """Upload of an authority's certificate for the preview."""

    file = forms.FileField(
        label=_("Certificate of the authority"), help_text=_("Its .cer, .crt or .pem file, from its own site.")
    )
    purpose = forms.ChoiceField(label=_("Trusted for"), choices=AuthorityPurpose.choices, widget=forms.RadioSelect)
    legal_force = forms.ChoiceField(
        label=_("Do its signatures have legal force?"), choices=_FORCE, widget=forms.RadioSelect
    )

    def content(self) -> bytes:
        """Return the file's bytes, at most one more than allowed."""
        return bytes(self.cleaned_data["file"].read(LARGEST_CERTIFICATE + 1))


class ConfirmForm(forms.Form):
    """Confirmation after the preview; hidden fields carry the certificate."""

    certificate = forms.CharField(max_length=LARGEST_CERTIFICATE * 2, widget=forms.HiddenInput)
    purpose = forms.ChoiceField(choices=AuthorityPurpose.choices, widget=forms.HiddenInput)
    legal_force = forms.ChoiceField(choices=_FORCE, widget=forms.HiddenInput)

    def clean_certificate(self) -> bytes:
        """Return the certificate as bytes."""
        try:
            return base64.b64decode(self.cleaned_data["certificate"], validate=True)
        except (binascii.Error, ValueError):
            raise forms.ValidationError(_("Choose the file once more.")) from None

    @staticmethod
    def written(der: bytes, data: dict[str, Any]) -> dict[str, str]:
        """Return the initial values of the hidden fields."""
        certificate = base64.b64encode(der).decode()
        return {"certificate": certificate, "purpose": data["purpose"], "legal_force": data["legal_force"]}


class RevocationListForm(forms.Form):
    """Upload of a revocation list."""

    file = forms.FileField(
        label=_("List of certificates called back"), help_text=_("The .crl file that the authority publishes.")
    )

    def content(self) -> bytes:
        """Return the file's bytes, at most one more than allowed."""
        return bytes(self.cleaned_data["file"].read(LARGEST_LIST + 1))
