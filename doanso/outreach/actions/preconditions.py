"""Common beginnings of actions on teams: rows read fresh and locked, and not ended."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.problems import Problem, Refused, refuse
from doanso.outreach import policy
from doanso.outreach.models import Team, Teammate
from doanso.outreach.rules import teams as rules


def refuse_any(problems: Iterable[Problem | None]) -> None:
    """Refuse with the first problem, if there is one."""
    for problem in problems:
        refuse(problem)


_LOCKED_TEAM = PreparedQuery(
    lambda key: Team.objects.select_for_update(of=("self",), no_key=True).select_related("unit").filter(pk=key)
)


def lock_team(actor: User, team_id: UUID) -> Team:
    """Return the team, read fresh and locked, for an actor who may manage it. Visits refer only to its key and are not
    blocked.
    """
    team = _LOCKED_TEAM.get(team_id)
    policy.MANAGE.require(actor, team)
    return team


_TEAM_OF = PreparedQuery(lambda mate_id: Teammate.objects.filter(pk=mate_id).values_list("team_id", flat=True))
_LOCKED_TEAMMATE = PreparedQuery(
    lambda key: (
        Teammate.objects.select_for_update(of=("self",), no_key=True).select_related("member__person").filter(pk=key)
    )
)


def lock_teammate(actor: User, mate_id: UUID) -> tuple[Team, Teammate]:
    """Return a teammate with their team, both locked, the team first."""
    team = lock_team(actor, _TEAM_OF.get(mate_id))
    return team, _LOCKED_TEAMMATE.get(mate_id)


def require_active(team: Team, mate: Teammate | None = None) -> None:
    """Refuse changes of a team or a term that has ended."""
    today = clock.today()
    if rules.is_over(team.until, today):
        raise Refused(Problem("team_over", _("This team has ended; nothing of it is changed any more.")))
    if mate is not None and rules.is_over(mate.until, today):
        message = _("This person's term in the team has ended. Add them anew if they come back.")
        raise Refused(Problem("mate_over", message))
