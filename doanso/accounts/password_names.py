"""Refuses passwords that contain the account's name, the person's name or the phone number."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from doanso.accounts import queries, rules
from doanso.accounts.models import User


class NameInPasswordValidator:
    """As Django asks them; without a user there is nothing to compare."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password in which somebody who knows the person finds what they know."""
        if not isinstance(user, User):
            return
        number = queries.phone_of(user)
        if rules.contains_name(password, names=(user.username, user.display_name), phone_number=number):
            message = _(
                "The password contains your name, user name or phone number, which others know. "
                "Choose words that have nothing to do with you."
            )
            raise ValidationError(message, code="password_contains_name")

    def get_help_text(self) -> str:
        return _("The password must not contain your name, user name or phone number.")
