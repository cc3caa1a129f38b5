"""Comparing a code on a wall with a registered one, without keeping the account number where the comparison is made."""

import hashlib
import hmac
from typing import Final

from doanso.lib.vietqr.codes import VietQR

KEY_BYTES: Final = 16
FINGERPRINT_DIGITS: Final = 24


def identity(code: VietQR) -> str:
    """Return who is paid, such as "1|970436|0123456789|account"; the 1 is the version of this form.

    Amount, purpose and names do not belong to it: a code with them pays the same account. Small letters of an account are
    taken as capitals, as banks do.
    """
    return f"1|{code.bank_bin}|{code.account.upper()}|{code.to}"


def fingerprint(key: bytes, code: VietQR) -> str:
    """Return 24 hexadecimal digits of HMAC-SHA256 over `identity` under a key of 16 bytes.

    With the key, which phones have, the accounts of one bank can be tried one by one, so a fingerprint is itself confidential.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("The key of fingerprints has 16 bytes.")
    return hmac.new(key, identity(code).encode(), hashlib.sha256).hexdigest()[:FINGERPRINT_DIGITS]
