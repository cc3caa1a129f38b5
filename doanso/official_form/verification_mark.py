"""The verification code and its QR code, printed at the foot of each page of a document."""

from doanso.lib import qr
from doanso.official_form import wording

# Keys of template values that are copied letter by letter, without `make_printable`.
EXACT = {"url", "svg", "foot"}
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" '


def caption(code: str) -> str:
    """Return the text beside the QR code."""
    return f"{wording.VERIFY}: {code}"


def template_values(code: str, url: str) -> dict[str, str]:
    """Return the values that `found-by` of the typst templates reads; every value is empty without a code."""
    if not code:
        return {"code": "", "url": "", "foot": "", "svg": ""}
    return {"code": code, "url": url, "foot": caption(code), "svg": qr.svg(url, code).replace("<svg ", _SVG, 1)}
