"""What the pages of a shop's code say about its bank."""

from datetime import date

import pytest

from doanso.cashless import actions
from doanso.cashless.actions import CodeInput
from doanso.lib.vietqr import VietQR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def after_the_mergers(business_day):
    business_day(date(2026, 11, 29))


def test_the_form_names_what_a_bank_was_called(market, as_user):
    page = as_user(market.tree.an).get(f"/shops/{market.businesses['hai'].pk}/code/").content.decode()

    assert "Vikki Bank, trước là DongA Bank (Ngân hàng TNHH MTV Số Vikki)" in page
    assert "Vietcombank (Ngân hàng TMCP Ngoại Thương Việt Nam)" in page


@pytest.mark.parametrize(
    ("bank_bin", "note"),
    [
        ("970406", "Vikki Bank là tên mới của DongA Bank. Mã của DongA Bank vẫn chuyển vào đúng tài khoản đó."),
        ("458761", "HSBC Vietnam nhận được tiền qua VietQR nhưng ứng dụng của ngân hàng này chưa quét mã"),
        ("970999", "Bảng ngân hàng chưa có mã số 970999."),
        ("970436", ""),
    ],
)
def test_a_shops_page_says_what_is_special_about_its_bank(market, as_user, bank_bin, note):
    code = CodeInput(VietQR(bank_bin, "0123456789"), consented=True)
    actions.register_code(actor=market.tree.an, shop=market.hai, inputs=code)

    response = as_user(market.tree.an).get(f"/shops/{market.businesses['hai'].pk}/")

    assert response.context["bank_note"].startswith(note)
    assert bool(response.context["bank_note"]) == bool(note)
    assert note in response.content.decode()


def test_without_a_code_nothing_is_said(market, as_user):
    response = as_user(market.tree.an).get(f"/shops/{market.businesses['hai'].pk}/")

    assert response.context["bank_note"] == ""
