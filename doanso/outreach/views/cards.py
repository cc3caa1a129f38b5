"""Cards and sign-ins of teammates, and the page that a scanned card opens."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts import queries as accounts
from doanso.accounts.models import User
from doanso.accounts.requests import AuthenticatedRequest
from doanso.accounts.secret_links import secret_page
from doanso.lib import clock, qr
from doanso.lib.form_pages import posted
from doanso.lib.problems import Problem, Refused
from doanso.outreach import policy
from doanso.outreach.actions import cards as actions
from doanso.outreach.actions import sign_ins
from doanso.outreach.forms import teams as forms
from doanso.outreach.models import Team, Teammate
from doanso.outreach.queries import teams as queries
from doanso.outreach.queries.cards import card_of
from doanso.outreach.rules import teams as rules
from doanso.outreach.views.form_actions import render_form, run_action
from doanso.outreach.views.teams import get_team, get_teammate
from doanso.units import queries as units


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """Issue a card for a term; a former one is revoked."""
    mate = get_teammate(request, mate_id, policy.MANAGE)
    [line] = queries.teammate_rows(request.user, [mate])
    form = forms.CardForm(
        posted(request),
        initial={
            "last_day": rules.usual_last_day_of_card(mate.since, mate.until, mate.team.until, today=clock.today())
        },
    )
    if form.is_bound and form.is_valid():
        card = run_action(form, lambda: actions.issue_card(actor=request.user, teammate_id=mate.pk, until=form.until))
        if card is not None:
            return redirect("outreach:card", mate.pk)
    return render_form(request, "outreach/card_issue.html", form, mate=mate, team=mate.team, line=line)


@login_required
@require_POST
def revoke(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """Revoke the card."""
    mate = get_teammate(request, mate_id, policy.MANAGE)
    actions.revoke_card(actor=request.user, teammate_id=mate.pk)
    messages.success(request, _("The card is revoked; it confirms nothing from today on."))
    return redirect("outreach:mate", mate.pk)


@login_required
@never_cache
@require_safe
def card(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """Show the card for printing, with the separate strip of six digits that only its holder keeps; each opening is recorded in
    the history.
    """
    mate = get_teammate(request, mate_id, policy.MANAGE)
    problem, printed = "", []
    try:
        printed = [actions.reprint(actor=request.user, teammate_id=mate.pk)]
    except Refused as refused:
        problem = refused.problem.message
    return _sheet(request, mate.team, printed, problem, reverse("outreach:mate", args=[mate.pk]))


@login_required
@never_cache
@require_safe
def team_cards(request: AuthenticatedRequest, team_id: UUID) -> HttpResponse:
    """Show all cards of a team for printing."""
    team = get_team(request, team_id, policy.MANAGE)
    problem, printed = "", []
    try:
        printed = actions.reprint_team(actor=request.user, team_id=team.pk)
        problem = "" if printed else _("Nobody of the team has a card that is good.")
    except Refused as refused:
        problem = refused.problem.message
    return _sheet(request, team, printed, problem, reverse("outreach:team", args=[team.pk]))


def _sheet(
    request: HttpRequest, team: Team, printed: list[actions.PrintedCard], problem: str, back: str
) -> HttpResponse:
    def picture(secret: str) -> str:
        address = request.build_absolute_uri(reverse("outreach:shown-card", args=[secret])).rstrip("/")
        return qr.svg(address, _("Code of the card"))

    return render(
        request,
        "outreach/card.html",
        {
            "team": team,
            "unit": units.named_unit(team.unit),
            "problem": problem,
            "back": back,
            "cards": [
                {
                    "mate": printed_card.card.teammate,
                    "picture": picture(printed_card.keys.secret),
                    "code": f"{printed_card.keys.code[:3]} {printed_card.keys.code[3:]}",
                    "since": printed_card.card.since,
                    "last_day": queries.last_day(
                        rules.earliest_end(printed_card.card.until, printed_card.card.teammate.until, team.until)
                    ),
                }
                for printed_card in printed
            ],
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue_missing(request: AuthenticatedRequest, team_id: UUID) -> HttpResponse:
    """Issue a card to every teammate who has neither card nor sign-in."""
    team = get_team(request, team_id, policy.MANAGE)
    form = forms.CardForm(
        posted(request), initial={"last_day": rules.usual_last_day_of_card(team.since, team.until, today=clock.today())}
    )
    if form.is_bound and form.is_valid():
        cards = run_action(form, lambda: actions.issue_missing(actor=request.user, team_id=team.pk, until=form.until))
        if cards is not None:
            return redirect("outreach:team-cards", team.pk)
    return render_form(request, "outreach/card_issue.html", form, mate=None, team=team, line=None)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """Give a teammate an account to record visits with, for the term."""
    mate = get_teammate(request, mate_id, policy.MANAGE)
    form = forms.SignInForm(posted(request))
    own = mate.member.person.user if mate.member is not None else None
    if own is not None:
        del form.fields["username"], form.fields["has_account"]
    if form.is_bound and form.is_valid():
        account_and_code = run_action(form, lambda: _give(request, mate, form))
        if account_and_code is not None:
            user, code = account_and_code
            if code:
                return render(
                    request,
                    "outreach/team_code.html",
                    {"mate": mate, "account": user, "code": accounts.shown_code(code)},
                )
            messages.success(
                request, _("The account of %(name)s may record visits for the term.") % {"name": user.display_name}
            )
            return redirect("outreach:mate", mate.pk)
    return render_form(request, "outreach/team_sign_in.html", form, mate=mate, team=mate.team, own=own)


def _give(request: AuthenticatedRequest, mate: Teammate, form: forms.SignInForm) -> tuple[User, str]:
    cleaned = form.cleaned_data
    account = None
    if cleaned.get("has_account"):
        account = accounts.user_by_username(cleaned["username"])
        if account is None:
            message = _("There is no such account in your unit. Look at the user name, or make a new account.")
            raise Refused(Problem("account_unknown", message, "username"))
    return sign_ins.give_sign_in(
        actor=request.user, teammate_id=mate.pk, username=cleaned.get("username", ""), account=account
    )


@login_required
@require_POST
def take_sign_in(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """Unlink the account from the teammate."""
    mate = get_teammate(request, mate_id, policy.MANAGE)
    try:
        sign_ins.take_sign_in(actor=request.user, teammate_id=mate.pk)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("This person signs in for the team no more."))
    return redirect("outreach:mate", mate.pk)


@secret_page
@require_safe
def shown_card(request: HttpRequest, secret: str) -> HttpResponse:
    """Show whether a scanned card is valid. No account needed; of the holder only the given name is shown."""
    shown = card_of(secret)
    if shown is None:
        raise Http404
    return render(request, "outreach/card_shown.html", {"card": shown, "unit": units.named_unit(shown.unit)})
