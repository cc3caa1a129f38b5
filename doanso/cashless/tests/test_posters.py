"""Posters: what stands on the paper, and the codes read back out of what Chromium prints."""

import base64
import html
import io
import re
from typing import Any
from urllib.parse import urljoin

import pypdfium2
import pytest
from django.template import engines
from django.test import RequestFactory
from PIL import ImageFilter

from doanso.cashless.models import Shop, ShopCode
from doanso.cashless.posters import poster_of
from doanso.cashless.renderers.posters import MOST_POSTERS, Poster, PosterLayout, poster_sheet
from doanso.lib.tests.printed_codes import codes_by_page, codes_in, picture_of
from doanso.lib.vietqr import VietQR, VietQRProblem, decode, encode, mask_account, shop_code

PAGE = """{% extends "base_light.html" %}{% load static %}
{% block styles %}<link rel="stylesheet" href="{% static 'ds/poster.css' %}">{% endblock styles %}
{% block title %}In{% endblock title %}
{% block content %}<h1>In mã</h1>{{ sheet }}{% endblock content %}
"""
READ_BY_PHONE = """async (picture) => {
  const base = document.querySelector("script[type=module]").src.replace(/app\\.js$/, "");
  const { still } = await import(`${base}scan.js`);
  return still(new Blob([Uint8Array.from(atob(picture), (char) => char.charCodeAt(0))], { type: "image/png" }));
}"""
SIZES = {PosterLayout.A5: (148, 210), PosterLayout.A5_ON_A4: (297, 210), PosterLayout.A6_ON_A4: (210, 297)}
NAMES = [
    "Tạp hoá Cô Sáu Lành",
    "Cơ sở kinh doanh vải sợi và may mặc Nguyễn Thị Thanh Thuý – Chợ Vòng Nhỏ",
    "Rau <b>sạch</b> & Út Hường",
    "Hủ tiếu Mỹ Tho Ánh Nguyệt",
    "Cá biển Năm Được",
]


def poster(name: str = NAMES[0], account: str = "0123456789", **changes: Any) -> Poster:
    place = "Chợ Mỹ Tho · sạp A12"
    payload = encode(shop_code("970436", account, name=name, city="Mỹ Tho", store=place))
    values = {
        "name": name,
        "place": place,
        "bank_name": "Vietcombank",
        "masked": mask_account(account),
        "payload": payload,
    }
    return Poster(**(values | changes))


