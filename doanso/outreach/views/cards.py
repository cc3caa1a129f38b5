"""Cards and sign-ins of people of a team, and the page that a scanned card opens."""

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
from doanso.accounts.requests import AuthenticatedRequest
from doanso.accounts.secret_links import secret_page
from doanso.lib import qr
from doanso.lib.problems import Problem, Refused
from doanso.outreach import policy
from doanso.outreach.actions import cards as actions
from doanso.outreach.actions import sign_ins
from doanso.outreach.forms import teams as forms
from doanso.outreach.models import Team, Teammate
from doanso.outreach.queries import teams as queries
from doanso.outreach.queries.cards import card_of
from doanso.outreach.rules import teams as rules
from doanso.outreach.views.deeds import done, form_page, sent
from doanso.outreach.views.teams import found_mate, found_team
from doanso.units import queries as units


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """A card for a term; a former one stops."""
    one = found_mate(request, mate_id, policy.MANAGE)
    [line] = queries.mates(request.user, [one])
    form = forms.CardForm(sent(request), initial={"last_day": queries.usual_last_day(one.team, one)})
    if form.is_bound and form.is_valid():
        card = done(form, lambda: actions.issue_card(actor=request.user, teammate_id=one.pk, until=form.until))
        if card is not None:
            return redirect("outreach:card", one.pk)
    return form_page(request, "outreach/card_issue.html", form, mate=one, team=one.team, line=line)


@login_required
@require_POST
def revoke(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """The card is no good any more."""
    one = found_mate(request, mate_id, policy.MANAGE)
    actions.revoke_card(actor=request.user, teammate_id=one.pk)
    messages.success(request, _("The card is revoked; it confirms nothing from today on."))
    return redirect("outreach:mate", one.pk)


@login_required
@never_cache
@require_safe
def card(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """The card to print, with the slip of six digits that only its holder keeps; each opening is in the history."""
    one = found_mate(request, mate_id, policy.MANAGE)
    problem, printed = "", []
    try:
        printed = [actions.reprint(actor=request.user, teammate_id=one.pk)]
    except Refused as refused:
        problem = refused.problem.message
    return _sheet(request, one.team, printed, problem, reverse("outreach:mate", args=[one.pk]))


@login_required
@never_cache
@require_safe
def team_cards(request: AuthenticatedRequest, team_id: UUID) -> HttpResponse:
    """All cards of a team to print."""
    one = found_team(request, team_id, policy.MANAGE)
    problem, printed = "", []
    try:
        printed = actions.reprint_team(actor=request.user, team_id=one.pk)
        problem = "" if printed else _("Nobody of the team has a card that is good.")
    except Refused as refused:
        problem = refused.problem.message
    return _sheet(request, one, printed, problem, reverse("outreach:team", args=[one.pk]))


def _sheet(request: HttpRequest, team: Team, printed: list[actions.Printed], problem: str, back: str) -> HttpResponse:
    def picture(secret: str) -> str:
        address = request.build_absolute_uri(reverse("outreach:shown-card", args=[secret])).rstrip("/")
        return qr.svg(address, _("Code of the card"))

    return render(
        request,
        "outreach/card.html",
        {
            "team": team,
            "unit": units.name(team.unit),
            "problem": problem,
            "back": back,
            "cards": [
                {
                    "mate": one.card.teammate,
                    "picture": picture(one.keys.secret),
                    "code": f"{one.keys.code[:3]} {one.keys.code[3:]}",
                    "since": one.card.since,
                    "last_day": queries.last_day(rules.earliest(one.card.until, one.card.teammate.until, team.until)),
                }
                for one in printed
            ],
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue_missing(request: AuthenticatedRequest, team_id: UUID) -> HttpResponse:
    """A card for everybody of a team who has neither one nor a sign-in."""
    one = found_team(request, team_id, policy.MANAGE)
    form = forms.CardForm(sent(request), initial={"last_day": queries.usual_last_day(one)})
    if form.is_bound and form.is_valid():
        made = done(form, lambda: actions.issue_missing(actor=request.user, team_id=one.pk, until=form.until))
        if made is not None:
            return redirect("outreach:team-cards", one.pk)
    return form_page(request, "outreach/card_issue.html", form, mate=None, team=one, line=None)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """An account with which somebody of the team records visits, for the term."""
    one = found_mate(request, mate_id, policy.MANAGE)
    form = forms.SignInForm(sent(request))
    own = one.member.person.user if one.member is not None else None
    if own is not None:
        del form.fields["username"], form.fields["has_account"]
    if form.is_bound and form.is_valid():
        given = done(form, lambda: _give(request, one, form))
        if given is not None:
            user, code = given
            if code:
                return render(
                    request,
                    "outreach/team_code.html",
                    {"mate": one, "account": user, "code": accounts.shown_code(code)},
                )
            messages.success(
                request, _("The account of %(name)s may record visits for the term.") % {"name": user.display_name}
            )
            return redirect("outreach:mate", one.pk)
    return form_page(request, "outreach/team_sign_in.html", form, mate=one, team=one.team, own=own)


def _give(request: AuthenticatedRequest, one: Teammate, form: forms.SignInForm) -> object:
    said = form.cleaned_data
    account = None
    if said.get("has_account"):
        account = accounts.by_username(said["username"])
        if account is None:
            message = _("There is no such account in your unit. Look at the user name, or make a new account.")
            raise Refused(Problem("account_unknown", message, "username"))
    return sign_ins.give_sign_in(
        actor=request.user, teammate_id=one.pk, username=said.get("username", ""), account=account
    )


@login_required
@require_POST
def take_sign_in(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """The account is not this person's any more."""
    one = found_mate(request, mate_id, policy.MANAGE)
    try:
        sign_ins.take_sign_in(actor=request.user, teammate_id=one.pk)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("This person signs in for the team no more."))
    return redirect("outreach:mate", one.pk)


@secret_page
@require_safe
def shown_card(request: HttpRequest, secret: str) -> HttpResponse:
    """What whoever scans a card sees: whether it is good. No account, no name beyond the given one."""
    found = card_of(secret)
    if found is None:
        raise Http404
    return render(request, "outreach/card_shown.html", {"card": found, "unit": units.name(found.unit)})
