"""Records of visits and confirmations from phones; see docs/sync.md."""

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
from doanso.lib.schema.json_objects import JsonObject
from doanso.outreach import policy
from doanso.outreach.actions.visits import confirm_visits, record_visits
from doanso.outreach.models import How, VisitOutcome
from doanso.outreach.queries.visits import may_be_shown
from doanso.outreach.visit_payload import PlacePayload, VisitPayload, read_visit
from doanso.sync.ports import IncomingRecord
from doanso.units.models import Unit


class VisitKind:
    """`outreach.visit`."""

    code = "outreach.visit"
    title = gettext_lazy("Visit")
    versions = frozenset({1})
    order = 20

    def read(self, body: Mapping[str, Any], version: int) -> VisitPayload:
        """Return the visit, checked for everything that needs no register."""
        return read_visit(body)

    def may(self, actor: User, unit: Unit) -> bool:
        """Return whether the actor visits for the unit."""
        return policy.RECORD.allows_for(actor, unit)

    def apply(self, *, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
        """Record the visits."""
        return record_visits(actor=actor, unit=unit, records=records)

    def shows(self, record_id: UUID) -> bool:
        """Return False where a receiver was erased, or has withdrawn consent."""
        return may_be_shown(record_id)

    def lines(self, content: VisitPayload) -> list[tuple[str, str]]:
        """Return the visit's texts, for an officer who chooses between two versions."""
        lines = [
            (_("Day"), formats.day(content.happened_on)),
            (_("Outcome"), str(VisitOutcome(content.outcome).label)),
            (_("Door"), _place(content.household or content.business)),
        ]
        if content.follow_up_on is not None:
            lines.append((_("To come again"), formats.day(content.follow_up_on)))
        if content.second is not None:
            lines.append((_("Second of the pair"), content.second.name or str(How(content.second.how).label)))
        services = Service.objects.filter(
            pk__in={help_done.service for guest in content.guests for help_done in guest.helps}
        )
        names = dict(services.values_list("code", "short_name"))
        for guest in content.guests:
            receiver = guest.person.name if guest.person else _("The shop") if guest.business else _("Without a name")
            lines.append(
                (
                    _("Helped"),
                    f"{receiver}: {', '.join(names.get(help_done.service, help_done.service) for help_done in guest.helps)}",
                )
            )
        return lines

    def address(self, record_id: UUID) -> str:
        """Return the visit's page."""
        return reverse("outreach:visit", args=[record_id])


def _place(place: PlacePayload | None) -> str:
    if place is None:
        return "–"
    return " ".join(part for part in (place.name, place.number, place.street) if part) or "–"


class ConfirmationKind:
    """`outreach.confirmation`."""

    code = "outreach.confirmation"
    title = gettext_lazy("Confirmation of a visit")
    versions = frozenset({1})
    order = 30

    def read(self, body: Mapping[str, Any], version: int) -> tuple[UUID, UUID]:
        """Return the keys of the visit and the teammate."""
        fields = JsonObject(body)
        ids = fields.uuid("visit"), fields.uuid("teammate")
        fields.choice("how", {How.SIGN_IN.value})
        fields.finish()
        return ids

    def may(self, actor: User, unit: Unit) -> bool:
        """Return whether the actor visits for the unit."""
        return policy.RECORD.allows_for(actor, unit)

    def apply(self, *, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
        """Record the confirmations."""
        return confirm_visits(actor=actor, unit=unit, records=records)

    def shows(self, record_id: UUID) -> bool:
        """Return True, because a confirmation shows nobody."""
        return True

    def lines(self, content: tuple[UUID, UUID]) -> list[tuple[str, str]]:
        """Return the visit's key; there is nothing to choose between."""
        return [(_("Visit"), str(content[0]))]

    def address(self, record_id: UUID) -> str:
        """Return the list of visits; a confirmation has no page of its own."""
        return reverse("outreach:visits")
