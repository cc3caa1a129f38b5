"""A whole report with everything in it, that tests of formats are written on; and the ways in which one differs."""

import dataclasses
from datetime import date

from doanso.reports.content import (
    DocumentHead,
    LaggingFigure,
    LineChart,
    PassageText,
    ReportColumn,
    ReportContent,
    ReportLine,
    UnitRow,
)

BASE = "https://doanso.example"

_WORDS = (
    "Ban Thường vụ Thành Đoàn đã ban hành Kế hoạch số 12-KH/TĐTN về đẩy mạnh chuyển đổi số, chỉ đạo 17 cơ sở Đoàn ra "
    "quân các đội hình thanh niên tình nguyện hỗ trợ người dân cài đặt và sử dụng các nền tảng số."
)

LINES = (
    ReportLine(
        "vneid2-members",
        "Đoàn viên có tài khoản VNeID mức độ 2",
        "share",
        "members",
        "đoàn viên",
        100,
        312,
        2871,
        denominator=3140,
        exempt=24,
        percent=914,
        previous=290,
        pace=833,
        forecast=985,
        state="on",
        state_text="Theo kịp",
        grades=(0, 431, 2140, 300, 0),
        error_rate="chưa đủ mẫu",
        path="/programmes/my-tho-2023/indicators/vneid2-members/my-tho/",
    ),
    ReportLine(
        "portal-residents",
        "Người dân được giúp đăng ký tài khoản dịch vụ công",
        "count",
        "residents",
        "người dân",
        5000,
        612,
        4120,
        percent=824,
        previous=705,
        pace=4164,
        forecast=4890,
        state="behind",
        state_text="Chậm",
        times_in_period=655,
        times_total=4502,
        grades=(12, 1108, 2200, 760, 40),
        error_rate="1,2% – 5,4%",
        erased=3,
        estimate=85,
        path="/programmes/my-tho-2023/indicators/portal-residents/my-tho/",
    ),
    ReportLine("festival", "Ngày hội thanh toán không dùng tiền mặt", "milestone", "models", "ngày hội", 1, None, None),
)

COLUMNS = (
    ReportColumn("members", "Tổng số", over="Đoàn viên"),
    ReportColumn("present", "Đang ở địa phương", over="Đoàn viên"),
    ReportColumn("vneid-target", "Chỉ tiêu", over="VNeID mức độ 2"),
    ReportColumn("vneid-result", "Kết quả", over="VNeID mức độ 2"),
    ReportColumn("vneid-percent", "%", over="VNeID mức độ 2"),
    ReportColumn("residents-total", "Lũy kế", over="Người dân được giúp"),
    ReportColumn("residents-in", "Trong kỳ", over="Người dân được giúp"),
    ReportColumn("shops", "Cửa hàng mới"),
)

UNITS = (
    UnitRow(1, "Đoàn Phường 1", ("1.250", "1.100", "1.100", "1.012", "92,0%", "820", "101", "12"), path="/units/p1/"),
    UnitRow(2, "Đoàn Phường 4", ("640", "600", "600", "540", "90,0%", "412", "35", "8"), note="Sáp nhập từ 01/10"),
    UnitRow(3, "Đoàn xã Tân Mỹ Chánh", ("310", "280", "280", "", "", "96", "0", "–"), note="Gửi trễ"),
)

