"""Verification codes: short ids printed on every page of a signed file, also as a QR of their address."""

import io
import re
import secrets
from typing import Final

import qrcode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from doanso.lib import qr
from doanso.lib.access_codes import ALPHABET

LENGTH: Final = 12
GROUP: Final = 4
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_PRINTED = re.compile(rf"\b[{ALPHABET}]{{{GROUP}}}(?:-[{ALPHABET}]{{{GROUP}}}){{{LENGTH // GROUP - 1}}}\b")


def new_code() -> str:
    """Return a new random code of 58 bits, too many to guess under a rate limit."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def read_code(typed: str) -> str | None:
    """Return a typed code in its stored form, without spaces and dashes; None if it is not a code."""
    code = re.sub(r"[\s\-–.]", "", typed).upper()
    return code if _CODE.fullmatch(code) else None


def printed_codes(text: str) -> list[str]:
    """Return the codes that stand in a text as `format_code` prints them, in their stored form, each once, in order."""
    return list(dict.fromkeys(found.replace("-", "") for found in _PRINTED.findall(text)))


def format_code(code: str) -> str:
    """Return a code as it is printed: "7KQ2-M4XD-9RTB"."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def address_of(code: str, *, base: str) -> str:
    """Return the address of a code's page; `base` is the address of this installation without a trailing slash."""
    return f"{base}/verify/{code}/"


def qr_svg(code: str, *, base: str) -> SafeString:
    """Return the QR of a code's address as SVG."""
    return qr.svg(address_of(code, base=base), _("Verify the document %(code)s") % {"code": format_code(code)})


def qr_png(code: str, *, base: str, scale: int = 6) -> bytes:
    """Return the QR as PNG, black on white; `scale` is the number of pixels per module."""
    image = qrcode.QRCode(border=4, box_size=scale, error_correction=qrcode.constants.ERROR_CORRECT_M)
    image.add_data(address_of(code, base=base))
    image.make()
    held = io.BytesIO()
    image.make_image().save(held, "PNG")
    return held.getvalue()
