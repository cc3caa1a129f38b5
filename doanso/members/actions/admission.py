"""Admit members, one or many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from doanso.access.policy import units_below
from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.ledger.actions import count_many
from doanso.lib import clock, database, names, vietnamese
from doanso.lib.problems import Problem, Refused, refuse
from doanso.members import policy, queries, rules
from doanso.members.families import membership_fact
from doanso.members.models import Member, MemberState
from doanso.people import actions as people
from doanso.people import queries as people_queries
from doanso.people.actions import NewContact, Particulars
from doanso.people.models import Person
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class Admission:
    """A stay to begin. Without `since` it began on `joined_on`, and without that today; see `rules.first_day`.

    `person`: the former member who comes back, where known. `another`: an officer has confirmed that this is not the member of
    the same name and birth whom the register has.
    """

    branch: Unit
    particulars: Particulars
    joined_on: date | None = None
    card_number: str = ""
    since: date | None = None
    temporary: bool = False
    person: Person | None = None
    another: bool = False


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


def _returning(entries: Sequence[Admission]) -> list[Person | None]:
    """Return for each entry the person with its personal number who was a member before, else None."""
    hashes = {
        place: people_queries.lookup_hash("citizen_id", entry.particulars.citizen_id)
        for place, entry in enumerate(entries)
        if entry.person is None and entry.particulars.citizen_id
    }
    stays = (
        Member.objects.filter(contact__citizen_id_lookup__in=set(hashes.values())) if hashes else Member.objects.none()
    )
    known_persons = {stay.contact.citizen_id_lookup: stay.person for stay in stays.select_related("contact", "person")}
    return [entry.person or known_persons.get(hashes.get(place, "")) for place, entry in enumerate(entries)]


def _left_on(persons: Iterable[Person | None]) -> dict[UUID, date]:
    """Return the day on which the last stay of each person ended; an active member can't be admitted a second time."""
    ids = {person.pk for person in persons if person is not None}
    if not ids:
        return {}
    stays = Member.objects.filter(person_id__in=ids, temporary=False)
    return dict(stays.exclude(until=None).values_list("person_id").annotate(Max("until")))


def _require_not_active(entries: Sequence[Admission], persons: Sequence[Person | None]) -> None:
    lasting = {
        person.pk for entry, person in zip(entries, persons, strict=True) if person is not None and not entry.temporary
    }
    active = Member.objects.filter(state=MemberState.ACTIVE, temporary=False, person_id__in=lasting)
    if lasting and active.exists():
        raise Refused(already_active())


def _member(entry: Admission, contact: people.ContactKey, left_on: date | None, today: date, now: datetime) -> Member:
    return Member(
        person_id=contact.person_id,
        contact_id=contact.id,
        branch_id=entry.branch.pk,
        temporary=entry.temporary,
        since=_first_day(entry, left_on, today),
        joined_on=entry.joined_on,
        card_number=entry.card_number,
        arrived_on=today,
        recorded_at=now,
    )


def _first_day(entry: Admission, left_on: date | None, today: date) -> date:
    return rules.first_day(
        stated=entry.since,
        joined_on=entry.joined_on,
        temporary=entry.temporary,
        left_on=left_on,
        branch_since=entry.branch.since,
        today=today,
    )


def _entry_problem(entry: Admission, left_on: date | None, today: date) -> Problem | None:
    particulars = entry.particulars
    year = people.birth_year_of(particulars)
    return (
        names.person_problem(particulars.name)
        or rules.age_problem(birth_year=year, on=today)
        or rules.admission_problem(
            since=_first_day(entry, left_on, today),
            left_on=left_on,
            joined_on=entry.joined_on,
            birth_date=particulars.birth_date,
            birth_year=year,
            today=today,
        )
    )


