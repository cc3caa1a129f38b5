"""The payment code itself: what it says, as text and back.

A code proves nothing about who owns the account. Its check digits (CRC-16) find reading errors: every change within one
byte, and so any one character of a code in ASCII that became another one. They have no key, so whoever changes a code on purpose
computes them anew; only comparing with the account that the shop registered finds that (`fingerprints`).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from doanso.lib.vietqr.fields import checksum, read_fields, write_fields
from doanso.lib.vietqr.problems import VietQRProblem

type Beneficiary = Literal["account", "card"]

GUID: Final = "A000000727"
"""The application identifier of NAPAS within field 38."""

SERVICES: Final[Mapping[str, Beneficiary]] = {"QRIBFTTA": "account", "QRIBFTTC": "card"}
"""Transfers; QRPUSH (a merchant's own service) and QRCASH (money from a machine) are other codes."""
_SERVICE_OF = {beneficiary: service for service, beneficiary in SERVICES.items()}

LONGEST_CODE = 512
LONGEST_NAME = 25
LONGEST_CITY = 15
_LONGEST_DETAIL = 25
_LONGEST = {"52": 4, "54": 13, "55": 2, "56": 13, "57": 5, "59": LONGEST_NAME, "60": LONGEST_CITY, "61": 10}

_DETAILS = {
    "01": "bill", "02": "mobile", "03": "store", "04": "loyalty", "05": "reference", "06": "customer", "07": "terminal",
    "08": "purpose", "09": "consumer_request",
}  # fmt: skip
"""Tags within field 62."""

_READ = frozenset({"00", "01", "38", "52", "53", "54", "58", "59", "60", "61", "62", "63"})
"""Tags that `VietQR` has an attribute for; every other one is kept in `others`."""
_OTHER_LANGUAGE = "64"
"""The only field that may hold letters beyond ASCII."""

_BANK = re.compile("[0-9]{6}")
_ACCOUNT = re.compile("[0-9A-Za-z]{1,19}")
_CARD = re.compile("[0-9]{16,19}")
_CATEGORY = re.compile("[0-9]{4}")
_AMOUNT = re.compile("[1-9][0-9]{0,12}")
_END = re.compile("6304[0-9A-F]{4}")
_PLAIN = str.maketrans("đĐðÐ–—‘’“”", "dDdD--''\"\"")
_SPACED = re.compile(r"[\s.·\-]+")


@dataclass(frozen=True, slots=True)
class VietQR:
    """What a code says: the account or card that is paid, and what the bank's app fills in.

    `amount` is in đồng; None lets the customer type it. `is_dynamic` marks a code for one payment. `others` holds the fields
    without a meaning here, such as codes of other networks, by tag: ("26", …), ("62.50", …), ("64", …), in the tags' order.
    """

    bank_bin: str
    account: str = field(repr=False)
    to: Beneficiary = "account"
    amount: int | None = None
    purpose: str = ""
    bill: str = ""
    store: str = ""
    merchant_name: str = ""
    city: str = ""
    is_dynamic: bool = False
    category: str = ""
    postal_code: str = ""
    mobile: str = ""
    loyalty: str = ""
    reference: str = ""
    customer: str = ""
    terminal: str = ""
    consumer_request: str = ""
    others: tuple[tuple[str, str], ...] = ()

    @property
    def other_networks(self) -> tuple[str, ...]:
        """The tags of further accounts in the code (02 to 51): a bank's app may pay into one of these instead."""
        return tuple(tag for tag, _value in self.others if "02" <= tag <= "51" and "." not in tag)


def encode(code: VietQR) -> str:
    """Return the code as text, its fields in the order of their tags.

    Names and texts of fields 59 to 62 are folded to ASCII; they are not cut, and one that is too long is refused (`fit`
    cuts). Raise `VietQRProblem` for what `decode` would refuse.
    """
    _check_account(code.bank_bin, code.account, code.to)
    details = [(tag, to_ascii(getattr(code, name))) for tag, name in _DETAILS.items()]
    nested: dict[str, list[tuple[str, str]]] = {
        "38": [
            ("00", GUID),
            ("01", write_fields([("00", code.bank_bin), ("01", code.account)], "38.01")),
            ("02", _SERVICE_OF[code.to]),
        ],
        "62": details,
    }
    top = [
        ("00", "01"),
        ("01", "12" if code.is_dynamic else "11"),
        ("52", code.category),
        ("53", "704"),
        ("54", "" if code.amount is None else _amount_text(code.amount)),
        ("58", "VN"),
        ("59", to_ascii(code.merchant_name)),
        ("60", to_ascii(code.city)),
        ("61", to_ascii(code.postal_code)),
    ]
    for path, value in code.others:
        tag, _dot, inner = path.partition(".")
        (nested[tag] if inner and tag in nested else top).append((inner or path, value))
    top += [(tag, write_fields(fields, tag)) for tag, fields in nested.items()]
    content = write_fields(top) + "6304"
    text = content + checksum_of(content)
    if decode(text) != _folded(code):
        # A field of `others` that has an attribute of its own, or an order of its own, would be read back as something else.
        raise VietQRProblem("unexpected_tag", tag=", ".join(tag for tag, _value in code.others))
    return text


def decode(text: str) -> VietQR:
    """Return what a code says.

    Raise `VietQRProblem`, and nothing else, for a text that is not a complete transfer code of VietQR. The bank may be
    one that nobody knows: whether it is listed on a day is the caller's question to `banks`.
    """
    _check_characters(text)
    if not text.startswith("0002"):
        raise VietQRProblem("not_vietqr" if len(text) > 3 or not "0002".startswith(text) else "too_short")
    if len(text) > LONGEST_CODE:
        raise VietQRProblem("too_long")
    if len(text) < len("0002016304") + 4:
        raise VietQRProblem("too_short")
    if not _END.fullmatch(text[-8:]) or checksum(text[:-4]) != text[-4:]:
        raise VietQRProblem("bad_crc", tag="63")
    return _read(read_fields(text))


def checksum_of(content: str) -> str:
    """Return the check digits of a code that ends with `6304`; refuse characters that no code can hold."""
    _check_characters(content)
    return checksum(content)


def _check_characters(text: str) -> None:
    if text.isascii() and text.isprintable():
        return
    for char in text:
        if unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}:
            raise VietQRProblem("bad_character", value=f"U+{ord(char):04X}")


