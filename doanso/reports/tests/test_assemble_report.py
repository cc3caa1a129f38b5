"""What a report says, made from the ledger, the targets and the statements of units."""

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.ledger.actions import close_period, complete_snapshot
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.people.actions import Particulars
from doanso.reports.assembly import assemble
from doanso.reports.content import numbers
from doanso.reports.models import Estimate, Reason, Report
from doanso.reports.rules import spans
from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, record_helps
from doanso.targets.actions import edit_programme, publish_draft, save_indicator
from doanso.targets.models import Programme
from doanso.targets.queries.plans import draft_stamp, plan_of
from doanso.testing import TODAY
from doanso.units.models import Unit, UnitLink, UnitName, UnitPath

pytestmark = pytest.mark.django_db


def draft(scene, code="my-tho", period="2023-10") -> Report:
    """A report that is kept nowhere."""
    span = spans.read(period)
    return Report(
        programme=scene.programme,
        unit=scene.unit(code),
        kind=span.kind,
        form="doan",
        first_day=span.first_day,
        last_day=span.last_day,
    )


def line(content, code):
    return next(candidate for candidate in content.lines if candidate.code == code)


def help_once(scene, name: str, on: date, unit: str = "p4"):
    """A help with the portal, on a day of the past, recorded by the ward."""
    agreed = ConsentInput(("support",), "paper", "2023-09")
    inputs = SupportRecordInput(
        person=Particulars(name=name, birth_year=1951, phone=f"09{abs(hash(name)) % 10**8:08}"),
        service="portal",
        happened_on=on,
        helper=Helper("Trần Gia Huy"),
        consent=agreed,
    )
    [support_record] = record_helps(actor=scene.user("an"), unit=scene.unit(unit), entries=[inputs])
    return support_record


def test_a_share_has_what_the_days_added_what_stands_and_what_the_month_before_added(scene):
    scene.reach("p4", "Đức", on=date(2023, 9, 10))
    scene.reach("p4", "Thủy", "Quân", on=date(2023, 10, 10))
    scene.reach("p5", "Khang", on=date(2023, 11, 2))
    report_line = line(assemble(draft(scene)), "vneid2-members")

    assert (report_line.in_period, report_line.total, report_line.denominator, report_line.percent) == (2, 3, 6, 500)
    assert (report_line.previous, report_line.target, report_line.kind, report_line.group) == (
        1,
        100,
        "share",
        "members",
    )
    assert report_line.grades == (0, 3, 0, 0, 0)
    assert report_line.path == "/programmes/my-tho-2023/indicators/vneid2-members/my-tho/?on=2023-10-31"


def test_what_changed_is_said_in_plain_words(scene):
    scene.reach("p4", "Đức", on=date(2023, 9, 10))
    scene.reach("p4", "Thủy", "Quân", on=date(2023, 10, 10))
    changes = assemble(draft(scene)).changes

    assert changes[0] == (
        "Đoàn viên có tài khoản VNeID mức độ 2: thêm 2 đoàn viên, lũy kế 3/6 (50,0%; chỉ tiêu 100%); kỳ trước thêm 1."
    )
    assert changes[4] == (
        "Người dân được giúp đăng ký tài khoản dịch vụ công: không thêm, lũy kế 0/5.000 (0%); kỳ trước không thêm."
    )
    # Nothing is said of what nobody counts.
    assert not any("Cuộc thi" in sentence for sentence in changes)


def test_the_first_month_of_the_programme_has_no_month_before(scene):
    report_line = line(assemble(draft(scene, period="2023-01")), "vneid2-members")

    assert (report_line.in_period, report_line.total, report_line.previous) == (0, 0, None)


def test_people_and_times_stand_apart(scene):
    help_once(scene, "Nguyễn Văn Bảy", date(2023, 10, 5))
    help_once(scene, "Nguyễn Văn Bảy", date(2023, 10, 6))
    help_once(scene, "Lê Thị Tám", date(2023, 9, 20))
    report_line = line(assemble(draft(scene)), "portal-residents")

    assert (report_line.in_period, report_line.total) == (1, 2)
    assert (report_line.times_in_period, report_line.times_total) == (2, 3)
    assert report_line.error_rate == ""


