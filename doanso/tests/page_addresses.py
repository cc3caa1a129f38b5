"""An example of every argument of an address, made in the committee of `conftest`; `address` puts them in.

An argument without an example fails, so that no page is forgotten.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from doanso.access.models import RoleAssignment
from doanso.access.tests.routes_documents import MAKERS as DOCUMENT_MAKERS
from doanso.access.tests.routes_events import EVENT
from doanso.access.tests.routes_events import MAKERS as EVENT_MAKERS
from doanso.access.tests.routes_partners import MAKERS as PARTNER_MAKERS
from doanso.access.tests.routes_places import example_place, example_set
from doanso.access.tests.routes_targets import MAKERS as TARGET_MAKERS
from doanso.access.tests.scene import RouteExample, Scene
from doanso.cashless.tests.example import example_shop
from doanso.documents.links import link_lookup, seal_link
from doanso.documents.models import Delivery, Document, Issuing
from doanso.files.actions import store
from doanso.incoming.models import Arrival
from doanso.lib import clock
from doanso.lib.access_codes import new_link
from doanso.lib.uuid7 import uuid7
from doanso.organisation.tests.unit_list_example import unit_list_at
from doanso.outreach import card_keys
from doanso.outreach.actions.cards import issue_card
from doanso.outreach.actions.doors import DoorVisit, note_visits, take_doors
from doanso.outreach.actions.drives import DriveInput, DrivePlaceInput, add_door, make_drive
from doanso.outreach.actions.teams import TeamInput, TeammateInput, add_teammate, make_team
from doanso.outreach.models import Card, Door, Drive, Teammate, Visit, VisitSupportRecord
from doanso.people.models import Contact, Duplicate, Request
from doanso.places.models import CriteriaSet, Place
from doanso.referrals import slot_keys
from doanso.referrals.actions import open_slot
from doanso.referrals.models import ReferralSlot, SlotKind
from doanso.reports.actions.unit_exports import ask_unit_export
from doanso.reports.actions.unit_exports import make_archive as make_unit_export
from doanso.reports.models import UnitExport
from doanso.signing.actions.authorities import add_authority
from doanso.signing.actions.public import publish_file, reserve_code
from doanso.signing.models import Authority, PublicFile, Session, Way
from doanso.signing.tests.pki import certificate_row, pki, session_row, signed_pdf
from doanso.signing.tests.test_add_certificate import png
from doanso.support import stand_keys
from doanso.support.actions import Helper, StandInput, add_self_entry, open_stand, record_turn
from doanso.support.models import Stand
from doanso.support.stand_keys import StandEntry
from doanso.sync.actions import receive_batch, register_device
from doanso.sync.batches import RecordPayload
from doanso.sync.models import Device, Photo
from doanso.targets.actions import edit_programme
from doanso.targets.models import ProgrammeDraft
from doanso.testing import TODAY
from doanso.tests import joint_examples
from doanso.tests.conftest import Committee
from doanso.tests.point_addresses import EXAMPLES as POINT_EXAMPLES
from doanso.tests.routes import Route


def _asked_by_mai(kind: str) -> Request:
    return Request.objects.filter(kind=kind, person__contacts__name="Nguyễn Thị Mai").earliest("pk")


def _phone(committee: Committee) -> Device:
    """Lan's phone."""
    existing = Device.objects.filter(user=committee.tree.lan).first()
    return existing or register_device(actor=committee.tree.lan, device_id=uuid7(), name="Máy của Lan").device


def _from_phone(committee: Committee) -> int:
    """A record of a kind that this server does not know yet."""
    inputs = {"kind": "outreach.later", "version": 1, "unit": str(committee.tree.units["p4"].pk), "base": None}
    body = {"outcome": "helped", "people": [{"name": "Nguyễn Văn Bảy"}]}
    payload = json.dumps(inputs | {"made_at": "2023-11-12T08:00:00+07:00", "body": body}, ensure_ascii=False)
    entry = RecordPayload(uuid7(), hashlib.sha256(payload.encode()).hexdigest(), payload)
    return receive_batch(device=_phone(committee), actor=committee.tree.lan, sent_at=None, entries=[entry]).acks[0].seq


