"""The short id by which anybody verifies a signed file: it stands on every page, with the same address as a QR."""

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


def new_code() -> str:
    """A code that nobody has yet: 58 random bits, so that trying leads nowhere behind a throttle."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def read_code(typed: str) -> str | None:
    """A code as somebody typed it, with or without spaces and dashes; none where it is none."""
    code = re.sub(r"[\s\-–.]", "", typed).upper()
    return code if _CODE.fullmatch(code) else None


def spaced(code: str) -> str:
    """A code as it is printed: "7KQ2-M4XD-9RTB"."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def address_of(code: str, *, base: str) -> str:
    """The address of a code's page, for the QR; `base` is this installation's, without a slash at its end."""
    return f"{base}/verify/{code}/"


def qr_svg(code: str, *, base: str) -> SafeString:
    """The address of a code's page as a picture in a page."""
    return qr.svg(address_of(code, base=base), _("Verify the document %(code)s") % {"code": spaced(code)})


def qr_png(code: str, *, base: str, scale: int = 6) -> bytes:
    """The same as a picture in a file, black on white, so many points for each of its squares."""
    made = qrcode.QRCode(border=4, box_size=scale, error_correction=qrcode.constants.ERROR_CORRECT_M)
    made.add_data(address_of(code, base=base))
    made.make()
    held = io.BytesIO()
    made.make_image().save(held, "PNG")
    return held.getvalue()
