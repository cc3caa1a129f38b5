"""Change what is written down about members, one or many; the days of their stays do not change."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock, database, names
from doanso.lib.problems import Refused, refuse
from doanso.members import policy, queries, rules
from doanso.members.actions.admission import card_taken
from doanso.members.actions.preconditions import require_active
from doanso.members.models import Member, MemberState
from doanso.people import actions as people
from doanso.people.actions import Particulars


class MemberChange(NamedTuple):
    """New values of a stay from a list; the stay is loaded with its contact. Empty values change nothing."""

    member: Member
    particulars: Particulars
    joined_on: date | None = None
    card_number: str = ""


@transaction.atomic
def change_member(
    *, actor: User, member: Member, particulars: Particulars, joined_on: date | None, card_number: str
) -> list[str]:
    """Write what is now known about a member; return the names of the changed fields. The days of the stay do not change."""
    fresh = queries.lock_stay(member.pk)
    policy.CHANGE.require(actor, fresh)
    require_active(fresh)
    today, year = clock.today(), people.birth_year_of(particulars)
    problem = (
        names.person_problem(particulars.name)
        or rules.age_problem(birth_year=year, on=today)
        or rules.joined_problem(joined_on=joined_on, birth_date=particulars.birth_date, birth_year=year, today=today)
    )
    refuse(problem)
    if card_number and fresh.card_number != card_number:
        card_holders = Member.objects.filter(state=MemberState.ACTIVE, card_number=card_number).exclude(pk=fresh.pk)
        if card_holders.exists():
            raise Refused(card_taken())
    changed = people.change_contact(contact=fresh.contact, particulars=particulars)
    own = {"joined_on": joined_on, "card_number": card_number}
    own_changed = [name for name, value in own.items() if getattr(fresh, name) != value]
    if own_changed:
        for name in own_changed:
            setattr(fresh, name, own[name])
        fresh.save(update_fields=own_changed)
    if changed or own_changed:
        record(
            actor=actor, action=policy.CHANGE.name, obj=fresh, unit=fresh.branch_id, changed=[*changed, *own_changed]
        )
    return [*changed, *own_changed]


def lock_stays(stay_ids: Iterable[UUID]) -> None:
    """Lock stays in the order of their keys, then the contacts of their persons; for callers that change them after calling the
    ledger.
    """
    stays = Member.objects.select_for_update(of=("self",)).filter(pk__in=list(stay_ids)).order_by("pk")
    people.lock_contacts_of([person_id for _stay_id, person_id in stays.values_list("pk", "person_id")])


def stays_to_change(*, actor: User, stay_ids: Collection[UUID]) -> dict[UUID, Member]:
    """Lock stays and return them with their contacts; raise PermissionDenied unless the actor may change all of them."""
    stays = Member.objects.select_for_update(of=("self",)).select_related("contact").filter(pk__in=stay_ids)
    members = {member.pk: member for member in policy.CHANGE.filter(actor, stays)}
    if len(members) != len(set(stay_ids)):
        raise PermissionDenied(policy.CHANGE.name)
    return members


def change_many(*, actor: User, changes: Sequence[MemberChange], note: str = "") -> None:
    """Write the values of a list to stays from `stays_to_change`, in the caller's transaction."""
    changed_particulars = people.change_contacts([(change.member.contact, change.particulars) for change in changes])
    events = []
    own_changed: list[tuple[Member, list[str]]] = []
    for change, fields in zip(changes, changed_particulars, strict=True):
        member = change.member
        own = {"joined_on": change.joined_on, "card_number": change.card_number}
        written = [name for name, value in own.items() if value and getattr(member, name) != value]
        for name in written:
            setattr(member, name, own[name])
        own_changed.append((member, written))
        if fields or written:
            events.append(
                AuditEventInput(actor, policy.CHANGE.name, member, member.branch_id, [*fields, *written], note)
            )
    database.save_changed(own_changed)
    record_many(events)
