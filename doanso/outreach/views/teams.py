"""The unit's pages of teams: the list, one team, and its teammates."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import Permission, get_or_404
from doanso.access.unit_roles import term_words
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import posted
from doanso.lib.paging import page_number, pages
from doanso.members.models import Member
from doanso.outreach import policy
from doanso.outreach.actions import teams as actions
from doanso.outreach.forms import teams as forms
from doanso.outreach.models import Team, Teammate
from doanso.outreach.queries import teams as queries
from doanso.outreach.rules import teams as rules
from doanso.outreach.views.form_actions import redirect_after, render_form, run_action
from doanso.support import queries as support
from doanso.units import queries as units


def get_team(request: AuthenticatedRequest, team_id: UUID, permission: Permission = queries.SEE) -> Team:
    """Return the team, if the user has this permission on it."""
    return get_or_404(request.user, permission, queries.all_teams(), see=queries.SEE, pk=team_id)


def get_teammate(request: AuthenticatedRequest, mate_id: UUID, permission: Permission = queries.SEE_MATE) -> Teammate:
    """Return the teammate, if the user has this permission on them."""
    return get_or_404(request.user, permission, queries.all_teammates(), see=queries.SEE_MATE, pk=mate_id)


# --- Teams --------------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def team_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the teams the reader may see, by unit."""
    access.anywhere_or_404(request.user, queries.SEE)
    visible_units = queries.units_to_see(request.user)
    form = forms.TeamFilterForm(request.GET, units=visible_units)
    cleaned = form.cleaned_data if form.is_valid() else {}
    unit = next((named.unit for named in visible_units if named.code == cleaned.get("unit")), None)
    teams = queries.find_teams(request.user, unit=unit, ended=cleaned.get("state") == "ended")
    page = queries.team_page(request.user, teams, page_number(request))
    summary = ngettext("%(count)s team on this page", "%(count)s teams on this page", len(page.lines))
    return render(
        request,
        "outreach/team_list.html",
        {
            "form": form,
            "narrowed": bool(unit or cleaned.get("state")),
            "page": page,
            "pages": pages(
                request, page.number, more=page.more, summary=summary % {"count": formats.number(len(page.lines))}
            ),
            "may_make": bool(policy.MANAGE.roots(request.user)),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: AuthenticatedRequest) -> HttpResponse:
    """Make a team from its decision."""
    access.over_others_or_404(request.user, policy.MANAGE, see=queries.SEE)
    manageable = queries.units_to_manage(request.user)
    code = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((named for named in manageable if named.code == code), manageable[0] if manageable else None)
    offered: dict[str, Any] = {
        "units": manageable,
        "neighbourhoods": units.neighbourhoods(unit.unit) if unit is not None else (),
        "services": support.recordable_services(),
    }
    if request.method == "POST":
        form = forms.NewTeamForm(request.POST, **offered)
        if form.is_valid():
            team = run_action(
                form,
                lambda: actions.make_team(actor=request.user, unit=form.chosen_unit, inputs=form.inputs()),
            )
            if team is not None:
                messages.success(request, _("The team is written down. Now add its people."))
                return redirect("outreach:team", team.pk)
    else:
        first = {"since": clock.today(), "unit": unit.code if unit is not None else ""}
        form = forms.NewTeamForm(initial=first, **offered)
    return render_form(request, "outreach/team_form.html", form, team=None, units=manageable, unit=unit)


@login_required
@require_safe
def team(request: AuthenticatedRequest, team_id: UUID) -> HttpResponse:
    """Show one team: its decision, its teammates, and the valid cards."""
    team = get_team(request, team_id)
    people = queries.all_teammate_rows(request.user, team)
    over = rules.is_over(team.until, clock.today())
    may_manage = policy.MANAGE.allows(request.user, team)
    decision = [team.decision_number, formats.day(team.decided_on) if team.decided_on else "", team.decided_by]
    return render(
        request,
        "outreach/team.html",
        {
            "team": team,
            "unit": units.named_unit(team.unit),
            "people": [mate for mate in people if mate.state != queries.FORMER],
            "with_card": any(mate.card for mate in people),
            "without_card": queries.count_missing_cards(people),
            "former": [mate for mate in people if mate.state == queries.FORMER],
            "facts": [
                (_("Unit"), units.named_unit(team.unit).name),
                (_("Neighbourhood"), team.neighbourhood.name if team.neighbourhood else _("The whole unit")),
                (_("Decision of the team"), ", ".join(filter(None, decision))),
                (_("At work"), term_words(team.since, team.until)),
                (_("Guides people to"), ", ".join(service.short_name for service in queries.services_of(team))),
            ],
            "over": over,
            "may_manage": may_manage and not over,
            "masked": any(not mate.open for mate in people),
            "events": access_queries.history(request.user, team),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_team(request: AuthenticatedRequest, team_id: UUID) -> HttpResponse:
    """Change the team as a newer decision has it."""
    team = get_team(request, team_id, policy.MANAGE)
    form = forms.TeamForm(
        posted(request),
        neighbourhoods=units.neighbourhoods(team.unit),
        services=support.recordable_services(),
        initial=forms.TeamForm.of(team),
    )
    after = redirect_after(
        request,
        form,
        lambda: actions.change_team(actor=request.user, team_id=team.pk, inputs=form.inputs()),
        message=_("The team is changed."),
        to="outreach:team",
        key=team.pk,
    )
    return after or render_form(request, "outreach/team_form.html", form, team=team)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_team(request: AuthenticatedRequest, team_id: UUID) -> HttpResponse:
    """End the team with every term, card and sign-in."""
    team = get_team(request, team_id, policy.MANAGE)
    form = forms.EndForm(posted(request), initial={"on": clock.today()})
    after = redirect_after(
        request,
        form,
        lambda: actions.end_team(actor=request.user, team_id=team.pk, on=form.cleaned_data["on"]),
        message=_("The team is ended; its cards are good no more."),
        to="outreach:team",
        key=team.pk,
    )
    return after or render_form(request, "outreach/team_end.html", form, team=team, mate=None)


# --- People of a team ---------------------------------------------------------------------------------------------------


def _chosen_member(request: AuthenticatedRequest, team: Team) -> Member | None:
    """Return the member of the register whom the address names."""
    try:
        key = UUID(request.GET.get("member", ""))
    except ValueError:
        return None
    return queries.member_of(request.user, team.unit, key)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_mate(request: AuthenticatedRequest, team_id: UUID) -> HttpResponse:
    """Add a teammate: from the register, or of another body by name."""
    team = get_team(request, team_id, policy.MANAGE)
    member = _chosen_member(request, team)
    search = forms.MemberSearchForm(request.GET)
    text = search.cleaned_data["q"] if search.is_valid() else ""
    first: dict[str, Any] = {"since": max(clock.today(), team.since)}
    if member is not None:
        first |= {"kind": "youth", "body": "youth-union"}
    form = forms.MateForm(posted(request), member=member, initial=first)
    if form.is_bound and form.is_valid():
        mate = run_action(form, lambda: actions.add_teammate(actor=request.user, team_id=team.pk, inputs=form.inputs()))
        if mate is not None:
            messages.success(request, _("%(name)s is in the team.") % {"name": mate.name})
            return redirect("outreach:mate", mate.pk)
    return render_form(
        request,
        "outreach/team_mate_form.html",
        form,
        team=team,
        member=member,
        search=search,
        text=text,
        results=queries.members_named(request.user, team.unit, text) if member is None else [],
    )


@login_required
@require_safe
def mate(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """Show a teammate: body, term, card and sign-in."""
    mate = get_teammate(request, mate_id)
    [line] = queries.teammate_rows(request.user, [mate])
    training = [mate.training, formats.day(mate.trained_on) if mate.trained_on else ""]
    account = mate.user.username if mate.user is not None else _("none: the card is enough to confirm a visit")
    return render(
        request,
        "outreach/team_mate.html",
        {
            "line": line,
            "mate": mate,
            "team": mate.team,
            "facts": [
                (_("In a pair"), mate.get_kind_display()),
                (_("Comes from"), mate.get_body_display()),
                (_("Training done"), ", ".join(filter(None, training))),
                (_("In the team"), term_words(mate.since, mate.until)),
                (_("Sign-in"), account if line.open else ""),
            ],
            "may_manage": line.state != queries.FORMER and policy.MANAGE.allows(request.user, mate),
            "events": access_queries.history(request.user, mate),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_mate(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """Correct a teammate's data."""
    mate = get_teammate(request, mate_id, policy.MANAGE)
    form = forms.MateForm(posted(request), member=mate.member, initial=forms.MateForm.of(mate))
    after = redirect_after(
        request,
        form,
        lambda: actions.change_teammate(actor=request.user, teammate_id=mate.pk, inputs=form.inputs()),
        message=_("Changed."),
        to="outreach:mate",
        key=mate.pk,
    )
    return after or render_form(request, "outreach/team_mate_form.html", form, team=mate.team, mate=mate)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_mate(request: AuthenticatedRequest, mate_id: UUID) -> HttpResponse:
    """End a teammate's term with card and sign-in."""
    mate = get_teammate(request, mate_id, policy.MANAGE)
    form = forms.EndForm(posted(request), initial={"on": clock.today()})
    after = redirect_after(
        request,
        form,
        lambda: actions.end_term(actor=request.user, teammate_id=mate.pk, on=form.cleaned_data["on"]),
        message=_("The term is ended; the card is good no more."),
        to="outreach:team",
        key=mate.team_id,
    )
    return after or render_form(request, "outreach/team_end.html", form, team=mate.team, mate=mate)
