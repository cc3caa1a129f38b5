"""The receiver's statements through the receipt, without an account: confirm, dispute, correct, withdraw, ask.

Holders of the link, or of the code with the year of birth, may do this; no answer discloses more than the receipt does.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.ledger import actions as ledger
from doanso.lib import clock, database, encryption
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.problems import Problem, Refused
from doanso.people import actions as people
from doanso.support import families, ports, receipt_keys, rules
from doanso.support.actions.confirmations import RESIDENT, ConfirmationInput, device_of_today, write_confirmations
from doanso.support.actions.grades import raise_grades
from doanso.support.models import Confirmation, Dispute, Receipt, Remark, SupportRecord, Tries, WrongPart

SCREEN = "screen"


def try_key(kind: str, value: str) -> str:
    """Return the keyed hash under which tries are counted, which discloses neither code nor address."""
    return encryption.look_up(f"{kind}:{value}", context="support.tries")


def try_code(*, code: str, birth_year: int, network: str) -> Receipt | None:
    """Return the receipt of a typed code and year of birth, None for a miss.

    Every miss gives the same answer and takes the same statements: misses of a code and of a network address are
    counted whether such a code exists or not, and beyond the limit even a right code is not looked up.
    """
    receipt = Receipt.objects.filter(code_lookup=receipt_keys.code_lookup(code, birth_year)).first()
    limits = {try_key("code", code): rules.TRIES_OF_A_CODE, try_key("place", network): rules.TRIES_OF_A_PLACE}
    if take_try(limits, missed=receipt is None):
        message = _("Too many tries. Wait an hour, or scan the code on the slip with a phone.")
        raise Refused(Problem("too_many_tries", message, "code"))
    return receipt


def take_try(limits: Mapping[str, int], *, missed: bool) -> bool:
    """Count a try under each of these keys, where a miss costs one; return whether one of them had reached its limit
    before.
    """
    now = clock.now()
    with transaction.atomic():
        database.lock([f"support.tries.{key}" for key in limits], shared=False)
        tries_by_key = {row.key: row for row in Tries.objects.filter(key__in=limits, since__gt=now - rules.TRIES_LAST)}
        Tries.objects.bulk_create(
            [
                Tries(
                    key=key,
                    count=(tries_by_key[key].count if key in tries_by_key else 0) + missed,
                    since=tries_by_key[key].since if key in tries_by_key else now,
                )
                for key in limits
            ],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["count", "since"],
        )
    return any(tries_by_key[key].count >= limit for key, limit in limits.items() if key in tries_by_key)


def limit_requests(kind: str, network: str, most: int, *, message: str = "", field: str = "") -> None:
    """Count a request of somebody without an account; refuse it once one network address has made `most` within an hour."""
    if take_try({try_key(kind, network): most}, missed=True):
        message = message or _("Too many at once from this network. Wait an hour, then try again.")
        raise Refused(Problem("too_many_tries", message, field))


_LOCKED_RECEIPT = PreparedQuery(lambda key: Receipt.objects.select_for_update(no_key=True).filter(pk=key))
_LOCKED_RECORDS = PreparedQuery(
    lambda receipt_id: (
        SupportRecord.objects.select_for_update().filter(receipt_id=receipt_id, taken_back_at=None).order_by("pk")
    )
)


def _locked(receipt_id: UUID) -> tuple[Receipt, list[SupportRecord]]:
    """Return the receipt and its active records, read fresh and locked; rows that wrap the records are locked before them."""
    ports.lock_wrappers_of(SupportRecord.objects.filter(receipt_id=receipt_id, taken_back_at=None))
    # No key lock: a correction under way holds a record's lock and references the receipt when it is written.
    return _LOCKED_RECEIPT.get(receipt_id), _LOCKED_RECORDS(receipt_id)


def lock_receipts(receipt_ids: Collection[UUID]) -> None:
    """Lock receipts with their active records, before the caller's first call of the ledger, for an action that adds to them and
    then confirms them.
    """
    active = SupportRecord.objects.filter(receipt__in=receipt_ids, taken_back_at=None)
    ports.lock_wrappers_of(active)
    list(Receipt.objects.select_for_update(no_key=True).filter(pk__in=receipt_ids).order_by("pk").values_list("pk"))
    list(active.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _require_undisputed(receipt: Receipt, support_records: Sequence[SupportRecord]) -> None:
    if not support_records or all(support_record.refused_at is not None for support_record in support_records):
        message = _("There is nothing to confirm on this slip any more.")
        if Dispute.objects.filter(receipt=receipt, decided_at=None).exists():
            message = _("You have said that this is not right. The Union is looking into it.")
        raise Refused(Problem("nothing_to_confirm", message))


@transaction.atomic
def confirm_receipt(
    *, receipt_id: UUID, staff_browser: bool, device: Sequence[str], in_crowd: bool = False
) -> Confirmation:
    """Confirm the receipt's records with grade 3, except in a staff browser or while the helpers' phone still shows the
    page (`rules.raises_grade`); such a confirmation is stored and can be repeated.

    A repetition changes nothing. Suspicious circumstances are flagged for an officer and change nothing either. `in_crowd`: at an
    event many confirm within minutes, so a burst is not suspicious.
    """
    receipt, support_records = _locked(receipt_id)
    _require_undisputed(receipt, support_records)
    now = clock.now()
    raises_grade = rules.raises_grade(made_at=now, staff_browser=staff_browser, shown_until=receipt.shown_until)
    last_confirmation = (
        Confirmation.objects.filter(receipt=receipt, staff_browser=staff_browser).order_by("-made_at").first()
    )
    waiting = [
        support_record
        for support_record in support_records
        if support_record.refused_at is None and support_record.grade < rules.CONFIRMED
    ]
    if last_confirmation is not None and not (raises_grade and waiting):
        return last_confirmation
    confirmation_input = ConfirmationInput(
        receipt.pk, receipt.unit_id, now, staff_browser, device_of_today(device), in_crowd
    )
    confirmation = write_confirmations([confirmation_input])[0]
    record(actor=None, action="support.confirm", obj=receipt, unit=receipt.unit_id, note=RESIDENT)
    if raises_grade:
        raise_grades(support_records=waiting, grade=rules.CONFIRMED)
    return confirmation


@transaction.atomic
def dispute_receipt(*, receipt_id: UUID, reason: str) -> Dispute:
    """Dispute the receipt: its records count nowhere until an officer decides.

    An open dispute (from a call-back about one record) takes in the remaining ones.
    """
    receipt, support_records = _locked(receipt_id)
    open_dispute = Dispute.objects.filter(receipt=receipt, decided_at=None).first()
    undisputed = [support_record for support_record in support_records if support_record.refused_at is None]
    if open_dispute is not None and not undisputed:
        return open_dispute
    if not undisputed:
        message = _("Nothing on this slip counts any more; there is nothing left to dispute.")
        raise Refused(Problem("nothing_to_dispute", message))
    now = clock.now()
    dispute = open_dispute or Dispute(receipt=receipt, unit_id=receipt.unit_id, opened_at=now, opened_on=clock.today())
    dispute.reason = reason
    if open_dispute is None:
        dispute.save(force_insert=True)
    else:
        dispute.save(update_fields=["reason"])
    SupportRecord.objects.filter(pk__in=[support_record.pk for support_record in undisputed]).update(refused_at=now)
    record(actor=None, action="support.dispute", obj=receipt, unit=receipt.unit_id, note=RESIDENT)
    set_refused(undisputed, refused=True)
    return dispute


def set_refused(support_records: Collection[SupportRecord], *, refused: bool) -> None:
    """Have the ledger refuse these records, or allow them again in their old place."""
    ports.lock_wrappers(support_records)
    for family in sorted({families.family_of(support_record) for support_record in support_records}):
        ids = [support_record.pk for support_record in support_records if families.family_of(support_record) == family]
        ledger.set_refused(family=family, source_ids=ids, refused=refused)
    ports.notify_wrappers(support_records)


@transaction.atomic
def remark_receipt(*, receipt_id: UUID, parts: Collection[str]) -> Remark:
    """State that something on the receipt is wrong; an officer corrects it within the statutory time. One open remark
    at a time; a later one replaces it.
    """
    receipt, support_records = _locked(receipt_id)
    wrong_parts = [str(part) for part in WrongPart if part in set(parts)]
    if not wrong_parts:
        raise Refused(Problem("nothing_wrong", _("Tick what is wrong on the slip."), "parts"))
    # `resolve_remark` locks the remark alone: one that is resolved at this moment is not reopened.
    open_remark = Remark.objects.select_for_update().filter(receipt=receipt, settled_at=None).first()
    remark = open_remark
    if remark is None:
        remark = Remark(receipt=receipt, unit_id=receipt.unit_id)
        _open_request(
            receipt, support_records, "correct", detail=", ".join(str(WrongPart(part).label) for part in wrong_parts)
        )
    elif remark.parts == wrong_parts:
        return remark
    remark.parts, remark.made_at = wrong_parts, clock.now()
    if open_remark is None:
        remark.save(force_insert=True)
    else:
        remark.save(update_fields=["parts", "made_at"])
    record(actor=None, action="support.remark", obj=receipt, unit=receipt.unit_id, note=RESIDENT)
    return remark


def _person_of(support_records: Sequence[SupportRecord]) -> UUID | None:
    return next(
        (support_record.person_id for support_record in support_records if support_record.person_id is not None), None
    )


def _open_request(receipt: Receipt, support_records: Sequence[SupportRecord], kind: str, detail: str = "") -> bool:
    """Open a request in the person's name; shops have no such rights. Return whether there is a person."""
    person_id = _person_of(support_records)
    if person_id is None:
        return False
    people.open_request(
        actor=None, person_id=person_id, unit_id=receipt.unit_id, kind=kind, channel=SCREEN, detail=detail
    )
    return True


