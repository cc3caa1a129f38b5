"""Comparing a displayed code with those on file, and the change of a code: two officers and a day."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.cashless.models import AlarmOutcome, ChangeState, ScanResult
from doanso.cashless.rules.ladder import words_problem
from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.lib.vietqr import VietQR
from doanso.lib.vietqr.banks import bank_warning

WAIT = timedelta(hours=24)
"""How long after its approval a change is in force, in real time: the owner can stop it until then."""
OBJECTION_LASTS = timedelta(days=30)
"""How long after it came into force the owner can still say on the receipt's page that they did not ask for a change."""
LONGEST_WHY = 300
LONGEST_WORDS = 500


def scan_result(
    seen: str,
    *,
    in_force: Collection[str],
    announced: Collection[str],
    former: Collection[str],
    objected: Collection[str] = (),
) -> ScanResult:
    """Return what a displayed code is, from keyed hashes of one kind: of what was seen, and of the codes on file that day.

    Without any code on file there is nothing to compare with; a third account is different, whatever change was announced. So is
    an account to which the owner objected, unless it was registered again since.
    """
    if seen in in_force:
        return ScanResult.SAME
    if seen in announced:
        return ScanResult.ANNOUNCED
    if seen in former:
        return ScanResult.FORMER
    return ScanResult.DIFFERENT if in_force or former or seen in objected else ScanResult.NOT_REGISTERED


def code_problem(code: VietQR, on: date) -> Problem | None:
    """Refuse a code that no shop can display: made for one payment, or of a bank that is no more; and the number of a card."""
    if code.to == "card" or _is_card_number(code.account):
        message = _(
            "This is the number of a card, which the Union never keeps: whoever has it could pay with it. Ask the owner for the "
            "code of an account."
        )
        return Problem("code_card", message, "code")
    if code.is_dynamic or code.amount is not None:
        message = _(
            "This code is made for one payment: it has an amount or a bill. Ask the owner for the shop's lasting code."
        )
        return Problem("code_once", message, "code")
    warning = bank_warning(code.bank_bin, on)
    if warning is not None and warning.code == "bank_merged":
        return warning
    return None


def _is_card_number(account: str) -> bool:
    """Return whether an account number is that of a card of a Vietnamese bank: 16 or 19 digits that begin with 9704."""
    return account.isdecimal() and len(account) in {16, 19} and account.startswith("9704")


def consent_problem(consented: bool) -> Problem | None:
    """Refuse to keep an account without the owner's consent."""
    if not consented:
        message = _("Read the sentence to the owner. Without their consent nothing of the account is kept.")
        return Problem("consent_missing", message, "consent")
    return None


def why_problem(why: str) -> Problem | None:
    """Refuse a change without a reason, or with a number in it: accounts are kept encrypted alone."""
    if not why.strip():
        return Problem("why_missing", _("Write why the code changes, in a few words."), "why")
    if len(why.strip()) > LONGEST_WHY:
        return Problem("why_long", _("Say it in at most 300 characters."), "why")
    return words_problem(why, "why")


def second_officer_problem(actor_id: UUID, requested_by: UUID) -> Problem | None:
    """Refuse an approval by whoever asked for the change."""
    if actor_id == requested_by:
        message = _("You asked for this change yourself. Somebody else has to look at it and approve it.")
        return Problem("same_officer", message)
    return None


def own_change_problem(actor_id: UUID, requested_by: UUID | None) -> Problem | None:
    """Refuse to settle an objection by whoever asked for the change."""
    if actor_id == requested_by:
        message = _("You asked for the change that the owner objects to. Somebody else has to look into it.")
        return Problem("own_change", message)
    return None


def open_alarm_problem(is_alarmed: bool) -> Problem | None:
    """Refuse to approve a change while an alarm about the shop's code is open: the account may be the swindler's."""
    if is_alarmed:
        message = _("An alarm about this shop's code is open. Look into it and settle it first, then approve.")
        return Problem("alarm_open", message)
    return None


def waiting_problem(state: str) -> Problem | None:
    """Refuse to decide about a change that no longer waits."""
    if state != ChangeState.REQUESTED:
        return Problem("change_decided", _("Somebody decided about this change just now; look at what became of it."))
    return None


def is_pending(state: str, effective_at: datetime | None, now: datetime) -> bool:
    """Return whether a change is announced: it waits for the second officer, or for its day to pass."""
    if state == ChangeState.REQUESTED:
        return True
    return state == ChangeState.APPROVED and effective_at is not None and now < effective_at


def pending_problem(pending: bool) -> Problem | None:
    """Refuse what only an announced change allows."""
    if not pending:
        message = _("This change is not waiting any more; look at what became of it.")
        return Problem("change_over", message)
    return None


def can_object(state: str, effective_at: datetime | None, now: datetime) -> bool:
    """Return whether the owner can still stop a change: while it is announced, and for thirty days afterwards."""
    if is_pending(state, effective_at, now):
        return True
    return state == ChangeState.APPROVED and effective_at is not None and now < effective_at + OBJECTION_LASTS


def outcome_problem(outcome: str, words: str) -> Problem | None:
    """Refuse to settle an alarm without its outcome, or without a sentence about what was done; no number belongs into it."""
    if outcome not in AlarmOutcome.values:
        return Problem("outcome_missing", _("Choose what it turned out to be."), "outcome")
    if not words.strip():
        return Problem("words_missing", _("Write what was found and done, in a sentence."), "words")
    if len(words.strip()) > LONGEST_WORDS:
        return Problem("words_long", _("Say it in at most 500 characters."), "words")
    return words_problem(words, "words")


def elsewhere_problem(shop_name: str, since: date) -> Problem:
    """Ask about an account that another shop has registered: one owner of two stalls, or a swindler. Without a name the shop is
    one of another unit, which the reader may not see.
    """
    if not shop_name:
        message = _(
            "A shop of another unit has been paid to this account since %(day)s. If both shops are one owner's, tick the box "
            "below and send it again."
        )
        return Problem("account_elsewhere", message % {"day": formats.day(since)}, "confirmed")
    message = _(
        "“%(shop)s” has been paid to this account since %(day)s. If both shops are one owner's, tick the box below and send it "
        "again."
    )
    return Problem("account_elsewhere", message % {"shop": shop_name, "day": formats.day(since)}, "confirmed")