def test_the_appendix_has_a_row_per_unit_and_nothing_made_up(scene):
    scene.reach("p4", "Đức", on=date(2023, 9, 10))
    help_once(scene, "Nguyễn Văn Bảy", date(2023, 10, 5))
    content = assemble(draft(scene))
    keys = [item.key for item in content.columns]
    ward = dict(zip(keys, content.units[0].cells, strict=True))
    sums = dict(zip(keys, content.sums, strict=True))

    assert [(item.number, item.unit) for item in content.units] == [(1, "Phường 4"), (2, "Phường 5")]
    assert (ward["members-all"], ward["members"]) == ("4", "4")
    assert (ward["vneid-target"], ward["vneid-result"], ward["vneid-percent"]) == ("100%", "1", "25,0%")
    assert (ward["portal-residents"], ward["portal-residents-in"], ward["help-times"]) == ("1", "1", "1")
    assert (sums["members"], sums["vneid-result"], sums["vneid-percent"]) == ("6", "1", "16,6%")
    assert {ward[key] for key in ("teams", "documents-signed", "news", "members-reviewed")} == {""}
    assert (ward["streets"], ward["markets"], ward["festivals"]) == ("0", "0", "0")
    note = content.notes[-1]
    assert note.startswith("Chưa có số liệu nên để trống:")
    assert "Cuộc thi" in note
    assert "Ngày hội" not in note
    assert "VNeID" not in note


def test_who_is_behind_stands_there_with_the_reason_it_gave(scene):
    scene.reach("p4", "Đức", "Thủy", "Quân", "Hân", on=date(2023, 10, 10))
    scene.do("send", "chi", "p5-kp1")
    scene.do("accept", "chi", "p5-kp1")
    period = scene.do("send", "chi", "p5")
    Reason.objects.create(
        period=period,
        question="fell:vneid2-members",
        words="Hai đoàn viên chờ công an duyệt",
        given_by=scene.user("chi"),
        given_at=clock.now(),
    )
    content = assemble(draft(scene))
    behind = [row for row in content.behind if row.indicator == "VNeID mức độ 2"]

    assert [(row.unit, row.figure, row.target) for row in behind] == [("Phường 5", "0%", "100%")]
    assert behind[0].reason == "Hai đoàn viên chờ công an duyệt"
    # Sent on 12 November: late.
    assert content.late_units == ("Phường 5",)
    assert [row.note for row in content.units] == ["", "gửi trễ"]


def test_what_is_claimed_without_records_stands_apart(scene):
    scene.do("send", "chi", "p5-kp1")
    scene.do("accept", "chi", "p5-kp1")
    period = scene.do("send", "chi", "p5")
    Estimate.objects.create(
        period=period,
        indicator=scene.programme.indicators.get(code="portal-residents"),
        value=36,
        note="Danh sách giấy",
        stated_by=scene.user("chi"),
        stated_at=clock.now(),
    )
    content = assemble(draft(scene))
    report_line = line(content, "portal-residents")

    assert (report_line.total, report_line.estimate) == (0, 36)
    assert "Số ước tính là số đơn vị tự báo, chưa có hồ sơ, không nằm trong số liệu nào." in content.notes


def test_while_the_days_run_the_figures_are_today_s_and_a_draft_s(scene):
    scene.reach("p4", "Đức", on=date(2023, 11, 10))
    content = assemble(draft(scene, period="2023-11"))

    assert line(content, "vneid2-members").total == 1
    assert content.last_day == date(2023, 11, 30)
    assert content.frozen_hash == ""
    assert content.notes[0] == "Số liệu tính đến ngày 12/11/2023, chưa chốt, còn có thể thay đổi."
    assert content.passages[0].paragraphs == ("Tính đến hết ngày 12/11/2023, kết quả thực hiện các chỉ tiêu như sau:",)


def test_the_weeks_of_what_is_counted_are_drawn_with_the_target(scene):
    help_once(scene, "Nguyễn Văn Bảy", date(2023, 10, 5))
    scene.reach("p4", "Đức", on=date(2023, 10, 10))
    chart, *_others, share = assemble(draft(scene)).charts

    assert (chart.title, chart.target) == ("Người dân được giúp đăng ký tài khoản dịch vụ công", 5000)
    assert chart.points[0] == ("01/01", 0)
    assert chart.points[-1] == ("31/10", 1)
    assert (share.title, share.unit_of_count) == ("Đoàn viên có tài khoản VNeID mức độ 2", "%")
    assert (share.points[-1], share.target) == (("31/10", 166), 1000)


