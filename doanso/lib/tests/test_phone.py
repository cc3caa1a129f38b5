import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import phone
from doanso.lib.problems import Problem, Refused

PREFIXES = [
    *("032", "033", "034", "035", "036", "037", "038", "039", "052", "055", "056", "058", "059"),
    *("070", "076", "077", "078", "079", "081", "082", "083", "084", "085", "086", "087", "088", "089"),
    *("090", "091", "092", "093", "094", "095", "096", "097", "098", "099"),
]
mobiles = st.builds("{}{:07}".format, st.sampled_from(PREFIXES), st.integers(0, 9_999_999))
landlines = st.from_regex(r"02[0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0912345678", "0912345678"),
        (" 0912 345 678 ", "0912345678"),
        ("0912.345.678", "0912345678"),
        ("0912-345-678", "0912345678"),
        ("(0912) 345 678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("+84 (0) 912 345 678", "0912345678"),
        ("84912345678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("'0912345678", "0912345678"),
        ("\u200b0912\u00a0345\u00a0678", "0912345678"),
        ("０９１２３４５６７８", "0912345678"),
        ("912345678", "0912345678"),
        (912345678, "0912345678"),
        (912345678.0, "0912345678"),
        (84912345678.0, "0912345678"),
        ("912345678.0", "0912345678"),
        ("9.12345678E+8", "0912345678"),
        ("0871234567", "0871234567"),
        ("0551234567", "0551234567"),
        ("0842345678", "0842345678"),
        ("0273 3872 123", "02733872123"),
        ("(0273) 3.872.123", "02733872123"),
        (2733872123, "02733872123"),
        ("+84 28 3822 1234", "02838221234"),
    ],
)
def test_normalise(written, value):
    assert phone.normalise(written) == phone.PhoneNumber(value)


@pytest.mark.parametrize(
    ("written", "value", "warning"),
    [
        ("01681234567", "0381234567", "phone_old_prefix"),
        ("0120 123 4567", "0701234567", "phone_old_prefix"),
        (1681234567, "0381234567", "phone_old_prefix"),
        ("+84 199 123 4567", "0591234567", "phone_old_prefix"),
        ("0912345678 / 0987654321", "0912345678", "phone_several"),
        ("0912345678; 0273 3872123", "0912345678", "phone_several"),
        ("0912345678 - 0987654321", "0912345678", "phone_several"),
        (341234567, "0341234567", "phone_or_old_card"),
        ("322 345 678", "0322345678", "phone_or_old_card"),
        (388000111.0, "0388000111", "phone_or_old_card"),
    ],
)
def test_normalise_with_a_hint(written, value, warning):
    result = phone.normalise(written)
    assert result.value == value
    assert [problem.code for problem in result.warnings] == [warning]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "phone_empty"),
        (" - ", "phone_empty"),
        ("không có", "phone_not_digits"),
        ("O912345678", "phone_not_digits"),
        ("091234567", "phone_too_short"),
        ("09123456789", "phone_too_long"),
        ("02733872", "phone_too_short"),
        ("027338721234", "phone_too_long"),
        ("0412345678", "phone_unknown_prefix"),
        ("0012345678", "phone_unknown_prefix"),
        ("0733 872 123", "phone_unknown_prefix"),
        ("+84 31 123 4567", "phone_unknown_prefix"),
        ("312 345 678", "phone_is_old_card"),
        (301234567.0, "phone_is_old_card"),
        ("01111234567", "phone_too_long"),
        ("+1 202 555 0100", "phone_foreign"),
        (912345678.5, "phone_not_digits"),
        (float("nan"), "phone_not_digits"),
    ],
)
def test_refusals(written, code):
    with pytest.raises(Refused) as refusal:
        phone.normalise(written)
    assert refusal.value.problem.code == code
    assert refusal.value.problem.message


@given(mobiles | landlines, st.sampled_from(["", "+84", "84", "0084", "lost"]), st.sampled_from(["", " ", ".", "-"]))
def test_every_dress_of_a_number_is_that_number(number, dress, separator):
    bare = number if dress == "" else ("" if dress == "lost" else dress) + number[1:]
    written = separator.join((bare[:4], bare[4:7], bare[7:]))
    assert phone.normalise(written).value == number


@given(mobiles | landlines)
def test_a_normal_number_is_settled(number):
    assert phone.normalise(number) == phone.PhoneNumber(number)
    assert phone.normalise(int(number)).value == number
    assert phone.normalise(float(number)).value == number


@given(st.text() | st.integers() | st.floats())
def test_anything_is_a_number_or_a_named_refusal(written):
    outcome = _outcome(written)
    if isinstance(outcome, Problem):
        assert outcome.code.startswith("phone_")
    else:
        assert outcome.value.isascii()
        assert outcome.value.isdigit()
        assert len(outcome.value) in (10, 11)


@pytest.mark.parametrize("first", range(30, 100))
def test_only_the_prefixes_of_mobile_networks_are_mobile(first):
    outcome = _outcome(f"0{first}1234567")

    assert (isinstance(outcome, phone.PhoneNumber)) is (f"0{first}" in PREFIXES)
    if isinstance(outcome, Problem):
        assert outcome.code == "phone_unknown_prefix"


def test_a_number_of_no_network_is_refused_with_what_to_do():
    assert _outcome("0311234567").message == (
        "Không có số di động nào bắt đầu bằng 031. Hãy hỏi lại số; nếu là máy bàn thì ghi mã vùng hiện nay (02…, ví dụ 0273"
        " của Tiền Giang)."
    )


def test_phones_let_the_same_numbers_through():
    examples = json.loads((Path(__file__).parents[3] / "contract" / "phones.json").read_text(encoding="utf-8"))
    assert [number for number in examples["kept"] if isinstance(_outcome(number), Problem)] == []
    assert [number for number in examples["refused"] if not isinstance(_outcome(number), Problem)] == []


def _outcome(written):
    try:
        return phone.normalise(written)
    except Refused as refusal:
        return refusal.problem


def test_masked():
    assert phone.mask_phone("0912345678") == "091•••••78"
    assert phone.mask_phone("02733872123") == "027••••••23"
    assert phone.mask_phone("123") == "•••"
