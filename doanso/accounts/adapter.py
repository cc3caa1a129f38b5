"""Changes to allauth: no sign-up, our own messages, and a report of issued codes at sign-in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts import actions, queries, throttle
from doanso.accounts.models import User
from doanso.accounts.secret_links import network_of_request
from doanso.accounts.sign_in import remember_browser
from doanso.lib import formats
from doanso.lib.problems import Refused

THEME_COOKIE_AGE = 365 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Adapts allauth: accounts are created by officers only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("The name or the password is not right. Look at them once more."),
        "enter_current_password": gettext_lazy("This is not the password you sign in with today."),
        "incorrect_password": gettext_lazy("The password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Pass on the only message of allauth that the page does not show otherwise."""
        if message_template == "account/messages/password_changed.txt":
            messages.success(request, _("The new password is set. Other devices were signed out."))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def set_password(self, user: User, password: str) -> None:
        actions.set_password(actor=user, user=user, password=password)
        # The caller keeps this session signed in with the password hash of the object it holds.
        user.refresh_from_db(fields=["password"])

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the account of a name or phone and its password. The try is counted before the password is checked."""
        login = str(credentials.get("username") or "")
        try:
            attempt = throttle.begin_sign_in(
                login=login, network=network_of_request(request), browser=queries.browser_name(request)
            )
        except Refused as refused:
            raise forms.ValidationError(refused.problem.message, code=refused.problem.code) from refused
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            throttle.record_failure(attempt)
        else:
            throttle.uncount_try(attempt)
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Do nothing: allauth would count in a cache, under the request's host and the name as typed."""

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        for issued_at, officer in actions.take_code_news(user=user):
            words = _(
                "On %(day)s %(officer)s gave out a code to set a new password for your account. "
                "If you did not ask for it, tell your Union committee."
            )
            messages.warning(request, words % {"day": formats.real_moment(issued_at), "officer": officer})
        if user.theme != "auto":
            response.set_cookie(
                "theme", user.theme, max_age=THEME_COOKIE_AGE, samesite="Lax", secure=request.is_secure()
            )
        remember_browser(request, response, user)
        return response
