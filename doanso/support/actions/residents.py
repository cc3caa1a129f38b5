"""The helped person's own word, through the slip and without an account: confirm, dispute, correct, withdraw, ask.

Whoever holds the link, or the code with the year of birth, may do this; nothing here shows more than the slip says.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.ledger import actions as ledger
from doanso.lib import clock, database, sealing
from doanso.lib.problems import Problem, Refused
from doanso.people import actions as people
from doanso.support import families, ports, rules, slips
from doanso.support.actions.grades import raise_grades
from doanso.support.actions.words import RESIDENT, Word, device_of_today, write_words
from doanso.support.models import Confirmation, Dispute, Help, Receipt, Remark, Tries, WrongPart

SCREEN = "screen"


def try_key(kind: str, value: str) -> str:
    """Under which tries are counted; nobody reads from it what was tried, or from where."""
    return sealing.look_up(f"{kind}:{value}", context="support.tries")


def try_code(*, code: str, birth_year: int, place: str) -> Receipt | None:
    """The slip of a typed code and year of birth, if there is one.

    Whatever is wrong, the answer is the same and takes the same statements: the code's misses and those from the network
    address are counted whether such a code exists or not, and beyond the limit even a right one is not looked at.
    """
    receipt = Receipt.objects.filter(code_lookup=slips.code_lookup(code, birth_year)).first()
    limits = {try_key("code", code): rules.TRIES_OF_A_CODE, try_key("place", place): rules.TRIES_OF_A_PLACE}
    if take_try(limits, missed=receipt is None):
        message = _("Too many tries. Wait an hour, or scan the code on the slip with a phone.")
        raise Refused(Problem("too_many_tries", message, "code"))
    return receipt


def take_try(limits: Mapping[str, int], *, missed: bool) -> bool:
    """Count a try under each of these keys, of which a miss costs one; whether one of them had reached its limit before."""
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


def _locked(receipt_id: UUID) -> tuple[Receipt, list[Help]]:
    """The slip and its standing helps, read fresh and locked; what wraps the helps is locked before them."""
    ports.lock_wrappers_of(Help.objects.filter(receipt_id=receipt_id, taken_back_at=None))
    # A corrected help that names the slip may be on its way: it holds a help, and at its end needs the slip's key.
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt_id)
    helps = list(receipt.helps.select_for_update().filter(taken_back_at=None).order_by("pk"))
    return receipt, helps


def _require_undisputed(receipt: Receipt, helps: Sequence[Help]) -> None:
    if not helps or all(support_record.refused_at is not None for support_record in helps):
        message = _("There is nothing to confirm on this slip any more.")
        if Dispute.objects.filter(receipt=receipt, decided_at=None).exists():
            message = _("You have said that this is not right. The Union is looking into it.")
        raise Refused(Problem("nothing_to_confirm", message))


@transaction.atomic
def confirm_receipt(*, receipt_id: UUID, staff_browser: bool, device: Sequence[str]) -> Confirmation:
    """ "Yes, that is how it was": the slip's helps have grade 3 from now on, but not by a browser of the Union's people, nor
    while the phone of those who helped still shows the page (`rules.lifts`); such a word is kept, and can be said again.

    Said again it changes nothing. What is odd about it is written down for an officer, and changes nothing either.
    """
    receipt, helps = _locked(receipt_id)
    _require_undisputed(receipt, helps)
    now = clock.now()
    lifts = rules.lifts(made_at=now, staff_browser=staff_browser, shown_until=receipt.shown_until)
    last_confirmation = (
        Confirmation.objects.filter(receipt=receipt, staff_browser=staff_browser).order_by("-made_at").first()
    )
    waiting = [
        support_record
        for support_record in helps
        if support_record.refused_at is None and support_record.grade < rules.CONFIRMED
    ]
    if last_confirmation is not None and not (lifts and waiting):
        return last_confirmation
    word = Word(receipt.pk, receipt.unit_id, now, staff_browser, device_of_today(device))
    confirmation = write_words([word])[0]
    record(actor=None, verb="support.confirm", obj=receipt, unit=receipt.unit_id, note=RESIDENT)
    if lifts:
        raise_grades(helps=waiting, grade=rules.CONFIRMED)
    return confirmation


@transaction.atomic
def dispute_receipt(*, receipt_id: UUID, reason: str) -> Dispute:
    """ "Nobody came", or "that was not me": the slip's helps count nowhere until an officer has looked into it.

    A dispute that waits already (a call-back found one of the helps wrong) takes in those that still stand.
    """
    receipt, helps = _locked(receipt_id)
    open_dispute = Dispute.objects.filter(receipt=receipt, decided_at=None).first()
    undisputed = [support_record for support_record in helps if support_record.refused_at is None]
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
    Help.objects.filter(pk__in=[support_record.pk for support_record in undisputed]).update(refused_at=now)
    record(actor=None, verb="support.dispute", obj=receipt, unit=receipt.unit_id, note=RESIDENT)
    set_refused(undisputed, refused=True)
    return dispute


def set_refused(helps: Collection[Help], *, refused: bool) -> None:
    """The ledger lets these helps stand nowhere, or stand again in their old place."""
    ports.lock_wrappers(helps)
    for family in sorted({families.family_of(support_record) for support_record in helps}):
        ids = [support_record.pk for support_record in helps if families.family_of(support_record) == family]
        ledger.set_refused(family=family, source_ids=ids, refused=refused)
    ports.tell_wrappers(helps)


@transaction.atomic
def remark_receipt(*, receipt_id: UUID, parts: Collection[str]) -> Remark:
    """Something on the slip is wrong: an officer corrects it, by the law's clock. One remark at a time; the last holds."""
    receipt, helps = _locked(receipt_id)
    wrong_parts = [str(part) for part in WrongPart if part in set(parts)]
    if not wrong_parts:
        raise Refused(Problem("nothing_wrong", _("Tick what is wrong on the slip."), "parts"))
    # Whoever settles it locks the remark alone: one that is settled this very moment is not opened again.
    open_remark = Remark.objects.select_for_update().filter(receipt=receipt, settled_at=None).first()
    remark = open_remark
    if remark is None:
        remark = Remark(receipt=receipt, unit_id=receipt.unit_id)
        _open_request(receipt, helps, "correct", detail=", ".join(str(WrongPart(part).label) for part in wrong_parts))
    elif remark.parts == wrong_parts:
        return remark
    remark.parts, remark.made_at = wrong_parts, clock.now()
    if open_remark is None:
        remark.save(force_insert=True)
    else:
        remark.save(update_fields=["parts", "made_at"])
    record(actor=None, verb="support.remark", obj=receipt, unit=receipt.unit_id, note=RESIDENT)
    return remark