def _place_of_duc(committee: Committee) -> ReferralSlot:
    """The place of 1+2 that Đức has handed over to a friend."""
    duc = committee.members["Đức"]
    current_slot = ReferralSlot.objects.filter(member=duc, kind=SlotKind.FRIEND, replaced_at=None).first()
    return current_slot or open_slot(actor=committee.tree.an, member_id=duc.pk, kind=SlotKind.FRIEND)


def _invitation(committee: Committee) -> str:
    keys = slot_keys.keys_of(_place_of_duc(committee))
    assert keys is not None
    return keys.link


def _stand(committee: Committee) -> Stand:
    """A stand of ward 4, with somebody recorded and a resident who waits."""
    existing = Stand.objects.filter(closed_at=None).first()
    if existing is not None:
        return existing
    an, ward = committee.tree.an, committee.tree.units["p4"]
    inputs = StandInput(TODAY, "Nhà văn hoá Khu phố 3", ("portal", "vneid"), Helper("Trần Gia Huy"))
    stand = open_stand(actor=an, unit=ward, inputs=inputs)
    by_hand = {"key": uuid4(), "entry": StandEntry("Lê Văn Năm", 1955), "services": ["portal"], "agreed": True}
    record_turn(actor=an, stand_id=stand.pk, **by_hand)
    entry = StandEntry("Bùi Thị Tư", 1949)
    add_self_entry(link=stand_keys.link_of(stand), key=uuid4(), entry=entry, text_version="2023-09", network="10.0.0.1")
    return stand


def _mate(committee: Committee) -> Teammate:
    """Út, neighbourhood official, in a team with a card."""
    existing = Teammate.objects.filter(name="Trần Văn Út").first()
    if existing is not None:
        return existing
    an, day = committee.tree.an, TODAY - timedelta(days=90)
    team = make_team(actor=an, unit=committee.tree.units["p4"], inputs=TeamInput("Tổ Khu phố 1", day))
    inputs = TeammateInput("official", "neighbourhood", day, name="Trần Văn Út", is_head=True)
    mate = add_teammate(actor=an, team_id=team.pk, inputs=inputs)
    issue_card(actor=an, teammate_id=mate.pk, until=TODAY + timedelta(days=90))
    return mate


def _drive(committee: Committee) -> Drive:
    """A drive of ward 4 with three doors, one of them Lan's and one done."""
    existing = Drive.objects.filter(unit=committee.tree.units["p4"]).first()
    if existing is not None:
        return existing
    an, ward = committee.tree.an, committee.tree.units["p4"]
    inputs = DriveInput("Đợt tháng 11", TODAY - timedelta(days=9), TODAY + timedelta(days=9), 3)
    drive = make_drive(actor=an, unit=ward, inputs=inputs)
    for number, sign in (("2", ""), ("4", ""), ("6", "Tạp hóa Năm")):
        add_door(actor=an, drive=drive, inputs=DrivePlaceInput(number, "Lê Lợi", None, sign))
    take_doors(actor=committee.tree.lan, drive=drive, want=1)
    note_visits(visits=[DoorVisit(drive.doors.order_by("walk_key")[1].pk, "helped", TODAY)])
    return drive


def _scanned(committee: Committee) -> str:
    return card_keys.keys_of(Card.objects.get(teammate=_mate(committee))).secret


def _picture(committee: Committee) -> Photo:
    """A picture of a visit that helped, whose second person's code was wrong."""
    existing = Photo.objects.first()
    if existing is not None:
        return existing
    photo = Scene(committee.tree).photo(committee.tree.units["p4"])
    inputs = {
        "outcome": "helped",
        "second_name": "Trần Văn Út",
        "second_kind": "official",
        "second_problem": "code_wrong",
    }
    Visit.objects.filter(pk=photo.subject).update(**inputs)
    VisitSupportRecord.objects.create(support_record=committee.help, visit_id=photo.subject, kind="guide")
    return photo


