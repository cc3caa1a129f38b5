"""What partners undertake: written down, changed, settled with what became of it, and taken up again."""

from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.secrecy import refuse_secret
from doanso.lib import clock
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.partners import kinds, rules
from doanso.partners.actions.locking import changed_fields, lock_partner, save_version
from doanso.partners.models import Agreement, Partner, Undertaking, UndertakingState


@dataclass(frozen=True, slots=True)
class UndertakingInput:
    """What a partner undertakes; without a unit of count a quantity is counted in that of its kind."""

    kind: str
    text: str
    quantity: int | None = None
    unit_of_count: str = ""
    due_on: date | None = None
    agreement_id: UUID | None = None

    def stripped(self) -> "UndertakingInput":
        """Return the same without space around the texts; the unit of count is set exactly where there is a quantity."""
        counted_in = " ".join(self.unit_of_count.split()) or kinds.undertaking_kind(self.kind).count
        return UndertakingInput(
            self.kind,
            self.text.strip(),
            self.quantity,
            counted_in if self.quantity is not None else "",
            self.due_on,
            self.agreement_id,
        )


@transaction.atomic
def add_undertaking(*, actor: User, partner: Partner, inputs: UndertakingInput, key: UUID | None = None) -> Undertaking:
    """Write down what a partner undertakes; `key` becomes its id."""
    fresh = lock_partner(actor, partner.pk)
    known = partial(sent_before, Undertaking, key, partner_id=fresh.pk)
    if (existing := known()) is not None:
        return existing
    refuse(rules.ended_problem(fresh.ended_on))
    data = _sound(fresh, inputs)
    now = clock.now()
    undertaking = Undertaking(
        pk=key or uuid7(),
        partner=fresh,
        unit_id=fresh.unit_id,
        **asdict(data),
        made_by=actor,
        made_at=now,
        changed_at=now,
    )
    save_once(save=partial(undertaking.save, force_insert=True), known=known)
    record(actor=actor, action="partners.add_undertaking", obj=undertaking, unit=fresh.unit_id)
    return undertaking


@transaction.atomic
def change_undertaking(*, actor: User, undertaking: Undertaking, read: int, inputs: UndertakingInput) -> Undertaking:
    """Change an undertaking that is not settled."""
    partner = lock_partner(actor, undertaking.partner_id)
    fresh = _open(undertaking, read)
    data = _sound(partner, inputs)
    changed = changed_fields(fresh, asdict(data))
    if not changed:
        return fresh
    for name in changed:
        setattr(fresh, name, getattr(data, name))
    save_version(fresh, *changed)
    record(
        actor=actor,
        action="partners.change_undertaking",
        obj=fresh,
        unit=partner.unit_id,
        changed=[name.removesuffix("_id") for name in changed],
    )
    return fresh


@transaction.atomic
def complete_undertaking(
    *,
    actor: User,
    undertaking: Undertaking,
    read: int,
    state: str,
    done_quantity: int | None = None,
    note: str = "",
) -> Undertaking:
    """Write down what became of an undertaking: kept, partly, or dropped, the latter two with a reason."""
    partner = lock_partner(actor, undertaking.partner_id)
    fresh = _open(undertaking, read)
    if state not in UndertakingState.values or state == UndertakingState.OPEN:
        raise Refused(Problem("undertaking_state", _("Choose what became of it."), "state"))
    if state == UndertakingState.KEPT and done_quantity is None:
        done_quantity = fresh.quantity
    if fresh.quantity is None or state == UndertakingState.DROPPED:
        done_quantity = None
    refuse(rules.settle_problem(state, done_quantity, fresh.quantity, note))
    refuse_secret([note], field="note")
    fresh.state, fresh.done_quantity, fresh.settled_note = UndertakingState(state), done_quantity, note.strip()
    fresh.settled_on, fresh.settled_by = clock.today(), actor
    save_version(fresh, "state", "done_quantity", "settled_note", "settled_on", "settled_by")
    record(actor=actor, action="partners.settle_undertaking", obj=fresh, unit=partner.unit_id)
    return fresh


@transaction.atomic
def reopen_undertaking(*, actor: User, undertaking: Undertaking, read: int) -> Undertaking:
    """Take a settled undertaking up again."""
    partner = lock_partner(actor, undertaking.partner_id)
    refuse(rules.ended_problem(partner.ended_on))
    fresh = Undertaking.objects.get(pk=undertaking.pk)
    refuse(rules.stale_problem(read, fresh.version))
    if fresh.state == UndertakingState.OPEN:
        raise Refused(Problem("undertaking_open", _("This is not settled yet.")))
    fresh.state, fresh.done_quantity, fresh.settled_note = UndertakingState.OPEN, None, ""
    fresh.settled_on, fresh.settled_by = None, None
    save_version(fresh, "state", "done_quantity", "settled_note", "settled_on", "settled_by")
    record(actor=actor, action="partners.reopen_undertaking", obj=fresh, unit=partner.unit_id)
    return fresh


def _open(undertaking: Undertaking, read: int) -> Undertaking:
    fresh = Undertaking.objects.get(pk=undertaking.pk)
    refuse(rules.stale_problem(read, fresh.version))
    if fresh.state != UndertakingState.OPEN:
        raise Refused(Problem("undertaking_settled", _("This is settled already. Take it up again first.")))
    return fresh


def _sound(partner: Partner, inputs: UndertakingInput) -> UndertakingInput:
    data = inputs.stripped()
    refuse(kinds.undertaking_kind_problem(data.kind))
    refuse(rules.undertaking_problem(data.text, data.quantity, data.unit_of_count))
    refuse_secret([data.text], field="text")
    if data.agreement_id is not None:
        if not Agreement.objects.filter(pk=data.agreement_id, partner=partner).exists():
            raise Refused(Problem("undertaking_agreement", _("Choose an agreement from the list."), "agreement"))
    return data
