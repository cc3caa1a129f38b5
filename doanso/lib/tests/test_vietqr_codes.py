"""Payment codes as text: known ones, refused ones, and properties of all of them."""

import json
import random
import string
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from doanso.lib import vietqr
from doanso.lib.tests.vietqr_payloads import KNOWN, WRONG_FORMAT
from doanso.lib.vietqr import CODES, VietQR, VietQRProblem, decode, encode
from doanso.lib.vietqr.fields import checksum

TAGS = [f"{number:02}" for number in range(100)]
PLAIN = st.text(string.ascii_letters + string.digits + " .,/-_:+&'", max_size=25).map(vietqr.to_ascii)


def with_check_digits(content: str) -> str:
    return content + "6304" + checksum(content + "6304")


def built(**changes: str | None) -> str:
    """A known code with other top-level fields; None leaves a field out. Its check digits are right."""
    account = "0010A00000072701240006970436011001234567890208QRIBFTTA"
    fields: dict[str, str | None] = {"t00": "01", "t01": "11", "t38": account, "t53": "704", "t58": "VN"} | changes
    return with_check_digits(
        "".join(f"{name[1:]}{len(value):02}{value}" for name, value in fields.items() if value is not None)
    )


def payee(
    *,
    guid: str | None = "A000000727",
    bank: str | None = "970436",
    account: str | None = "0123456789",
    service: str | None = "QRIBFTTA",
    more: str = "",
    more_within: str = "",
) -> str:
    """Field 38; None leaves a field out."""
    within = written(("00", bank), ("01", account)) + more_within
    return written(("00", guid), ("01", within), ("02", service)) + more


def written(*fields: tuple[str, str | None]) -> str:
    return "".join(f"{tag}{len(value):02}{value}" for tag, value in fields if value is not None)


def problem(text: str) -> VietQRProblem:
    with pytest.raises(VietQRProblem) as caught:
        decode(text)
    return caught.value


@pytest.mark.parametrize(("text", "says"), KNOWN.items())
def test_known_codes_are_read_and_written_alike(text, says):
    assert decode(text) == says
    assert encode(says) == text


def test_a_code_of_another_format_is_refused_although_its_check_digits_are_right():
    refused = problem(WRONG_FORMAT)

    assert (refused.code, refused.tag) == ("bad_format_indicator", "00")
    assert refused.message == "Mã bắt đầu bằng định dạng 00; VietQR chỉ có định dạng 01. Hãy xin ngân hàng mã mới."


def test_the_check_value_of_the_checksum():
    assert checksum("123456789") == "29B1"


@pytest.mark.parametrize("text", KNOWN)
def test_every_changed_character_is_detected(text):
    alphabet = [chr(code) for code in range(32, 127)] + list("ÁđẠ€０𝟘\u0000\u200b\ud800")
    for at, was in enumerate(text):
        for char in alphabet:
            if char != was:
                assert problem(text[:at] + char + text[at + 1 :]).code in CODES


@pytest.mark.parametrize("text", KNOWN)
def test_lost_doubled_and_swapped_characters_are_detected(text):
    for at in range(len(text)):
        assert problem(text[:at] + text[at + 1 :]).code in CODES
        assert problem(text[: at + 1] + text[at:]).code in CODES
        swapped = text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
        assert swapped == text or problem(swapped).code in CODES


