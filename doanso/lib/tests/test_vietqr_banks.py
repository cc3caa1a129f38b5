"""Banks by the number in a code, as of a day."""

from datetime import date, timedelta

import pytest

from doanso.lib.vietqr import banks
from doanso.lib.vietqr.banks import Bank

TODAY = date(2026, 11, 29)
THEN = date(2023, 11, 12)


def test_the_banks_of_a_day_have_one_name_for_each_number():
    for on in (THEN, TODAY):
        listed = banks.banks(on)

        assert len(listed) == len({entry.bin for entry in listed}) == 58
        assert {entry.state for entry in listed} == {"both", "receive-only"}
        assert [entry.short_name.casefold() for entry in listed] == sorted(
            entry.short_name.casefold() for entry in listed
        )
    assert sum(entry.state == "receive-only" for entry in banks.banks(TODAY)) == 17


def test_a_bank_is_found_by_its_number():
    assert banks.bank("970436", TODAY) == Bank(
        "970436", "VCB", "Vietcombank", "Ngân hàng TMCP Ngoại Thương Việt Nam", "both"
    )
    assert banks.bank("970499", TODAY) is None
    assert banks.bank("", TODAY) is None
    assert banks.bank_name("970436", TODAY) == "Vietcombank"
    assert banks.bank_name("970499", TODAY) == "970499"


@pytest.mark.parametrize(
    ("bank_bin", "first_day", "former", "later"),
    [
        ("970406", date(2025, 2, 14), "DongA Bank", "Vikki Bank"),
        ("970414", date(2024, 12, 18), "OceanBank", "MBV"),
        ("970444", date(2025, 1, 17), "CB Bank", "VCBNeo"),
        ("970449", date(2023, 6, 2), "LienVietPostBank", "LPBank"),
    ],
)
def test_a_renamed_bank_has_the_name_of_the_day(bank_bin, first_day, former, later):
    assert banks.bank_name(bank_bin, first_day - timedelta(days=1)) == former
    assert banks.bank_name(bank_bin, first_day) == later
    over = next(entry for entry in banks.former_banks(TODAY) if entry.bin == bank_bin)
    assert (over.short_name, over.state) == (former, "merged")
    assert banks.successor(over, TODAY) == banks.bank(bank_bin, TODAY)


def test_choices_of_a_form_name_what_a_bank_was_called():
    choices = dict(banks.bank_choices(TODAY))

    assert len(choices) == 58
    assert choices["970436"] == "Vietcombank (Ngân hàng TMCP Ngoại Thương Việt Nam)"
    assert choices["970406"] == "Vikki Bank, trước là DongA Bank (Ngân hàng TNHH MTV Số Vikki)"
    assert dict(banks.bank_choices(THEN))["970406"] == "DongA Bank (Ngân hàng TMCP Đông Á)"


def test_what_is_said_of_a_bank():
    def said(bank_bin, on=TODAY):
        warning = banks.bank_warning(bank_bin, on)
        return warning and (warning.code, warning.message)

    assert said("970436") is None
    assert said("970406", THEN) is None
    assert said("970499") == (
        "bank_unknown",
        "Bảng ngân hàng chưa có mã số 970499. Hãy đối chiếu tên ngân hàng trong ứng dụng của chủ cửa hàng.",
    )
    receives = (
        "HSBC Vietnam nhận được tiền qua VietQR nhưng ứng dụng của ngân hàng này chưa quét mã để chuyển tiền đi. Khách vẫn"
        " trả tiền cho cửa hàng được; muốn trả cho người khác, chủ cửa hàng cần thêm ngân hàng khác."
    )
    assert said("458761") == ("bank_receive_only", receives)
    assert said("970406") == (
        "bank_renamed",
        "Vikki Bank là tên mới của DongA Bank. Mã của DongA Bank vẫn chuyển vào đúng tài khoản đó.",
    )


def test_a_number_that_nobody_has_any_more_is_merged(monkeypatch):
    gone = Bank("970900", "OLD", "Old Bank", "Ngân hàng Cũ", "both", None, date(2024, 1, 31), "VCB")
    monkeypatch.setattr(banks, "banks_by_bin", lambda: {"970900": (gone,)})

    assert banks.bank("970900", date(2024, 1, 31)) == gone
    over = banks.bank("970900", date(2024, 2, 1))
    assert over is not None
    assert (over.state, over.merged_into) == ("merged", "VCB")
    warning = banks.bank_warning("970900", TODAY)
    assert warning is not None
    assert (warning.code, warning.message) == (
        "bank_merged",
        "Old Bank ngừng hoạt động từ sau 31/01/2024, nay là Vietcombank. Hãy nhờ chủ cửa hàng xin mã mới của Vietcombank.",
    )