def words(sheet: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", sheet)).split())


def test_paper_has_the_name_with_diacritics_and_the_code_without():
    sheet = poster_sheet([poster(holder="TRAN THI LANH")], supporter="Thành Đoàn Mỹ Tho")

    assert words(sheet) == (
        "Sạp này nhận chuyển khoản Tạp hoá Cô Sáu Lành Ngân hàng Vietcombank Số tài khoản •••• 6789 Chủ tài khoản"
        " TRAN THI LANH 1 Mở ứng dụng ngân hàng, quét mã 2 So tên và bốn số cuối, nhập tiền 3 Chờ sạp báo “đã nhận”"
        " VietQR · Chợ Mỹ Tho · sạp A12 Thành Đoàn Mỹ Tho hỗ trợ"
    )
    [text] = codes_in(picture_of(sheet[sheet.index('<svg viewBox="-4') :]))
    assert decode(text) == VietQR(
        "970436",
        "0123456789",
        merchant_name="Tap hoa Co Sau Lanh",
        city="My Tho",
        store="Cho My Tho sap A12",
    )


def test_the_whole_account_number_is_in_the_code_alone():
    assert "0123456789" not in poster_sheet([poster(name=name) for name in NAMES])


def test_a_shop_is_no_stall_and_says_no_holder_that_is_not_known():
    said = words(poster_sheet([poster(seller="shop", place="")]))

    assert said.startswith("Cửa hàng này nhận chuyển khoản")
    assert "2 So bốn số cuối, nhập tiền 3 Chờ cửa hàng báo “đã nhận” VietQR" in said
    assert "Chủ tài khoản" not in said
    assert "hỗ trợ" not in said
    assert "MẪU" not in said


def test_posters_of_a_demo_say_so():
    assert poster_sheet([poster(), poster()], is_sample=True).count("MẪU") == 2


def test_names_are_escaped_and_long_ones_are_smaller():
    sheet = poster_sheet([poster(name=name) for name in NAMES])

    assert "Rau &lt;b&gt;sạch&lt;/b&gt; &amp; Út Hường" in sheet
    assert re.findall(r'data-size="(\w)"', sheet) == ["l", "s", "m", "m", "l"]


@pytest.mark.parametrize(
    ("layout", "papers"), [(PosterLayout.A5, 5), (PosterLayout.A5_ON_A4, 3), (PosterLayout.A6_ON_A4, 2)]
)
def test_posters_are_laid_out(layout, papers):
    sheet = poster_sheet([poster(name=name) for name in NAMES], layout=layout)

    assert sheet.count(" data-paper ") == papers
    assert sheet.count(" data-poster ") == 5
    assert f'aria-label="{papers} tờ để in"' in sheet


def test_nothing_wrong_is_printed():
    with pytest.raises(ValueError, match="another account"):
        poster_sheet([poster(masked="•••• 0000")])
    with pytest.raises(VietQRProblem):
        poster_sheet([poster(payload=poster().payload[:-1] + "0")])
    with pytest.raises(ValueError, match="At most 120"):
        poster_sheet([poster()] * (MOST_POSTERS + 1))


@pytest.mark.browser
@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_every_printed_code_is_read(open_as: Any, tree: Any, axe: Any) -> None:
    """Each is read at the resolution of a plain scanner and of a good one, and pays the account that it was made for."""
    posters = [poster(name=name, account=f"{place}123456789") for place, name in enumerate(NAMES)]
    posters += [
        poster(
            name=("Hợp tác xã Trái cây Đặc sản Vĩnh Kim " * 5)[:160].strip(),
            account="ABCDEFGHIJKLMNOPQRS",
            place=("Chợ Trung tâm · khu trái cây · " * 5)[:120].strip(),
            holder="HOP TAC XA NONG NGHIEP THUONG MAI DICH VU TRAI CAY VINH KIM",
            seller="shop",
        ),
    ]
    page = open_as(tree.an, "/")
    photographs = []
    template = engines["django"].from_string(PAGE)
    for layout, (width, height) in SIZES.items():
        sheet = poster_sheet(posters, layout=layout, supporter="Thành Đoàn Mỹ Tho", is_sample=True)
        text = template.render({"sheet": sheet}, RequestFactory().get("/poster-test"))
        page.route(
            "**/poster-test", lambda route, _request, text=text: route.fulfill(body=text, content_type="text/html")
        )
        page.goto(urljoin(page.url, "/poster-test"))
        page.unroute("**/poster-test")

        pdf = page.pdf(prefer_css_page_size=True, print_background=False)

        photographs.append(photograph(pdf, layout))
        count = layout.per_sheet
        expected = [[entry.payload for entry in posters[at : at + count]] for at in range(0, len(posters), count)]
        assert [[set(read) for read in paper] for paper in codes_by_page(pdf)] == [
            [set(codes)] * 2 for codes in expected
        ]
        assert sizes(pdf) == [(width, height)] * len(expected)
        for card in page.locator("[data-poster]").all():
            # Nothing is cut off, not even with the longest words that the columns hold.
            assert card.evaluate(
                "(card) => card.scrollHeight <= card.clientHeight && card.scrollWidth <= card.clientWidth"
            )
        for width_on_screen in (390, 1440):
            page.set_viewport_size({"width": width_on_screen, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width_on_screen
            assert axe(page) == []
    page.goto(urljoin(page.url, "/door/"))
    page.wait_for_load_state("networkidle")
    assert [page.evaluate(READ_BY_PHONE, picture) for picture in photographs] == [posters[0].payload] * len(SIZES)


def photograph(pdf: bytes, layout: PosterLayout) -> str:
    """The first poster as the camera of a phone sees it, in base64: askew, in bad light, somewhat out of focus."""
    sheet = pypdfium2.PdfDocument(pdf)[0].render(scale=110 / 72).to_pil().convert("L")
    across, down = {PosterLayout.A5: (1, 1), PosterLayout.A5_ON_A4: (2, 1), PosterLayout.A6_ON_A4: (2, 2)}[layout]
    seen = sheet.crop((0, 0, sheet.width // across, sheet.height // down)).rotate(6, expand=True, fillcolor=120)
    seen = seen.point(lambda light: 40 + light * 6 // 10).filter(ImageFilter.GaussianBlur(1.2))
    file = io.BytesIO()
    seen.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    return [tuple(round(side * 25.4 / 72) for side in sheet.get_size()) for sheet in document]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("label", "seller"),
    [("Chợ Mỹ Tho · sạp A12", "stall"), ("Chợ Mỹ Tho, SẠP 3", "stall"), ("Lê Lợi · số 12", "shop"), ("", "shop")],
)
@pytest.mark.django_db
def test_only_a_stall_is_called_one(registered, label, seller):
    Shop.objects.filter(pk=registered.hai.pk).update(label=label)

    made = poster_of(ShopCode.objects.select_related("shop__business").get())

    assert (made.seller, made.name, made.masked) == (seller, "Phở Hai", "•••• 6789")
