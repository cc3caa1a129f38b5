"""What we change of allauth: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by officers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
