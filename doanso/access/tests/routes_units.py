"""Examples for the addresses of a unit's whole data."""

from typing import Any

from doanso.access.tests.scene import Maker, Scene
from doanso.files.actions import store
from doanso.lib import clock
from doanso.reports.models import UnitExport
from doanso.units.models import Unit


def _unit_export(scene: Scene, unit: Unit) -> dict[str, Any]:
    """An archive that the user requested: nobody else gets it."""
    now = clock.now()
    export = UnitExport.objects.create(
        unit=unit,
        asked_by=scene.asker or scene.account(unit),
        state="done",
        blob=store(source=b"PK\x05\x06" + bytes(18), name="du-lieu.zip", limit=1 << 10),
        asked_at=now,
        stepped_at=now,
    )
    return {"code": unit.code, "export_id": export.pk}


MAKERS: dict[str, Maker] = {
    "/units/<slug:code>/export/": lambda _scene, unit: {"code": unit.code},
    "/units/<slug:code>/export/<uuid:export_id>/": _unit_export,
}
