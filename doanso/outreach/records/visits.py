"""Visits and confirmations as phones bring them; see docs/sync.md."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.lib.strict_json import Fields
from doanso.outreach import policy
from doanso.outreach.actions.visits import confirm_visits, record_visits
from doanso.outreach.models import How, Outcome
from doanso.outreach.queries.visits import may_be_shown
from doanso.outreach.visit_told import PlaceTold, VisitTold, read_visit
from doanso.sync.ports import Incoming
from doanso.units.models import Unit


class VisitKind:
    """`outreach.visit`."""

    code = "outreach.visit"
    title = gettext_lazy("Visit")
    versions = frozenset({1})
    order = 20

    def read(self, body: Mapping[str, Any], version: int) -> VisitTold:
        """The visit, checked for what can be seen without the register."""
        return read_visit(body)

    def may(self, actor: User, unit: Unit) -> bool:
        """Whether the actor visits for the unit."""
        return policy.RECORD.allows_at(actor, unit)

    def apply(self, *, actor: User, unit: Unit, records: Sequence[Incoming]) -> list[Problem | None]:
        """Record them."""
        return record_visits(actor=actor, unit=unit, records=records)

    def shows(self, record_id: UUID) -> bool:
        """Unless somebody who was helped was erased, or has taken back that they are written down."""
        return may_be_shown(record_id)

    def lines(self, told: VisitTold) -> list[tuple[str, str]]:
        """What the visit says, for whoever chooses between two versions."""
        found = [
            (_("Day"), formats.day(told.happened_on)),
            (_("Outcome"), str(Outcome(told.outcome).label)),
            (_("Door"), _place(told.household or told.business)),
        ]
        if told.follow_up_on is not None:
            found.append((_("To come again"), formats.day(told.follow_up_on)))
        if told.second is not None:
            found.append((_("Second of the pair"), told.second.name or str(How(told.second.how).label)))
        known = Service.objects.filter(pk__in={done.service for guest in told.guests for done in guest.helps})
        names = dict(known.values_list("code", "short_name"))
        for guest in told.guests:
            who = guest.person.name if guest.person else _("The shop") if guest.business else _("Without a name")
            found.append(
                (_("Helped"), f"{who}: {', '.join(names.get(done.service, done.service) for done in guest.helps)}")
            )
        return found

    def address(self, record_id: UUID) -> str:
        """The visit's page."""
        return reverse("outreach:visit", args=[record_id])


def _place(told: PlaceTold | None) -> str:
    if told is None:
        return "–"
    return " ".join(part for part in (told.name, told.number, told.street) if part) or "–"


class ConfirmationKind:
    """`outreach.confirmation`."""

    code = "outreach.confirmation"
    title = gettext_lazy("Confirmation of a visit")
    versions = frozenset({1})
    order = 30

    def read(self, body: Mapping[str, Any], version: int) -> tuple[UUID, UUID]:
        """The visit's key and the teammate's."""
        fields = Fields(body)
        told = fields.key("visit"), fields.key("teammate")
        fields.choice("how", {How.SIGN_IN.value})
        fields.done()
        return told

    def may(self, actor: User, unit: Unit) -> bool:
        """Whether the actor visits for the unit."""
        return policy.RECORD.allows_at(actor, unit)

    def apply(self, *, actor: User, unit: Unit, records: Sequence[Incoming]) -> list[Problem | None]:
        """Take the actor's word."""
        return confirm_visits(actor=actor, unit=unit, records=records)

    def shows(self, record_id: UUID) -> bool:
        """A word shows nobody."""
        return True

    def lines(self, told: tuple[UUID, UUID]) -> list[tuple[str, str]]:
        """Two keys say nothing to anybody; there is nothing to choose between."""
        return [(_("Visit"), str(told[0]))]

    def address(self, record_id: UUID) -> str:
        """A confirmation has no page of its own."""
        return reverse("outreach:visits")
