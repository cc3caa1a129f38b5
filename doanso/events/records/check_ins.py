"""Records of check-ins from phones; see docs/sync.md."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from doanso.accounts.models import User
from doanso.events import policy, rules
from doanso.events.actions.check_ins import CheckInPayload, record_check_ins
from doanso.events.models import CheckIn, CheckInDirection, CheckInMethod, Event
from doanso.lib import formats
from doanso.lib.access_codes import is_link
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.json_objects import JsonObject
from doanso.sync.ports import IncomingRecord
from doanso.units.models import Unit

_METHODS, _DIRECTIONS = frozenset(CheckInMethod.values), frozenset(CheckInDirection.values)
_LONGEST_LINK = 30


class CheckInKind:
    """`events.check-in`."""

    code = "events.check-in"
    title = gettext_lazy("Check-in at an event")
    versions = frozenset({1})
    order = 26

    def read(self, body: Mapping[str, Any], version: int) -> CheckInPayload:
        """Return the check-in, read for everything that needs no register."""
        fields = JsonObject(body)
        walk_in = fields.object_or_none("walk_in")
        payload = CheckInPayload(
            event_id=fields.uuid("event"),
            gate=fields.text("gate", rules.LONGEST_GATE),
            seen_at=fields.moment("seen_at"),
            direction=fields.choice("direction", _DIRECTIONS),
            method=fields.choice("method", _METHODS),
            code=fields.text_or_none("ticket", rules.CODE_DIGITS) or "",
            member_id=fields.uuid_or_none("member"),
            link=walk_in.text("link", _LONGEST_LINK) if walk_in is not None else "",
            is_undone=fields.flag("undone"),
        )
        for part in (walk_in, fields):
            if part is not None:
                part.finish()
        _require_one_holder(payload)
        return payload

    def may(self, actor: User, unit: Unit) -> bool:
        """Return whether the actor checks people in for the unit."""
        return policy.CHECK_IN.allows_for(actor, unit)

    def apply(self, *, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
        """Record the check-ins."""
        return record_check_ins(actor=actor, unit=unit, records=records)

    def shows(self, record_id: UUID) -> bool:
        """Return True, because a check-in names nobody."""
        return True

    def lines(self, content: CheckInPayload) -> list[tuple[str, str]]:
        """Return the check-in's texts, for an officer who chooses between two versions."""
        title = Event.objects.filter(pk=content.event_id).values_list("title", flat=True).first()
        lines = [(pgettext("check-in", "Event"), title)] if title else []
        lines += [
            (_("Time"), formats.moment(content.seen_at)),
            (pgettext("check-in", "Direction"), str(CheckInDirection(content.direction).label)),
            (pgettext("check-in", "Known by"), str(CheckInMethod(content.method).label)),
        ]
        if content.gate:
            lines.append((pgettext("check-in", "Gate"), content.gate))
        if content.is_undone:
            lines.append((pgettext("check-in", "Undone"), _("Yes")))
        return lines

    def address(self, record_id: UUID) -> str:
        """Return the page of the event."""
        event = CheckIn.objects.filter(pk=record_id).values_list("attendance__event", flat=True).first()
        return reverse("events:event", args=[event]) if event is not None else reverse("events:list")


def _require_one_holder(payload: CheckInPayload) -> None:
    """Refuse a check-in that is not of exactly one ticket or member, or was known by something else."""
    given = [bool(payload.code), payload.member_id is not None, bool(payload.link)]
    is_formed = (not payload.code or rules.is_ticket_code(payload.code)) and (not payload.link or is_link(payload.link))
    is_known = {
        CheckInMethod.TICKET.value: payload.member_id is None,
        CheckInMethod.WALK_IN.value: bool(payload.link),
    }.get(payload.method, payload.member_id is not None)
    if sum(given) != 1 or not is_formed or not is_known:
        message = _("A check-in is of one ticket, or of one member, or of a visitor who gets a ticket.")
        raise Refused(Problem("check_in_holder", message, "ticket"))
