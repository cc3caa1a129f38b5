"""The form of the public page of a certificate."""

from django import forms
from django.utils.translation import gettext_lazy

from doanso.events import rules
from doanso.lib.form_fields import text_field


class CertificateNameForm(forms.Form):
    """The full name on a certificate, which proves together with its code whose it is."""

    name = text_field(gettext_lazy("Full name on the paper"), rules.LONGEST_NAME, required=True)
    name.help_text = gettext_lazy("As it is printed, with all marks. It is compared and not kept.")
    name.widget.attrs["autocomplete"] = "off"
