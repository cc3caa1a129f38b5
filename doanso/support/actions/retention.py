"""What is kept only for a while: devices of confirmations with the salts of their days, and counts of tries."""

from datetime import timedelta

from doanso.lib import clock
from doanso.support import rules
from doanso.support.models import Confirmation, DaySalt, Tries


def drop_device_keys() -> int:
    """Empty the devices that are older than seven days, by real time; how many.

    The worker asks every few seconds, so what there is nothing of costs a read and no lock.
    """
    now, today = clock.now(), clock.today()
    for rows in (
        DaySalt.objects.filter(day__lt=today - rules.KEEP_DEVICES - timedelta(days=1)),
        Tries.objects.filter(since__lt=now - rules.TRIES_LAST),
    ):
        if rows.exists():
            rows.delete()
    old = Confirmation.objects.filter(made_at__lt=now - rules.KEEP_DEVICES).exclude(device="")
    return old.update(device="") if old.exists() else 0
