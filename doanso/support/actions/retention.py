"""Erasing what is stored for a limited time: devices of confirmations and their salts, tries, early confirmations
without a receipt.
"""

from datetime import timedelta

from doanso.lib import clock
from doanso.support import rules
from doanso.support.models import (
    Confirmation,
    DaySalt,
    EarlyConfirmation,
    StandDropReason,
    StandTurn,
    StandTurnState,
    Tries,
)
from doanso.support.rules import stands


def drop_device_keys() -> int:
    """Empty devices older than seven days of real time; return how many. Early confirmations without a receipt are
    deleted too.

    The worker calls this every few seconds, so that a table without old rows costs a read and no lock.
    """
    now, today = clock.now(), clock.today()
    for rows in (
        DaySalt.objects.filter(day__lt=today - rules.KEEP_DEVICES - timedelta(days=1)),
        Tries.objects.filter(since__lt=now - rules.TRIES_LAST),
        EarlyConfirmation.objects.filter(made_at__lt=now - rules.KEEP_EARLY),
    ):
        if rows.exists():
            rows.delete()
    emptied = 0
    for words in (Confirmation.objects.all(), EarlyConfirmation.objects.all()):
        old = words.filter(made_at__lt=now - rules.KEEP_DEVICES).exclude(device="")
        emptied += old.update(device="") if old.exists() else 0
    return emptied


def drop_stand_entries() -> int:
    """Delete what residents entered at a stand more than a day of real time ago and nobody recorded; return how many.

    The stand keeps the number and the reason. The worker calls this every few seconds.
    """
    now = clock.now()
    old = StandTurn.objects.filter(state=StandTurnState.WAITING, made_at__lt=now - stands.KEEP_WAITING)
    if not old.exists():
        return 0
    return old.update(
        state=StandTurnState.DROPPED, drop_reason=StandDropReason.EXPIRED, ended_at=now, person_encrypted=b""
    )
