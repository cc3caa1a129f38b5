"""The demo's lists of people helped, as two wards keep them: a title above, a signature below, each with its own headings."""

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from doanso.support.actions import SupportRecordInput

HEADS = (
    (
        *("STT", "Họ và tên", "Năm sinh", "SĐT", "Địa chỉ", "Tên cửa hàng", "Nội dung hỗ trợ", "Ngày hỗ trợ"),
        *("Đoàn viên hỗ trợ", "Cán bộ cùng đi", "Phiếu đồng ý", "Đồng ý gọi lại"),
    ),
    (
        *("TT", "HỌ TÊN NGƯỜI DÂN", "NS", "Điện thoại", "Nơi ở", "Hộ kinh doanh", "Dịch vụ", "Ngày"),
        *("Người hướng dẫn", "Người phối hợp", "Đã ký phiếu đồng ý", "Cho gọi lại"),
    ),
)
SERVICES = {"portal": ("Cổng dịch vụ công", "DVC"), "payment": ("Tài khoản thanh toán", "Thanh toán")}
CAREFUL, HASTY = 0, 1
"""How a ward types: carefully, or in capitals and with dots in phone numbers."""


def write_list(path: Path, unit: str, entries: Sequence[SupportRecordInput], habit: int) -> None:
    """Write the entries with a named receiver."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        bold = book.add_format({"bold": True, "font_name": "Times New Roman"})
        sheet.write(0, 0, f"ĐOÀN {unit.upper()}", bold)
        sheet.write(2, 1, "DANH SÁCH NGƯỜI DÂN, HỘ KINH DOANH ĐƯỢC HỖ TRỢ", bold)
        sheet.write_row(4, 0, HEADS[habit], bold)
        named = [entry for entry in entries if entry.named]
        for number, entry in enumerate(named, 1):
            sheet.write_row(4 + number, 0, [number, *_cells(entry, habit)])
        sheet.write(len(named) + 6, 8, "BÍ THƯ", bold)


def _cells(entry: SupportRecordInput, habit: int) -> list[str | int]:
    name, year, phone, address, shop = "", "", "", "", ""
    if entry.person is not None:
        name, phone, address = entry.person.name, entry.person.phone, entry.person.address
        year = str(entry.person.birth_year or "")
    elif entry.business is not None:
        shop, phone, address = entry.business.name, entry.business.phone, entry.business.address
    agreed = "x" if entry.consent else ""
    return [
        name.upper() if habit == HASTY else name,
        year,
        f"{phone[:4]}.{phone[4:7]}.{phone[7:]}" if habit == HASTY and phone else phone,
        address,
        shop,
        SERVICES[entry.service][habit],
        f"{entry.happened_on:%d/%m/%Y}",
        entry.helper.name,
        entry.second.name if entry.second else "",
        agreed,
        agreed,
    ]
