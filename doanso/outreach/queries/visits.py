"""Reads of visits. Lists start from `visible`, which holds the policy."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.outreach import policy
from doanso.outreach.models import Visit
from doanso.people.models import Business, Household


def every() -> QuerySet[Visit]:
    """All visits with what a line of a list shows, to be narrowed by a policy."""
    return Visit.objects.select_related("household", "business", "neighbourhood")


def visible(actor: User) -> QuerySet[Visit]:
    """The visits the actor may see: a helper the own ones."""
    return policy.VIEW.filter(actor, every())


def place(shown: access.Personal, visit: Visit) -> str:
    """At which door, as the actor may read it: the home's address, or the shop's sign, which often is its owner's name."""
    if visit.business is not None and visit.business.erased_at is None:
        return shown.name(visit.business.name, visit.unit_id)
    if visit.household is not None and visit.household.erased_at is None:
        return address(visit.household) or _("A door without an address")
    return _("A door without an address")


def address(at: Household | Business) -> str:
    """House number and street as one writes them, or whatever was written down of the address."""
    return f"{at.house_number} {at.street}".strip() or at.address
