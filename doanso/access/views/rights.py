"""Views of rights: users with roles, codes, tokens, the user's own account, administration."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import actions, diagnostics, policy, queries
from doanso.access.forms import GrantForm, PeopleFilterForm, ReasonForm, TokenForm
from doanso.access.models import Role
from doanso.access.rules import grantable_roles
from doanso.accounts import queries as accounts
from doanso.accounts.models import User
from doanso.accounts.queries import shown_code
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Problem, Refused
from doanso.lib.refusals import add_refusal
from doanso.units import queries as units


@login_required
@require_safe
def user_list(request: AuthenticatedRequest) -> HttpResponse:
    """List the users with roles below the user's units."""
    policy.anywhere_or_404(request.user, policy.GRANT)
    form = PeopleFilterForm(request.GET or None, units=queries.units_to_grant(request.user))
    cleaned = form.cleaned_data if form.is_bound and form.is_valid() else {}
    number = page_number(request)
    held, more = queries.people_with_roles(
        request.user,
        unit=units.unit_by_code(cleaned.get("unit", "")),
        search=cleaned.get("q", ""),
        role=cleaned.get("role", ""),
        page=number,
    )
    context = {
        "held": held,
        "form": form,
        "narrowed": any(cleaned.values()),
        "pages": pages(request, number, more=more, summary=""),
    }
    return render(request, "access/users.html", context)


def _roles_to_give(request: AuthenticatedRequest) -> list[Role]:
    return grantable_roles({role_assignment.role for role_assignment in policy.current_role_assignments(request.user)})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def grant(request: AuthenticatedRequest) -> HttpResponse:
    """Assign a role to an existing account, or create an account with it."""
    policy.anywhere_or_404(request.user, policy.GRANT)
    units_to_grant, roles = queries.units_to_grant(request.user), _roles_to_give(request)
    if request.method == "GET":
        initial_values = {name: request.GET.get(name, "") for name in ("unit", "username")}
        form = GrantForm(initial={"since": clock.today(), **initial_values}, units=units_to_grant, roles=roles)
        return render(request, "access/grant.html", {"form": form})
    form = GrantForm(request.POST, units=units_to_grant, roles=roles)
    if form.is_valid():
        try:
            user, code = _grant(request.user, form)
        except Refused as refused:
            add_refusal(form, refused, {"until": "last_day"})
        else:
            if code:
                return _show_code(request, user, code)
            messages.success(request, _("The role is given."))
            return redirect("access:user", pk=user.pk)
    return render(request, "access/grant.html", {"form": form}, status=422)


def _grant(actor: User, form: GrantForm) -> tuple[User, str]:
    cleaned = form.cleaned_data
    unit = units.unit_by_code(cleaned["unit"])
    assert unit is not None  # noqa: S101 -- a choice of the form
    term = {"role": cleaned["role"], "unit": unit, "since": cleaned["since"], "until": form.until()}
    user = accounts.user_by_username(cleaned["username"])
    if cleaned["display_name"]:
        if user is not None:
            message = _("This user name is taken. If you mean that account, leave the full name empty.")
            raise Refused(Problem("username_taken", message, "username"))
        return actions.create_account(
            actor=actor,
            username=cleaned["username"],
            display_name=cleaned["display_name"],
            phone_number=cleaned["phone_number"],
            **term,
        )
    if user is None:
        message = _("There is no such account. To make it, write the person's full name too.")
        raise Refused(Problem("user_unknown", message, "username"))
    actions.grant_role(actor=actor, user=user, **term)
    return user, ""


def _account(request: AuthenticatedRequest, pk: UUID) -> User:
    policy.anywhere_or_404(request.user, policy.GRANT)
    return get_object_or_404(queries.accounts_to_manage(request.user), pk=pk)


