"""What is kept only for a while: devices of words with the salts of their days, counts of tries, words to no receipt."""

from datetime import timedelta

from doanso.lib import clock
from doanso.support import rules
from doanso.support.models import Confirmation, DaySalt, EarlyConfirmation, Tries


def drop_device_keys() -> int:
    """Empty the devices that are older than seven days, by real time; how many. Words whose receipt never came go too.

    The worker asks every few seconds, so what there is nothing of costs a read and no lock.
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
