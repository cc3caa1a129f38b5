"""Payment codes as pictures, read back by readers that share nothing with what drew them."""

import base64
import io
from typing import Any

import pytest
from PIL import ImageFilter

from doanso.lib import qr
from doanso.lib.tests.printed_codes import codes_in, picture_of
from doanso.lib.tests.vietqr_payloads import KNOWN
from doanso.lib.vietqr import VietQR, decode, encode, fingerprint

LONGEST = VietQR(
    "970436",
    "ABCDEFGHIJKLMNOPQRS",
    amount=10**13 - 1,
    purpose="Thanh toan tien cho thang",
    bill="HD 0123456789 0123456789",
    store="Cho Phuong 10 - sap A123",
    merchant_name="Co so Tap hoa Co Sau Lanh",
    city="TP My Tho - TG",
    is_dynamic=True,
    category="5411",
    postal_code="860000",
)
TEXTS = [*KNOWN, encode(LONGEST)]
READ_IN_BROWSER = """async ([base, pictures]) => {
  const { still } = await import(`${base}scan.js`);
  const { decode, fingerprint } = await import(`${base}vietqr.js`);
  const read = [];
  for (const picture of pictures) {
    // The page's policy lets nothing be fetched from elsewhere, not even from an address that holds the bytes.
    const bytes = Uint8Array.from(atob(picture), (char) => char.charCodeAt(0));
    const text = await still(new Blob([bytes], { type: "image/png" }));
    read.push([text, await fingerprint("00112233445566778899aabbccddeeff", decode(text))]);
  }
  return { read, own: "BarcodeDetector" in window };
}"""


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("pixels", [2, 3, 8])
def test_drawn_codes_are_read(text, pixels):
    assert codes_in(picture_of(qr.svg(text, "Mã"), pixels)) == [text]


@pytest.mark.parametrize("text", TEXTS)
def test_codes_are_read_askew_and_out_of_focus(text):
    sharp = picture_of(qr.svg(text, "Mã"), 6)

    assert codes_in(sharp.rotate(7, expand=True, fillcolor=255)) == [text]
    assert codes_in(sharp.rotate(90, expand=True)) == [text]
    assert codes_in(sharp.filter(ImageFilter.GaussianBlur(2))) == [text]


def test_a_code_with_a_corner_torn_off_is_read():
    """Level M restores 15 %; a sticker loses more than a paper behind glass."""
    picture = picture_of(qr.svg(TEXTS[0], "Mã"), 6)
    side = picture.width
    picture.paste(255, (side - side // 6, side - side // 6, side, side))

    assert codes_in(picture) == [TEXTS[0]]


@pytest.mark.browser
@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_the_phones_reader_reads_them_and_makes_the_same_fingerprints(open_as: Any, tree: Any) -> None:
    page = open_as(tree.lan, "/door/", width=390)
    page.wait_for_load_state("networkidle")
    base = page.evaluate("() => document.querySelector('script[type=module]').src.replace(/app\\.js$/, '')")
    pictures = []
    for text in TEXTS:
        file = io.BytesIO()
        picture_of(qr.svg(text, "Mã"), 5).save(file, "PNG")
        pictures.append(base64.b64encode(file.getvalue()).decode())

    result = page.evaluate(READ_IN_BROWSER, [base, pictures])

    key = bytes.fromhex("00112233445566778899aabbccddeeff")
    assert result["own"] is False, "this Chromium has a reader of its own, so ours was not tried"
    assert result["read"] == [[text, fingerprint(key, decode(text))] for text in TEXTS]
