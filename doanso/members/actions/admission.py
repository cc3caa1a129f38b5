"""Admitting members, one or many, and changing what is written down about one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access.policy import units_below
from doanso.accounts.models import User
from doanso.audit.actions import Deed, record, record_many
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.members import policy, queries, rules
from doanso.members.families import placement_of
from doanso.members.models import Member, MemberState
from doanso.people import actions as people
from doanso.people import queries as people_queries
from doanso.people.actions import NewContact, Particulars
from doanso.people.models import Person
from doanso.tally.actions import count_many
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class Admission:
    """A stay to begin. Without `since` it began on `joined_on`, and without that today."""

    branch: Unit
    particulars: Particulars
    joined_on: date | None = None
    card_number: str = ""
    since: date | None = None
    temporary: bool = False
    person: Person | None = None


def _require_branches(actor: User, branches: dict[UUID, Unit]) -> None:
    roots = policy.ADMIT.roots(actor)
    within = set(units_below(roots).filter(unit_id__in=list(branches))) if roots else set()
    if within != set(branches):
        raise PermissionDenied(policy.ADMIT.name)
    divided = queries.divided_units(branches)
    for branch in branches.values():
        if not rules.holds_members(branch.kind, branch.pk in divided):
            raise Refused(
                Problem("not_a_branch", _("Members belong to a branch; choose one below this unit."), "branch")
            )


def _member(entry: Admission, contact: people.ContactKey, today: date, now: datetime) -> Member:
    return Member(
        person_id=contact.person_id,
        contact_id=contact.id,
        branch_id=entry.branch.pk,
        temporary=entry.temporary,
        since=entry.since or entry.joined_on or today,
        joined_on=entry.joined_on,
        card_number=entry.card_number,
        arrived_on=today,
        recorded_at=now,
    )


@transaction.atomic
def admit_many(*, actor: User, entries: Sequence[Admission], note: str = "") -> list[Member]:
    """Begin many stays at once. The caller (the importer) has told doubles apart; constraints hold the rest."""
    branches: dict[UUID, Unit] = {entry.branch.pk: entry.branch for entry in entries}
    _require_branches(actor, branches)
    today, now = clock.today(), clock.now()
    for entry in entries:
        problem = rules.admission_problem(
            since=entry.since or entry.joined_on or today,
            joined_on=entry.joined_on,
            birth_date=entry.particulars.birth_date,
            birth_year=people.birth_year_of(entry.particulars),
            today=today,
        )
        if problem is not None:
            raise Refused(problem)
    homes = queries.home_units(branches)
    contacts = people.add_contacts(
        [NewContact(homes[entry.branch.pk], entry.particulars, entry.person) for entry in entries]
    )
    members = [_member(entry, contact, today, now) for entry, contact in zip(entries, contacts, strict=True)]
    database.insert_objects(members)
    record_many([Deed(actor, policy.ADMIT.name, member, member.branch_id, note=note) for member in members])
    count_many([placement_of(member) for member in members if not member.temporary])
    return members


def admit_member(*, actor: User, entry: Admission) -> Member:
    """Begin one stay, after looking whether the person or the card is a member already."""
    with transaction.atomic():
        if not policy.ADMIT.allows_at(actor, entry.branch):
            raise PermissionDenied(policy.ADMIT.name)
        _refuse_doubles(entry)
        [member] = admit_many(actor=actor, entries=[entry])
        return member


def _refuse_doubles(entry: Admission) -> None:
    active = Member.objects.filter(state=MemberState.ACTIVE)
    if entry.card_number and active.filter(card_number=entry.card_number).exists():
        raise Refused(card_taken())
    if entry.temporary:
        return
    lasting = active.filter(temporary=False)
    if entry.person is not None and lasting.filter(person=entry.person).exists():
        raise Refused(already_active())
    number = entry.particulars.citizen_id
    if number and lasting.filter(contact__citizen_id_lookup=people_queries.lookup("citizen_id", number)).exists():
        raise Refused(already_active())


def card_taken() -> Problem:
    """Another active member has this card number."""
    return Problem("card_taken", _("Another active member has this card number; check the card."), "card_number")


def already_active() -> Problem:
    """The person is an active member somewhere; where, is not told."""
    message = _("A person with this personal number is an active member already; ask for a transfer instead.")
    return Problem("already_active", message, "citizen_id")


@transaction.atomic
def change_member(
    *, actor: User, member: Member, particulars: Particulars, joined_on: date | None, card_number: str
) -> list[str]:
    """Write what is now known about a member; names of the changed fields. The days of the stay do not change."""
    fresh = queries.locked(member.pk)
    policy.CHANGE.require(actor, fresh)
    problem = rules.joined_problem(
        joined_on=joined_on,
        birth_date=particulars.birth_date,
        birth_year=people.birth_year_of(particulars),
        today=clock.today(),
    )
    if problem is not None:
        raise Refused(problem)
    if card_number and fresh.card_number != card_number:
        others = Member.objects.filter(state=MemberState.ACTIVE, card_number=card_number).exclude(pk=fresh.pk)
        if others.exists():
            raise Refused(card_taken())
    changed = people.change_contact(contact=fresh.contact, particulars=particulars)
    own = {"joined_on": joined_on, "card_number": card_number}
    own_changed = [name for name, value in own.items() if getattr(fresh, name) != value]
    if own_changed:
        for name in own_changed:
            setattr(fresh, name, own[name])
        fresh.save(update_fields=own_changed)
    if changed or own_changed:
        record(actor=actor, verb=policy.CHANGE.name, obj=fresh, unit=fresh.branch_id, changed=[*changed, *own_changed])
    return [*changed, *own_changed]
