"""Makers for the addresses of signing; see `routes`."""

from typing import Any

from doanso.access.tests.scene import Maker, Scene
from doanso.files.actions import destroy_key, store
from doanso.signing.actions.authorities import add_authority
from doanso.signing.actions.public import publish_file, reserve_code
from doanso.signing.models import Authority, PublicFile, Way
from doanso.signing.tests.pki import certificate_row, pki, session_row
from doanso.units.models import Unit


def _certificate(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A person's certificate, the owner's own if there is one."""
    user = scene.owner or scene.account(unit)
    return {"certificate_id": certificate_row(pki().an, unit=unit, user=user, added_by=scene.tree.giang).pk}


def _session(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A signature that the user has begun, to be uploaded as a file."""
    user = scene.asker or scene.account(unit)
    own = certificate_row(pki().an, unit=unit, user=user, added_by=user, way=Way.UPLOAD)
    return {"session_id": session_row(own, user=user).pk}


def _authority(_scene: Scene, _unit: Unit) -> dict[str, Any]:
    """A root that is trusted here."""
    existing = Authority.objects.filter(ended_at=None).first()
    created = existing or add_authority(actor=None, content=pki().root.pem, purpose="signing", legal_force=False)
    return {"authority_id": created.pk}


def _issued(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A file that anybody may verify, and that is not handed out."""
    existing = PublicFile.objects.first()
    if existing is None:
        # Its bytes are gone again: then the page says so, and needs no process to verify them.
        blob = store(source=b"x", name="a.pdf", limit=9)
        destroy_key(blob=blob)
        created = reserve_code(actor=scene.tree.giang, unit=unit)
        existing = publish_file(
            actor=scene.tree.giang,
            public_file=created,
            blob=blob,
            issuer="Đoàn",
            number="1",
            title="Kế hoạch",
            dated=None,
        )
    return {"code": existing.code}


MAKERS: dict[str, Maker] = {
    "/signing/certificates/<uuid:certificate_id>/": _certificate,
    "/signing/certificates/<uuid:certificate_id>/image/": _certificate,
    "/signing/certificates/<uuid:certificate_id>/try/": _certificate,
    "/signing/certificates/<uuid:certificate_id>/confirm/": _certificate,
    "/signing/certificates/<uuid:certificate_id>/end/": _certificate,
    "/signing/authorities/<uuid:authority_id>/": _authority,
    "/signing/authorities/<uuid:authority_id>/list/": _authority,
    "/signing/authorities/<uuid:authority_id>/end/": _authority,
    "/verify/<str:code>/": _issued,
    "/verify/<str:code>/file/": _issued,
    "/signing/sessions/<uuid:session_id>/": _session,
    "/signing/sessions/<uuid:session_id>/agent/": _session,
    "/signing/sessions/<uuid:session_id>/server/": _session,
    "/signing/sessions/<uuid:session_id>/upload/": _session,
    "/signing/sessions/<uuid:session_id>/file/": _session,
    "/signing/sessions/<uuid:session_id>/cancel/": _session,
}