DRAFT = ReportContent(
    form="doan",
    programme="Tuổi trẻ TP Mỹ Tho chung tay chuyển đổi số năm 2023",
    programme_code="my-tho-2023",
    unit="Thành Đoàn Mỹ Tho",
    unit_code="my-tho",
    kind="month",
    first_day=date(2023, 10, 1),
    last_day=date(2023, 10, 31),
    head=DocumentHead(
        superior="TỈNH ĐOÀN TIỀN GIANG",
        issuer="BCH THÀNH PHỐ MỸ THO",
        symbol="BC/TĐTN",
        place="Mỹ Tho",
        dated=date(2023, 11, 2),
        type_name="BÁO CÁO",
        summary="Kết quả chương trình chuyển đổi số tháng 10 năm 2023",
        to=("Ban Thường vụ Tỉnh Đoàn",),
        authority="TM. BAN THƯỜNG VỤ",
        post="BÍ THƯ",
        signer="Nguyễn Văn Mẫu",
        recipients=("Ban Thường vụ Tỉnh Đoàn (b/c)", "17 cơ sở Đoàn (t/h)", "Lưu VP"),
    ),
    lines=LINES,
    passages=(
        PassageText("I", "Công tác chỉ đạo", 1, (_WORDS,)),
        PassageText("II", "Kết quả thực hiện", 1, ("Đến ngày 31/10/2023, kết quả như sau:",)),
        PassageText("1", "Đoàn viên, thanh niên", 2, ("Các cơ sở Đoàn đã rà soát đoàn viên theo từng chi đoàn.",)),
        PassageText("a", "Đoàn viên đi học, đi làm xa", 3, ("Đã ghi nhận và không tính vào mẫu số.",)),
        PassageText("III", "Đánh giá", 1, (_WORDS, "Hạn chế: tiến độ giữa các đơn vị chưa đều.")),
        PassageText("IV", "Nhiệm vụ trọng tâm thời gian tới", 1, ("Tập trung hỗ trợ các đơn vị còn chậm.",)),
    ),
    changes=("Người dân được giúp đăng ký: 612, kỳ trước 705.", "Phường 4 sáp nhập từ ngày 01/10/2023."),
    behind=(
        LaggingFigure("Đoàn xã Tân Mỹ Chánh", "Người dân được giúp", "96", "300", "Thiếu người biết hướng dẫn"),
        LaggingFigure("Đoàn Phường 4", "VNeID mức độ 2", "90,0%", "100%"),
    ),
    late_units=("Đoàn xã Tân Mỹ Chánh",),
    charts=(
        LineChart(
            "Người dân được giúp đăng ký tài khoản dịch vụ công",
            "người dân",
            (("02/10", 3510), ("09/10", 3702), ("16/10", 3850), ("23/10", 3991), ("31/10", 4120)),
            5000,
        ),
    ),
    columns=COLUMNS,
    units=UNITS,
    sums=("2.200", "1.980", "1.980", "1.552", "78,3%", "1.328", "136", "20"),
    notes=("Số người là số người khác nhau; số lượt đếm mỗi lần giúp.",),
    path="/reports/0190a1b2-0000-7000-8000-000000000001/",
)

FROZEN = dataclasses.replace(
    DRAFT,
    frozen_hash="5f2b8c0d9e1a47364f0b8d7c6a5e4f3d2c1b0a99887766554433221100ffeedd",
    head=dataclasses.replace(DRAFT.head, number=7),
)

OF_THE_STATE = dataclasses.replace(
    FROZEN,
    form="nd30",
    head=dataclasses.replace(
        FROZEN.head, superior="UBND TỈNH TIỀN GIANG", issuer="BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ TP MỸ THO", symbol="BC-BCĐ"
    ),
)


def written(text: str) -> ReportContent:
    """The report with this text wherever somebody writes text."""
    return dataclasses.replace(
        FROZEN,
        unit=text,
        head=dataclasses.replace(FROZEN.head, summary=text, signer=text, recipients=(text,), to=(text,)),
        lines=(dataclasses.replace(LINES[1], title=text, unit_of_count=text, state_text=text, error_rate=text),),
        passages=(PassageText("II", text, 1, (text,)),),
        changes=(text,),
        behind=(LaggingFigure(text, text, text, text, text),),
        late_units=(text,),
        charts=(dataclasses.replace(DRAFT.charts[0], title=text),),
        columns=(ReportColumn("one", text, over=text), ReportColumn("two", text, over=text)),
        units=(UnitRow(1, text, (text, text), note=text),),
        sums=(text, text),
        notes=(text,),
    )