@login_required
@require_safe
def user(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Show one account: its roles where the user may assign roles, and the possible actions."""
    account = _account(request, pk)
    roles = queries.roles_of(account, within=request.user)
    context = {
        "account": account,
        "roles": roles,
        "own": account.pk == request.user.pk,
        "code_possible": account.is_active and queries.may_issue_code(account),
        "events": queries.history(request.user, account),
    }
    return render(request, "access/user.html", context)


@login_required
@require_POST
def end_role(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """End a role."""
    policy.anywhere_or_404(request.user, policy.GRANT)
    role_assignment = queries.role_assignment_to_end(request.user, pk)
    try:
        actions.end_role(actor=request.user, role_assignment=role_assignment)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The role is taken back from today on."))
    return redirect("access:user", pk=role_assignment.user_id)


def _show_code(request: AuthenticatedRequest, user: User, code: str) -> HttpResponse:
    return render(request, "access/code.html", {"account": user, "code": shown_code(code)})


@login_required
@never_cache
@require_POST
def reset_code(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Issue a code for a new password; the page shows it once."""
    account = _account(request, pk)
    try:
        code = actions.issue_reset_code(actor=request.user, user=account)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect("access:user", pk=pk)
    return _show_code(request, account, code)


@login_required
@require_POST
def set_open(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Close an account, or open it again."""
    account = _account(request, pk)
    is_open = request.POST.get("open") == "1"
    try:
        actions.set_account_open(actor=request.user, user=account, is_open=is_open)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        done = (
            _("The account is open again.") if is_open else _("The account is closed; whoever used it is signed out.")
        )
        messages.success(request, done)
    return redirect("access:user", pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: AuthenticatedRequest) -> HttpResponse:
    """List the tokens of the data interface, and issue a new one, which is shown once."""
    policy.anywhere_or_404(request.user, policy.ISSUE_TOKEN)
    held = queries.role_assignments_for_tokens(request.user)
    form = TokenForm(request.POST if request.method == "POST" else None, held=held)
    token = ""
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        role_assignment = next(
            unit_role.role_assignment
            for unit_role in held
            if str(unit_role.role_assignment.pk) == cleaned["role_assignment"]
        )
        try:
            token = actions.issue_token(
                actor=request.user, role_assignment=role_assignment, name=cleaned["name"], days=cleaned["days"]
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            form = TokenForm(held=held)
    api_tokens = list(queries.visible_tokens(request.user)[: queries.PAGE])
    called = units.named_units_by_id(api_token.role_assignment.unit_id for api_token in api_tokens)
    now = clock.now()
    rows = [
        (
            api_token,
            called[api_token.role_assignment.unit_id],
            api_token.revoked_at is None and api_token.expires_at > now,
        )
        for api_token in api_tokens
    ]
    context = {"form": form, "rows": rows, "token": token}
    return render(request, "access/tokens.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke_token(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """Revoke a token."""
    policy.anywhere_or_404(request.user, policy.ISSUE_TOKEN)
    actions.revoke_token(actor=request.user, token=get_object_or_404(queries.visible_tokens(request.user), pk=pk))
    messages.success(request, _("The token is revoked; it opens nothing any more."))
    return redirect("access:tokens")


@login_required
@require_safe
def account(request: AuthenticatedRequest) -> HttpResponse:
    """Show the user's own account."""
    actor = request.user
    context = {
        "facts": [
            (_("Full name"), actor.display_name),
            (_("User name"), actor.username),
            (_("Phone number"), accounts.shown_phone(actor)),
        ],
        "roles": queries.roles_of(actor),
        "may_have_tokens": policy.ISSUE_TOKEN.allows_anywhere(actor),
        "may_administer": policy.ADMINISTER.allows_anywhere(actor),
        "themes": [("auto", _("As the device does")), ("light", _("Light")), ("dark", _("Dark"))],
    }
    return render(request, "access/account.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def administration(request: AuthenticatedRequest) -> HttpResponse:
    """Begin a timed administration with a reason; while it lasts, show the state of worker, history and software."""
    policy.anywhere_or_404(request.user, policy.ADMINISTER)
    mode = queries.open_administration(request.user)
    if mode is not None:
        return render(request, "access/diagnostics.html", {"mode": mode, "found": diagnostics.read_diagnostics()})
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        unit = next(
            role_assignment.unit
            for role_assignment in policy.current_role_assignments(request.user)
            if role_assignment.role == Role.CITY_ADMINISTRATOR
        )
        try:
            actions.begin_administration(actor=request.user, unit=unit, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("access:administration")
    return render(request, "access/administration.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def end_administration(request: AuthenticatedRequest) -> HttpResponse:
    """End the user's own administration before its time."""
    policy.anywhere_or_404(request.user, policy.ADMINISTER)
    actions.end_administration(actor=request.user)
    messages.success(request, _("Administration is ended."))
    return redirect("access:account")
