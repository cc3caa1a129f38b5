"""VietQR: payment codes as EMVCo's merchant-presented mode and the profile of NAPAS define them.

`encode`/`decode` between text and `VietQR`; `identity`, `fingerprint` and `masked` for comparing codes without showing
accounts; the banks of a day in `banks`. No models, no network. Drawing is `lib.qr`'s.
"""

from doanso.lib.vietqr.codes import (
    VietQR,
    clean_account,
    decode,
    encode,
    fit_ascii,
    last_four,
    mask_account,
    shop_code,
    to_ascii,
)
from doanso.lib.vietqr.fingerprints import fingerprint, identity
from doanso.lib.vietqr.problems import CODES, VietQRProblem

__all__ = [
    "CODES",
    "VietQR",
    "VietQRProblem",
    "clean_account",
    "decode",
    "encode",
    "fingerprint",
    "fit_ascii",
    "identity",
    "last_four",
    "mask_account",
    "shop_code",
    "to_ascii",
]