def _read(fields: dict[str, str]) -> VietQR:
    """Return what the top-level fields of a code with correct check digits say."""
    if fields.get("00") != "01":
        raise VietQRProblem("bad_format_indicator", tag="00", value=fields.get("00", ""))
    if list(fields)[-1] != "63":
        raise VietQRProblem("bad_order", tag="63")
    for tag, value in fields.items():
        if tag != _OTHER_LANGUAGE and not value.isascii():
            raise VietQRProblem("not_ascii", tag=tag)
        _check_length(tag, value, _LONGEST.get(tag))
    if "38" not in fields:
        raise VietQRProblem("not_vietqr", tag="38")
    bank_bin, account, beneficiary, others = _read_account(fields["38"])
    if _required(fields, "01") not in {"11", "12"}:
        raise VietQRProblem("bad_initiation", tag="01", value=fields["01"])
    if _required(fields, "53") != "704":
        raise VietQRProblem("bad_currency", tag="53", value=fields["53"])
    if _required(fields, "58") != "VN":
        raise VietQRProblem("bad_country", tag="58", value=fields["58"])
    if "52" in fields and not _CATEGORY.fullmatch(fields["52"]):
        raise VietQRProblem("bad_category", tag="52", value=fields["52"])
    if "54" in fields and not _AMOUNT.fullmatch(fields["54"]):
        raise VietQRProblem("bad_amount", tag="54", value=fields["54"])
    if fields.get("55", "01") not in {"01", "02", "03"}:
        raise VietQRProblem("bad_tip", tag="55", value=fields["55"])
    details = _read_details(fields["62"]) if "62" in fields else {}
    others += [(tag, value) for tag, value in fields.items() if tag not in _READ]
    others += [(f"62.{tag}", value) for tag, value in details.items() if tag not in _DETAILS]
    return VietQR(
        bank_bin=bank_bin,
        account=account,
        to=beneficiary,
        amount=int(fields["54"]) if "54" in fields else None,
        merchant_name=fields.get("59", ""),
        city=fields.get("60", ""),
        is_dynamic=fields["01"] == "12",
        category=fields.get("52", ""),
        postal_code=fields.get("61", ""),
        others=tuple(sorted(others)),
        **{name: details.get(tag, "") for tag, name in _DETAILS.items()},
    )


