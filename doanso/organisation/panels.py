"""The ways to new units, on the list of units and on the page of a unit."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.http import urlencode

from doanso.access.ports import UnitPage
from doanso.accounts.models import User
from doanso.lib.panels import Panel
from doanso.organisation import policy
from doanso.units.models import UnitKind
from doanso.units.queries import NamedUnit


def create_anywhere(actor: User, tree: Sequence[NamedUnit]) -> Panel | None:
    """Return the buttons over the list of units; no statement."""
    if not policy.CHANGE.allows_anywhere(actor):
        return None
    # A root alone has the main button in the middle of the page.
    return Panel("organisation/create_buttons.html", {"is_main": len(tree) > 1})


def first_units(actor: User, tree: Sequence[NamedUnit]) -> Panel | None:
    """Return what to do where the committee has no units below it yet; no statement."""
    if len(tree) != 1 or tree[0].kind == UnitKind.BRANCH or not policy.CHANGE.allows_anywhere(actor):
        return None
    return Panel("organisation/first_units.html", {"unit": tree[0].name})


def create_below(actor: User, page: UnitPage) -> Panel | None:
    """Return the button for a new unit below this one; no statement."""
    is_able = page.unit.until is None and page.unit.kind != UnitKind.BRANCH
    if not is_able or not page.allows(policy.CHANGE):
        return None
    address = f"{reverse('organisation:create_unit')}?{urlencode({'parent': page.unit.code})}"
    return Panel("organisation/create_button.html", {"url": address})