def _door(committee: Committee) -> Door:
    """A door at which somebody arranged another day."""
    return Door.objects.first() or Scene(committee.tree).door(committee.tree.units["p4"])


def _signature(committee: Committee) -> Session:
    """A signature that the administrator has begun, to be brought as a file."""
    existing = Session.objects.first()
    if existing is not None:
        return existing
    giang = committee.tree.giang
    unit = committee.tree.units["my-tho"]
    own = certificate_row(pki().an, unit=unit, user=giang, added_by=giang, way=Way.UPLOAD)
    return session_row(own, user=giang)


def _authority(committee: Committee) -> Authority:
    """A root that is trusted here."""
    existing = Authority.objects.filter(ended_at=None).first()
    return existing or add_authority(actor=None, content=pki().root.pem, purpose="signing", legal_force=False)


def _verified(committee: Committee) -> str:
    """The code of a signed file that anybody may get."""
    existing = PublicFile.objects.first()
    if existing is None:
        blob = store(source=signed_pdf(), name="ke-hoach.pdf", limit=1 << 24)
        made = reserve_code(actor=None, unit=committee.tree.units["my-tho"])
        existing = publish_file(
            actor=None, public_file=made, blob=blob, issuer="Thành Đoàn Mỹ Tho", number="12-KH/TĐTN",
            title="Kế hoạch tháng Thanh niên", dated=TODAY, is_open=True,
        )  # fmt: skip
    return existing.code


