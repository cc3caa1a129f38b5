"""Sign-in by user name or phone. Passkeys, OIDC and second factors come as further backends of allauth."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from doanso.accounts import queries
from doanso.accounts.models import User


class NameOrPhoneBackend(BaseBackend):
    """Finds the account by user name, else by the keyed hash of a phone, and checks the password."""

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or not password:
            return None
        user = queries.user_by_login(username)
        if user is None or not user.has_usable_password():
            # The same work as for an existing account, so that the time reveals no names.
            make_password(password)
            return None
        if not user.check_password(password):
            return None
        if not user.is_active:
            # Only a user who knows the password learns that the account is closed.
            AuthenticationBackend._stash_user(user)
            return None
        return user