def _read_account(template: str) -> tuple[str, str, Beneficiary, list[tuple[str, str]]]:
    """Return bank, account, whether it is a card, and further fields of field 38."""
    fields = read_fields(template, "38")
    if _required(fields, "00", "38.") != GUID:
        raise VietQRProblem("not_vietqr", tag="38.00")
    beneficiary = SERVICES.get(_required(fields, "02", "38."))
    if beneficiary is None:
        raise VietQRProblem("unsupported_service", tag="38.02", value=fields["02"])
    organisation = read_fields(_required(fields, "01", "38."), "38.01")
    bank_bin, account = _required(organisation, "00", "38.01."), _required(organisation, "01", "38.01.")
    for tag in organisation:
        if tag not in {"00", "01"}:
            raise VietQRProblem("unexpected_tag", tag=f"38.01.{tag}")
    _check_account(bank_bin, account, beneficiary)
    others = [(f"38.{tag}", value) for tag, value in fields.items() if tag > "02"]
    return bank_bin, account, beneficiary, others


def _check_account(bank_bin: str, account: str, to: str) -> None:
    if to not in _SERVICE_OF:
        raise VietQRProblem("unsupported_service", tag="38.02", value=to)
    if not _BANK.fullmatch(bank_bin):
        raise VietQRProblem("bad_bank", tag="38.01.00", value=bank_bin)
    if to == "account" and not _ACCOUNT.fullmatch(account):
        raise VietQRProblem("bad_account", tag="38.01.01", value=mask_account(account))
    if to == "card" and not _CARD.fullmatch(account):
        raise VietQRProblem("bad_card", tag="38.01.01", value=mask_account(account))


def _read_details(template: str) -> dict[str, str]:
    """Return the fields of field 62; a purpose may be as long as fits: banks write more than the 25 of the specification."""
    details = read_fields(template, "62")
    for tag, value in details.items():
        _check_length(f"62.{tag}", value, _LONGEST_DETAIL if tag in _DETAILS and tag != "08" else None)
    return details


def _required(fields: Mapping[str, str], tag: str, within: str = "") -> str:
    value = fields.get(tag)
    if value is None:
        raise VietQRProblem("missing_tag", tag=within + tag)
    return value


def _check_length(tag: str, value: str, longest: int | None) -> None:
    if longest is not None and len(value) > longest:
        raise VietQRProblem("value_too_long", tag=tag, value=value, longest=longest)


def _amount_text(amount: int) -> str:
    text = str(amount)
    if not _AMOUNT.fullmatch(text):
        raise VietQRProblem("bad_amount", tag="54", value=text)
    return text


def _folded(code: VietQR) -> VietQR:
    """Return the code as `decode` reads it back: texts in ASCII."""
    names = ("merchant_name", "city", "postal_code", *_DETAILS.values())
    values = {name: getattr(code, name) for name in VietQR.__slots__}
    return VietQR(**(values | {name: to_ascii(values[name]) for name in names}))


def to_ascii(text: str) -> str:
    """Return the text in the letters that banks' apps read: no diacritics, đ as d, case kept, single spaces.

    Characters without a plain form are left out.
    """
    bare = unicodedata.normalize("NFKD", text).translate(_PLAIN)
    return " ".join("".join(char if " " <= char <= "~" or char.isspace() else "" for char in bare).split())


def fit_ascii(text: str, longest: int) -> str:
    """Return the text in ASCII, cut at a word where one ends within `longest` characters."""
    folded = to_ascii(text)
    if len(folded) <= longest:
        return folded
    head, space, _rest = folded[: longest + 1].rpartition(" ")
    return head if space else folded[:longest]


def shop_code(
    bank_bin: str, account: str, to: Beneficiary = "account", *, name: str = "", city: str = "", store: str = ""
) -> VietQR:
    """Return the reusable code of a shop, without an amount; names are folded and cut to what a code has room for."""
    return VietQR(
        bank_bin=bank_bin,
        account=clean_account(account),
        to=to,
        merchant_name=fit_ascii(name, LONGEST_NAME),
        city=fit_ascii(city, LONGEST_CITY),
        store=fit_ascii(store, _LONGEST_DETAIL),
    )


def clean_account(text: str) -> str:
    """Return an account number as people type it without spaces, dots and dashes; letters and leading zeros stay."""
    return _SPACED.sub("", text)


def mask_account(account: str) -> str:
    """Return an account number of which only the last four characters are seen: •••• 6789."""
    return f"•••• {last_four(account)}" if len(account) > 4 else "••••"


def last_four(account: str) -> str:
    """Return the last four characters of an account number, or "" of one so short that they would be all of it."""
    return account[-4:] if len(account) > 4 else ""
