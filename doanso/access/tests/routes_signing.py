"""What the addresses of signing need to be asked; see `routes`."""

from typing import Any

from doanso.access.tests.scene import Maker, Scene
from doanso.signing.models import Way
from doanso.signing.tests.pki import certificate_row, pki, session_row
from doanso.units.models import Unit


def _certificate(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A person's certificate, the owner's own if there is one."""
    user = scene.owner or scene.account(unit)
    return {"certificate_id": certificate_row(pki().an, unit=unit, user=user, added_by=scene.tree.giang).pk}


def _session(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A signature that whoever asks has begun, to be brought as a file."""
    user = scene.asker or scene.account(unit)
    own = certificate_row(pki().an, unit=unit, user=user, added_by=user, way=Way.UPLOAD)
    return {"session_id": session_row(own, user=user).pk}


MAKERS: dict[str, Maker] = {
    "/signing/certificates/<uuid:certificate_id>/": _certificate,
    "/signing/certificates/<uuid:certificate_id>/image/": _certificate,
    "/signing/certificates/<uuid:certificate_id>/end/": _certificate,
    "/signing/sessions/<uuid:session_id>/": _session,
    "/signing/sessions/<uuid:session_id>/agent/": _session,
    "/signing/sessions/<uuid:session_id>/server/": _session,
    "/signing/sessions/<uuid:session_id>/upload/": _session,
    "/signing/sessions/<uuid:session_id>/file/": _session,
    "/signing/sessions/<uuid:session_id>/cancel/": _session,
}
