"""Reports as text: a table, the whole for programs, and messages."""

import csv
import dataclasses
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from doanso.reports.content import LaggingFigure, UnitRow, from_json
from doanso.reports.models import ReportFormat
from doanso.reports.renderers import MEDIA, render
from doanso.reports.renderers.plain import LONGEST_MESSAGE, messages
from doanso.reports.tests.contents import BASE, DRAFT, FROZEN

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=300)


def rows(content=DRAFT):
    text = render(content, "csv", base=BASE).decode()
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_table_has_the_indicators_and_then_the_units():
    table = rows()
    heads = next(row for row in table if row[:1] == ["Mã"])
    portal = dict(zip(heads, next(row for row in table if row[:1] == ["portal-residents"]), strict=True))

    assert portal["Trong kỳ"] == "612"
    assert portal["Lũy kế"] == "4120"
    assert portal["Lượt lũy kế"] == "4502"
    assert portal["Ước tính, chưa có hồ sơ"] == "85"
    assert portal["Địa chỉ xem hồ sơ"] == f"{BASE}/programmes/my-tho-2023/indicators/portal-residents/my-tho/"
    assert next(row for row in table if row[:1] == ["festival"])[5] == "chưa có số liệu"
    assert table[-1][:3] == ["", "Tổng cộng", "2.200"]


def test_excel_knows_its_letters_and_runs_nothing_of_it():
    evil = dataclasses.replace(DRAFT, units=(UnitRow(1, "=HYPERLINK(1)", DRAFT.units[0].cells),))

    assert render(evil, "csv", base=BASE).startswith(b"\xef\xbb\xbf")
    assert all(not cell.startswith(("=", "+", "@")) for row in rows(evil) for cell in row)


def test_json_is_read_again():
    values = json.loads(render(FROZEN, "json", base=BASE))

    assert values.pop("base") == BASE
    assert len(values.pop("numbers_sha256")) == 64
    assert from_json(values) == FROZEN


def test_a_message_says_figures_who_is_behind_and_where_to_read_on():
    [text] = messages(DRAFT, base=BASE)

    assert text.splitlines()[:3] == [
        "BÁO CÁO THÀNH ĐOÀN MỸ THO",
        "Kết quả chương trình chuyển đổi số tháng 10 năm 2023",
        "Số liệu từ ngày 01/10/2023 đến ngày 31/10/2023 (chưa chốt)",
    ]
    assert (
        "- Người dân được giúp đăng ký tài khoản dịch vụ công: trong kỳ 612 người dân, lũy kế 4.120 "
        "(82,4%, giao 5.000, 4.502 lượt)" in text
    )
    assert "Còn 1 chỉ tiêu chưa có số liệu." in text
    assert "- Đoàn xã Tân Mỹ Chánh: Người dân được giúp 96/300" in text
    assert "Gửi trễ: Đoàn xã Tân Mỹ Chánh." in text
    assert text.endswith(f"{BASE}{DRAFT.path}")
    assert "(chưa chốt)" not in messages(FROZEN, base=BASE)[0]


@given(st.lists(st.builds(LaggingFigure, WORDS, WORDS, WORDS, WORDS), max_size=40))
def test_no_message_is_longer_than_zalo_sends(behind):
    parts = messages(dataclasses.replace(DRAFT, behind=tuple(behind)), base=BASE)

    assert all(0 < len(message) <= LONGEST_MESSAGE for message in parts)


def test_what_does_not_fit_goes_into_another_message_and_nothing_is_lost():
    behind = tuple(LaggingFigure(f"Đoàn xã số {number}", "Người dân được giúp", "1", "300") for number in range(100))
    parts = messages(dataclasses.replace(DRAFT, behind=behind), base=BASE)

    assert len(parts) > 1
    lines = "\n".join(parts).splitlines()
    assert [line for line in lines if line.startswith("- Đoàn xã số ")] == [
        f"- Đoàn xã số {number}: Người dân được giúp 1/300" for number in range(100)
    ]


def test_every_format_has_its_content_type():
    assert set(MEDIA) == set(ReportFormat)
