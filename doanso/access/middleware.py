"""Read the signed-in user's roles once per request, and record the requests of an administrator."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from doanso.access import actions, queries
from doanso.access.models import Role
from doanso.access.policy import current_role_assignments
from doanso.access.unit_roles import read_unit_roles
from doanso.accounts.models import User


def _with_role_assignments(user: User) -> User:
    if user.is_authenticated:
        user.prepared_roles = read_unit_roles(user.pk) if user.is_active else []
        user.prepared_role_assignments = [
            unit_role.role_assignment for unit_role in user.prepared_roles if unit_role.begun
        ]
    return user


class AccessMiddleware:
    """Keep the user's roles, read when first needed, on the user object for the length of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user
        request.user = SimpleLazyObject(lambda: _with_role_assignments(signed_in))  # type: ignore[assignment, arg-type]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Record each request of a user whose administration is open, before it is answered."""
        user = request.user
        if not user.is_authenticated:
            return
        if all(role_assignment.role != Role.CITY_ADMINISTRATOR for role_assignment in current_role_assignments(user)):
            return
        mode = queries.open_administration(user)
        if mode is not None and request.resolver_match is not None:
            request_words = f"{request.method} {request.resolver_match.view_name}"
            actions.record_administration(actor=user, mode=mode, request=request_words)
