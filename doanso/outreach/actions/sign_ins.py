"""Sign-ins of teammates: the role of a helper at the team's unit, for as long as they are in one of its teams."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access import actions as access
from doanso.access import queries as access_queries
from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.dated_rows import not_over
from doanso.lib.problems import Problem, Refused
from doanso.outreach import policy
from doanso.outreach.actions.preconditions import lock_teammate, require_active
from doanso.outreach.models import Team, Teammate
from doanso.outreach.rules import teams as rules
from doanso.people import actions as people
from doanso.units.models import Unit


def align_roles(*, actor: User, unit: Unit, user_ids: Collection[UUID]) -> None:
    """Give each account the role of a helper at the unit for exactly as long as its terms in the unit's teams last.

    A user who visits by another role, such as a secretary, has no such role that could end.
    """
    today = clock.today()
    held = access_queries.current_or_future_role_assignments(
        RoleAssignment.objects.filter(user__in=list(user_ids), unit=unit, role=Role.HELPER)
    )
    access.lock_roles(held)
    for role_assignment in held.select_related("user").order_by("user_id", "pk"):
        terms = Teammate.objects.filter(user=role_assignment.user, unit=unit)
        ends = [
            rules.earliest_end(mate_until, team_until)
            for mate_until, team_until in terms.values_list("until", "team__until")
        ]
        until = rules.last_end(ends, today)
        if role_assignment.until == until:
            continue
        access.end_role(actor=actor, role_assignment=role_assignment)
        if until is None or until > today:
            access.grant_role(actor=actor, user=role_assignment.user, role=Role.HELPER, unit=unit, until=until)


@transaction.atomic
def give_sign_in(
    *, actor: User, teammate_id: UUID, username: str = "", account: User | None = None
) -> tuple[User, str]:
    """Give a teammate an account to record visits with; return the code with which its owner sets a password, shown only once.

    Without `account` it is the one that the member has already, or a new one called `username`; an existing account needs no
    code. Its role of a helper ends with the term.
    """
    team, mate = lock_teammate(actor, teammate_id)
    require_active(team, mate)
    if mate.user_id is not None:
        raise Refused(Problem("sign_in_there", _("This person has a sign-in already.")))
    person = mate.member.person if mate.member is not None else None
    user = account or (person.user if person is not None else None)
    code = ""
    since, until = max(clock.today(), mate.since), rules.earliest_end(mate.until, team.until)
    if user is None:
        user, code = access.create_account(
            actor=actor,
            username=username,
            display_name=mate.name,
            role=Role.HELPER,
            unit=team.unit,
            since=since,
            until=until,
        )
        if person is not None:
            people.link_sign_in(person=person, user=user)
    else:
        _require_own(actor, team, user)
        if not policy.RECORD.allows_at(user, team.unit):
            access.grant_role(actor=actor, user=user, role=Role.HELPER, unit=team.unit, since=since, until=until)
    mate.user = user
    mate.save(update_fields=["user"])
    record(actor=actor, action="outreach.give_sign_in", obj=mate, unit=team.unit)
    return user, code


def _require_own(actor: User, team: Team, user: User) -> None:
    """Refuse an account out of the actor's reach, or of another teammate of this team."""
    if not access_queries.accounts_to_manage(actor).filter(pk=user.pk).exists():
        message = _("There is no such account in your unit. Look at the user name, or make a new account.")
        raise Refused(Problem("account_unknown", message, "username"))
    if Teammate.objects.filter(not_over(clock.today()), team=team, user=user).exists():
        message = _("Somebody of this team signs in with that account already.")
        raise Refused(Problem("user_twice", message, "username"))


@transaction.atomic
def take_sign_in(*, actor: User, teammate_id: UUID) -> Teammate:
    """Unlink the account from the teammate; its role of a helper ends unless another team needs it."""
    team, mate = lock_teammate(actor, teammate_id)
    require_active(team, mate)
    if mate.user_id is None:
        return mate
    user_id, mate.user = mate.user_id, None
    mate.save(update_fields=["user"])
    record(actor=actor, action="outreach.take_sign_in", obj=mate, unit=team.unit)
    align_roles(actor=actor, unit=team.unit, user_ids=[user_id])
    return mate