# What stands in a route's arguments, by argument name or, where the name alone says too little, by route and name.
EXAMPLES: dict[str, Callable[[Committee], Any]] = {
    "access:invitation.secret": lambda committee: Scene(committee.tree).invitation(committee.tree.units["p4"]).secret,
    "access:issue_invitation_anew.pk": lambda committee: (
        Scene(committee.tree).invitation(committee.tree.units["p4"]).invitation.pk
    ),
    "access:withdraw_invitation.pk": lambda committee: (
        Scene(committee.tree).invitation(committee.tree.units["p4"]).invitation.pk
    ),
    "unit": lambda committee: "p4",
    "code": lambda committee: "p4",
    "home:programme.code": lambda committee: committee.programme.code,
    "programme": lambda committee: committee.programme.code,
    "indicator": lambda committee: "vneid2-members",
    "member": lambda committee: committee.members["Đức"].pk,
    "member_id": lambda committee: committee.members["Đức"].pk,
    "absence_id": lambda committee: committee.absence.pk,
    "exemption_id": lambda committee: committee.exemption.pk,
    "members:end_absence.member_id": lambda committee: committee.members["Khá"].pk,
    "members:take_back_absence.member_id": lambda committee: committee.members["Khá"].pk,
    "members:take_back_exemption.member_id": lambda committee: committee.members["Út"].pk,
    "members:end_exemption.member_id": lambda committee: committee.members["Út"].pk,
    "members:end_post.member_id": lambda committee: committee.members["Thủy"].pk,
    "members:take_back_ending.member_id": lambda committee: committee.members["Lợi"].pk,
    "members:take_back_transfer.member_id": lambda committee: committee.members["Duyên"].pk,
    "members:take_back_post.member_id": lambda committee: committee.members["Thủy"].pk,
    "members:take_back_post_end.member_id": lambda committee: committee.members["Duyên"].pk,
    "members:take_back_post_end.post_id": lambda committee: committee.ended_post.pk,
    "post_id": lambda committee: committee.post.pk,
    "usage": lambda committee: committee.usage.pk,
    "draw": lambda committee: committee.draw.pk,
    "person": lambda committee: committee.draw.people.filter(sampled=True).first().person_id,
    "declaration": lambda committee: committee.declaration.pk,
    "difficulty": lambda committee: committee.difficulty.pk,
    "token": lambda committee: committee.declare_token,
    "adoption:link-service.service": lambda committee: "vneid",
    "adoption:own-service.service": lambda committee: "vneid",
    "import_id": lambda committee: committee.job.pk,
    "kind": lambda committee: "members",
    "support_record_id": lambda committee: committee.help.pk,
    "receipt_id": lambda committee: committee.help.receipt_id,
    "dispute_id": lambda committee: committee.dispute.pk,
    "confirmation_id": lambda committee: committee.confirmation.pk,
    "remark_id": lambda committee: committee.remark.pk,
    "round_id": lambda committee: committee.recheck.round_id,
    "recheck_id": lambda committee: committee.recheck.pk,
    "link": lambda committee: committee.link,
    "stand_id": lambda committee: _stand(committee).pk,
    "turn_id": lambda committee: _stand(committee).turns.get(self_entered=False).pk,
    "support:stand-entry.link": lambda committee: stand_keys.link_of(_stand(committee)),
    "support:stand-number.link": lambda committee: stand_keys.link_of(_stand(committee)),
    "key": lambda committee: _stand(committee).turns.get(self_entered=True).pk,
    "team_id": lambda committee: _mate(committee).team_id,
    "mate_id": lambda committee: _mate(committee).pk,
    "secret": _scanned,
    "visit_id": lambda committee: _picture(committee).subject,
    "photo_id": lambda committee: _picture(committee).pk,
    "door_id": lambda committee: _door(committee).pk,
    "slot": lambda committee: _place_of_duc(committee).kind,
    "referrals:invitation.link": _invitation,
    "drive_id": lambda committee: _drive(committee).pk,
    "version": lambda _committee: Client().get("/door/app.json").json()["version"],
    "path": lambda committee: "app.js",
    "child": lambda committee: "p4",
    "targets:settle.indicator": lambda committee: "portal-residents",
    "targets:settle.unit": lambda committee: "my-tho",
    "targets:answer.indicator": lambda committee: "payment-shops",
    "kept": lambda committee: committee.kept.pk,
    "template": lambda committee: "my-tho-2023",
    "draft_id": lambda committee: _programme_draft(committee).pk,
    "indicator_id": lambda committee: _programme_draft(committee).indicators.first().pk,
    "report_id": lambda committee: committee.report.pk,
    "rendering_id": lambda committee: committee.rendering.pk,
    "export_id": lambda committee: _unit_export(committee).pk,
    "layout_id": lambda committee: committee.layout.pk,
    "page": lambda committee: 1,
    "reports:letterhead.code": lambda committee: "my-tho",
    "month": lambda committee: "2023-10",
    "contact_id": lambda committee: Contact.objects.get(name="Nguyễn Thị Mai", unit=committee.tree.units["p4"]).pk,
    "request_id": lambda committee: _asked_by_mai("correct").pk,
    "people:erase.request_id": lambda committee: _asked_by_mai("erase").pk,
    "people:copy.request_id": lambda committee: _asked_by_mai("copy").pk,
    "pair_id": lambda committee: Duplicate.objects.filter(state="open").earliest("pk").pk,
    "people:undo.pair_id": lambda committee: Duplicate.objects.filter(state="same").earliest("pk").pk,
    "seq": _from_phone,
    "device_id": lambda committee: _phone(committee).pk,
    "assignment_id": lambda committee: committee.assignment.pk,
    "kind_code": lambda committee: "merge",
    "list_id": lambda committee: unit_list_at(committee.tree.units["my-tho"], committee.tree.giang).pk,
    "change_id": lambda committee: committee.change.pk,
    "pk": lambda committee: committee.tree.an.pk,
    "access:object_history.kind": lambda committee: "members.member",
    "access:object_history.pk": lambda committee: committee.members["Đức"].pk,
    "access:end_role.pk": lambda committee: RoleAssignment.objects.get(user=committee.tree.an).pk,
    "access:revoke_token.pk": lambda committee: committee.token.pk,
    "certificate_id": lambda committee: _signature(committee).certificate_id,
    "session_id": lambda committee: _signature(committee).pk,
    "authority_id": lambda committee: _authority(committee).pk,
    "signing:verify-code.code": _verified,
    "signing:verify-open.code": _verified,
}


