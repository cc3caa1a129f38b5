"""Documents for tests of the forms: a plan, a letter, a decision, and one with a table, lists and appendices."""

import dataclasses
from datetime import date
from typing import Any

from doanso.documents.body.schema import Appendix, DocumentBody, parse
from doanso.documents.kinds import kind_named, symbol
from doanso.documents.renderers.content import DocumentContent, Issuer
from doanso.official_form.head import Signatory
from doanso.official_form.wording import DOAN, ND30

CITY = Issuer("TỈNH ĐOÀN TIỀN GIANG", "BCH THÀNH PHỐ MỸ THO")
SECRETARY = Signatory(("TM. BAN THƯỜNG VỤ",), "BÍ THƯ", "Nguyễn Văn Mẫu")
VERIFY = {"verify_code": "K7QM-4XPR", "verify_url": "https://doanso.example/v/K7QM-4XPR"}


def text(words: str, *marks: str) -> dict[str, Any]:
    node: dict[str, Any] = {"type": "text", "text": words}
    return node | {"marks": [{"type": mark} for mark in marks]} if marks else node


def par(*inside: str | dict[str, Any], centred: bool = False) -> dict[str, Any]:
    node: dict[str, Any] = {
        "type": "paragraph",
        "content": [text(part) if isinstance(part, str) else part for part in inside],
    }
    return node | {"attrs": {"align": "center"}} if centred else node


def heading(level: int, words: str) -> dict[str, Any]:
    return {"type": "heading", "attrs": {"level": level}, "content": [text(words)]}


def points(*items: Any, ordered: bool = False) -> dict[str, Any]:
    """Return a list; an item is text, or a list of blocks."""
    inside = [{"type": "list_item", "content": [par(item)] if isinstance(item, str) else item} for item in items]
    return {"type": "ordered_list" if ordered else "bullet_list", "content": inside}


def cell(words: str, *, head: bool = False, columns: int = 1, rows: int = 1) -> dict[str, Any]:
    return {
        "type": "table_header" if head else "table_cell",
        "attrs": {"colspan": columns, "rowspan": rows, "colwidth": None},
        "content": [par(words)] if words else [{"type": "paragraph"}],
    }


def table(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "table", "content": [{"type": "table_row", "content": row} for row in rows]}


def doc(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "content": list(blocks)}


BREAK = {"type": "hard_break"}
NEW_PAGE = {"type": "page_break"}


def body(*blocks: dict[str, Any]) -> DocumentBody:
    return parse(doc(*blocks))


PLAN = DocumentContent(
    form=DOAN,
    kind=kind_named("plan"),
    symbol=symbol(DOAN, kind_named("plan"), "TĐTN"),
    issuers=(CITY,),
    place="Mỹ Tho",
    summary="Xây dựng “Tuyến phố công nghệ số” thứ hai năm 2023",
    body=body(
        par(
            "Thực hiện chủ đề năm 2023 của Thành ủy, UBND thành phố “Đẩy mạnh chuyển đổi số trong cải cách hành chính, nâng "
            "cao năng lực quản lý”, Ban Thường vụ Thành Đoàn xây dựng kế hoạch như sau:"
        ),
        heading(1, "I. Mục đích, yêu cầu"),
        par(
            "1. Hoàn thành chỉ tiêu xây dựng 2 “Tuyến phố công nghệ số” với 9 nội dung, tiêu chí về khả năng tiếp cận thông "
            "tin, việc tham gia chuyển đổi số của hộ dân và hộ kinh doanh, số hóa điểm công cộng trên tuyến phố."
        ),
        par(
            "2. Tổ thanh niên công nghệ số cộng đồng thực hiện theo ",
            text("nguyên tắc 1+1", "strong"),
            " khi đến tận hộ gia đình.",
        ),
        heading(1, "II. Nội dung thực hiện"),
        heading(2, "1. Khảo sát hiện trạng"),
        par("Khảo sát hiện trạng 9 tiêu chí, hoàn thành trước ngày 18/11/2023."),
        heading(3, "a) Đối với hộ kinh doanh"),
        par("Phối hợp ngân hàng, công ty viễn thông hỗ trợ cửa hàng mở tài khoản và lắp mã VietQR."),
    ),
    signatories=(SECRETARY,),
    number=128,
    dated=date(2023, 11, 10),
    recipients=("Thường trực Tỉnh Đoàn (b/c)", "19 cơ sở Đoàn trực thuộc (t/h)", "Lưu VP"),
    **VERIFY,
)

OPEN_PLAN = dataclasses.replace(PLAN, number=None, dated=None, year=2023, made_on=date(2023, 11, 8))

