"""Reads of archives of units' data; everybody reads only their own."""

from uuid import UUID

from doanso.accounts.models import User
from doanso.reports.models import RenderState, UnitExport
from doanso.units.models import Unit

SHOWN = 10


def own_exports(actor: User, unit: Unit) -> list[UnitExport]:
    """Return the actor's newest archives of the unit."""
    return list(UnitExport.objects.filter(unit=unit, asked_by=actor).order_by("-asked_at")[:SHOWN])


def own_archive(actor: User, unit: Unit, export_id: UUID) -> UnitExport | None:
    """Return one archive of the actor's that is made, with its file."""
    made = UnitExport.objects.filter(pk=export_id, unit=unit, asked_by=actor, state=RenderState.DONE)
    return made.select_related("blob__key", "unit").first()
