"""Invite officers and secretaries: many at once, with link, QR, ready text and a printable sheet; and the page behind a link."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import actions, policy, queries
from doanso.access.actions import InvitationInput, IssuedInvitation
from doanso.access.actions.invitations import LIVES
from doanso.access.forms import InvitedUnitsFilterForm, read_pasted
from doanso.access.models import Role
from doanso.access.queries.invitations import (
    InvitableUnit,
    invitable_units,
    invitations_to_see,
    open_invitation,
    state_of,
)
from doanso.access.rules import grantable_roles
from doanso.accounts import throttle
from doanso.accounts.new_account import NewAccountForm
from doanso.accounts.requests import AuthenticatedRequest
from doanso.accounts.secret_links import network_of_request, secret_page
from doanso.accounts.sign_in import sign_in_new_account
from doanso.lib import formats, qr
from doanso.lib.paging import page_number, page_rows, pages
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.units import queries as units
from doanso.units.models import Unit

_FIRST_CHOICE = (Role.UNIT_SECRETARY, Role.BRANCH_SECRETARY, Role.CITY_OFFICER)
"""The roles that are offered first, in this order."""
MOST_ROWS = 200


def _roles(request: AuthenticatedRequest) -> list[Role]:
    """Return the roles that the user may give by invitation; members get their account from their record."""
    held = {role_assignment.role for role_assignment in policy.current_role_assignments(request.user)}
    return [role for role in grantable_roles(held) if role != Role.MEMBER]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: AuthenticatedRequest) -> HttpResponse:
    """Choose the role and the units, or paste a list; those chosen are invited and shown this once."""
    policy.anywhere_or_404(request.user, policy.GRANT)
    roles = _roles(request)
    sent = request.POST if request.method == "POST" else request.GET
    below = _below(request, sent.get("unit", ""))
    chosen = next((role for role in roles if role.value == sent.get("role")), None)
    if request.method == "POST" and chosen is None and sent.get("role"):
        # Never invite to another role than the one that was sent.
        raise PermissionDenied(policy.GRANT.name)
    role, offered = _offered(request, chosen, roles, below)
    problems: list[str] = []
    if request.method == "POST":
        inputs, problems = _inputs(request, role, offered)
        if chosen is None:
            problems = [_("Choose the role to which you invite.")]
        if not problems:
            try:
                issued = actions.invite(actor=request.user, batch=_batch(request), inputs=inputs)
            except Refused as refused:
                problems = [refused.problem.message]
            else:
                return _sheet(request, issued)
    return _choose(request, roles, role, below, offered, problems)


def _offered(
    request: AuthenticatedRequest, chosen: Role | None, roles: Sequence[Role], below: Unit | None
) -> tuple[Role, list[InvitableUnit]]:
    """Return the role and its units; without a chosen role the first that is held at a unit below the own one."""
    for role in [chosen] if chosen is not None else [role for role in _FIRST_CHOICE if role in roles]:
        offered = invitable_units(request.user, role, below=below)
        if chosen is not None or any(entry.unit.depth for entry in offered):
            return role, offered
    return roles[0], invitable_units(request.user, roles[0], below=below)


def _below(request: AuthenticatedRequest, code: str) -> Unit | None:
    return (
        next((unit.unit for unit in queries.units_to_grant(request.user) if unit.code == code), None) if code else None
    )


def _batch(request: AuthenticatedRequest) -> UUID:
    try:
        return UUID(request.POST.get("batch", ""))
    except ValueError:
        return uuid7()


def _inputs(
    request: AuthenticatedRequest, role: Role, offered: Sequence[InvitableUnit]
) -> tuple[list[InvitationInput], list[str]]:
    """Return whom the form names: the ticked units, then the pasted lines, with a problem for each line that fits none."""
    ticked = set(request.POST.getlist("units"))
    inputs = [
        InvitationInput(entry.unit.unit, role, request.POST.get(f"name-{entry.unit.code}", "")[:120])
        for entry in offered
        if entry.unit.code in ticked
    ]
    pasted, problems = read_pasted(request.POST.get("pasted", "")[:40_000], [entry.unit for entry in offered])
    return inputs + [InvitationInput(unit.unit, role, name) for name, unit in pasted], problems


def _choose(
    request: AuthenticatedRequest,
    roles: Sequence[Role],
    role: Role,
    below: Unit | None,
    offered: Sequence[InvitableUnit],
    problems: Sequence[str],
) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    ticked = set(sent.getlist("units")) if sent is not None else None
    # Of more units than fit, those that nobody holds and nobody is invited to go first.
    first = sorted(offered, key=lambda entry: bool(entry.holder) or entry.is_invited)
    rows = [
        {
            "entry": entry,
            "ticked": entry.unit.code in ticked if ticked is not None else not entry.holder and not entry.is_invited,
            "name": sent.get(f"name-{entry.unit.code}", "") if sent is not None else "",
        }
        for entry in (first[:MOST_ROWS] if len(offered) > MOST_ROWS else offered)
    ]
    context = {
        "role": role,
        "roles": roles,
        "rows": rows,
        "below": below,
        "left_out": max(0, len(offered) - MOST_ROWS),
        "filter": InvitedUnitsFilterForm(
            {"unit": below.code if below is not None else "", "role": role.value},
            units=queries.units_to_grant(request.user),
        ),
        "pasted": sent.get("pasted", "") if sent is not None else "",
        "batch": sent.get("batch", "") if sent is not None else uuid7(),
        "problems": problems,
        "days": LIVES.days,
        "own_machine": _own_machine(request),
    }
    return render(request, "access/invite.html", context, status=422 if problems else 200)


def _own_machine(request: HttpRequest) -> str:
    """Return the address in use where only this machine can open it, and links sent to others open nothing; else ""."""
    host = request.get_host()
    return host if split_domain_port(host)[0] in ("localhost", "127.0.0.1", "[::1]") else ""


def _sheet(request: AuthenticatedRequest, issued: Sequence[IssuedInvitation]) -> HttpResponse:
    """Show links, QR codes and ready texts, this once."""
    called = units.named_units_by_id(entry.invitation.unit_id for entry in issued)
    cards = []
    for invitation, secret in issued:
        address = request.build_absolute_uri(reverse("access:invitation", args=[secret]))
        unit, role = called[invitation.unit_id], Role(invitation.role).label
        day = formats.day(invitation.expires_at)
        words = {"name": invitation.display_name, "role": role, "unit": unit.name, "address": address, "day": day}
        greeting = _("Hello %(name)s.") % words if invitation.display_name else _("Hello.")
        text = _(
            "You are invited to Đoàn Số as %(role)s, %(unit)s. Open this link and choose your own password: %(address)s "
            "(works once, until %(day)s; do not pass it on). It asks for no OTP and no money."
        )
        cards.append(
            {
                "name": invitation.display_name or unit.name,
                "unit": unit.name if invitation.display_name else "",
                "role": role,
                "until": invitation.expires_at,
                "address": address,
                "picture": qr.svg(
                    address,
                    _("Code that opens the invitation of %(name)s") % {"name": invitation.display_name or unit.name},
                ),
                "message": f"{greeting} {text % words}",
            }
        )
    return render(request, "access/invitation_sheet.html", {"cards": cards, "own_machine": _own_machine(request)})


@login_required
@require_safe
def invitation_list(request: AuthenticatedRequest) -> HttpResponse:
    """List the invitations with what became of them."""
    policy.anywhere_or_404(request.user, policy.GRANT)
    number = page_number(request)
    window, more = page_rows(invitations_to_see(request.user), number, queries.PAGE)
    called = units.named_units_by_id(invitation.unit_id for invitation in window)
    rows = [
        {
            "invitation": invitation,
            "unit": called[invitation.unit_id],
            "role": Role(invitation.role).label,
            "state": state_of(invitation),
        }
        for invitation in window
    ]
    summary = ngettext("%(count)s invitation on this page", "%(count)s invitations on this page", len(rows))
    page_words = pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))})
    return render(request, "access/invitations.html", {"rows": rows, "pages": page_words})


@login_required
@never_cache
@require_POST
def issue_anew(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Issue a new link for an invitation; the old one is void."""
    policy.anywhere_or_404(request.user, policy.GRANT)
    invitation = get_object_or_404(invitations_to_see(request.user), pk=pk)
    try:
        issued = actions.issue_invitation_anew(actor=request.user, invitation=invitation)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect("access:invitations")
    return _sheet(request, [issued])


