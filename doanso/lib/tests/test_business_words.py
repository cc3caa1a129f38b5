"""Businesses and residents by the words of a list."""

import pytest

from doanso.lib.business_words import ListedKind, kind_by_name, kind_of

BUSINESS, RESIDENT, UNTOLD = ListedKind("business"), ListedKind("resident"), ListedKind("")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(
            (text, BUSINESS)
            for text in ("HKD", "Hộ KD", "hộ kinh doanh cá thể", "Cửa hàng", "tạp hoá", "Tạp hóa", "QUÁN")
        ),
        *((text, BUSINESS) for text in ("DNTN", "Cty", "Cty TNHH", "tiệm", "Sạp chợ", "Nhà hàng")),
        *((text, BUSINESS) for text in ("nhà thuốc", "Cơ sở SXKD", "tiểu thương", "HTX", "Đại lý vé số")),
        *((text, RESIDENT) for text in ("Hộ dân", "hộ gia đình", "Nhà ở", "HGĐ", "Người dân", "cá nhân", "Hộ nghèo")),
        ("CH", ListedKind("business", doubtful=True)),
        ("kd", ListedKind("business", doubtful=True)),
        ("Hộ không kinh doanh", ListedKind("resident", doubtful=True)),
        ("ngưng kinh doanh", ListedKind("resident", doubtful=True)),
        ("Đ.A", ListedKind("", doubtful=True)),
        ("", UNTOLD),
        (" - ", UNTOLD),
    ],
)
def test_a_column_of_kinds(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, BUSINESS) for name in ("CH Hoa", "Cửa hàng Út", "HKD Nguyễn Văn Bảy", "Tạp hoá Bảy")),
        *(
            (name, BUSINESS)
            for name in ("quán Cô Ba", "Quán 68", "DNTN Hòa Bình", "Cty TNHH An", "TIỆM VÀNG KIM", "Nhà thuốc An")
        ),
        *((name, UNTOLD) for name in ("Nguyễn Văn Bảy", "Quan Thị Hoa", "Lê Chí Hòa", "Hộ ông Tư")),
        *((name, UNTOLD) for name in ("Châu Văn Tý", "Chử Văn An", "Đặng Quân", "Phạm Công Tỵ")),
        *((name, UNTOLD) for name in ("Nguyễn Nhã Hằng", "Trần Văn Tiềm", "Phạm Công Tý", "Nguyen Van Bay")),
        *((name, BUSINESS) for name in ("Cua hang Ut", "TAP HOA BAY", "C.H Hoa", "Cafe Mộc", "Cà phê Út")),
        ("Pham Cong Ty", ListedKind("", doubtful=True)),
        ("Quan Co Ba", ListedKind("", doubtful=True)),
        ("Nguyễn Văn Bảy (tạp hóa)", ListedKind("", doubtful=True)),
        ("Nguyễn Văn Bảy - quán cơm", ListedKind("", doubtful=True)),
    ],
)
def test_a_name(name, kind):
    assert kind_by_name(name) == kind
