"""Forms of codes and alarms."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.cashless import consent
from doanso.cashless.actions.codes import CodeInput, code_of_account, read_code
from doanso.cashless.models import AlarmOutcome
from doanso.cashless.rules.codes import LONGEST_WHY, LONGEST_WORDS
from doanso.files.photos import PhotoUpload
from doanso.lib import clock
from doanso.lib.form_choices import set_choices
from doanso.lib.problems import Problem, Refused
from doanso.lib.vietqr import VietQR
from doanso.lib.vietqr.banks import bank_choices
from doanso.lib.vietqr.codes import LONGEST_CODE


class CodeForm(forms.Form):
    """A shop's account: by the text of its code, or by bank and number; with the owner's consent. `why` is asked of a change."""

    code = forms.CharField(
        label=gettext_lazy("Text of the shop's code"),
        required=False,
        max_length=LONGEST_CODE,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Read by any scanner from the code in the owner's own bank app; it begins with 000201."),
    )
    bank_bin = forms.ChoiceField(label=gettext_lazy("Or the bank"), required=False)
    account = forms.CharField(
        label=gettext_lazy("and the account's number"),
        required=False,
        max_length=30,
        help_text=gettext_lazy(
            "The number to which the shop is paid. It is encrypted; pages show its last four digits."
        ),
    )
    why = forms.CharField(
        label=gettext_lazy("Why the code changes"),
        max_length=LONGEST_WHY,
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    consent = forms.BooleanField(label=gettext_lazy("The owner has heard this sentence and agrees"), required=False)
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have asked: both shops are one owner's"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, is_change: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = bank_choices(clock.today())
        set_choices(self, "bank_bin", offered, empty=_("Choose the bank"))
        self.fields["account"].widget.attrs |= {"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}
        self.fields["consent"].help_text = str(consent.TEXTS[consent.CURRENT])
        if is_change:
            self.fields["why"].required = True
        else:
            del self.fields["why"]

    def offer_confirmation(self) -> None:
        """Show the box by which an account of another shop is confirmed."""
        self.fields["confirmed"].widget = forms.CheckboxInput()

    def inputs(self) -> CodeInput:
        """Return the values for the action; raise `Refused` where they are no code."""
        cleaned = self.cleaned_data
        return CodeInput(self._code(), cleaned["consent"], cleaned["confirmed"])

    def _code(self) -> VietQR:
        cleaned = self.cleaned_data
        text, bank_bin, account = cleaned["code"], cleaned["bank_bin"], cleaned["account"]
        if text and account:
            message = _("Give either the text of the code or bank and number; the two might differ.")
            raise Refused(Problem("code_twice", message, "account"))
        if text:
            return read_code(text)
        if not bank_bin or not account:
            message = _("Paste the text of the code, or choose the bank and type the number.")
            raise Refused(Problem("code_missing", message, "bank_bin" if account else "code"))
        return code_of_account(bank_bin, account)


class AlarmPhotoForm(forms.Form):
    """A photo of what hung at the shop."""

    photo = forms.FileField(
        label=gettext_lazy("Photo of what hung there"),
        help_text=gettext_lazy("The sticker and where it hung; no faces, no bank's screen. Only the picture is kept."),
        error_messages={"required": gettext_lazy("Choose a photo first.")},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "class": "form-control"}),
    )

    def upload(self) -> PhotoUpload:
        """Return the uploaded photo."""
        photo = self.cleaned_data["photo"]
        return PhotoUpload(photo.name, photo)


class AlarmOutcomeForm(forms.Form):
    """What an alarm turned out to be, and what was done."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What it turned out to be"),
        choices=AlarmOutcome.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("What was found and done"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
