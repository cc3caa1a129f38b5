"""Actions on layouts: store a superior's workbook for a unit, and end it."""

from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files import actions as files
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.reports import policy
from doanso.reports.models import Layout
from doanso.reports.renderers.package import LIMITS, open_package
from doanso.targets import queries as targets
from doanso.targets.models import Programme
from doanso.units.models import Unit


def keep_layout(
    *, actor: User, programme: Programme, unit: Unit, name: str, source: bytes | IO[bytes], file_name: str
) -> Layout:
    """Store a workbook with named cells. It replaces the unit's layout of the same name, which is ended.

    A file that is not a plain workbook is refused; errors in its names are listed on its page, where they can be corrected.
    """
    policy.KEEP_LAYOUTS.require_at(actor, unit)
    if not targets.is_below_root(programme, unit, targets.day_of(programme, clock.today())):
        message = _("This unit does not stand in the programme. Choose another unit.")
        raise Refused(Problem("unit_outside", message, "unit"))
    content = source if isinstance(source, bytes) else source.read(LIMITS.file_bytes + 1)
    open_package(content)
    blob = files.store(source=content, name=file_name, limit=LIMITS.file_bytes)
    now = clock.now()
    with transaction.atomic():
        same = Layout.objects.select_for_update().filter(programme=programme, unit=unit, name=name, ended_at=None)
        for older in same:
            _end(actor, older)
        layout = Layout.objects.create(
            programme=programme, unit=unit, name=name, blob=blob, added_by=actor, added_at=now
        )
        record(actor=actor, action="reports.keep_layout", obj=layout, unit=unit)
    return layout


@transaction.atomic
def end_layout(*, actor: User, layout: Layout) -> Layout:
    """Stop offering the layout; files that were made with it are kept. Idempotent."""
    fresh = Layout.objects.select_for_update(of=("self",)).get(pk=layout.pk)
    policy.KEEP_LAYOUTS.require(actor, fresh)
    if fresh.ended_at is None:
        _end(actor, fresh)
    return fresh


def _end(actor: User, layout: Layout) -> None:
    layout.ended_at = clock.now()
    layout.save(update_fields=["ended_at"])
    record(actor=actor, action="reports.end_layout", obj=layout, unit=layout.unit_id)
