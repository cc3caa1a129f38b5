"""A committee at work, made by the real actions: something to see on every page of the product."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from doanso.access.actions import issue_token
from doanso.access.models import ApiToken, RoleAssignment
from doanso.adoption.actions import (
    attest,
    attest_many_people,
    declare,
    draw_bulk,
    make_links,
    report_difficulty,
    return_declaration,
)
from doanso.adoption.models import BulkDraw, Declaration, Difficulty, Obstacle, Service, Usage
from doanso.adoption.queries import stage_by_code
from doanso.assignments.actions import assign
from doanso.assignments.models import Assignment
from doanso.imports.actions import run_import
from doanso.imports.models import Import
from doanso.members.actions import (
    Admission,
    admit_many,
    assign_post,
    end_membership,
    end_post,
    exempt,
    set_absence,
    transfer_member,
)
from doanso.members.models import Absence, Exemption, Member, Post, PostKind
from doanso.members.tests.workbooks import row, simple
from doanso.organisation.actions import rename_unit
from doanso.organisation.models import Change
from doanso.people.actions import (
    BusinessInput,
    Particulars,
    PersonConsent,
    give_consents,
    match_or_create_people,
    open_request,
    resolve_duplicate,
)
from doanso.people.models import Contact, Duplicate, Person
from doanso.reports.actions.layouts import keep_layout
from doanso.reports.actions.renderings import ask_rendering, make_rendering
from doanso.reports.actions.reports import freeze_report, start_report, write_passage
from doanso.reports.models import Layout, Rendering, Report
from doanso.reports.queries.reports import span_named
from doanso.reports.tests.layouts import layout as workbook
from doanso.support import receipt_keys
from doanso.support.actions import (
    ConsentInput,
    Helper,
    SupportRecordInput,
    confirm_receipt,
    dispute_receipt,
    record_helps,
    remark_receipt,
)
from doanso.support.actions.recheck_rounds import draw_round, open_round
from doanso.support.models import Confirmation, Dispute, Recheck, Remark, SupportRecord
from doanso.targets.actions import AllocationDecision, Part, allocate, answer, freeze_denominator, load_programme
from doanso.targets.models import FrozenList, Programme
from doanso.testing import TODAY, Tree

PROGRAMME = Path(__file__).resolve().parents[2] / "programmes" / "my-tho-2023.toml"
_PEOPLE = {
    "p4-kp1": [
        "Nguyễn Hoàng Đức",
        "Trần Thị Thủy",
        "Ngô Bá Khá",
        "Đinh Thị Út",
        "Huỳnh Đăng Khoa",
        "Tô Mỹ Duyên",
        "Phùng Văn Lợi",
    ],
    "p4-kp2": ["Võ Minh Quân", "Lý Ngọc Hân"],
    "p5-kp1": ["Lê Minh Khang", "Phan Kim Ngân"],
}


@dataclass
class Committee:
    """One of everything that a page may show."""

    tree: Tree
    programme: Programme
    members: dict[str, Member]
    usage: Usage
    draw: BulkDraw
    absence: Absence
    exemption: Exemption
    post: Post
    ended_post: Post
    token: ApiToken
    job: Import
    declaration: Declaration
    difficulty: Difficulty
    declare_token: str
    kept: FrozenList
    assignment: Assignment
    change: Change
    help: SupportRecord
    link: str
    dispute: Dispute
    confirmation: Confirmation
    remark: Remark
    recheck: Recheck
    report: Report
    rendering: Rendering
    layout: Layout


def _residents(tree: Tree) -> None:
    """People of two wards who may be one, what one of them agreed to and asks for, and another pair that was merged."""
    for code, year in (("p4", 1958), ("p5", 1959)):
        inputs = [
            Particulars("Nguyễn Thị Mai", "female", birth_year=year, phone="0903111222", address="12 Lê Lợi"),
            Particulars("Lê Văn Tám", "male", birth_year=year, phone="0903111333", address="5/2 Hùng Vương"),
        ]
        with transaction.atomic():
            mai, _tam = match_or_create_people(unit_id=tree.units[code].pk, inputs=inputs)
            given = PersonConsent(
                mai.person_id,
                tree.units[code].pk,
                ("support", "recheck"),
                "paper",
                "2023-09",
                TODAY - timedelta(days=9),
            )
            give_consents(actor=tree.an, entries=[given])
    contact = Contact.objects.get(name="Nguyễn Thị Mai", unit=tree.units["p4"])
    for kind in ("copy", "correct", "erase", "object"):
        detail = "Tên tôi là Mài" if kind == "correct" else ""
        open_request(
            actor=None,
            person_id=contact.person_id,
            unit_id=contact.unit_id,
            kind=kind,
            channel="screen",
            detail=detail,
        )
    first = Duplicate.objects.order_by("pk").first()
    assert first is not None
    resolve_duplicate(actor=tree.dung, duplicate=first, decision="same")


def _helped(tree: Tree) -> dict[str, Any]:
    """A help that its receiver confirmed and found wrong, and is asked again; another one that is disputed, one to a shop,
    one unnamed."""
    pair = (Helper("Trần Gia Huy"), Helper("Võ Thị Năm Thu", "official"))
    agreed = ConsentInput(("support", "recheck"), "paper", "2023-09")
    people = [
        Particulars("Nguyễn Văn Bảy", "male", birth_year=1951, phone="0903111444", address="3 Trương Định"),
        Particulars("Trần Thị Sáu", "female", birth_year=1960, phone="0903111555", address="9 Lê Lợi"),
    ]
    inputs = [
        SupportRecordInput("portal", TODAY, person=one, helper=pair[0], second=pair[1], consent=agreed)
        for one in people
    ]
    inputs.append(
        SupportRecordInput("payment", TODAY, business=BusinessInput("Tạp hóa Bảy", "tạp hóa"), helper=pair[0])
    )
    inputs.append(SupportRecordInput("portal", TODAY, helper=pair[0]))
    recorded = record_helps(actor=tree.an, unit=tree.units["p4"], entries=inputs)
    right, wrong = (SupportRecord.objects.get(pk=one.support_record_id) for one in recorded[:2])
    assert right.receipt is not None
    assert wrong.receipt_id is not None
    keys = receipt_keys.keys_of(right.receipt)
    assert keys is not None
    confirmation = confirm_receipt(receipt_id=right.receipt.pk, staff_browser=False, device=["một điện thoại"])
    Confirmation.objects.update(flags=["one-device"])
    dispute = dispute_receipt(receipt_id=wrong.receipt_id, reason="nobody-came")
    opened = open_round(actor=tree.dung, unit=tree.units["p4"], first_day=TODAY, last_day=TODAY)
    draw_round(actor=tree.dung, round_id=opened.pk)
    return {
        "help": right,
        "link": keys.link,
        "dispute": dispute,
        "confirmation": confirmation,
        "remark": remark_receipt(receipt_id=right.receipt.pk, parts=["day"]),
        "recheck": Recheck.objects.get(round=opened),
    }


@pytest.fixture
def committee(tree: Tree, settings: Any, tmp_path: Path) -> Committee:
    """The small tree with its programme, eleven members, attestations, a bulk under way, a leave, a post, a token, a list."""
    programme = load_programme(actor=tree.dung, path=PROGRAMME)
    entries = [
        Admission(branch=tree.units[code], particulars=Particulars(name=name, birth_year=2003), since=date(2022, 9, 1))
        for code, names in _PEOPLE.items()
        for name in names
    ]
    admitted = admit_many(actor=tree.dung, entries=entries)
    members = {entry.particulars.name.split()[-1]: member for entry, member in zip(entries, admitted, strict=True)}
    Person.objects.filter(pk=members["Khoa"].person_id).update(user=tree.khoa)
    end_membership(actor=tree.an, member=members["Lợi"], state="grown-out", on=TODAY)
    moved = transfer_member(actor=tree.an, member=members["Duyên"], to=tree.units["p4-kp2"], on=TODAY)
    members["Duyên"] = moved
    over = assign_post(actor=tree.an, member=moved, unit=tree.units["p4-kp2"], kind=PostKind.DEPUTY, since=TODAY)
    end_post(actor=tree.an, member=moved, post=over, until=TODAY + timedelta(days=1))
    vneid = stage_by_code("vneid", "level2-active")
    usage = attest(actor=tree.an, member_id=members["Đức"].pk, stage=vneid, happened_on=TODAY - timedelta(days=20))
    attest_many_people(
        actor=tree.dung,
        unit=tree.units["p5"],
        stage=vneid,
        person_ids=[members["Khang"].person_id, members["Ngân"].person_id],
        happened_on=TODAY,
    )
    draw = draw_bulk(
        actor=tree.giang,
        unit=tree.units["p4"],
        stage=vneid,
        person_ids=[members[name].person_id for name in ("Thủy", "Khá", "Út", "Quân", "Hân")],
        happened_on=TODAY,
    )
    # One waits and one is returned, one is stuck, and one got VNeID long enough ago to be asked again.
    links = make_links(actor=tree.an, member_ids=[members[name].pk for name in ("Quân", "Hân", "Khoa")])
    tokens = {one.member.contact.name.split()[-1]: one.token for one in links}
    waiting = declare(actor=None, token=tokens["Quân"], stage=stage_by_code("portal", "account")).declaration
    returned = declare(actor=None, token=tokens["Khoa"], stage=stage_by_code("payment", "account")).declaration
    return_declaration(actor=tree.an, declaration_id=returned.pk, reason="Trên máy chưa thấy ứng dụng")
    difficulty = report_difficulty(
        actor=None,
        token=tokens["Hân"],
        service=Service.objects.get(pk="tiengiangs"),
        obstacle=Obstacle.objects.get(pk="cannot-install"),
        asks_help=True,
    )
    attest(actor=tree.an, member_id=members["Khoa"].pk, stage=vneid, happened_on=TODAY - timedelta(days=40))
    settings.FILES = tmp_path / "files"
    # One new, one changed by its spelling, one that can't be read, two asked about: compared, and left for somebody to decide.
    list_file = simple(
        tmp_path / "Danh sách đoàn viên.xlsx",
        row(1, "Phạm Gia Bảo", "12/04/2005", cccd="082205001234", branch="p4-kp1"),
        row(2, "TRẦN THỊ THỦY", "2003", "Nữ", branch="p4-kp1", phone="0912345678"),
        row(3, "Lê Văn Tám", "31/02/2001", branch="p4-kp9"),
        row(4, "Võ Minh Quân", "2002", branch="p4-kp2"),
        row(5, "Lý Ngọc Hân", "2004", "Nữ", branch="p4-kp2"),
    )
    job = run_import(actor=tree.an, kind="members", unit=tree.units["p4"], path=list_file, dry_run=True)
    _residents(tree)
    helped = _helped(tree)
    issue_token(actor=tree.giang, role_assignment=RoleAssignment.objects.get(user=tree.giang), name="Bảng tin", days=30)
    return Committee(
        tree=tree,
        programme=programme,
        members=members,
        usage=usage,
        draw=draw,
        absence=set_absence(actor=tree.an, member=members["Khá"], reason="work", since=TODAY - timedelta(days=30)),
        exemption=exempt(
            actor=tree.an,
            member=members["Út"],
            indicator="vneid2-members",
            reason="Chưa đủ điều kiện",
            review_on=TODAY + timedelta(days=60),
        ),
        post=assign_post(
            actor=tree.an,
            member=members["Thủy"],
            unit=tree.units["p4-kp1"],
            kind=PostKind.SECRETARY,
            since=date(2023, 1, 1),
        ),
        ended_post=over,
        change=rename_unit(
            actor=tree.giang,
            unit=tree.units["p5"],
            name="Đoàn Phường Năm",
            short_name="Phường Năm",
            decision="12-QĐ/TĐ",
        ),
        **helped,
        token=ApiToken.objects.get(),
        job=job,
        declaration=waiting,
        difficulty=difficulty,
        declare_token=tokens["Khoa"],
        kept=_cascade(tree, programme),
        assignment=_asked(tree),
        **_reported(tree, programme),
    )


def _reported(tree: Tree, programme: Programme) -> dict[str, Any]:
    """The city's report of October with words and a file, and September's, whose words are at hand."""
    city = tree.units["my-tho"]
    for period in ("2023-09", "2023-10"):
        report, _new = start_report(actor=tree.dung, programme=programme, unit=city, span=span_named(period))
        write_passage(
            actor=tree.dung, report=report, section="tasks", text="Hỗ trợ các đơn vị còn chậm.", version=report.version
        )
        if period == "2023-09":
            freeze_report(actor=tree.dung, report=report)
    write_passage(actor=tree.dung, report=report, section="limits", text="Tiến độ chưa đều.", version=2)
    rendering = ask_rendering(actor=tree.dung, report=report, format="csv", base="http://testserver", wake=False)
    make_rendering(rendering.pk)
    # With one name that is none of ours, and one over a formula.
    names = {"ds_don_vi": "$A$1", "ds_portal_resident_luyke": "$B$3", "ds_portal_residents_luy_ke": "$F$3"}
    layout = keep_layout(
        actor=tree.dung,
        programme=programme,
        unit=city,
        name="Biểu 01",
        source=workbook(names=names),
        file_name="bieu.xlsx",
    )
    return {"report": report, "rendering": rendering, "layout": layout}


def _asked(tree: Tree) -> Assignment:
    """Ward 4 may need help."""
    return assign(
        actor=None,
        unit=tree.units["p4"],
        title_code="alerts.silence",
        parameters={"programme": "my-tho-2023", "days": 16},
        owner=tree.an,
        due_on=TODAY + timedelta(days=7),
        source_kind="targets.alert",
        source_id=uuid4(),
    )


def _cascade(tree: Tree, programme: Programme) -> FrozenList:
    """Two targets given to ward 4, one of which it counters, and a kept list of a denominator."""
    paper = AllocationDecision("12-QĐ/TĐ", date(2023, 1, 10), date(2023, 1, 10))
    for code, value in (("portal-residents", 2600), ("payment-shops", 480)):
        allocate(
            actor=tree.dung, indicator=programme.indicators.get(code=code), unit=tree.units["my-tho"], split="hand",
            parts=[Part(tree.units["p4"].pk, value)], decision=paper, counted_on=paper.since,
        )  # fmt: skip
    resident = programme.indicators.get(code="portal-residents")
    answer(
        actor=tree.an, indicator=resident, unit=tree.units["p4"], kind="countered", value=2200,
        reason="Khu trọ ở khu phố 2 đã giải tỏa",
    )  # fmt: skip
    share = programme.indicators.get(code="vneid2-members")
    return freeze_denominator(actor=tree.an, indicator=share, unit=tree.units["p4"], on=TODAY, note="Thống nhất cả năm")
