"""Records of receivers whom a phone recorded at a stand; see docs/sync.md."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.lib import formats, phone
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.schema.json_objects import JsonObject
from doanso.support import policy, rules
from doanso.support.actions.phone_turns import StandTurnPayload, record_phone_turns
from doanso.support.actions.stand_turns import StandPair
from doanso.support.models import HelperKind, Stand, StandTurn
from doanso.support.record_inputs import Helper
from doanso.support.record_payloads import FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR, read_consent
from doanso.support.rules.stands import MOST_SERVICES
from doanso.support.stand_keys import StandEntry
from doanso.sync.ports import IncomingRecord
from doanso.units.models import Unit

_KINDS = frozenset(HelperKind.values)


class StandTurnKind:
    """`support.stand-turn`."""

    code = "support.stand-turn"
    title = gettext_lazy("Help at a stand")
    versions = frozenset({1})
    order = 24

    def read(self, body: Mapping[str, Any], version: int) -> StandTurnPayload:
        """Return the receiver, read for everything that needs no register."""
        fields = JsonObject(body)
        payload = StandTurnPayload(
            stand_id=fields.uuid("stand"),
            happened_on=fields.day("happened_on"),
            helped_at=fields.moment("helped_at"),
            services=tuple(dict.fromkeys(fields.texts("services", MOST_SERVICES, length=40))),
            entry=_entry(fields.object_or_none("person")),
            consent=read_consent(fields.object_or_none("consent")),
            namesakes=fields.flag("namesakes"),
            pair=_pair(fields.object("pair")),
            is_undone=fields.flag("undone"),
        )
        fields.finish()
        if payload.entry is None and payload.consent is not None:
            message = _("Whoever does not want to be named has no consent.")
            raise Refused(Problem("nobody_to_name", message, "consent"))
        return payload

    def may(self, actor: User, unit: Unit) -> bool:
        """Return whether the actor may open stands of the unit, which is the permission to record at each of them."""
        return policy.OPEN_STAND.allows_for(actor, unit)

    def apply(self, *, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
        """Record the receivers."""
        return record_phone_turns(actor=actor, unit=unit, records=records)

    def shows(self, record_id: UUID) -> bool:
        """Return True, because no picture is taken at a stand."""
        return True

    def lines(self, content: StandTurnPayload) -> list[tuple[str, str]]:
        """Return the record's texts, for an officer who decides about it."""
        place = Stand.objects.filter(pk=content.stand_id).values_list("place", flat=True).first()
        services = Service.objects.filter(pk__in=content.services).order_by("position")
        lines = [(_("Place of the stand"), place)] if place else []
        lines += [
            (_("Time"), formats.moment(content.helped_at)),
            (_("Helped with"), ", ".join(services.values_list("name", flat=True)) or ", ".join(content.services)),
            (_("Full name"), content.entry.name if content.entry is not None else _("Does not want to be named")),
        ]
        if content.entry is not None:
            lines.append((_("Year of birth"), str(content.entry.birth_year)))
            lines += [(_("Phone"), content.entry.phone)] if content.entry.phone else []
        helpers = [helper.name for helper in content.pair if helper is not None]
        lines.append((_("Helpers"), ", ".join(helpers)))
        return lines

    def address(self, record_id: UUID) -> str:
        """Return the page of the stand."""
        stand = StandTurn.objects.filter(pk=record_id).values_list("stand", flat=True).first()
        return reverse("support:stand", args=[stand]) if stand is not None else reverse("support:stands")


def _entry(fields: JsonObject | None) -> StandEntry | None:
    if fields is None:
        return None
    name, birth_year = (
        fields.text("name", 120, least=1),
        fields.integer("birth_year", FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR),
    )
    number = fields.text("phone", 20)
    fields.finish()
    refuse(rules.name_problem(name, "name"))
    return StandEntry(name, birth_year, phone.normalise(number).value if number else "")


def _pair(fields: JsonObject) -> StandPair:
    pair = StandPair(_helper(fields.object("first")), _second(fields.object_or_none("second")))
    fields.finish()
    return pair


def _second(fields: JsonObject | None) -> Helper | None:
    return _helper(fields) if fields is not None else None


def _helper(fields: JsonObject) -> Helper:
    helper = Helper(
        name=fields.text("name", 120, least=1),
        kind=fields.choice("kind", _KINDS),
        member_id=fields.uuid_or_none("member"),
    )
    fields.finish()
    refuse(rules.name_problem(helper.name, "pair"))
    return helper
