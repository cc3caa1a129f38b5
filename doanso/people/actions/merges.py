"""Merge two rows that are one person or shop, undo a merge exactly, and store which pairs are different.

No record is re-pointed. The merged row names the remaining one, every read goes by `queries.canonical`, and undoing empties
that name again.
"""

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access.policy import Permission
from doanso.audit.actions import record
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.people import policy
from doanso.people.actions.contacts import particulars_of
from doanso.people.models import Business, Contact, Duplicate, DuplicateState, Merge, Person
from doanso.people.ports import notify_identity_change
from doanso.people.queries import canonical, canonical_businesses, match_candidates

if TYPE_CHECKING:
    from doanso.accounts.models import User

type Mergeable = Person | Business


def _locked(model: type[Any], ids: tuple[UUID, UUID]) -> list[Any]:
    """Lock both rows in the order of their keys; return them in the given order."""
    # Contacts and support records may be written about them meanwhile: those refer to our keys, which stay.
    locked = model.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    rows = {row.pk: row for row in locked}
    return [rows[row_id] for row_id in ids]


def _require(actor: "User", permission: Permission, rows: list[Any]) -> None:
    for row in rows:
        if not permission.allows(actor, row):
            raise PermissionDenied(permission.name)


def _refuse_erased(rows: list[Any]) -> None:
    if any(row.erased_at is not None for row in rows):
        raise Refused(_erased())


def _erased() -> Problem:
    return Problem("erased", _("One of the two was erased; nobody can say any more who it was."))


def merge_persons(*, actor: "User", source: Person, target: Person, duplicate: Duplicate | None = None) -> Merge:
    """Merge the person `gone` into `kept`, in every figure too. Two active members are refused."""
    with transaction.atomic():
        today = canonical([source.pk, target.pk])
        source, target = _merge_rows(actor, "person", policy.MERGE, Person, (today[source.pk], today[target.pk]))
        return _store_merge(actor, source, Merge(gone=source, kept=target, duplicate=duplicate))


def merge_businesses(*, actor: "User", source: Business, target: Business, duplicate: Duplicate | None = None) -> Merge:
    """Do what `merge_persons` does, for shops."""
    with transaction.atomic():
        today = canonical_businesses([source.pk, target.pk])
        pair = (today[source.pk], today[target.pk])
        source, target = _merge_rows(actor, "business", policy.MERGE_BUSINESSES, Business, pair)
        return _store_merge(actor, source, Merge(gone_business=source, kept_business=target, duplicate=duplicate))


def _merge_rows(
    actor: "User", kind: str, permission: Permission, model: type[Any], pair: tuple[UUID, UUID]
) -> list[Any]:
    """Merge both rows in the ledger and in the own table; return them."""
    if pair[0] == pair[1]:
        raise Refused(Problem("one_already", _("The two are one already.")))
    rows = _locked(model, pair)
    _require(actor, permission, rows)
    if any(row.merged_into_id is not None for row in rows):
        raise Refused(merged_meanwhile())
    _refuse_erased(rows)
    _become(rows[0], rows[1])
    with notify_identity_change(pair) if kind == "person" else nullcontext():
        ledger.merge_subjects(kind=kind, merged_ref=pair[0], kept_ref=pair[1])
    return rows


def _store_merge(actor: "User", source: Mergeable, merge: Merge) -> Merge:
    merge.merged_at, merge.merged_by = clock.now(), actor
    merge.save(force_insert=True)
    _record(actor, policy.MERGE.name, source)
    return merge


def _record(actor: "User", action: str, source: Mergeable) -> None:
    """Write the event of a merge or of its end, with the unit of a shop; a person belongs to none."""
    unit = source.unit_id if isinstance(source, Business) else None
    record(actor=actor, action=action, obj=source, unit=unit, changed=["merged_into"])


def merged_meanwhile() -> Problem:
    """Return the problem that another officer was quicker."""
    return Problem("merged_meanwhile", _("Somebody else merged one of the two just now; look again."))


def _become(source: Mergeable, target: Mergeable | None) -> None:
    source.merged_into_id = target.pk if target is not None else None
    source.save(update_fields=["merged_into"])


def undo_merge(*, actor: "User", merge: Merge) -> Merge:
    """Undo a merge: both rows are as before, with their own claims. The pair waits to be decided again."""
    with transaction.atomic():
        of_persons = merge.gone_id is not None
        kind = "person" if of_persons else "business"
        permission = policy.MERGE if of_persons else policy.MERGE_BUSINESSES
        gone_id, kept_id = (
            (merge.gone_id, merge.kept_id) if of_persons else (merge.gone_business_id, merge.kept_business_id)
        )
        assert gone_id is not None  # noqa: S101 -- the database holds that one of the two sorts is there
        assert kept_id is not None  # noqa: S101
        fresh = Merge.objects.select_for_update().get(pk=merge.pk)
        rows = _locked(Person if of_persons else Business, (gone_id, kept_id))
        _require(actor, permission, rows)
        if fresh.undone_at is not None:
            raise Refused(Problem("undone_already", _("This merge was undone already.")))
        _refuse_erased(rows)
        fresh.undone_at, fresh.undone_by = clock.now(), actor
        fresh.save(update_fields=["undone_at", "undone_by"])
        _become(rows[0], None)
        if fresh.duplicate_id is not None:
            Duplicate.objects.filter(pk=fresh.duplicate_id, state=DuplicateState.SAME).update(
                state=DuplicateState.OPEN, resolved_at=None, resolved_by=None
            )
        with notify_identity_change((gone_id, kept_id)) if of_persons else nullcontext():
            ledger.unmerge_subject(kind=kind, merged_ref=gone_id)
        _record(actor, "people.undo_merge", rows[0])
        return fresh


