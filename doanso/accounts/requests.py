"""The request of somebody who is signed in."""

from django.http import HttpRequest

from doanso.accounts.models import User


class AuthenticatedRequest(HttpRequest):
    """What a view behind `login_required` gets; the class is never made, it says what Django's request holds there.

    A test compares the annotation of every routed view with its decorators.
    """

    user: User
