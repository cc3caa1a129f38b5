"""Postpone final deletions by date while the server's clock may be wrong, and on the day of a restore."""

import logging
import time
from datetime import timedelta

from doanso.audit.queries import latest_moment
from doanso.home.worker import Chore
from doanso.lib import clock
from doanso.setup.queries import may_be_restored_today

logger = logging.getLogger(__name__)

LIVED = timedelta(days=1)
"""How long a clock that jumped ahead deletes nothing, so that it can be noticed."""
REMEMBERED = timedelta(days=14)
"""Older history than this does not confirm the clock."""
LOOK_EVERY = 600.0
"""Seconds between reads of history."""


def is_clock_trusted() -> bool:
    """Return whether the history confirms the clock.

    It does when there is an event between one and fourteen days old by this clock. After a jump ahead that becomes true again
    once the installation has been used at the new time for a day; events in the future, written while the clock was ahead, do not
    count. A clock that fell back deletes less, never more.
    """
    now = clock.now()
    earlier = latest_moment(until=now - LIVED)
    return earlier is not None and earlier >= now - REMEMBERED


class ClockGuard:
    """Runs chores with final deletions only while the clock is trusted and nothing was restored today; one look serves all."""

    def __init__(self, look_every: float = LOOK_EVERY) -> None:
        self.look_every = look_every
        self.looked_at: float | None = None
        self.is_trusted = False

    def guarded(self, chore: Chore) -> Chore:
        """Return the chore, which does nothing while the clock is doubtful."""

        def when_trusted() -> None:
            if self.look():
                chore()

        return when_trusted

    def look(self) -> bool:
        """Return whether that holds; reads the history again when the last read is old enough."""
        now = time.monotonic()
        if self.looked_at is None or now - self.looked_at >= self.look_every:
            is_restored = may_be_restored_today()
            self.looked_at, self.is_trusted = now, not is_restored and is_clock_trusted()
            if is_restored:
                logger.warning("nothing is deleted by its age today: a backup runs, was killed, or was restored")
            elif not self.is_trusted:
                logger.warning("nothing is deleted by its age: history does not bear out the clock (%s)", clock.now())
        return self.is_trusted