def _programme_draft(committee: Committee) -> ProgrammeDraft:
    """The draft in which the programme is changed; its copy is written beside it."""
    return edit_programme(actor=committee.tree.giang, programme=committee.programme)


def _unit_export(committee: Committee) -> UnitExport:
    """An archive of the unit in addresses, requested by the administrator, who is asked first."""
    export = UnitExport.objects.first()
    if export is None:
        unit = committee.tree.units[EXAMPLES["code"](committee)]
        export = ask_unit_export(actor=committee.tree.giang, unit=unit)
        make_unit_export(export.pk)
    return export


def _document_example(name: str, address: str) -> Callable[[Committee], Any]:
    """A word of an address of documents, of ward 4; whoever sees the page at all is asked later."""
    return lambda committee: DOCUMENT_MAKERS[address](Scene(committee.tree), committee.tree.units["p4"])[name]


def _document_to_sign(committee: Committee) -> Any:
    """A document that waits for An's signature."""
    words = DOCUMENT_MAKERS[f"{_HANDLING}mandates/<uuid:mandate_id>/end/"](
        Scene(committee.tree), committee.tree.units["p4"]
    )
    document_id = EXAMPLES["document_id"](committee)
    Document.objects.filter(pk=document_id).update(state="signing", mandate=words["mandate_id"])
    return document_id


def _document_on_its_way_out(committee: Committee) -> Any:
    """A document that has its number and is being sealed."""
    existing = Issuing.objects.first()
    return existing.pk if existing is not None else _document_example("document_id", f"{_DOCUMENT}seal/")(committee)


def _outside_link(committee: Committee) -> str:
    """The link of somebody outside who got a document."""
    document_id, link = EXAMPLES["documents:document.document_id"](committee), new_link()
    Delivery.objects.create(
        document_id=document_id,
        outside="Công an",
        link_encrypted=seal_link(link),
        link_lookup=link_lookup(link),
        sent_at=clock.now(),
    )
    return link


def _with_file(name: str) -> Callable[[Committee], Any]:
    """The example of a document that has its file."""

    def made(committee: Committee) -> Any:
        found = EXAMPLES[name](committee)
        blob = store(source=signed_pdf(), name="van-ban.pdf", limit=1 << 24)
        if name == "arrival_id":
            Arrival.objects.filter(pk=found).update(blob=blob)
        else:
            document = Document.objects.latest("pk")
            Document.objects.filter(pk=document.pk).update(final=blob)
            document.versions.update(upload=blob)
        return found

    return made


_DOCUMENT, _RECEIVED = "/documents/<uuid:document_id>/", "/documents/received/<uuid:delivery_id>/"
_PARTNER = "/partners/<uuid:partner_id>/"
_NUMBER = "/units/<slug:code>/register/numbers/<uuid:number_id>/void/"
_HANDLING = "/units/<slug:code>/documents/"


def _certificate_with_image(committee: Committee) -> Any:
    """The certificate of the signature that was begun, with the picture that stands where it signs."""
    certificate = _signature(committee).certificate
    if certificate.image is None:
        certificate.image = store(source=png(), name="chu-ky.png", limit=1 << 20)
        certificate.save(update_fields=["image"])
    return certificate.pk


def _place(committee: Committee) -> Any:
    """A street of ward 4 whose list is still written."""
    existing = Place.objects.first()
    return existing.pk if existing is not None else example_place(Scene(committee.tree), committee.tree.units["p4"]).pk