@pytest.mark.parametrize(
    ("text", "code", "tag"),
    [
        ("", "too_short", ""),
        ("000", "too_short", ""),
        ("00020101", "too_short", ""),
        ("https://doanso.example/r/abc", "not_vietqr", ""),
        ("082099000001||Nguyễn Văn Mẫu|01021999|Nam|Mỹ Tho|15042021", "not_vietqr", ""),
        (" " + next(iter(KNOWN)), "not_vietqr", ""),
        (next(iter(KNOWN)) + "\n", "bad_character", ""),
        (next(iter(KNOWN)).lower(), "bad_crc", "63"),
        (next(iter(KNOWN))[:-4] + "ae9f", "bad_crc", "63"),
        (next(iter(KNOWN))[:-8], "bad_crc", "63"),
        (with_check_digits("000201" + "9999" + "x" * 99 + "9899" + "x" * 399), "too_long", ""),
        (built(t38=None), "not_vietqr", "38"),
        (built(t38=payee(guid="A000000775")), "not_vietqr", "38.00"),
        (built(t38=payee(guid=None)), "missing_tag", "38.00"),
        (built(t38=payee(service="QRPUSH")), "unsupported_service", "38.02"),
        (built(t38=payee(service=None)), "missing_tag", "38.02"),
        (built(t38=payee(bank=None)), "missing_tag", "38.01.00"),
        (built(t38=payee(account=None)), "missing_tag", "38.01.01"),
        (built(t38=written(("00", "A000000727"), ("02", "QRIBFTTA"))), "missing_tag", "38.01"),
        (built(t38=payee(bank="VIETCB")), "bad_bank", "38.01.00"),
        (built(t38=payee(bank="97043")), "bad_bank", "38.01.00"),
        (built(t38=payee(account="01234 6789")), "bad_account", "38.01.01"),
        (built(t38=payee(account="0" * 20)), "bad_account", "38.01.01"),
        (built(t38=payee(service="QRIBFTTC")), "bad_card", "38.01.01"),
        (built(t38=payee(more_within="0201x")), "unexpected_tag", "38.01.02"),
        (built(t38=payee(more_within="0209x")), "bad_length", "38.01.02"),
        (built(t38=payee(more="0208QRIBFTTA")), "duplicate_tag", "38.02"),
        (built(t01=None), "missing_tag", "01"),
        (built(t01="10"), "bad_initiation", "01"),
        (built(t53=None), "missing_tag", "53"),
        (built(t53="840"), "bad_currency", "53"),
        (built(t58=None), "missing_tag", "58"),
        (built(t58="TH"), "bad_country", "58"),
        (built(t52="53A1"), "bad_category", "52"),
        (built(t54="0"), "bad_amount", "54"),
        (built(t54="010"), "bad_amount", "54"),
        (built(t54="10.000"), "bad_amount", "54"),
        (built(t54="10000.00"), "bad_amount", "54"),
        (built(t54="-1"), "bad_amount", "54"),
        (built(t54="12345678901234"), "value_too_long", "54"),
        (built(t55="04"), "bad_tip", "55"),
        (built(t59="N" * 26), "value_too_long", "59"),
        (built(t60="N" * 16), "value_too_long", "60"),
        (built(t61="N" * 11), "value_too_long", "61"),
        (built(t62="0126" + "N" * 26), "value_too_long", "62.01"),
        (built(t59="CÔ SÁU"), "not_ascii", "59"),
        (built(t62="0806Ủng hộ"), "not_ascii", "62"),
        (built(t62="0810ABC"), "bad_length", "62.08"),
        (built(t62="0803ABC0803ABC"), "duplicate_tag", "62.08"),
        (built(t62="x803ABC"), "bad_tag", "62.x8"),
        (built(t62="08"), "bad_length", "62.08"),
        (built(t59=""), "bad_length", "59"),
        (built(t64=""), "bad_length", "64"),
        (with_check_digits("000201010211" + "010211"), "duplicate_tag", "01"),
        (with_check_digits("0002010102111"), "bad_length", "16"),
        (with_check_digits("000201" + "6304ABCD"), "duplicate_tag", "63"),
        (with_check_digits("000201" + "8008"), "bad_order", "63"),
    ],
)
def test_what_is_wrong_is_named(text, code, tag):
    refused = problem(text)

    assert (refused.code, refused.tag) == (code, tag)


def test_lengths_are_counted_in_characters():
    name = "0002vi0111Cô Sáu Lành"

    read = decode(built(t64=name))

    assert read.others == (("64", name),)
    assert decode(encode(read)) == read


def test_a_purpose_longer_than_the_specification_is_read():
    assert decode(built(t62="0850" + "N" * 50)).purpose == "N" * 50


def test_fields_without_a_meaning_are_kept():
    vnpay = "0010A00000077501060000012345"
    text = with_check_digits(
        f"00020101021126{len(vnpay)}{vnpay}38540010A00000072701240006970436011001234567890208QRIBFTTA"
        "53037045502015802VN62095005hello8003abc"
    )

    read = decode(text)

    assert read.others == (("26", vnpay), ("55", "01"), ("62.50", "hello"), ("80", "abc"))
    assert read.other_networks == ("26",)
    assert encode(read) == text
    assert decode(next(iter(KNOWN))).other_networks == ()


def test_names_are_folded_to_ascii():
    text = encode(
        VietQR(
            "970436",
            "0123456789",
            merchant_name="Tạp hoá Cô Sáu Lành",
            city="Mỹ Tho",
            store="Chợ Mỹ Tho · sạp Đ12",
            purpose="Trả tiền “rau”",
        )
    )

    assert "5919Tap hoa Co Sau Lanh6006My Tho62" in text
    assert '0318Cho My Tho sap D120814Tra tien "rau"' in text
    assert text.isascii()


