"""Accounts of codes: encrypted, found by a keyed hash, and compared under the key of each phone.

Nothing returned here is shown on a page; only a printed poster contains the account.
"""

from datetime import date
from uuid import UUID

from doanso.cashless.models import CodeChange, ShopCode
from doanso.lib import encryption
from doanso.lib.vietqr import VietQR, fingerprint, identity, last_four
from doanso.lib.vietqr.banks import bank_name

_ACCOUNT = "cashless.account"
_PHONE = "cashless.codes"
_KEY_DIGITS = 32
type AccountRow = ShopCode | CodeChange


def account_lookup(code: VietQR) -> str:
    """Return the keyed hash by which codes of one account are found."""
    return encryption.look_up(identity(code), context=_ACCOUNT)


def codes_key(device_id: UUID) -> str:
    """Return the phone's own key of fingerprints, 32 hexadecimal digits."""
    return encryption.look_up(str(device_id), context=_PHONE)[:_KEY_DIGITS]


def phone_fingerprint(key: str, row: AccountRow) -> str:
    """Return the fingerprint of a stored account under a phone's key; empty for an erased one."""
    code = code_of(row)
    return fingerprint(bytes.fromhex(key), code) if code is not None else ""


def put_account(row: AccountRow, code: VietQR) -> None:
    """Set the columns of the account on an unsaved row."""
    row.bank_bin, row.account_kind, row.last_four = code.bank_bin, code.to, last_four(code.account)
    row.account_encrypted = encryption.encrypt(code.account, context=_ACCOUNT)
    row.account_lookup = account_lookup(code)


def copy_account(target: AccountRow, source: AccountRow) -> None:
    """Set the columns of the account as another row has them."""
    for name in ("bank_bin", "account_kind", "last_four", "account_encrypted", "account_lookup"):
        setattr(target, name, getattr(source, name))


def code_of(row: AccountRow) -> VietQR | None:
    """Return the bare code of a stored account; None once it was erased."""
    if not row.account_encrypted:
        return None
    account = encryption.decrypt(row.account_encrypted, context=_ACCOUNT)
    return VietQR(row.bank_bin, account, "card" if row.account_kind == "card" else "account")


def account_words(bank_bin: str, digits: str, on: date) -> str:
    """Return how an account is named on every page: “Vietcombank •••• 6789”; empty where none was read or it was erased."""
    if not bank_bin:
        return ""
    return f"{bank_name(bank_bin, on)} •••• {digits}".rstrip()
