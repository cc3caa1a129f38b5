"""Makers for the addresses of documents; see `routes`."""

from typing import Any

from doanso.access.tests.scene import Maker, RouteExample, Scene
from doanso.documents.body.schema import from_plain
from doanso.documents.drafts import Draft
from doanso.documents.links import link_lookup
from doanso.documents.models import (
    Attachment,
    Comment,
    Delivery,
    Document,
    DocumentState,
    DocumentVersion,
    Issuing,
    Mandate,
    Medium,
    Number,
    NumberState,
    RegisterKind,
    Series,
    StandIn,
)
from doanso.files.actions import store
from doanso.incoming.models import Arrival
from doanso.lib import clock
from doanso.lib.access_codes import new_link
from doanso.signing.tests.pki import certificate_row, pki
from doanso.units.models import Unit

_LINK = new_link()


def _number(scene: Scene, unit: Unit, direction: str = RegisterKind.OUT, state: str = NumberState.USED) -> Number:
    series, _new = Series.objects.get_or_create(unit=unit, direction=direction, era="2023")
    series.last_value, series.last_dated = series.last_value + 1, clock.today()
    series.save()
    return Number.objects.create(
        series=series, unit=unit, direction=direction, value=series.last_value, state=state, reason="Giữ chỗ",
        dated=clock.today(), drawn_by=scene.tree.giang, drawn_at=clock.now(),
    )  # fmt: skip


def _document(scene: Scene, unit: Unit, state: str = DocumentState.DRAFT) -> Document:
    """A document of the unit; an issued one is of paper, so that it needs no signatures."""
    now, out = clock.now(), state == DocumentState.ISSUED
    draft = Draft(profile="doan", kind="plan", summary="Kế hoạch", body=from_plain("Một"))
    number = _number(scene, unit) if out else None
    document = Document.objects.create(
        unit=unit, profile="doan", kind="plan", summary="Kế hoạch", folded="ke hoach", state=state, version=1,
        medium=Medium.PAPER if out else Medium.DIGITAL, number=number,
        notation=f"{number.value:02}-KH/ĐTN" if number else "", era=number.series.era if number else None,
        dated=clock.today() if out else None, issued_at=now if out else None,
        issued_on=clock.today() if out else None, made_by=scene.tree.giang, made_at=now, changed_at=now,
    )  # fmt: skip
    DocumentVersion.objects.create(
        document=document, number=1, content=draft.as_json(), made_by=scene.tree.giang, made_at=now
    )
    return document


def _draft(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"document_id": _document(scene, unit).pk, "number": 1}


def _issued(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"document_id": _document(scene, unit, DocumentState.ISSUED).pk}


def _issued_with_parts(scene: Scene, unit: Unit) -> RouteExample:
    """An issued document with all that its addresses name, and forms that are filled in."""
    document = _document(scene, unit, DocumentState.ISSUED)
    remark = Comment.objects.create(document=document, version=1, words="Sửa", by=scene.tree.giang, at=clock.now())
    words = {
        "document_id": document.pk,
        "attachment_id": _attachment(scene, document).pk,
        "comment_id": remark.pk,
    }
    return RouteExample(words, {"words": "Đồng ý", "reason": "Nhầm", "read": "1"})


def _attached(scene: Scene, unit: Unit) -> dict[str, Any]:
    document = _document(scene, unit)
    return {"document_id": document.pk, "attachment_id": _attachment(scene, document).pk}


def _attachment(scene: Scene, document: Document) -> Attachment:
    blob = store(source=b"%PDF-1.7", name="phu-luc.pdf", limit=99)
    return Attachment.objects.create(
        document=document, name=blob.name, blob=blob, added_by=scene.tree.giang, added_at=clock.now()
    )


def _remark(scene: Scene, unit: Unit) -> dict[str, Any]:
    document = _document(scene, unit)
    created = Comment.objects.create(document=document, version=1, words="Sửa", by=scene.tree.giang, at=clock.now())
    return {"document_id": document.pk, "comment_id": created.pk}


def _on_its_way(scene: Scene, unit: Unit) -> dict[str, Any]:
    document = _document(scene, unit, DocumentState.ISSUING)
    seal = certificate_row(pki().ward, unit=unit, user=None, added_by=scene.tree.giang)
    now = clock.now()
    Issuing.objects.create(
        document=document, certificate=seal, asked_by=scene.tree.giang, asked_at=now, stepped_at=now,
        state="sealed",
    )  # fmt: skip
    return {"document_id": document.pk}


def _signed(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"document_id": _document(scene, unit, DocumentState.SIGNED).pk}


def _delivery(scene: Scene, unit: Unit) -> dict[str, Any]:
    """What another unit sent: to the owner where it is the own, else to the unit."""
    sender = scene.tree.units["p5-kp1"]
    document = _document(scene, sender, DocumentState.ISSUED)
    created = Delivery.objects.create(
        document=document, unit=None if scene.owner else unit, user=scene.owner, sent_at=clock.now()
    )
    return {"delivery_id": created.pk, "attachment_id": _attachment(scene, document).pk}


