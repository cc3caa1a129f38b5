"""Numbers in what a signature draws: a PDF knows no powers of ten."""

import re

from doanso.signing.pdf import Appearance, finish, prepare
from doanso.signing.tests.pki import opened_pdf, pki, sign, signer_of


def test_a_note_as_wide_as_its_place_is_drawn_with_plain_numbers():
    # It is shrunk to fit exactly, so that it begins within a hair of the edge.
    look = Appearance(lines=("Ký số: thử",), note="KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", share=0.36)
    prepared = prepare(opened_pdf(), signer_of(pki().an), "person", look)
    signed = finish(prepared, sign(pki().an, prepared.to_sign))
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", signed[len(opened_pdf()) :], re.DOTALL)
    drawn = [one for one in streams if b" Td " in one]
    assert drawn
    assert not any(re.search(rb"\de[-+]?\d", re.sub(rb"<[^>]*>", b"", one)) for one in drawn)
