"""Appearances of signatures by the regulation for electronic documents; the words are part of the document."""

from datetime import datetime

from doanso.lib import clock
from doanso.signing import images
from doanso.signing.models import SignerKind
from doanso.signing.pdf import Appearance
from doanso.signing.testca.issuing import NO_LEGAL_FORCE

BESIDE_PERSON = 0.36
"""Share of the organisation's field beside the person's; text keeps to it, while a seal may overlap."""


def signature_of(
    *, kind: str, name: str, image: bytes | None, signing_time: datetime, legal_force: bool, appendix: str = ""
) -> Appearance:
    """Return the appearance of a signature: its image, or words where there is none.

    A separate appendix (`appendix` is the number and symbol of its document) carries no image: number and time, size 10.
    """
    moment = clock.local(signing_time).isoformat(timespec="seconds")
    note = "" if legal_force else NO_LEGAL_FORCE
    if appendix:
        return Appearance(lines=(appendix, moment), text_size=10, align=2, note=note)
    if image is None:
        lines = (f"Ký số: {name}", f"{clock.local(signing_time):%d/%m/%Y}", moment.partition("T")[2])
        share = BESIDE_PERSON if kind == SignerKind.ORGANISATION else 1.0
        return Appearance(lines=lines, text_size=8, note=note, share=share)
    size = images.size_in_points(image) if kind == SignerKind.ORGANISATION else None
    return Appearance(image=image, size=size, note=note)
