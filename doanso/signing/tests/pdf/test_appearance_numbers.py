"""Where and in which numbers a signature draws its words: a PDF knows no powers of ten."""

import re

import pytest

from doanso.signing.pdf import Appearance, finish, prepare
from doanso.signing.pdf.appearance import NOTE_SIZE
from doanso.signing.tests.pki import PERSON, opened_pdf, person_signed_pdf, pki, sign, signer_of

NOTE = "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"


def _foot_of_note(base: bytes, field: str) -> float:
    """How high above its field's lower edge the red note stands that a signature draws."""
    prepared = prepare(base, signer_of(pki().city), field, Appearance(note=NOTE))
    drawn = re.search(rb"0\.800 0\.000 0\.000 rg BT \S+ \S+ Tf \S+ (\S+) Td", prepared.file[len(base) :])
    assert drawn is not None
    return float(drawn[1])


def test_a_note_as_wide_as_its_place_is_drawn_with_plain_numbers():
    # It is shrunk to fit exactly, so that it begins within a hair of the edge.
    look = Appearance(lines=("Ký số: thử",), note="KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", share=0.36)
    prepared = prepare(opened_pdf(), signer_of(pki().an), "person", look)
    signed = finish(prepared, sign(pki().an, prepared.to_sign))
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", signed[len(opened_pdf()) :], re.DOTALL)
    drawn = [content for content in streams if b" Td " in content]
    assert drawn
    assert not any(re.search(rb"\de[-+]?\d", re.sub(rb"<[^>]*>", b"", content)) for content in drawn)


def test_the_note_of_the_seal_stands_above_the_signers_name_and_the_signers_own_note():
    below = (102.05 - PERSON.h) / 2
    assert _foot_of_note(person_signed_pdf(), "organisation") > below + NOTE_SIZE


@pytest.mark.parametrize("field", ["person", "organisation"])
def test_where_nobody_has_signed_beside_it_the_note_stands_at_the_foot(field):
    assert _foot_of_note(opened_pdf(), field) < NOTE_SIZE