@pytest.mark.parametrize(
    ("code", "named"),
    [
        (VietQR("97043", "1"), "bad_bank"),
        (VietQR("９７０４３６", "1"), "bad_bank"),
        (VietQR("970436", ""), "bad_account"),
        (VietQR("970436", "0123 456"), "bad_account"),
        (VietQR("970436", "1" * 20), "bad_account"),
        (VietQR("970436", "123456", "card"), "bad_card"),
        (VietQR("970436", "1", "wallet"), "unsupported_service"),
        (VietQR("970436", "1", amount=0), "bad_amount"),
        (VietQR("970436", "1", amount=-5), "bad_amount"),
        (VietQR("970436", "1", amount=10**13), "bad_amount"),
        (VietQR("970436", "1", merchant_name="N" * 26), "value_too_long"),
        (VietQR("970436", "1", city="N" * 16), "value_too_long"),
        (VietQR("970436", "1", purpose="N" * 100), "value_too_long"),
        (VietQR("970436", "1", bill="B" * 25, store="S" * 25, terminal="T" * 25, purpose="P" * 25), "value_too_long"),
        (VietQR("970436", "1", category="12"), "bad_category"),
        (VietQR("970436", "1", others=(("5", "x"),)), "bad_tag"),
        (VietQR("970436", "1", others=(("53", "840"),)), "duplicate_tag"),
        (VietQR("970436", "1", others=(("59", "x"),)), "unexpected_tag"),
        (VietQR("970436", "1", others=(("63", "x"),)), "duplicate_tag"),
        (VietQR("970436", "1", others=(("80", "a\nb"),)), "bad_character"),
        (VietQR("970436", "1", others=(("80", "a\ud800"),)), "bad_character"),
        (VietQR("970436", "1", others=tuple((f"{tag}", "x" * 99) for tag in range(80, 86))), "too_long"),
    ],
)
def test_what_cannot_be_written_is_named(code, named):
    with pytest.raises(VietQRProblem) as caught:
        encode(code)

    assert caught.value.code == named


def test_a_refused_account_is_not_shown_in_full():
    with pytest.raises(VietQRProblem) as caught:
        encode(VietQR("970436", "0123 456 789 012 345 678"))

    assert "•••• " in caught.value.message
    assert "0123" not in caught.value.message
    assert "0123456789" not in repr(VietQR("970436", "0123456789"))


def test_the_code_of_a_shop_is_cut_at_words():
    code = vietqr.shop_code(
        "970436", " 0123 456-789 ", name="Cơ sở Tạp hoá Cô Sáu Lành Chợ", city="Thành phố Mỹ Tho", store="Chợ Mỹ Tho"
    )

    assert code == VietQR(
        "970436", "0123456789", merchant_name="Co so Tap hoa Co Sau Lanh", city="Thanh pho My", store="Cho My Tho"
    )
    assert vietqr.fit_ascii("Nguyenthithanhthuyquynhnhu", 10) == "Nguyenthit"
    assert decode(encode(code)) == code


def test_masked_accounts():
    assert vietqr.mask_account("0123456789") == "•••• 6789"
    assert vietqr.mask_account("12345") == "•••• 2345"
    assert vietqr.mask_account("1234") == "••••"


def test_identity_and_fingerprint():
    code = VietQR("970436", "0123456789")
    key = bytes(range(16))

    assert vietqr.identity(code) == "1|970436|0123456789|account"
    assert vietqr.fingerprint(key, code) == "e9048eab2833fa48eacb5ae7"
    with_more = VietQR("970436", "0123456789", amount=5000, purpose="rau", is_dynamic=True)
    assert vietqr.fingerprint(key, with_more) == vietqr.fingerprint(key, code)
    others = [
        VietQR("970437", "0123456789"),
        VietQR("970436", "0123456780"),
        VietQR("970436", "123456789"),
        VietQR("970436", "9704031101234567", "card"),
        VietQR("970436", "9704031101234567"),
    ]
    assert len({vietqr.fingerprint(key, other) for other in [code, *others]}) == 6
    assert vietqr.identity(VietQR("970436", "vqrq01")) == vietqr.identity(VietQR("970436", "VQRQ01"))
    with pytest.raises(ValueError, match="16 bytes"):
        vietqr.fingerprint(key + b"x", code)


def test_phones_read_the_same_codes():
    """The phone's vietqr.js replays the same file."""
    contract = json.loads((Path(__file__).parents[3] / "contract" / "vietqr.json").read_text(encoding="utf-8"))
    assert [entry["text"] for entry in contract["read"]][: len(KNOWN)] == list(KNOWN)
    for entry in contract["read"]:
        code = decode(entry["text"])
        assert entry == {
            "text": entry["text"],
            "bank": code.bank_bin,
            "account": code.account,
            "to": code.to,
            "amount": code.amount,
            "dynamic": code.is_dynamic,
            "name": code.merchant_name,
            "city": code.city,
            "store": code.store,
            "purpose": code.purpose,
            "networks": list(code.other_networks),
            "identity": vietqr.identity(code),
            "fingerprint": vietqr.fingerprint(bytes.fromhex(contract["key"]), code),
            "masked": vietqr.mask_account(code.account),
            "last_four": vietqr.last_four(code.account),
        }
    for entry in contract["refused"]:
        refused = problem(entry["text"])
        assert (refused.code, refused.tag) == (entry["code"], entry["tag"]), entry["text"]


