"""The second of a pair confirms a visit on a phone of their own, before or after the first one's phone has sent it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from operator import attrgetter
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.ledger import actions as ledger
from doanso.lib import clock, database
from doanso.lib.problems import Problem
from doanso.members.queries import home_units
from doanso.outreach import policy
from doanso.outreach.actions.visits.help_histories import lock_confirmations, lock_helps_of
from doanso.outreach.families import visits as families
from doanso.outreach.models import CONFIRMS, AwaitedConfirmation, How, Teammate, Visit
from doanso.outreach.rules import visits as rules
from doanso.outreach.rules.visits import PairMember
from doanso.support import actions as support
from doanso.support.actions import Helper
from doanso.support.models import SupportRecord
from doanso.sync.models import Device
from doanso.sync.ports import IncomingRecord
from doanso.units.models import Unit

MOST_AWAITED = 200
"""The most confirmations of one person that may wait for visits that have not come."""
KEPT_AWAITED = timedelta(days=90)
"""As long as the bytes of a phone's records are kept: a visit may still come from a backup until then."""


@transaction.atomic(savepoint=False)
def confirm_visits(*, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
    """Record the actor's confirmations of visits at which they were the second; return for each why it was set aside, or None.

    The payload of each is the visit's key and the teammate's. A confirmation waits for a visit that has not come.
    """
    policy.RECORD.require_for(actor, unit)
    mates = {mate.pk: mate for mate in Teammate.objects.filter(user=actor)}
    visit_ids = {record.content[0] for record in records}
    lock_confirmations(visit_ids)
    locked = Visit.objects.select_for_update(of=("self",)).filter(pk__in=visit_ids).order_by("pk")
    visits = {visit.pk: visit for visit in locked.select_related("first")}
    homes, holders = home_units({visit.unit_id for visit in visits.values()}), _holders(visits.values())
    waiting = _wait(
        actor, [word for record in records if (word := record.content)[0] not in visits and word[1] in mates]
    )
    answers: list[Problem | None] = []
    confirmed: dict[UUID, tuple[Visit, Teammate]] = {}
    for record in records:
        visit_id, teammate_id = record.content
        mate, visit = mates.get(teammate_id), visits.get(visit_id)
        if mate is None:
            message = _("Confirm in your own name: sign in on this phone as the teammate who was there.")
            answers.append(Problem("not_you", message, "teammate"))
        elif visit is None:
            answers.append(None if record.content in waiting else _too_many())
        elif visit.second_id == mate.pk and visit.second_how in CONFIRMS:
            answers.append(None)
        else:
            home, holder_id = homes[visit.unit_id], holders.get(visit.device_id)
            answers.append(_problem(visit, mate, home, holder_id))
            if answers[-1] is None:
                _put(visit, mate)
                confirmed[visit.pk] = visit, mate
    if confirmed:
        _write(actor, confirmed)
    return answers


def _wait(actor: User, words: Sequence[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Store the actor's confirmations of visits that have not come, by visit and teammate; return those that are waiting now."""
    if not words:
        return set()
    waiting = AwaitedConfirmation.objects.filter(confirmed_by=actor).values_list("visit_id", "teammate_id")
    already_waiting = set(waiting[: 2 * MOST_AWAITED])
    new = [word for word in dict.fromkeys(words) if word not in already_waiting][
        : max(0, MOST_AWAITED - len(already_waiting))
    ]
    now, today = clock.now(), clock.today()
    rows = [(*word, actor.pk, now, today) for word in new]
    database.insert_rows(
        AwaitedConfirmation,
        ("visit_id", "teammate", "confirmed_by", "confirmed_at", "confirmed_on"),
        rows,
        keep_known=True,
    )
    return already_waiting | set(new)


def _too_many() -> Problem:
    message = _(
        "Two hundred of your confirmations wait for visits that have not come. Let the others send theirs first."
    )
    return Problem("too_many_waiting", message, "visit")


def drop_old_confirmations() -> int:
    """Delete confirmations whose visit has not come in ninety days; return how many. Idempotent."""
    deleted, _rows = AwaitedConfirmation.objects.filter(confirmed_at__lt=clock.now() - KEPT_AWAITED).delete()
    return deleted


def _holders(visits: Iterable[Visit]) -> dict[UUID | None, UUID]:
    """Return the holders of the phones that brought these visits, by phone."""
    devices = {visit.device_id for visit in visits if visit.device_id is not None}
    return dict(Device.objects.filter(pk__in=devices).values_list("pk", "user_id"))


_CHANGED = ("second", "second_name", "second_kind", "second_how", "second_problem", "paired", "paired_on")
_second_of = attrgetter(*(name if name != "second" else "second_id" for name in _CHANGED))


def _put(visit: Visit, mate: Teammate) -> None:
    """Set the teammate as the visit's confirmed second."""
    visit.second_id, visit.second_name, visit.second_kind = mate.pk, mate.name, mate.kind
    visit.second_how, visit.second_problem = How.SIGN_IN, ""
    first = PairMember(visit.first_id, visit.first_name, visit.first_kind, visit.first_how)
    visit.paired = rules.is_pair(first, PairMember(mate.pk, mate.name, mate.kind, How.SIGN_IN))
    visit.paired_on = clock.today() if visit.paired else None


def _write(actor: User, confirmed: Mapping[UUID, tuple[Visit, Teammate]]) -> None:
    """Write the visits with their history, their present counts, and the second on their support records; the number of
    statements grows with the actor's terms, not with the visits.
    """
    visits = [visit for visit, _mate in confirmed.values()]
    database.update_rows(Visit, _CHANGED, [(visit.pk, *_second_of(visit)) for visit in visits])
    record_many(AuditEventInput(actor, "outreach.confirm", visit, visit.unit_id, changed=_CHANGED) for visit in visits)
    helps = lock_helps_of(list(confirmed))
    ledger.count_many([fact for visit in visits for fact in families.facts_of(visit)])
    of_mates: dict[UUID, tuple[Teammate, dict[UUID, SupportRecord]]] = {}
    for visit, mate in confirmed.values():
        current_records = [it.current for it in helps.get(visit.pk, ()) if it.current is not None]
        of_mates.setdefault(mate.pk, (mate, {}))[1].update(
            {active_help.pk: active_help for active_help in current_records}
        )
    for mate, of_mate in of_mates.values():
        support.add_second_helper(
            support_records=list(of_mate.values()), second=Helper(mate.name, mate.kind, mate.member_id)
        )


def _problem(visit: Visit, mate: Teammate, home: UUID, holder_id: UUID | None) -> Problem | None:
    if visit.taken_back_at is not None:
        return Problem("taken_back", _("This visit was taken back; there is nothing to confirm."), "visit")
    teams = {visit.unit_id, home, visit.first.unit_id if visit.first is not None else home}
    if mate.unit_id not in teams:
        return Problem("other_unit", _("This visit is another unit's; whoever is in its teams confirms it."), "visit")
    day = min(visit.happened_on, visit.arrived_on)
    if day < mate.since or (mate.until is not None and mate.until <= day):
        return Problem("not_in_team", _("You were not in this team on the day of the visit."), "teammate")
    user_ids = {visit.recorded_by_id if holder_id is None else holder_id, visit.first.user_id if visit.first else None}
    if visit.first_id == mate.pk or mate.user_id in user_ids:
        return Problem("same_person", _("The second of a pair is somebody else than the first."), "teammate")
    if visit.second_how in CONFIRMS or (visit.second_id is not None and visit.second_id != mate.pk):
        return Problem("second_known", _("Somebody else is written down as the second of this visit."), "teammate")
    return None
