"""The request of a signed-in user."""

from django.http import HttpRequest

from doanso.accounts.models import User


class AuthenticatedRequest(HttpRequest):
    """The type of the request in a view behind `login_required`; it is never instantiated.

    A test compares the annotation of every routed view with its decorators.
    """

    user: User
