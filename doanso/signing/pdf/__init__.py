"""Signatures in PDF files; only this package uses the library that makes them.

`add_form_fields` adds empty fields to a PDF, `prepare` adds a placeholder for a signature and returns the bytes that a key
has to sign, `finish` fills the placeholder. The result is PAdES B-B, or B-T with a time-stamp, as incremental updates.
"""

from doanso.signing.pdf.appearance import Appearance
from doanso.signing.pdf.checking import require_open
from doanso.signing.pdf.marking import stamp_pages
from doanso.signing.pdf.preparing import (
    LongTerm,
    Prepared,
    SignerCertificate,
    fill,
    finish,
    prepare,
)
from doanso.signing.pdf.signature_fields import FieldKind, FieldPlacement, add_form_fields, organisation_place
from doanso.signing.pdf.text_rendering import LEAST, Font

__all__ = [
    "LEAST",
    "Appearance",
    "FieldKind",
    "FieldPlacement",
    "Font",
    "LongTerm",
    "Prepared",
    "SignerCertificate",
    "add_form_fields",
    "fill",
    "finish",
    "organisation_place",
    "prepare",
    "require_open",
    "stamp_pages",
]