def test_the_numbers_of_a_closed_month_stay_whatever_comes_after(scene, business_day):
    scene.reach("p4", "Đức", on=date(2023, 10, 10))
    help_once(scene, "Nguyễn Văn Bảy", date(2023, 10, 5))
    scene.pass_on()
    for ward, secretary in (("p4", "an"), ("p5", "chi")):
        for branch in (code for code in ("p4-kp1", "p4-kp2", "p5-kp1") if code.startswith(ward)):
            scene.do("close", secretary, branch)
        scene.do("close", "dung", ward)
    complete_snapshot(scene.do("close", "dung", "my-tho").snapshot)
    before = numbers(assemble(draft(scene)))
    content = assemble(draft(scene))
    assert numbers(content) == before
    assert len(content.frozen_hash) == 64

    business_day(date(2023, 11, 20))
    scene.reach("p4", "Thủy", on=date(2023, 10, 11))
    help_once(scene, "Lê Thị Tám", date(2023, 10, 6))
    help_once(scene, "Nguyễn Văn Bảy", date(2023, 10, 7))
    after = assemble(draft(scene))

    assert numbers(after) == before
    november = line(assemble(draft(scene, period="2023-11")), "portal-residents")
    assert (november.in_period, november.total) == (1, 2)
    # Times too: what is recorded of October after its closing is November's.
    assert (november.times_in_period, november.times_total) == (2, 3)


def test_a_month_closed_by_the_rule_of_pace_before_keeps_its_numbers(scene, business_day):
    programme, city = scene.programme, scene.unit("my-tho")
    plan = next(each for each in plan_of(programme).indicators if each.code == "payment-shops")
    business_day(date(2023, 10, 11))
    added = edit_programme(actor=scene.user("dung"), programme=programme)
    save_indicator(
        actor=scene.user("dung"), draft_id=added.pk, indicator_id=uuid7(), version=0, reason="Thêm việc",
        plan=replace(plan, code="fewer-shops", target=81),
    )  # fmt: skip
    stamp = draft_stamp(added, added.indicators.all())
    publish_draft(actor=scene.user("dung"), draft_id=added.pk, stamp=stamp, reason="Thêm việc")
    # As it was until then: the pace of every indicator ran from the first day of the year.
    Programme.objects.update(owed_pace_since=date(2024, 1, 1))
    business_day(TODAY)
    programme.refresh_from_db()
    complete_snapshot(close_period(book_id=programme.book_id, unit=city, last_day=date(2023, 10, 31)))
    closed = assemble(draft(scene))
    before = numbers(closed)
    assert (line(closed, "fewer-shops").pace, len(closed.frozen_hash)) == (81 * 304 // 365, 64)

    programme.owed_pace_since = None
    programme.save()
    assert line(assemble(draft(scene)), "fewer-shops").pace == 20
    import_module("doanso.targets.migrations.0004_owed_pace").keep_frozen_figures(apps, None)
    programme.refresh_from_db()

    assert numbers(assemble(draft(scene))) == before
    assert line(assemble(draft(scene, period="2023-11")), "fewer-shops").pace == 32


def test_it_asks_the_same_for_any_number_of_units_and_days(scene):
    def statements(period: str) -> int:
        report = draft(scene, period=period)
        assemble(report)
        with CaptureQueriesContext(connection) as caught:
            assemble(report)
        return len(caught)

    few = statements("2023-10")
    for number in range(5):
        added(scene, f"p{10 + number}")

    assert statements("2023-10") == few
    assert statements("2023-W42") == few
    assert few == 31


def added(scene, code: str) -> None:
    """One more ward below the city."""
    since = date(2020, 1, 1)
    unit = Unit.objects.create(code=code, kind="grassroots", since=since)
    UnitName.objects.create(unit=unit, name=f"Đoàn {code}", short_name=code, sort_key=code, since=since)
    UnitLink.objects.create(unit=unit, parent=scene.unit("my-tho"), since=since)
    UnitPath.objects.create(ancestor=unit, unit=unit, depth=0, since=since)
    UnitPath.objects.create(ancestor=scene.unit("my-tho"), unit=unit, depth=1, since=since)


def test_a_unit_with_nothing_below_has_no_appendix(scene):
    content = assemble(draft(scene, code="p4-kp1"))

    assert (content.units, content.behind) == ((), ())
    assert content.unit == "Chi đoàn Khu phố 1, Phường 4"
    assert content.head.issuer == "BCH CHI ĐOÀN KHU PHỐ 1, PHƯỜNG 4"
    assert clock.today() - content.head.dated == timedelta(0)
