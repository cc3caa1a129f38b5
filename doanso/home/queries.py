"""What the start page and the dashboards read."""

from dataclasses import dataclass
from datetime import date

from doanso.access.models import Holding, Role
from doanso.access.policy import current_holdings
from doanso.accounts.models import User
from doanso.targets import policy
from doanso.targets import queries as targets
from doanso.targets.models import Programme
from doanso.units import queries as units
from doanso.units.models import Unit

# Who signs in with several roles begins where the widest of them looks from.
_WIDEST_FIRST = (
    Role.CITY_ADMINISTRATOR,
    Role.CITY_OFFICER,
    Role.INSPECTOR,
    Role.UNIT_SECRETARY,
    Role.BRANCH_SECRETARY,
    Role.MEMBER,
    Role.HELPER,
)


@dataclass(frozen=True, slots=True)
class Place:
    """The role from which a user looks at the product, and the unit it is held at."""

    role: str
    role_name: str
    unit: Unit
    unit_name: str
    unit_short_name: str


def main_holding(user: User) -> Holding | None:
    """The widest of the roles the user holds today."""
    return min(current_holdings(user), key=lambda one: _WIDEST_FIRST.index(Role(one.role)), default=None)


def place_of(user: User) -> Place | None:
    """The widest role with its unit's name of the day; one statement beside the holdings."""
    holding = main_holding(user)
    if holding is None:
        return None
    called = units.name(holding.unit)
    return Place(
        role=holding.role,
        role_name=str(Role(holding.role).label),
        unit=holding.unit,
        unit_name=called.name,
        unit_short_name=called.short_name,
    )


def programme_to_see(actor: User, code: str) -> Programme | None:
    """The programme whose root's figures the actor may see."""
    seen = policy.VIEW.filter(actor, Unit.objects.all())
    return targets.programmes().filter(code=code, root__in=seen).first()


def programme_of(unit: Unit, code: str, on: date | None) -> Programme | None:
    """The programme asked for, or the one that runs; one in which the unit has figures."""
    found = targets.programmes_at(unit, on)
    return next((one for one in found if one.code == code), None) if code else next(iter(found), None)