def _person_of(helps: Sequence[Help]) -> UUID | None:
    return next((support_record.person_id for support_record in helps if support_record.person_id is not None), None)


def _open_request(receipt: Receipt, helps: Sequence[Help], kind: str, detail: str = "") -> bool:
    """Ask in the person's name; a shop has no rights of a person."""
    person_id = _person_of(helps)
    if person_id is None:
        return False
    people.open_request(
        actor=None, person_id=person_id, unit_id=receipt.unit_id, kind=kind, channel=SCREEN, detail=detail
    )
    return True


def _nobody() -> Refused:
    return Refused(Problem("no_person", _("Nobody is named on this slip any more.")))


@transaction.atomic
def withdraw(*, receipt_id: UUID) -> None:
    """The person withdraws every consent; what was counted stays counted, and the name goes by the law's clock."""
    # Persons before receipts and helps, as whoever erases takes them.
    named = Help.objects.filter(receipt_id=receipt_id, person__isnull=False, taken_back_at=None)
    people.lock_persons(set(named.values_list("person_id", flat=True)))
    receipt, helps = _locked(receipt_id)
    person_id = _person_of(helps)
    if person_id is None:
        raise _nobody()
    people.withdraw_consent(actor=None, person_id=person_id, purpose="", channel=SCREEN)
    _open_request(receipt, helps, "withdraw")


@transaction.atomic
def ask(*, receipt_id: UUID, kind: str) -> None:
    """The person asks for a copy of what is kept about them, or to have it erased. The slip itself shows neither."""
    receipt, helps = _locked(receipt_id)
    if kind not in {"copy", "erase"}:
        raise Refused(Problem("request_unknown", _("Choose what you want to ask for."), "kind"))
    if not _open_request(receipt, helps, kind):
        raise _nobody()