def _outside(scene: Scene, unit: Unit) -> dict[str, Any]:
    document = _document(scene, unit, DocumentState.ISSUED)
    Delivery.objects.create(document=document, outside="Công an", link_lookup=link_lookup(_LINK), sent_at=clock.now())
    attachment = _attachment(scene, document)
    attachment.signed = attachment.blob
    attachment.save(update_fields=["signed"])
    return {"link": _LINK, "attachment_id": attachment.pk}


def _arrival(scene: Scene, unit: Unit) -> dict[str, Any]:
    created = Arrival.objects.create(
        unit=unit, number=_number(scene, unit, RegisterKind.IN), arrived_on=clock.today(), issuer="UBND", summary="Việc",
        folded="viec", taken_by=scene.tree.giang, taken_at=clock.now(),
    )  # fmt: skip
    return {"arrival_id": created.pk}


def _code(_scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"code": unit.code}


def _reserved(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"code": unit.code, "number_id": _number(scene, unit, state=NumberState.RESERVED).pk}


def _mandate(scene: Scene, unit: Unit) -> dict[str, Any]:
    created = Mandate.objects.create(
        unit=unit, user=scene.tree.an, wording="", post="BÍ THƯ", since=clock.today(), given_by=scene.tree.giang,
        given_at=clock.now(),
    )  # fmt: skip
    return {"code": unit.code, "mandate_id": created.pk}


def _stand_in(scene: Scene, unit: Unit) -> dict[str, Any]:
    created = StandIn.objects.create(
        unit=unit, user=scene.tree.an, deputy=scene.tree.binh, since=clock.today(), until=clock.today(), reason="Đi họp",
        set_by=scene.tree.giang, set_at=clock.now(),
    )  # fmt: skip
    return {"code": unit.code, "stand_in_id": created.pk}


_DOCUMENT = "/documents/<uuid:document_id>/"
_RECEIVED = "/documents/received/<uuid:delivery_id>/"
_ARRIVAL = "/documents/arrivals/<uuid:arrival_id>/"
_REGISTER = "/units/<slug:code>/register/"

MAKERS: dict[str, Maker] = (
    {_DOCUMENT: _issued}
    | {
        f"{_DOCUMENT}{rest}": _draft
        for rest in (
            *(
                "edit/",
                "edit/word/",
                "edit/working-copy/",
                "discard/",
                "preview/",
                "signatures/",
                "draft.pdf",
                "draft.docx",
                "file/",
                "versions/<int:number>/",
            ),
            *("attachments/", "send-on/", "pass/", "return/", "call-back/", "comments/", "sign/", "issue/"),
        )
    }
    | {f"{_DOCUMENT}{rest}": _issued for rest in ("send-to/", "remind/", "recall/", "replace/")}
    | {f"{_DOCUMENT}return-signed/": _signed}
    | {f"{_DOCUMENT}{rest}": _on_its_way for rest in ("seal/", "certificate/", "try-again/", "sign-again/", "give-up/")}
    | {
        f"{_DOCUMENT}attachments/<uuid:attachment_id>/": _attached,
        f"{_DOCUMENT}attachments/<uuid:attachment_id>/detach/": _attached,
        f"{_DOCUMENT}comments/<uuid:comment_id>/settle/": _remark,
    }
    | {
        f"{_RECEIVED}{rest}": _delivery
        for rest in (
            *("", "preview/", "signatures/", "file/", "attachments/<uuid:attachment_id>/", "assign/", "answer/"),
            *("see-end/", "take-in/"),
        )
    }
    | {f"{_ARRIVAL}{rest}": _arrival for rest in ("", "file/", "assign/", "settle/", "return/")}
    | {
        "/units/<slug:code>/arrivals/new/": _code,
        "/units/<slug:code>/documents/": _code,
        "/units/<slug:code>/documents/mandates/<uuid:mandate_id>/end/": _mandate,
        "/units/<slug:code>/documents/stand-ins/<uuid:stand_in_id>/end/": _stand_in,
        "/v/<str:link>/": _outside,
        "/v/<str:link>/file/": _outside,
        "/v/<str:link>/attachments/<uuid:attachment_id>/": _outside,
        f"{_REGISTER}reserve/": _code,
        f"{_REGISTER}secret/": _code,
        f"{_REGISTER}paper/": _code,
        f"{_REGISTER}numbers/<uuid:number_id>/void/": _reserved,
    }
)

# The same addresses of an issued document, which more users read than its draft.
ISSUED_MAKERS: dict[str, Maker] = {
    address: _issued_with_parts for address in MAKERS if address.startswith(_DOCUMENT) and "number" not in address
}