def record_doubt(*, actor: "User", contact: Contact, other_id: UUID) -> Duplicate:
    """Record an officer's doubt that a contact may be that other person: their pair, new or existing."""
    with transaction.atomic():
        policy.SETTLE.require(actor, contact)
        today = canonical([contact.person_id, other_id])
        pair = sorted(set(today.values()))
        if len(pair) == 1:
            raise Refused(Problem("one_already", _("The two are one already.")))
        _require(actor, policy.MERGE, list(Person.objects.filter(pk__in=pair)))
        matches = match_candidates(particulars=particulars_of(contact), unit_id=contact.unit_id, limit=100)
        likely = next((match for match in matches if match.person_id == today[other_id]), None)
        duplicate, is_new = Duplicate.objects.get_or_create(
            one_id=pair[0],
            other_id=pair[1],
            defaults={
                "unit_id": contact.unit_id,
                "score": likely.score if likely else 0,
                "reasons": list(likely.reasons) if likely else [],
                "found_at": clock.now(),
            },
        )
        if is_new:
            record(actor=actor, action="people.doubt", obj=duplicate, unit=contact.unit_id)
        return duplicate


def resolve_duplicate(*, actor: "User", duplicate: Duplicate, decision: str) -> Duplicate:
    """Decide on a pair: the two are one (the older one remains), are different for good, or are looked at later.

    Locks both with those they were merged into; the pair itself is written only while these rows are locked, from the expected
    state. Refused for a pair that is not open any more, and for any decision but "one" about two that were merged meanwhile.
    """
    if decision not in {DuplicateState.SAME, DuplicateState.DIFFERENT, DuplicateState.LATER}:
        raise Refused(Problem("decision_unknown", _("Say whether the two are the same."), "decision"))
    with transaction.atomic():
        are_one = _locked_pair(duplicate)
        fresh = Duplicate.objects.filter(pk=duplicate.pk).first()
        if fresh is None:
            # Erasing either of them takes the pair along.
            raise Refused(_erased())
        policy.SETTLE.require(actor, fresh)
        if fresh.state not in {DuplicateState.OPEN, DuplicateState.LATER}:
            raise Refused(_decided_already())
        if are_one and decision != DuplicateState.SAME:
            message = _("The two were merged meanwhile. Undo the merge first if they are different.")
            raise Refused(Problem("merged_already", message, "decision"))
        _resolve(fresh, DuplicateState(decision), actor)
        if not are_one and decision == DuplicateState.SAME:
            _merge_pair(actor, fresh)
        record(actor=actor, action=policy.SETTLE.name, obj=fresh, unit=fresh.unit_id, changed=[decision])
        return fresh


def _resolve(pair: Duplicate, decision: DuplicateState, actor: "User") -> None:
    """Write the decision before the ledger is called; refused where the pair's state has changed since it was read."""
    before = pair.state
    resolved = decision != DuplicateState.LATER
    pair.state, pair.resolved_at, pair.resolved_by = (
        decision,
        clock.now() if resolved else None,
        actor if resolved else None,
    )
    written = Duplicate.objects.filter(pk=pair.pk, state=before).update(
        state=pair.state, resolved_at=pair.resolved_at, resolved_by=pair.resolved_by
    )
    if not written:
        raise Refused(_decided_already())


def _decided_already() -> Problem:
    return Problem("settled_already", _("Somebody settled this pair already."))


def _locked_pair(pair: Duplicate) -> bool:
    """Lock both rows of the pair and those they were merged into, in the order of their keys; return whether the two are one."""
    of_persons = pair.one_id is not None
    ids = (pair.one_id, pair.other_id) if of_persons else (pair.one_business_id, pair.other_business_id)
    remaining = canonical if of_persons else canonical_businesses
    model: type[Person] | type[Business] = Person if of_persons else Business
    today = remaining(row_id for row_id in ids if row_id is not None)
    locked = model._default_manager.select_for_update(no_key=True).filter(pk__in={*today, *today.values()})
    list(locked.order_by("pk").values_list("pk"))
    if remaining(today) != today:
        raise Refused(merged_meanwhile())
    return len(set(today.values())) == 1


def _merge_pair(actor: "User", pair: Duplicate) -> None:
    """Merge the pair; keys are in the order of creation, and the lesser, older one remains."""
    if pair.one_id is not None and pair.other_id is not None:
        merge_persons(actor=actor, source=Person(pk=pair.other_id), target=Person(pk=pair.one_id), duplicate=pair)
    elif pair.one_business_id is not None and pair.other_business_id is not None:
        source, target = Business(pk=pair.other_business_id), Business(pk=pair.one_business_id)
        merge_businesses(actor=actor, source=source, target=target, duplicate=pair)
