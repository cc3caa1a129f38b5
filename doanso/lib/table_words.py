"""Words that mark totals, titles, groups and signatures between and below the rows of a list."""

import re

from doanso.lib.sheet_headings import spelled

NUMBERING = re.compile(r"\(?\s*(?:\d{1,2}|[A-Za-z])\s*\)?\.?")
ORDER = re.compile(r"\s*\d+\s*[.)]?\s*")
# Tống, Công, Mang and Đoàn are also family names, so these are recognised by their diacritics, or by more than one word
# without.
SURE_TOTAL = re.compile(
    r"(?:tổng (?:cộng|số|kết|hợp)|tong (?:cong|so)|(?:cộng|cong) (?:trang|tờ|dồn|lại|mang sang|chuyển sang|toàn)"
    r"|danh sách (?:này )?(?:gồm|có)|ấn định|(?:lũy|luỹ) kế|luy ke|(?:mang|chuyển|cộng) (?:sang|qua) (?:trang|tờ)"
    r"|trang trước (?:mang|chuyển) sang)\b|mang sang\W*$"
)
TOTAL = re.compile(
    r"(?:cộng|cong|tổng|tc|t/c|t\.c\.?|mang sang|chuyển sang|sĩ số|số lượng|∑)"
    r"(?:\s*[:.(=]|\s+\d|\s+(?:chi đoàn|khu phố|nam|nữ|chung)\b|\s*$)"
)
COUNT = re.compile(
    r"\s*\d+\s*(?:đ/?c|đồng chí|đoàn viên|đvtn|đv|người|nam|nữ|hộ|cửa hàng|lượt)?\s*\.?\s*", re.IGNORECASE
)
SIGNATURE = re.compile(
    r"(?:nguoi (?:lap|tong hop|bao cao|thuc hien|kiem tra|viet|ghi)|lap (?:bang|bieu)|tm |t m |tl |kt |thay mat|bi thu|pho bi thu"
    r"|ban (?:chap|thuong) |bch |btv |xac nhan|ky ten|ky (?:va )?ghi|da ky|duyet|phe duyet|dai dien|noi nhan|thu truong|giam doc"
    r"|hieu truong|can bo|chu tich|chu nhiem|truong (?:ban|khu|ap|phong)|uy ban|ubnd|mttq|.{0,40}ngay \d* ?thang \d* ?nam)"
)
REMARK = re.compile(r"(?:ghi chu|luu y|chu thich)\b")
TITLE = re.compile(
    r"(?:danh sách|danh sach|phụ lục|kèm theo|bảng tổng hợp|trang \d|trang số|đvt\b|đơn vị tính|tiếp theo|[-–—_.=*]{2,}|\()"
)
UNIT_WORDS = (
    r"(?:chi đoàn|chi doan|cđ|liên chi|khu phố|khu pho|kp\s*\d*|kp|ấp|khóm|lớp|khối|phường|xã|thôn|trường|đội|nhóm|đơn vị"
    r"|đoàn (?:phường|xã|trường|cơ sở|cơ quan|khối|thanh niên|tncs)|tổ (?:dân phố|số|\d))\b"
)
UNIT = re.compile(UNIT_WORDS)
NAMED_IN_TITLE = re.compile(r"\b(?:chi đoàn|liên chi|đoàn (?:phường|xã|trường)|khu phố|kp|ấp|khóm|thôn|phường|xã)\s*\S")
GROUP_ORDER = re.compile(r"^(?:[IVXLC]+|[A-Z]|\d{1,2})\s*[.)/:-]\s*")
ROMAN = re.compile(r"(?:[IVXLC]+|[A-Z])[.)]?")
GROUP_TAIL = re.compile(r"\s*(?::|\(?\s*\d+\s*(?:đ/c|đoàn viên|đv|đvtn|đồng chí|người)\s*\)?)\s*$", re.IGNORECASE)


def names_a_unit(text: str) -> bool:
    """Return whether the text begins as the name of a branch, ward or other unit does."""
    return UNIT.match(spelled(GROUP_ORDER.sub("", text))) is not None


def is_title_or_separator(text: str) -> bool:
    """Return whether the text begins as a title, a page number or a line of dashes between rows does, and not as a name."""
    return TITLE.match(spelled(text)) is not None
