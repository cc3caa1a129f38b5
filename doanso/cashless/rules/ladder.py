"""The ladder of a shop, and what its checks of up to a day say."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from doanso.cashless.models import ACCEPTING, ScanResult, ShopState
from doanso.lib.free_text import has_long_number
from doanso.lib.problems import Problem

LONGEST_REASON = 200
DUE_AFTER = timedelta(days=30)
"""A shop that has not been checked for so long is due."""
READ_RESULTS = frozenset(
    {ScanResult.SAME, ScanResult.ANNOUNCED, ScanResult.FORMER, ScanResult.DIFFERENT, ScanResult.NOT_REGISTERED}
)
"""Results of a scan that read the displayed code."""


class CheckFacts(NamedTuple):
    """What one check says: its day, the state seen, whether somebody paid by transfer in the thirty days before, and the scan."""

    happened_on: date
    state: str
    used_recently: bool | None
    scan: str


class CheckedStatus(NamedTuple):
    """What the checks of up to a day say about a shop."""

    state: str = ShopState.NONE
    used_recently: bool | None = None
    checked_on: date | None = None
    code_checked_on: date | None = None

    @property
    def accepts(self) -> bool:
        """Whether customers can pay without cash."""
        return self.state in ACCEPTING


def reconcile_state(state: str, used_recently: bool | None) -> tuple[str, bool | None]:
    """Return state and answer so that they agree: a displayed code by which somebody paid is `used`, and the other way round."""
    if state == ShopState.USED and used_recently is None:
        used_recently = True
    if state in ACCEPTING and used_recently is not None:
        state = ShopState.USED if used_recently else ShopState.DISPLAYED
    return str(state), used_recently if state in ACCEPTING else None


def status_of(checks: Iterable[CheckFacts]) -> CheckedStatus:
    """Return what the checks say; they come newest first.

    The newest check decides the state and whether the code was used. A question that it left open is not answered from an earlier
    one, because an old answer says nothing of the last thirty days.
    """
    newest: CheckFacts | None = None
    for check in checks:
        newest = newest or check
        if check.scan in READ_RESULTS:
            return CheckedStatus(newest.state, newest.used_recently, newest.happened_on, check.happened_on)
    return CheckedStatus() if newest is None else CheckedStatus(newest.state, newest.used_recently, newest.happened_on)


def words_problem(text: str, field: str) -> Problem | None:
    """Refuse words that hold a long row of digits, which may be a phone, account or citizen number."""
    if not has_long_number(text):
        return None
    return Problem("long_number", _("No phone number, account number or citizen number belongs here."), field)


def reason_problem(state: str, reason: str) -> Problem | None:
    """Refuse a shop that stopped without a reason, and a reason that is too long or holds a number."""
    if state == ShopState.STOPPED and not reason.strip():
        return Problem("reason_missing", _("Write why the shop no longer takes transfers."), "reason")
    if len(reason.strip()) > LONGEST_REASON:
        return Problem("reason_long", _("Say it in at most 200 characters."), "reason")
    return words_problem(reason, "reason")


def day_problem(happened_on: date, today: date) -> Problem | None:
    """Refuse a day that has not come."""
    if happened_on > today:
        return Problem("day_ahead", _("This day has not come yet."), "happened_on")
    return None