LETTER = DocumentContent(
    form=DOAN,
    kind=kind_named("letter"),
    symbol=symbol(DOAN, kind_named("letter"), "TĐTN", "VP"),
    issuers=(CITY,),
    place="Mỹ Tho",
    summary="Phối hợp tổ chức Ngày hội thanh toán không dùng tiền mặt tại chợ Mỹ Tho",
    body=body(
        par("Nhằm đẩy mạnh thanh toán không dùng tiền mặt, Ban Thường vụ Thành Đoàn đề nghị quý cơ quan phối hợp:"),
        points(
            "Cử cán bộ hướng dẫn tiểu thương mở tài khoản và dùng mã VietQR;",
            "Bảo đảm an ninh trật tự tại khu vực tổ chức.",
        ),
        par("Rất mong nhận được sự quan tâm phối hợp của quý cơ quan."),
    ),
    signatories=(Signatory(("TL. BAN THƯỜNG VỤ",), "CHÁNH VĂN PHÒNG", "Trần Thị Bưởi"),),
    number=5,
    dated=date(2023, 2, 3),
    addressees=("Công an thành phố Mỹ Tho", "Ủy ban nhân dân Phường 1"),
    recipients=("Như trên", "Lưu VP"),
    urgency="express",
    **VERIFY,
)

DECISION = DocumentContent(
    form=ND30,
    kind=kind_named("decision"),
    symbol=symbol(ND30, kind_named("decision"), "BCĐ"),
    issuers=(Issuer("ỦY BAN NHÂN DÂN TP MỸ THO", "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ"),),
    place="Mỹ Tho",
    summary="Về việc thành lập Tổ công nghệ số cộng đồng Phường 4",
    body=body(
        par(text("TRƯỞNG BAN CHỈ ĐẠO", "strong"), centred=True),
        par(text("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", "em")),
        par(text("Theo đề nghị của Bí thư Thành Đoàn tại Tờ trình số 15-TTr/TĐTN ngày 02 tháng 3 năm 2023.", "em")),
        par(text("QUYẾT ĐỊNH:", "strong"), centred=True),
        par(text("Điều 1.", "strong"), " Thành lập Tổ công nghệ số cộng đồng Phường 4 gồm 12 thành viên."),
        par(text("Điều 2.", "strong"), " Quyết định có hiệu lực kể từ ngày ký."),
        par(text("Điều 3.", "strong"), " Các ông, bà có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này."),
    ),
    signatories=(Signatory(("KT. TRƯỞNG BAN",), "PHÓ TRƯỞNG BAN", "Lê Minh Mẫu"),),
    number=9,
    dated=date(2023, 3, 5),
    recipients=("Như Điều 3", "Thường trực Thành ủy", "Lưu: VT, TĐTN"),
    circulation="internal",
    **VERIFY,
)

_UNITS = ("Phường 1", "Phường 4", "Xã Thới Sơn", "Xã Tân Mỹ Chánh")
_ROWS = [
    [cell(str(number)), cell(unit), cell(str(number * 120)), cell(str(number * 15))]
    for number, unit in enumerate(_UNITS, 1)
]
WHOLE = DocumentContent(
    form=ND30,
    kind=kind_named("plan"),
    symbol=symbol(ND30, kind_named("plan"), "TĐTN"),
    issuers=(CITY,),
    place="Mỹ Tho",
    summary="Ra quân các đội hình thanh niên tình nguyện chuyển đổi số",
    body=body(
        heading(1, "I. Chỉ tiêu"),
        par("Chỉ tiêu giao cho các đơn vị", BREAK, "theo bảng sau:"),
        table(
            [cell("TT", head=True, rows=2), cell("Đơn vị", head=True, rows=2), cell("Chỉ tiêu", head=True, columns=2)],
            [cell("Hộ dân", head=True), cell("Hộ kinh doanh", head=True)],
            *(
                [cell(str(number)), cell(unit), cell(str(number * 120)), cell(str(number * 15))]
                for number, unit in enumerate(_UNITS, 1)
            ),
            [cell("Tổng cộng", columns=2), cell("1.200"), cell("150")],
        ),
        heading(1, "II. Thực hiện"),
        points(
            "Thành lập đội hình;",
            [par("Tập huấn:"), points("Đoàn viên;", [par("Cán bộ khu phố,"), par("khóm, ấp.")])],
            "Ra quân từ ngày 01/12/2023.",
        ),
        points("Báo cáo tuần;", "Báo cáo tháng.", ordered=True),
    ),
    signatories=(SECRETARY,),
    number=None,
    dated=None,
    year=None,
    made_on=date(2023, 11, 8),
    recipients=("Tỉnh Đoàn", "Lưu: VT"),
    appendices=(
        Appendix(
            "Danh sách đội hình",
            body(table([cell("TT", head=True), cell("Đội", head=True)], [cell("1"), cell("Đội 1")])),
        ),
        Appendix("Mẫu báo cáo tuần", body(par("Đơn vị báo cáo: …"), NEW_PAGE, par("Trang sau của phụ lục."))),
    ),
    draft="DỰ THẢO LẦN 2",
    urgency="very-urgent",
    **VERIFY,
)

JOINT = dataclasses.replace(
    PLAN,
    issuers=(CITY, Issuer("TỈNH ĐOÀN TIỀN GIANG", "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO")),
    symbol="KH/TĐTN-PGDĐT",
    signatories=(
        Signatory(("TM. BAN THƯỜNG VỤ",), "BÍ THƯ", "Nguyễn Văn Mẫu"),
        Signatory((), "TRƯỞNG PHÒNG", "Phạm Thị Mẫu"),
    ),
)
CASES = {"plan": PLAN, "letter": LETTER, "decision": DECISION, "whole": WHOLE, "open": OPEN_PLAN, "joint": JOINT}
