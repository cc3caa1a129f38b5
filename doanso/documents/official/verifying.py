"""The short id and the code by which a document is found and checked, at the foot of each of its pages."""

from doanso.documents.official import wording
from doanso.lib import qr

# Copied out letter by letter.
EXACT = {"url", "svg", "foot"}
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" '


def words(code: str) -> str:
    """What is said beside the code."""
    return f"{wording.VERIFY}: {code}"


def values(code: str, url: str) -> dict[str, str]:
    """What `found-by` of the templates reads; empty without an id."""
    if not code:
        return {"code": "", "url": "", "foot": "", "svg": ""}
    return {"code": code, "url": url, "foot": words(code), "svg": qr.svg(url, code).replace("<svg ", _SVG, 1)}