def _nobody() -> Refused:
    return Refused(Problem("no_person", _("Nobody is named on this slip any more.")))


@transaction.atomic
def withdraw_consents(*, receipt_id: UUID) -> None:
    """Withdraw all consents of the person; records stay counted, and the name is erased within the statutory time."""
    # Lock order of erasures: persons before receipts and records.
    named = SupportRecord.objects.filter(receipt_id=receipt_id, person__isnull=False, taken_back_at=None)
    people.lock_persons(set(named.values_list("person_id", flat=True)))
    receipt, support_records = _locked(receipt_id)
    person_id = _person_of(support_records)
    if person_id is None:
        raise _nobody()
    # The request before the withdrawal, which destroys files.
    _open_request(receipt, support_records, "withdraw")
    people.withdraw_consent(actor=None, person_id=person_id, purposes=None, channel=SCREEN)


@transaction.atomic
def request_data(*, receipt_id: UUID, kind: str) -> None:
    """Open a request for a copy of the person's data, or for erasure. The receipt's page shows neither."""
    receipt, support_records = _locked(receipt_id)
    if kind not in {"copy", "erase"}:
        raise Refused(Problem("request_unknown", _("Choose what you want to ask for."), "kind"))
    if not _open_request(receipt, support_records, kind):
        raise _nobody()
