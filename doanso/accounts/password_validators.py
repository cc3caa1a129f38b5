"""Validators of new passwords, with Django's interface; each refusal says what to choose instead."""

from typing import Any

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from doanso.accounts import queries, rules
from doanso.accounts.models import User

# Django's own check names the fields in English, so its result is reported in our words.
_SIMILARITY = UserAttributeSimilarityValidator(user_attributes=("username", "display_name"))


class LengthValidator(MinimumLengthValidator):
    """Refuse passwords that are too short. Django's own message has no Vietnamese since Django 6.1."""

    def get_error_message(self) -> str:
        return _(
            "The password has fewer than %(least)s characters. Add words, for instance until it is a short sentence."
        ) % {"least": self.min_length}


class CommonValidator(CommonPasswordValidator):
    """Refuse passwords that many people use."""

    def get_error_message(self) -> str:
        return _("Many people use this password, so it is guessed at once. Choose a short sentence that only you know.")


class NameInPasswordValidator:
    """Password validator with Django's interface; without a user it accepts every password."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that contains the user's name, the person's name or the phone number."""
        if not isinstance(user, User):
            return
        number = queries.phone_of(user)
        names = (user.username, user.display_name)
        if rules.contains_name(password, names=names, phone_number=number) or _is_similar(password, user):
            message = _(
                "The password contains your name, user name or phone number, which others know. "
                "Choose words that have nothing to do with you."
            )
            raise ValidationError(message, code="password_contains_name")

    def get_help_text(self) -> str:
        return _("The password must not contain your name, user name or phone number.")


def _is_similar(password: str, user: User) -> bool:
    try:
        _SIMILARITY.validate(password, user)
    except ValidationError:
        return True
    return False
