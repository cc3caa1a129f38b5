"""Makers of the objects that the addresses of docs/access.md are about: one per address.

A maker gets the scene and the unit to which the object shall belong, and returns the arguments of the address; `RouteExample`
adds the data to send. Addresses without arguments need no maker. A new route needs a row in the table and a maker here.
"""

import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from doanso.access.tests.routes_booths import MAKERS as BOOTH_MAKERS
from doanso.access.tests.routes_documents import MAKERS as DOCUMENT_MAKERS
from doanso.access.tests.routes_events import MAKERS as EVENT_MAKERS
from doanso.access.tests.routes_field import MAKERS as FIELD_MAKERS
from doanso.access.tests.routes_partners import MAKERS as PARTNER_MAKERS
from doanso.access.tests.routes_places import MAKERS as PLACE_MAKERS
from doanso.access.tests.routes_points import MAKERS as POINT_MAKERS
from doanso.access.tests.routes_registers import MAKERS as REGISTER_MAKERS
from doanso.access.tests.routes_signing import MAKERS as SIGNING_MAKERS
from doanso.access.tests.routes_targets import MAKERS as TARGET_MAKERS
from doanso.access.tests.routes_units import MAKERS as UNIT_MAKERS
from doanso.access.tests.scene import Maker, RouteExample, Scene
from doanso.adoption.models import (
    Declaration,
    DeclareLink,
    Difficulty,
    Obstacle,
    Usage,
)
from doanso.adoption.queries.self_report import token_hash as declare_hash
from doanso.assignments.models import Assignment
from doanso.audit.actions import record
from doanso.files.actions import store
from doanso.ledger.actions import merge_subjects
from doanso.ledger.models import Fact, Subject
from doanso.lib import clock
from doanso.lib.spreadsheet import Column, write_table
from doanso.members.models import Absence, Exemption, Member, Post, PostEnd
from doanso.organisation.models import Change, ChangeKind
from doanso.organisation.tests.unit_list_example import unit_list_at
from doanso.people.models import Merge, Person
from doanso.reports.models import Layout, Period, Rendering, Report
from doanso.support.models import Confirmation, Dispute, Remark
from doanso.support.stand_keys import link_of
from doanso.testing import TREE_BEGAN
from doanso.units.models import Unit


def _code(_scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"code": unit.code}


def _account(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"pk": scene.account(unit).pk}


def _invitation(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"pk": scene.invitation(unit).invitation.pk}


def _invitation_link(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"secret": scene.invitation(unit).secret}


def _history(scene: Scene, unit: Unit) -> dict[str, Any]:
    record(actor=scene.tree.giang, action="units.load", obj=unit, unit=unit)
    return {"kind": "units.unit", "pk": unit.pk}


def _member(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"member_id": scene.member(unit).pk}


def _absence(scene: Scene, unit: Unit) -> dict[str, Any]:
    member = scene.member(unit)
    away = Absence.objects.create(
        person_id=member.person_id, reason="study", since=TREE_BEGAN, arrived_on=TREE_BEGAN, recorded_at=clock.now()
    )
    return {"member_id": member.pk, "absence_id": away.pk}


def _exemption(scene: Scene, unit: Unit) -> dict[str, Any]:
    member = scene.member(unit)
    exempt = Exemption.objects.create(
        person_id=member.person_id, indicator="one", reason="Ốm", since=TREE_BEGAN, review_on=clock.today(),
        arrived_on=TREE_BEGAN, recorded_at=clock.now(),
    )  # fmt: skip
    return {"member_id": member.pk, "exemption_id": exempt.pk}


def _post(scene: Scene, unit: Unit) -> dict[str, Any]:
    member = scene.member(unit)
    post = Post.objects.create(person_id=member.person_id, unit=unit, kind="deputy", since=TREE_BEGAN)
    return {"member_id": member.pk, "post_id": post.pk}


def _ended_post(scene: Scene, unit: Unit) -> dict[str, Any]:
    words = _post(scene, unit)
    PostEnd.objects.create(post_id=words["post_id"], recorded_at=clock.now())
    return words


