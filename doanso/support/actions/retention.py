"""What is kept only for a while: devices of confirmations with the salts of their days, and counts of tries."""

from datetime import timedelta

from doanso.lib import clock
from doanso.support import rules
from doanso.support.models import Confirmation, DaySalt, Tries


def drop_device_keys() -> int:
    """Empty the devices that are older than seven days, by real time; how many. Cheap when there is nothing to do."""
    old = clock.now() - rules.KEEP_DEVICES
    DaySalt.objects.filter(day__lt=(clock.today() - rules.KEEP_DEVICES) - timedelta(days=1)).delete()
    Tries.objects.filter(since__lt=clock.now() - rules.TRIES_LAST).delete()
    return Confirmation.objects.filter(made_at__lt=old).exclude(device="").update(device="")
