"""The kind of assignment by which a criterion is given to a unit."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.assignments.models import Assignment
from doanso.assignments.ports import register_assignment_kind
from doanso.places import policy
from doanso.places.actions.gaps import GAP
from doanso.places.models import Place


def _sentence(assignment: Assignment) -> str:
    return str(_("%(name)s: reach criterion %(number)s, %(title)s") % assignment.parameters)


def _url(assignment: Assignment) -> str:
    page = reverse("places:place", args=[UUID(assignment.parameters["place"])])
    return f"{page}#criterion-{assignment.parameters['number']}"


def _may_open(actor: User, assignment: Assignment) -> bool:
    """Return whether the actor sees the place: a unit that was given a criterion only for some time after it is completed."""
    return policy.VIEW.filter(actor, Place.objects.filter(pk=assignment.parameters["place"])).exists()


def register() -> None:
    """Register the kind; called once at start-up."""
    register_assignment_kind(
        GAP,
        gettext_lazy("Criterion of a street or market"),
        sentence=_sentence,
        url=_url,
        permission=policy.VIEW,
        from_above=True,
        may_open=_may_open,
    )
