"""Common frame of pages that change one stay: permission, whether it is active, the form, and the redirect afterwards."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doanso.access.policy import Permission, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.form_pages import submit
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.members import policy, queries
from doanso.members.models import Absence, Exemption, Member, MemberState, Post

type StayPage[**P] = Callable[Concatenate[AuthenticatedRequest, Member, P], HttpResponse]
type StayView[**P] = Callable[Concatenate[AuthenticatedRequest, UUID, P], HttpResponse]


def active_stay_page[**P](permission: Permission) -> Callable[[StayPage[P]], StayView[P]]:
    """Make a view of the address's `member_id` from a page that takes the stay, under the permission.

    A stay that has ended redirects to its own page, which leads to the active one.
    """

    def decorate(page: StayPage[P]) -> StayView[P]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(page)
        def view(request: AuthenticatedRequest, member_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            member = get_or_404(request.user, permission, queries.all_stays(), see=policy.VIEW, pk=member_id)
            if member.state != MemberState.ACTIVE:
                messages.error(request, _("This stay has ended already; open the member's present stay."))
                return redirect("members:member", member.pk)
            return page(request, member, *args, **kwargs)

        return view  # type: ignore[return-value]  # the address gives `member_id` by name, which Concatenate cannot say

    return decorate


def row_of_member[Row: (Absence, Exemption, Post)](rows: list[Row], pk: UUID) -> Row:
    """Return the member's row with this key; Http404 for a row of another person."""
    for row in rows:
        if row.pk == pk:
            return row
    raise Http404


def _show_refusal(form: Form, refused: Refused) -> None:
    add_refusal(form, refused, {"birth_date": "birth"})


def form_page(
    request: AuthenticatedRequest,
    member: Member | None,
    form: Form,
    act: Callable[[dict[str, Any]], Member],
    page: dict[str, Any],
) -> HttpResponse:
    """Show a form; when it is valid, run the action and redirect to the member, else show the problem beside its field."""
    if result := submit(form, lambda: act(form.cleaned_data), show=_show_refusal):
        messages.success(request, page["done"])
        return redirect("members:member", result.pk)
    context = {"form": form, "member": member, **page}
    if member is not None:
        context["name"] = member.contact.name
    return render(request, "members/form.html", context, status=422 if form.errors else 200)
