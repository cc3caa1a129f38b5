"""The forms of sign-in: allauth's two without its placeholders, and the page that takes an officer's code."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts import throttle
from doanso.accounts.new_account import PasswordTwiceForm
from doanso.lib.problems import Refused


def _without_placeholders(form: forms.Form) -> None:
    """Remove allauth's placeholders, which repeat the labels half-translated and look like typed text."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(AllauthLoginForm):  # type: ignore[misc] # allauth has no types
    """Name or phone, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)
        self.fields["login"].widget.attrs["autocapitalize"] = "none"


class ChangePasswordForm(AllauthChangePasswordForm):  # type: ignore[misc]
    """The current password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_placeholders(self)

    def clean_oldpassword(self) -> str:
        """Return the current password; wrong ones slow further tries down."""
        try:
            attempt = throttle.begin_old_password(user=self.user)
        except Refused as refused:
            raise forms.ValidationError(refused.problem.message, code=refused.problem.code) from refused
        password: str = super().clean_oldpassword()
        throttle.uncount_try(attempt)
        return password


class CodeForm(PasswordTwiceForm):
    """Name, code, and the new password twice."""

    login = forms.CharField(
        label=gettext_lazy("User name or phone number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code from your officer"),
        help_text=gettext_lazy("Eight digits. A code works once, for 10 minutes."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    field_order = ("login", "code", "password", "again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("New password")
        self.fields["again"].label = _("New password once more")
