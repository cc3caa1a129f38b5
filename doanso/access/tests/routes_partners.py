"""Makers for the addresses of partners and of notices; see `routes`."""

from typing import Any

from doanso.access.tests.scene import Maker, Scene
from doanso.files.actions import store
from doanso.lib import clock
from doanso.notices.actions import notify
from doanso.partners.models import Agreement, Partner, PartnerContact, Undertaking
from doanso.partners.notices import EXPIRING
from doanso.units.models import Unit


def _partner(scene: Scene, unit: Unit) -> Partner:
    now = clock.now()
    return Partner.objects.create(
        unit=unit, kind="bank", name="Ngân hàng Sông Tiền", short_name="Sông Tiền", folded="ngan hang song tien",
        made_by=scene.tree.minh, made_at=now, changed_at=now,
    )  # fmt: skip


def _partner_alone(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"partner_id": _partner(scene, unit).pk}


def _contact(scene: Scene, unit: Unit) -> dict[str, Any]:
    partner = _partner(scene, unit)
    contact = PartnerContact.objects.create(
        partner=partner, name="Lê Thị Ngân", since=clock.today(), made_at=clock.now()
    )
    return {"partner_id": partner.pk, "contact_id": contact.pk}


def _agreement_of(scene: Scene, unit: Unit) -> Agreement:
    partner, now = _partner(scene, unit), clock.now()
    return Agreement.objects.create(
        partner=partner, unit=unit, title="Thỏa thuận phối hợp", valid_from=clock.today(), valid_until=clock.today(),
        made_by=scene.tree.minh, made_at=now, changed_at=now,
    )  # fmt: skip


def _agreement(scene: Scene, unit: Unit) -> dict[str, Any]:
    agreement = _agreement_of(scene, unit)
    return {"partner_id": agreement.partner_id, "agreement_id": agreement.pk}


def _paper(scene: Scene, unit: Unit) -> dict[str, Any]:
    agreement = _agreement_of(scene, unit)
    agreement.file = store(source=b"%PDF-1.7", name="thoa-thuan.pdf", limit=99)
    agreement.save(update_fields=["file"])
    return {"partner_id": agreement.partner_id, "agreement_id": agreement.pk}


def _undertaking(scene: Scene, unit: Unit) -> dict[str, Any]:
    partner, now = _partner(scene, unit), clock.now()
    undertaking = Undertaking.objects.create(
        partner=partner, unit=unit, kind="booths", text="Hai gian tại ngày hội", quantity=2, unit_of_count="gian",
        made_by=scene.tree.minh, made_at=now, changed_at=now,
    )  # fmt: skip
    return {"partner_id": partner.pk, "undertaking_id": undertaking.pk}


def _notice(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A notice to the officers of the unit that an agreement runs out."""
    agreement = _agreement_of(scene, unit)
    words = {"partner": "Sông Tiền", "partner_id": str(agreement.partner_id), "title": agreement.title}
    words["until"] = clock.today().isoformat()
    return {"notice_id": notify(EXPIRING, unit=unit, source_id=agreement.pk, parameters=words).pk}


_PARTNER = "/partners/<uuid:partner_id>/"
_CONTACT = f"{_PARTNER}contacts/<uuid:contact_id>/"
_AGREEMENT = f"{_PARTNER}agreements/<uuid:agreement_id>/"
_UNDERTAKING = f"{_PARTNER}undertakings/<uuid:undertaking_id>/"
_NEW = ("contacts/new/", "agreements/new/", "undertakings/new/")

MAKERS: dict[str, Maker] = {
    **{f"{_PARTNER}{rest}": _partner_alone for rest in ("", "edit/", "end/", "resume/", *_NEW)},
    **{f"{_CONTACT}{rest}": _contact for rest in ("edit/", "end/", "remove/")},
    **{f"{_AGREEMENT}{rest}": _agreement for rest in ("", "edit/", "renew/", "next-year/", "end/", "resume/")},
    **{f"{_AGREEMENT}{rest}": _paper for rest in ("file/", "file/erase/")},
    **{f"{_UNDERTAKING}{rest}": _undertaking for rest in ("edit/", "settle/", "reopen/")},
    "/notices/<uuid:notice_id>/": _notice,
    "/notices/<uuid:notice_id>/seen/": _notice,
}