@login_required
@require_POST
def withdraw(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    policy.anywhere_or_404(request.user, policy.GRANT)
    invitation = get_object_or_404(invitations_to_see(request.user), pk=pk)
    try:
        actions.withdraw_invitation(actor=request.user, invitation=invitation)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The invitation is withdrawn; its link opens nothing any more."))
    return redirect("access:invitations")


@sensitive_post_parameters("password", "again")
@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask who was invited for a user name and a password, and sign in."""
    try:
        attempt = throttle.begin_code(network=network_of_request(request))
    except Refused as refused:
        return render(request, "access/invitation_over.html", {"wait": refused.problem.message}, status=429)
    found = open_invitation(secret)
    if found is None:
        return render(request, "access/invitation_over.html", {}, status=404)
    # A link that is right is no try.
    throttle.uncount_try(attempt)
    form = NewAccountForm(
        request.POST if request.method == "POST" else None, initial={"display_name": found.display_name}
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            user = actions.accept_invitation(
                secret=secret,
                display_name=cleaned["display_name"],
                username=cleaned["username"],
                password=cleaned["password"],
            )
        except Refused as refused:
            if refused.problem.code == "invitation_over":
                return render(request, "access/invitation_over.html", {}, status=404)
            form.add_error(
                refused.problem.field if refused.problem.field in form.fields else None, refused.problem.message
            )
        else:
            response = redirect("home:start")
            sign_in_new_account(request, response, user)
            return response
    context: dict[str, Any] = {
        "form": form,
        "invitation": found,
        "unit": units.named_unit(found.unit),
        "role": Role(found.role).label,
    }
    return render(request, "access/invitation.html", context, status=422 if form.errors else 200)