def _draft_of_criteria(committee: Committee) -> Any:
    """The city's draft of criteria."""
    existing = CriteriaSet.objects.filter(published_at=None).first()
    return (existing or example_set(committee.tree.units["my-tho"], published=False)).pk


EXAMPLES |= {
    "signing:image.certificate_id": _certificate_with_image,
    "document_id": _document_example("document_id", f"{_DOCUMENT}edit/"),
    "documents:document.document_id": _document_example("document_id", _DOCUMENT),
    "documents:version-file.number": lambda committee: 1,
    "delivery_id": _document_example("delivery_id", _RECEIVED),
    "result_id": lambda committee: TARGET_MAKERS["/results/<uuid:result_id>/"](
        Scene(committee.tree), committee.tree.units["p4"]
    )["result_id"],
    "partner_id": lambda committee: PARTNER_MAKERS[_PARTNER](Scene(committee.tree), committee.tree.units["p4"])[
        "partner_id"
    ],
    "event_id": lambda committee: EVENT_MAKERS[f"{EVENT}move/"](Scene(committee.tree), committee.tree.units["p4"])[
        "event_id"
    ],
    "events:new-part.sort": lambda _committee: "booths",
    "notice_id": lambda committee: PARTNER_MAKERS["/notices/<uuid:notice_id>/"](
        Scene(committee.tree), committee.tree.units["p4"]
    )["notice_id"],
    "place_id": _place,
    "set_id": _draft_of_criteria,
    "places:begin-criteria.kind": lambda _committee: "digital-street",
    **{
        name: lambda committee, name=name: example_shop(committee.tree.units["p4"], committee.tree.minh)[name]
        for name in ("business_id", "code_change_id", "alarm_id", "alarm_photo_id", "check_id")
    },
    "arrival_id": _document_example("arrival_id", "/documents/arrivals/<uuid:arrival_id>/"),
    "number_id": _document_example("number_id", _NUMBER),
    "mandate_id": _document_example("mandate_id", f"{_HANDLING}mandates/<uuid:mandate_id>/end/"),
    "stand_in_id": _document_example("stand_in_id", f"{_HANDLING}stand-ins/<uuid:stand_in_id>/end/"),
    "documents:outside.link": _outside_link,
    "documents:sign.document_id": _document_to_sign,
    "documents:seal.document_id": _document_on_its_way_out,
    "documents:certificate.document_id": _document_on_its_way_out,
    "documents:sign-again.document_id": _document_on_its_way_out,
    "documents:give-up.document_id": _document_on_its_way_out,
    "documents:return-signed.document_id": _document_example("document_id", f"{_DOCUMENT}return-signed/"),
    "documents:try-again.document_id": _document_on_its_way_out,
    "documents:file.document_id": _with_file("document_id"),
    "documents:version-file.document_id": _with_file("document_id"),
    "documents:delivery-file.delivery_id": _with_file("delivery_id"),
    "incoming:arrival-file.arrival_id": _with_file("arrival_id"),
    "documents:outside-file.link": _with_file("documents:outside.link"),
}
EXAMPLES |= POINT_EXAMPLES


def address(route: Route, committee: Committee) -> str:
    """Return the address of a route, with an example of each of its arguments."""
    if route.name in joint_examples.ADDRESSES:
        made = joint_examples.MAKERS[joint_examples.ADDRESSES[route.name]](
            Scene(committee.tree), committee.tree.units["p4"]
        )
        words = made.words if isinstance(made, RouteExample) else made
        return reverse(route.name, kwargs={name: words[name] for name in route.arguments})
    given = {}
    for name in route.arguments:
        example = EXAMPLES.get(f"{route.name}.{name}") or EXAMPLES.get(name)
        assert example is not None, f"{route.name} needs an example of '{name}' in doanso/tests/page_addresses.py"
        given[name] = example(committee)
    return reverse(route.name, kwargs=given)
