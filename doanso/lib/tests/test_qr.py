"""QR codes as drawings."""

import re

import qrcode

from doanso.lib import qr

ADDRESS = "https://doanso.example/d/abcdefghijklmnopqrstuv/"


def test_the_drawing_is_the_code_module_by_module():
    drawn = qr.svg(ADDRESS, "Mở")
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)", drawn):
        dark |= {(int(x) + step, int(y)) for step in range(int(width))}

    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(ADDRESS)
    code.make()
    assert dark == {(x, y) for y, row in enumerate(code.get_matrix()) for x, dark in enumerate(row) if dark}


def test_the_words_for_it_are_escaped():
    assert 'aria-label="&lt;b&gt;&quot;"' in qr.svg("x", '<b>"')