accounts = st.one_of(
    st.tuples(st.just("account"), st.text(string.ascii_letters + string.digits, min_size=1, max_size=19)),
    st.tuples(st.just("card"), st.text(string.digits, min_size=16, max_size=19)),
)
others = st.lists(
    st.tuples(
        st.sampled_from(
            [tag for tag in TAGS if tag not in {"00", "01", "38", "52", "53", "54", "55", "58", "63", "62"}]
        ),
        st.text(string.ascii_letters, min_size=1, max_size=20),
    ),
    unique_by=lambda entry: entry[0],
    max_size=3,
).map(lambda entries: tuple(sorted(entry for entry in entries if entry[0] not in {"59", "60", "61", "56", "57"})))


@st.composite
def codes(draw):
    to, account = draw(accounts)
    return VietQR(
        bank_bin=draw(st.text(string.digits, min_size=6, max_size=6)),
        account=account,
        to=to,
        amount=draw(st.none() | st.integers(1, 10**13 - 1)),
        purpose=draw(PLAIN),
        bill=draw(PLAIN),
        store=draw(PLAIN),
        merchant_name=draw(PLAIN),
        city=draw(PLAIN.map(lambda text: vietqr.fit_ascii(text, 15))),
        is_dynamic=draw(st.booleans()),
        category=draw(st.sampled_from(["", "5411", "0000"])),
        postal_code=draw(PLAIN.map(lambda text: vietqr.fit_ascii(text, 10))),
        consumer_request=draw(st.sampled_from(["", "AME"])),
        others=draw(others),
    )


@given(codes())
def test_whatever_is_written_is_read_back(code):
    try:
        text = encode(code)
    except VietQRProblem as refused:
        assert (refused.code, refused.tag) == ("value_too_long", "62")  # noqa: PT017 -- either outcome is right
        return

    assert decode(text) == code
    assert encode(decode(text)) == text
    assert text[-8:-4] == "6304"


@given(codes().map(lambda code: encode(VietQR(code.bank_bin, code.account, code.to, code.amount))), st.data())
def test_any_changed_character_of_any_code_is_detected(text, data):
    at = data.draw(st.integers(0, len(text) - 1))
    char = data.draw(st.characters().filter(lambda char: char != text[at]))

    assert problem(text[:at] + char + text[at + 1 :]).code in CODES


@given(st.text() | st.text(string.digits, max_size=120))
@example("0002016304\ud800\ud800\ud800\ud800")
@settings(max_examples=200)
def test_no_text_raises_anything_but_a_named_problem(text):
    for attempt in (text, with_check_digits_of_any(f"000201{text}"), with_check_digits_of_any(text)):
        try:
            decode(attempt)
        except VietQRProblem as refused:
            assert refused.code in CODES  # noqa: PT017 -- either outcome is right
            assert refused.message  # noqa: PT017


def test_a_corpus_of_damaged_codes_raises_named_problems_only():
    """20,000 codes, each with one to four pieces replaced, and right check digits, so that all of the reader is reached."""
    choose = random.Random(56)
    pieces = [text[at : at + size] for text in KNOWN for at in range(0, len(text) - 8, 3) for size in (1, 2, 4, 9)]
    pieces += ["", "0000", "0001", "99", "6304", "đ", "\U0001f600", "0002vi", "5400", "2604ab01", "QRPUSH"]
    seen = set()
    for _time in range(20_000):
        content = choose.choice(list(KNOWN))[:-8]
        for _piece in range(choose.randint(1, 4)):
            at = choose.randint(0, len(content))
            content = content[:at] + choose.choice(pieces) + content[at + choose.randint(0, 9) :]
        try:
            encode(decode(with_check_digits(content)))
        except VietQRProblem as refused:
            seen.add(refused.code)
        else:
            seen.add("read")

    assert seen <= CODES | {"read"}
    assert len(seen) > 12, seen


def with_check_digits_of_any(content: str) -> str:
    return with_check_digits(content.encode(errors="replace").decode())


@given(st.sampled_from(sorted(KNOWN)), st.data())
@settings(max_examples=200)
def test_damaged_codes_with_right_check_digits_raise_named_problems_only(text, data):
    content = text[:-8]
    for _time in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.integers(0, 6))
        content = content[:at] + data.draw(st.text(string.digits + "AQđ", max_size=6)) + content[at + cut :]
    try:
        read = decode(with_check_digits(content))
    except VietQRProblem as refused:
        assert refused.code in CODES  # noqa: PT017 -- either outcome is right
    else:
        assert decode(encode(read)) == read
