"""Columns of the list of homes and shops. Columns about residents are ignored."""

from django.utils.translation import gettext_lazy as _

from doanso.imports.ports import ListColumn

COLUMNS = (
    ListColumn(
        "neighbourhood",
        "Khu phố",
        (
            "khu phố",
            "kp",
            "ấp",
            "khóm",
            "khu phố/ấp",
            "khu phố, ấp",
            "ấp/khu phố",
            "ấp, khu phố",
            "tổ dân phố",
            "địa bàn",
        ),
        18,
    ),
    ListColumn("street", "Đường", ("đường", "tên đường", "đường phố", "tuyến đường", "đường/hẻm", "đường, hẻm"), 28),
    ListColumn("number", "Số nhà", ("số nhà", "nhà số", "địa chỉ nhà", "số"), 12),
    ListColumn(
        "address",
        "Địa chỉ",
        ("địa chỉ", "địa chỉ hộ", "địa chỉ hộ dân", "địa chỉ kinh doanh", "số nhà, đường", "số nhà đường", "nơi ở"),
        only_read=True,
    ),
    ListColumn(
        "kind", "Loại (hộ/cửa hàng)", ("loại", "loại hình", "loại hộ", "hộ/cửa hàng", "phân loại", "đối tượng"), 20
    ),
    ListColumn(
        "sign",
        "Tên bảng hiệu",
        (
            "tên bảng hiệu",
            "bảng hiệu",
            "tên cửa hàng",
            "tên hộ kinh doanh",
            "tên cơ sở",
            "tên cơ sở kinh doanh",
            "hộ kinh doanh",
            "cửa hàng",
            "tên quán",
        ),
        28,
    ),
)

DROPPED = {
    "ghi chú": _("remarks"),
    "họ và tên": _("names of people"),
    "họ tên": _("names of people"),
    "chủ hộ": _("names of people"),
    "năm sinh": _("birth"),
    "điện thoại": _("phone"),
    "sđt": _("phone"),
    "cccd": _("citizen number"),
    "cmnd": _("citizen number"),
    "căn cước": _("citizen number"),
    "số định danh": _("citizen number"),
    "số tài khoản": _("account number"),
    "dân tộc": _("ethnicity"),
    "tôn giáo": _("religion"),
}