def _ended_guest(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A guest's stay, of which the ledger knows nothing, ended by mistake."""
    guest = scene.member(unit)
    guest.temporary, guest.state, guest.until = True, "grown-out", clock.today()
    guest.save(update_fields=["temporary", "state", "until"])
    return {"member_id": guest.pk}


def _moved_guest(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A guest's stay that began with a transfer inside the unit."""
    old = Member.objects.get(pk=_ended_guest(scene, unit)["member_id"])
    new = Member.objects.create(
        person=old.person, contact=old.contact, branch=unit, temporary=True, since=clock.today(), previous=old,
        arrived_on=clock.today(), recorded_at=clock.now(),
    )  # fmt: skip
    return {"member_id": new.pk}


def _draw(scene: Scene, unit: Unit) -> dict[str, Any]:
    drawn = scene.draw(unit)
    return {"draw": drawn.draw_id, "person": drawn.person_id}


def _usage(scene: Scene, unit: Unit) -> RouteExample:
    member = scene.member(unit)
    return RouteExample({"member": member.pk, "usage": scene.usage(member).pk}, {"grade": "1"})


def _services(scene: Scene, unit: Unit) -> RouteExample:
    stage = scene.stage()
    return RouteExample({"member": scene.member(unit).pk}, {"service": stage.service_id})


def _import(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"import_id": scene.job(unit).pk}


def _change(_scene: Scene, unit: Unit) -> dict[str, Any]:
    created = Change.objects.create(
        kind=ChangeKind.RENAME,
        unit=unit,
        on=TREE_BEGAN,
        said={"kept_back": []},
        recorded_on=clock.today(),
        recorded_at=clock.now(),
    )
    return {"change_id": created.pk}


def _unit_list(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"list_id": unit_list_at(unit, scene.tree.giang).pk}


def _resident(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"contact_id": scene.resident(unit).pk}


def _alike(scene: Scene, unit: Unit) -> RouteExample:
    return RouteExample({"contact_id": scene.resident(unit).pk}, {"other": scene.resident(unit).person_id})


def _asked(kind: str) -> "Maker":
    return lambda scene, unit: {"request_id": scene.request(unit, kind).pk}


def _pair(scene: Scene, unit: Unit) -> RouteExample:
    return RouteExample({"pair_id": scene.pair(unit).pk}, {"decision": "later"})


def _merged(scene: Scene, unit: Unit) -> dict[str, Any]:
    pair = scene.pair(unit)
    merge_subjects(kind="person", merged_ref=pair.other_id, kept_ref=pair.one_id)
    Merge.objects.create(
        gone_id=pair.other_id, kept_id=pair.one_id, duplicate=pair, merged_at=clock.now(), merged_by=scene.tree.giang
    )
    Person.objects.filter(pk=pair.other_id).update(merged_into=pair.one_id)
    return {"pair_id": pair.pk}


def _my_services(scene: Scene, unit: Unit) -> dict[str, Any]:
    scene.member(unit)
    return {"service": scene.stage().service_id}


def _declaration(scene: Scene, unit: Unit) -> dict[str, Any]:
    usage = scene.usage(scene.member(unit))
    Usage.objects.filter(pk=usage.pk).update(grade=0, seen_by=None)
    # Decided already, so that the ledger need not know of it.
    declaration = Declaration.objects.create(usage=usage, outcome="returned", reason="Chưa", decided_at=clock.now())
    return {"declaration": declaration.pk}


def _declare_link(scene: Scene, unit: Unit) -> dict[str, Any]:
    now = clock.now()
    member, token = scene.member(unit), "x" * 22
    DeclareLink.objects.create(
        person_id=member.person_id, unit=unit, token_hash=declare_hash(token), made_by=scene.tree.giang, made_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    return {"token": token, "service": scene.stage().service_id}


def _difficulty(scene: Scene, unit: Unit) -> dict[str, Any]:
    difficulty = Difficulty.objects.create(
        person_id=scene.member(unit).person_id, service=scene.stage().service, unit=unit, reported_on=clock.today(),
        obstacle=Obstacle.objects.create(code="away", name="Đang ở xa", position=1), recorded_at=clock.now(),
    )  # fmt: skip
    return {"difficulty": difficulty.pk}


def _programme(scene: Scene, unit: Unit) -> dict[str, Any]:
    code = scene.programme(unit).code
    return {"code": code, "programme": code, "indicator": "one"}


def _help(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"support_record_id": scene.support_record(unit).pk}


def _link(scene: Scene, unit: Unit) -> dict[str, Any]:
    receipt, link = scene.receipt(unit)
    # So that there is something to confirm.
    for support_record_id in receipt.helps.values_list("pk", flat=True):
        Fact.objects.create(
            family="support.people", topic="vneid", level=1, unit=unit, grade=1, source_kind="support.help",
            subject=Subject.objects.create(kind="person"), happened_on=clock.today(), arrived_on=clock.today(),
            source_id=support_record_id, content_hash="x",
        )  # fmt: skip
    return {"link": link}


def _turn(scene: Scene, unit: Unit) -> dict[str, Any]:
    turn = scene.stand(unit)
    return {"stand_id": turn.stand_id, "turn_id": turn.pk}


def _number(scene: Scene, unit: Unit) -> dict[str, Any]:
    turn = scene.stand(unit)
    return {"link": link_of(turn.stand), "key": turn.pk}


def _dispute(scene: Scene, unit: Unit) -> dict[str, Any]:
    receipt, _link = scene.receipt(unit)
    dispute = Dispute.objects.create(
        receipt=receipt, unit=unit, reason="not-me", opened_at=clock.now(), opened_on=clock.today()
    )
    return {"dispute_id": dispute.pk}


def _confirmation(scene: Scene, unit: Unit) -> dict[str, Any]:
    receipt, _link = scene.receipt(unit)
    confirmation = Confirmation.objects.create(
        receipt=receipt, unit=unit, made_at=clock.now(), made_on=clock.today(), staff_browser=False, flags=["burst"]
    )
    return {"confirmation_id": confirmation.pk}


def _remark(scene: Scene, unit: Unit) -> dict[str, Any]:
    receipt, _link = scene.receipt(unit)
    return {"remark_id": Remark.objects.create(receipt=receipt, unit=unit, parts=["name"], made_at=clock.now()).pk}


def _round(scene: Scene, unit: Unit) -> RouteExample:
    drawn = scene.recheck(unit)
    return RouteExample({"round_id": drawn.round_id, "recheck_id": drawn.pk}, {"outcome": "unreached"})


def _period(state: str) -> Maker:
    """October of a unit in the city's programme, in a state; the unit is sent along as whoever is ticked on a board."""

    def make(scene: Scene, unit: Unit) -> RouteExample:
        programme = scene.programme(scene.tree.units["my-tho"])
        first, last = date(2023, 10, 1), date(2023, 10, 31)
        Period.objects.create(programme=programme, unit=unit, first_day=first, last_day=last, state=state)
        words = {"programme": "proof", "month": "2023-10", "unit": unit.code, "indicator": "one"}
        return RouteExample(words, {"units": [unit.code], "unit": unit.code, "reason-missing": "Không chờ nữa"})

    return make


def _layout(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A workbook without a single named cell, kept by the unit."""
    written = io.BytesIO()
    write_table(written, columns=[Column("Đơn vị")], rows=[])
    stored = Layout.objects.create(
        programme=scene.programme(scene.tree.units["my-tho"]), unit=unit, name="Mẫu", added_by=scene.tree.giang,
        added_at=clock.now(), blob=store(source=written.getvalue(), name="mau.xlsx", limit=1 << 20),
    )  # fmt: skip
    return {"programme": "proof", "layout_id": stored.pk}


def _report(scene: Scene, unit: Unit) -> RouteExample:
    """The unit's report of October with a file of it."""
    now = clock.now()
    created = Report.objects.create(
        programme=scene.programme(scene.tree.units["my-tho"]), unit=unit, kind="month", first_day=date(2023, 10, 1),
        last_day=date(2023, 10, 31), made_by=scene.tree.giang, made_at=now,
    )  # fmt: skip
    blob = store(source=b"x", name="x.csv", limit=9)
    file = Rendering.objects.create(
        report=created, format="csv", base="", state="done", blob=blob, asked_at=now, stepped_at=now, made_at=now
    )
    words = {
        "programme": "proof",
        "report_id": created.pk,
        "page": 1,
        "rendering_id": file.pk,
        "indicator": "one",
    }
    return RouteExample(words, {"text-direction": "Đã họp", "form": "nd30", "version": "1", "format": "json"})


def _reports(scene: Scene, _unit: Unit) -> dict[str, Any]:
    return {"programme": scene.programme(scene.tree.units["my-tho"]).code}


def _assignment(_scene: Scene, unit: Unit) -> dict[str, Any]:
    created = Assignment.objects.create(
        unit=unit, kind="alerts.silence", parameters={"programme": "proof", "days": 14}, due_on=clock.today(),
        opened_at=clock.now(), source_kind="proof", source_id=uuid4(),
    )  # fmt: skip
    return {"assignment_id": created.pk}


MAKERS: dict[str, Maker] = {
    **FIELD_MAKERS,
    **SIGNING_MAKERS,
    **UNIT_MAKERS,
    **DOCUMENT_MAKERS,
    **TARGET_MAKERS,
    **PLACE_MAKERS,
    **REGISTER_MAKERS,
    **PARTNER_MAKERS,
    **POINT_MAKERS,
    **EVENT_MAKERS,
    **BOOTH_MAKERS,
    "/users/invitations/<uuid:pk>/anew/": _invitation,
    "/users/invitations/<uuid:pk>/withdraw/": _invitation,
    "/i/<str:secret>/": _invitation_link,
    "/me/": _my_services,
    "/programmes/<slug:programme>/reports/": _reports,
    "/programmes/<slug:programme>/reports/new/": _reports,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/passages/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/form/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/freeze/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/discard/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/document/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/preview/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/preview/<int:page>/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/figures/<slug:indicator>/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/text/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/files/": _report,
    "/programmes/<slug:programme>/reports/<uuid:report_id>/files/<uuid:rendering_id>/": _report,
    "/units/<slug:code>/letterhead/": _code,
    "/assignments/<uuid:assignment_id>/": _assignment,
    "/assignments/<uuid:assignment_id>/take-over/": _assignment,
    "/assignments/<uuid:assignment_id>/hand-over/": _assignment,
    "/assignments/<uuid:assignment_id>/postpone/": _assignment,
    "/assignments/<uuid:assignment_id>/tell/": _assignment,
    "/assignments/<uuid:assignment_id>/settle/": _assignment,
    "/support/<uuid:support_record_id>/": _help,
    "/support/<uuid:support_record_id>/correct/": _help,
    "/support/<uuid:support_record_id>/take-back/": _help,
    "/support/rechecks/<uuid:round_id>/": _round,
    "/support/rechecks/<uuid:round_id>/list/": _round,
    "/support/rechecks/<uuid:round_id>/call/": _round,
    "/support/rechecks/<uuid:round_id>/call/<uuid:recheck_id>/": _round,
    "/support/receipts/<uuid:receipt_id>/": lambda scene, unit: {"receipt_id": scene.receipt(unit)[0].pk},
    "/support/disputes/<uuid:dispute_id>/": _dispute,
    "/support/confirmations/<uuid:confirmation_id>/looked/": _confirmation,
    "/support/remarks/<uuid:remark_id>/settle/": _remark,
    **dict.fromkeys(
        (f"/support/stands/<uuid:stand_id>/{page}" for page in ("", "sheet/", "change/", "close/")),
        lambda scene, unit: {"stand_id": scene.stand(unit).stand_id},
    ),
    **dict.fromkeys(
        (
            f"/support/stands/<uuid:stand_id>/turns/<uuid:turn_id>/{action}/"
            for action in ("finish", "drop", "undo", "receipt")
        ),
        _turn,
    ),
    "/b/<slug:link>/": lambda scene, unit: {"link": link_of(scene.stand(unit).stand)},
    "/b/<slug:link>/<uuid:key>/": _number,
    "/r/<slug:link>/": _link,
    "/r/<slug:link>/confirm/": _link,
    "/r/<slug:link>/wrong/": _link,
    "/r/<slug:link>/dispute/": _link,
    "/r/<slug:link>/mine/": _link,
    "/r/<slug:link>/answer/": _link,
    "/units/<slug:code>/": _code,
    "/units/<slug:code>/unmask/": _code,
    "/history/<str:kind>/<uuid:pk>/": _history,
    "/users/<uuid:pk>/": _account,
    "/users/<uuid:pk>/code/": _account,
    "/users/<uuid:pk>/open/": _account,
    "/roles/<uuid:pk>/end/": lambda scene, unit: {"pk": scene.account(unit).role_assignments.get().pk},
    "/tokens/<uuid:pk>/revoke/": lambda scene, unit: {"pk": scene.token(unit).pk},
    "/programmes/<slug:code>/": _programme,
    "/units/<slug:code>/dashboard/": _code,
    "/members/<uuid:member_id>/": _member,
    "/members/<uuid:member_id>/taking-part/": _member,
    "/members/<uuid:member_id>/change/": _member,
    "/members/<uuid:member_id>/transfer/": _member,
    "/members/<uuid:member_id>/end/": _member,
    "/members/<uuid:member_id>/end/take-back/": _ended_guest,
    "/members/<uuid:member_id>/transfer/take-back/": _moved_guest,
    "/members/<uuid:member_id>/absence/": _member,
    "/members/<uuid:member_id>/absence/<uuid:absence_id>/end/": _absence,
    "/members/<uuid:member_id>/absence/<uuid:absence_id>/take-back/": _absence,
    "/members/<uuid:member_id>/exempt/": _member,
    "/members/<uuid:member_id>/exempt/<uuid:exemption_id>/end/": _exemption,
    "/members/<uuid:member_id>/exempt/<uuid:exemption_id>/take-back/": _exemption,
    "/members/<uuid:member_id>/post/": _member,
    "/members/<uuid:member_id>/post/<uuid:post_id>/end/": _post,
    "/members/<uuid:member_id>/post/<uuid:post_id>/take-back/": _post,
    "/members/<uuid:member_id>/post/<uuid:post_id>/end/take-back/": _ended_post,
    "/people/<uuid:contact_id>/": _resident,
    "/people/<uuid:contact_id>/alike/": _alike,
    "/people/<uuid:contact_id>/consent/": _resident,
    "/people/<uuid:contact_id>/consent/withdraw/": _resident,
    "/people/<uuid:contact_id>/request/": _resident,
    "/requests/<uuid:request_id>/": _asked("object"),
    "/requests/<uuid:request_id>/take/": _asked("object"),
    "/requests/<uuid:request_id>/extend/": _asked("object"),
    "/requests/<uuid:request_id>/decline/": _asked("object"),
    "/requests/<uuid:request_id>/settle/": _asked("object"),
    "/requests/<uuid:request_id>/erase/": _asked("erase"),
    "/requests/<uuid:request_id>/copy/": _asked("copy"),
    "/duplicates/<uuid:pair_id>/": _pair,
    "/duplicates/<uuid:pair_id>/undo/": _merged,
    "/attest/<uuid:draw>/": _draw,
    "/attest/<uuid:draw>/open/<uuid:person>/": _draw,
    "/attest/<uuid:draw>/confirm/": _draw,
    "/declarations/<uuid:declaration>/attest/": _declaration,
    "/d/<str:token>/": _declare_link,
    "/d/<str:token>/<slug:service>/": _declare_link,
    "/units/<slug:code>/services/": _code,
    "/units/<slug:code>/difficulties/": _code,
    "/units/<slug:code>/still-using/": _code,
    "/difficulties/<uuid:difficulty>/helped/": _difficulty,
    "/my-services/": _my_services,
    **dict.fromkeys(
        (
            f"/drives/<uuid:drive_id>/{page}"
            for page in ("", "change/", "fill/", "add/", "hand-over/", "end/", "doors/", "print/")
        ),
        lambda scene, unit: {"drive_id": scene.door(unit).drive_id},
    ),
    "/my-services/<slug:service>/": _my_services,
    "/members/<uuid:member>/services/": _services,
    "/members/<uuid:member>/services/<uuid:usage>/take-back/": _usage,
    "/members/<uuid:member>/services/<uuid:usage>/grade/": _usage,
    "/programmes/<slug:programme>/indicators/": _programme,
    "/programmes/<slug:programme>/indicators/<slug:indicator>/": _programme,
    "/organisation/<slug:kind_code>/": lambda _scene, _unit: {"kind_code": "rename"},
    "/organisation/units/import/<uuid:list_id>/": _unit_list,
    "/organisation/units/import/<uuid:list_id>/faults.xlsx": _unit_list,
    "/organisation/changes/<uuid:change_id>/": _change,
    "/organisation/changes/<uuid:change_id>/undo/": _change,
    "/units/<slug:code>/sizes/": _code,
    "/programmes/<slug:programme>/periods/": _period("draft"),
    "/programmes/<slug:programme>/periods/<slug:month>/many/": _period("sent"),
    "/programmes/<slug:programme>/periods/<slug:month>/<slug:unit>/": _period("draft"),
    "/programmes/<slug:programme>/periods/<slug:month>/<slug:unit>/explain/": _period("draft"),
    "/programmes/<slug:programme>/periods/<slug:month>/<slug:unit>/send/": _period("returned"),
    "/programmes/<slug:programme>/periods/<slug:month>/<slug:unit>/accept/": _period("sent"),
    "/programmes/<slug:programme>/periods/<slug:month>/<slug:unit>/return/": _period("sent"),
    "/programmes/<slug:programme>/periods/<slug:month>/<slug:unit>/close/": _period("accepted"),
    "/programmes/<slug:programme>/periods/<slug:month>/<slug:unit>/estimates/": _period("draft"),
    "/programmes/<slug:programme>/periods/<slug:month>/<slug:unit>/estimates/<slug:indicator>/": _period("draft"),
    "/api/v1/stands/<uuid:stand_id>": lambda _scene, unit: {"stand_id": unit.pk},
    **dict.fromkeys(
        (f"/api/v1/stands/<uuid:stand_id>/turns/<uuid:turn_id>/{action}" for action in ("finish", "drop", "undo")),
        lambda _scene, unit: {"stand_id": unit.pk, "turn_id": unit.pk},
    ),
    "/api/v1/photos/<uuid:photo_id>": lambda _scene, unit: {"photo_id": unit.pk},
    "/programmes/<slug:programme>/layouts/": _layout,
    "/programmes/<slug:programme>/layouts/example/": _layout,
    "/programmes/<slug:programme>/layouts/<uuid:layout_id>/": _layout,
    "/programmes/<slug:programme>/layouts/<uuid:layout_id>/file/": _layout,
    "/programmes/<slug:programme>/layouts/<uuid:layout_id>/end/": _layout,
    "/imports/<uuid:import_id>/": _import,
    "/imports/<uuid:import_id>/progress/": _import,
    "/imports/<uuid:import_id>/apply/": _import,
    "/imports/<uuid:import_id>/answers/": _import,
    "/imports/<uuid:import_id>/columns/": _import,
    "/imports/<uuid:import_id>/cancel/": _import,
    "/imports/<uuid:import_id>/rejected/": _import,
    "/imports/templates/<str:kind>/": lambda _scene, _unit: {"kind": "members"},
}
