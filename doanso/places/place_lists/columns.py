"""Columns of house lists and stall lists, with the headings that wards and market boards use."""

from django.utils.translation import gettext_lazy as _

from doanso.imports.ports import ListColumn
from doanso.lib import formats

_REASON = ListColumn("reason", "Lý do thay đổi", ("lý do thay đổi", "lý do", "lý do bổ sung", "lý do tăng giảm"), 28)

ADDRESS_COLUMNS = (
    ListColumn("place", "Tuyến phố", ("tuyến phố", "tên tuyến phố", "tuyến", "tuyến đường số"), 24),
    ListColumn("segment", "Đoạn", ("đoạn", "đoạn phố", "phân đoạn", "đoạn đường"), 14),
    ListColumn("neighbourhood", "Khu phố", ("khu phố", "kp", "ấp", "khóm", "khu phố/ấp", "tổ dân phố"), 18),
    ListColumn("street", "Đường", ("đường", "tên đường", "đường phố", "tuyến đường", "đường/hẻm", "đường, hẻm"), 28),
    ListColumn("number", "Số nhà", ("số nhà", "nhà số", "địa chỉ nhà", "số"), 12),
    ListColumn(
        "address",
        "Địa chỉ",
        ("địa chỉ", "địa chỉ hộ", "địa chỉ hộ dân", "địa chỉ kinh doanh", "số nhà, đường", "số nhà đường"),
        only_read=True,
    ),
    ListColumn(
        "kind",
        "Loại (hộ/cửa hàng/điểm công cộng)",
        ("loại", "loại hình", "loại hộ", "hộ/cửa hàng", "phân loại", "đối tượng", "loại hộ/cửa hàng/điểm công cộng"),
        22,
    ),
    ListColumn(
        "label",
        "Tên bảng hiệu",
        (
            *("tên bảng hiệu", "bảng hiệu", "tên cửa hàng", "tên hộ kinh doanh", "tên cơ sở", "tên cơ sở kinh doanh"),
            *("hộ kinh doanh", "cửa hàng", "tên quán", "tên điểm", "tên điểm công cộng", "điểm công cộng"),
        ),
        28,
    ),
    _REASON,
)

STALL_COLUMNS = (
    ListColumn("place", "Chợ", ("chợ", "tên chợ"), 24),
    ListColumn(
        "segment", "Khu", ("khu", "khu vực", "dãy", "lô", "khu chợ", "nhà lồng", "khu hàng", "ngành hàng khu"), 16
    ),
    ListColumn(
        "number", "Số sạp", ("số sạp", "sạp", "sạp số", "mã sạp", "số quầy", "quầy", "ki ốt", "kiot", "số ki ốt"), 12
    ),
    ListColumn(
        "trader",
        "Tiểu thương",
        (
            *("tiểu thương", "tên tiểu thương", "họ tên tiểu thương", "họ và tên tiểu thương", "họ và tên", "họ tên"),
            *("hộ kinh doanh", "tên hộ kinh doanh", "chủ sạp", "tên chủ sạp", "người kinh doanh", "tên"),
        ),
        26,
    ),
    ListColumn("sign", "Tên bảng hiệu", ("tên bảng hiệu", "bảng hiệu", "tên cửa hàng", "tên sạp"), 26),
    ListColumn("goods", "Mặt hàng", ("mặt hàng", "ngành hàng", "hàng bán", "mặt hàng kinh doanh", "ngành nghề"), 24),
    ListColumn(
        "phone",
        "Điện thoại",
        ("điện thoại", "số điện thoại", "sđt", "đt", "số đt", "di động"),
        16,
        mask=lambda value: f"…{value[-3:]}" if value else formats.number(None),
    ),
    _REASON,
)

PEOPLE = {
    "họ và tên": _("names of people"),
    "họ tên": _("names of people"),
    "chủ hộ": _("names of people"),
}
DROPPED = {
    "ghi chú": _("remarks"),
    "năm sinh": _("birth"),
    "cccd": _("citizen number"),
    "cmnd": _("citizen number"),
    "căn cước": _("citizen number"),
    "số định danh": _("citizen number"),
    "số tài khoản": _("account number"),
    "mã số thuế": _("tax number"),
    "doanh thu": _("turnover"),
    "dân tộc": _("ethnicity"),
    "tôn giáo": _("religion"),
}
