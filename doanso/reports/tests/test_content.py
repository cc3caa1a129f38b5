"""What a report says survives being kept."""

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
    as_json,
    from_json,
    numbers,
)

CONTENT = ReportContent(
    form="doan",
    programme="Tuổi trẻ chung tay chuyển đổi số",
    programme_code="my-tho-2023",
    unit="Đoàn Phường 4",
    unit_code="p4",
    kind="month",
    first_day=date(2023, 10, 1),
    last_day=date(2023, 10, 31),
    head=DocumentHead(
        "THÀNH ĐOÀN MỸ THO", "BCH ĐOÀN PHƯỜNG 4", "BC/ĐTN", "Phường 4", date(2023, 11, 2), "BÁO CÁO", "Tháng 10"
    ),
    lines=(
        ReportLine(
            "portal-residents", "Người dân", "count", "residents", "người", 500, 12, 120, grades=(0, 20, 100, 0, 0)
        ),
    ),
    passages=(PassageText("I", "Công tác chỉ đạo", 1, ("Ban Thường vụ đã …",)),),
    behind=(LaggingFigure("Khu phố 1", "VNeID", "40%", "100%", "Đoàn viên đi học xa"),),
    charts=(LineChart("Người dân", "người", (("02/10", 3), ("09/10", 12)), 500),),
    columns=(ReportColumn("members", "Tổng số đoàn viên"),),
    units=(UnitRow(1, "Khu phố 1", ("12",)),),
    sums=("12",),
)


def test_kept_and_read_again_it_is_the_same():
    assert from_json(as_json(CONTENT)) == CONTENT


def test_its_numbers_leave_out_what_was_written():
    other = dataclasses.replace(CONTENT, passages=(), notes=("Ghi chú",))

    assert numbers(other) == numbers(CONTENT)
    assert numbers(dataclasses.replace(CONTENT, sums=("13",))) != numbers(CONTENT)
