"""Scans of short links: counted by code and month, and by nothing else."""

import logging

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from doanso.lib import clock
from doanso.places.models import PublicPoint, ScanMonth

logger = logging.getLogger(__name__)


def count_scan(point: PublicPoint, *, times: int = 1) -> None:
    """Count an opening of a point's short link, or several, in the current month.

    Neither address, browser nor moment is kept, so openings by a monitor or a preview are counted like any other. Whoever scans
    gets the page also while the database cannot be written.
    """
    month = clock.today().replace(day=1)
    counted = ScanMonth.objects.filter(point=point, month=month)
    try:
        if counted.update(count=F("count") + times):
            return
        try:
            with transaction.atomic():
                ScanMonth.objects.create(point=point, month=month, count=times)
        except IntegrityError:
            # Another scan made the month's row meanwhile.
            counted.update(count=F("count") + times)
    except DatabaseError:
        logger.exception("a scan was not counted")