@transaction.atomic
def admit_many(*, actor: User, entries: Sequence[Admission], note: str = "") -> list[Member]:
    """Begin many stays at once. The caller (the importer) has removed duplicates; constraints hold the rest."""
    branches: dict[UUID, Unit] = {entry.branch.pk: entry.branch for entry in entries}
    _require_branches(actor, branches)
    today, now = clock.today(), clock.now()
    persons = _returning(entries)
    people.lock_unerased([person.pk for person in persons if person is not None])
    _require_not_active(entries, persons)
    last_days = _left_on(persons)
    left_on = [last_days.get(person.pk) if person is not None else None for person in persons]
    for entry, day in zip(entries, left_on, strict=True):
        refuse(_entry_problem(entry, None if entry.temporary else day, today))
    homes = queries.home_units(branches)
    contacts = people.add_contacts(
        [
            NewContact(homes[entry.branch.pk], entry.particulars, person.pk if person is not None else None)
            for entry, person in zip(entries, persons, strict=True)
        ]
    )
    people.notice_alike(
        [
            (contact.person_id, homes[entry.branch.pk], entry.particulars)
            for entry, person, contact in zip(entries, persons, contacts, strict=True)
            if person is None
        ]
    )
    members = [
        _member(entry, contact, day, today, now) for entry, contact, day in zip(entries, contacts, left_on, strict=True)
    ]
    database.insert_objects(members)
    record_many([AuditEventInput(actor, policy.ADMIT.name, member, member.branch_id, note=note) for member in members])
    count_many([membership_fact(member) for member in members if not member.temporary])
    return members


def lock_admission(*, branch_id: UUID, number: str, card_number: str) -> None:
    """Lock admissions to this branch, and of this personal number and card, until the end of the transaction.

    A button pressed twice sends the same form twice at once; the second request then sees what the first has done.
    """
    keys = [f"members.admit:{branch_id}"]
    keys += [f"members.number:{number}"] if number else []
    keys += [f"members.card:{card_number}"] if card_number else []
    database.lock(keys, shared=False)


def admit_member(*, actor: User, entry: Admission) -> Member:
    """Begin one stay, after looking whether the person or the card is a member already."""
    with transaction.atomic():
        if not policy.ADMIT.allows_at(actor, entry.branch):
            raise PermissionDenied(policy.ADMIT.name)
        number = entry.particulars.citizen_id
        lock_admission(
            branch_id=entry.branch.pk,
            number=people_queries.lookup_hash("citizen_id", number) if number else "",
            card_number=entry.card_number,
        )
        entry = _recognised(entry)
        _refuse_doubles(entry)
        [member] = admit_many(actor=actor, entries=[entry])
        return member


def _namesakes(entry: Admission) -> QuerySet[Member]:
    """Return the stays of people of the same name and birth in the unit that keeps the branch's contacts."""
    particulars = entry.particulars
    home = queries.home_units([entry.branch.pk])[entry.branch.pk]
    same = Member.objects.filter(
        contact__unit_id=home,
        contact__folded=vietnamese.fold(particulars.name),
        contact__birth_year=people.birth_year_of(particulars),
        temporary=False,
    )
    if particulars.birth_date is not None:
        same = same.filter(Q(contact__birth_date=particulars.birth_date) | Q(contact__birth_date=None))
    if particulars.citizen_id:
        number = people_queries.lookup_hash("citizen_id", particulars.citizen_id)
        same = same.filter(contact__citizen_id_lookup__in=["", number])
    return same


def _recognised(entry: Admission) -> Admission:
    """Return the entry with the person who comes back: same name and whole birth date as a former member of the unit."""
    if entry.person is not None or entry.another or entry.particulars.birth_date is None:
        return entry
    same_birth_date = _namesakes(entry).filter(contact__birth_date=entry.particulars.birth_date)
    persons = {stay.person for stay in same_birth_date.select_related("person")}
    active = same_birth_date.filter(state=MemberState.ACTIVE).exists()
    return entry if active or len(persons) != 1 else replace(entry, person=persons.pop())


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
    if number and lasting.filter(contact__citizen_id_lookup=people_queries.lookup_hash("citizen_id", number)).exists():
        raise Refused(already_active())
    if not entry.another and _namesakes(entry).filter(state=MemberState.ACTIVE, branch=entry.branch).exists():
        message = _("The branch has a member of this name and birth already; confirm below if this is somebody else.")
        raise Refused(Problem("perhaps_double", message, "another"))


def card_taken() -> Problem:
    """Return the problem that another active member has this card number."""
    return Problem("card_taken", _("Another active member has this card number; check the card."), "card_number")


def already_active() -> Problem:
    """Return the problem that the person is an active member already; the unit is confidential and not named."""
    message = _("A person with this personal number is an active member already; ask for a transfer instead.")
    return Problem("already_active", message, "citizen_id")
