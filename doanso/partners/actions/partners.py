"""Create and change partners, end the work with them, and take it up again."""

from dataclasses import asdict, dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.documents.secrecy import refuse_secret
from doanso.lib import clock, vietnamese
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.partners import kinds, notices, policy, rules
from doanso.partners.actions.locking import changed_fields, folded_name, lock_partner, save_version
from doanso.partners.models import Agreement, Partner, Undertaking, UndertakingState
from doanso.partners.queries.choices import of_unit_and_above
from doanso.units.models import Unit
from doanso.units.queries import named_unit


@dataclass(frozen=True, slots=True)
class PartnerInput:
    """What is written down of a partner; without a short name it is the name, shortened."""

    kind: str
    name: str
    short_name: str = ""
    address: str = ""
    website: str = ""
    note: str = ""

    def stripped(self) -> "PartnerInput":
        """Return the same without space around the texts, and with a short name."""
        values = {name: " ".join(value.split()) for name, value in asdict(self).items() if name != "note"}
        values["short_name"] = values["short_name"] or values["name"][: rules.LONGEST_SHORT_NAME].strip()
        return PartnerInput(**values, note=self.note.strip())


@transaction.atomic
def create_partner(
    *, actor: User, unit: Unit, inputs: PartnerInput, key: UUID | None = None, confirmed: bool = False
) -> Partner:
    """Create a partner of a unit. `key` becomes its id, so that a form sent twice makes one partner.

    Refused for a name that a running partner of the unit or of a unit above it has, unless `confirmed`.
    """
    policy.MANAGE_AT.require_at(actor, unit)
    known = partial(sent_before, Partner, key, unit_id=unit.pk, made_by_id=actor.pk)
    if (existing := known()) is not None:
        return existing
    data = inputs.stripped()
    _require_sound(data)
    if not confirmed:
        _refuse_same_name(unit, data)
    return save_once(save=lambda: _create(actor, unit, data, key), known=known)


def _create(actor: User, unit: Unit, data: PartnerInput, key: UUID | None) -> Partner:
    now = clock.now()
    partner = Partner.objects.create(
        pk=key or uuid7(),
        unit=unit,
        **asdict(data),
        folded=folded_name(data.name, data.short_name),
        made_by=actor,
        made_at=now,
        changed_at=now,
    )
    record(actor=actor, action="partners.create", obj=partner, unit=unit)
    return partner


def _require_sound(data: PartnerInput) -> None:
    refuse(kinds.kind_problem(data.kind))
    refuse(rules.name_problem(data.name, data.short_name))
    refuse(rules.website_problem(data.website))
    refuse(rules.open_text_problem(data.note, rules.LONGEST_NOTE, "note"))
    refuse_secret([data.note], field="note")


def _refuse_same_name(unit: Unit, data: PartnerInput) -> None:
    wanted = vietnamese.fold(data.name)
    for partner in of_unit_and_above(unit):
        if vietnamese.fold(partner.name) == wanted:
            message = _(
                "%(unit)s has a partner of this name already. If this is another one, tick the box below and send it again."
            )
            words = {"unit": named_unit(partner.unit).short_name}
            raise Refused(Problem("partner_twice", message % words, "name"))


@transaction.atomic
def change_partner(*, actor: User, partner: Partner, read: int, inputs: PartnerInput) -> Partner:
    """Change what is written down of a partner; `read` is the version that the user has read."""
    fresh = lock_partner(actor, partner.pk)
    refuse(rules.stale_problem(read, fresh.version))
    data = inputs.stripped()
    _require_sound(data)
    changed = changed_fields(fresh, asdict(data))
    if not changed:
        return fresh
    for name in changed:
        setattr(fresh, name, getattr(data, name))
    fresh.folded = folded_name(fresh.name, fresh.short_name)
    save_version(fresh, *changed, "folded")
    record(actor=actor, action="partners.change", obj=fresh, unit=fresh.unit_id, changed=changed)
    return fresh


@transaction.atomic
def end_partner(*, actor: User, partner: Partner, read: int, reason: str) -> Partner:
    """End the work with a partner today: its agreements end too, and what it still had to do is dropped, for the same reason."""
    fresh = lock_partner(actor, partner.pk)
    refuse(rules.stale_problem(read, fresh.version))
    refuse(rules.ended_problem(fresh.ended_on))
    refuse(rules.reason_problem(reason))
    refuse_secret([reason], field="reason")
    today, words = clock.today(), reason.strip()
    fresh.ended_on, fresh.ended_reason = today, words
    save_version(fresh, "ended_on", "ended_reason")
    events = [AuditEventInput(actor, "partners.end", fresh, fresh.unit_id)]
    for agreement in Agreement.objects.filter(partner=fresh, ended_on=None, renewal=None).order_by("pk"):
        agreement.ended_on, agreement.ended_reason = rules.last_day(agreement.valid_until, today), words
        save_version(agreement, "ended_on", "ended_reason")
        events.append(AuditEventInput(actor, "partners.end_agreement", agreement, fresh.unit_id))
        notices.clear_expiring(agreement)
    for undertaking in Undertaking.objects.filter(partner=fresh, state=UndertakingState.OPEN).order_by("pk"):
        undertaking.state, undertaking.settled_note = UndertakingState.DROPPED, words
        undertaking.settled_on, undertaking.settled_by = today, actor
        save_version(undertaking, "state", "settled_note", "settled_on", "settled_by")
        events.append(AuditEventInput(actor, "partners.settle_undertaking", undertaking, fresh.unit_id))
    record_many(events)
    return fresh


@transaction.atomic
def resume_partner(*, actor: User, partner: Partner, read: int) -> Partner:
    """Take the work with a partner up again; agreements that ended stay ended."""
    fresh = lock_partner(actor, partner.pk)
    refuse(rules.stale_problem(read, fresh.version))
    if fresh.ended_on is None:
        raise Refused(Problem("partner_running", _("The work with this partner goes on already.")))
    fresh.ended_on, fresh.ended_reason = None, ""
    save_version(fresh, "ended_on", "ended_reason")
    record(actor=actor, action="partners.resume", obj=fresh, unit=fresh.unit_id)
    return fresh
