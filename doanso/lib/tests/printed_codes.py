"""Reads the QR codes of printed pages with a reader that shares nothing with what drew them."""

import io
import re

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw

RESOLUTIONS = (150, 300)
"""Dots per inch of a plain office scanner and of a good one."""


def codes_in(picture: Image.Image) -> list[str]:
    """The texts of the QR codes in a picture, from top to bottom."""
    barcodes = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return [
        code.text for code in sorted(barcodes, key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    ]


def codes_by_page(pdf: bytes) -> list[list[list[str]]]:
    """For each page of a PDF the codes at each of `RESOLUTIONS`; form fields are drawn too."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    return [
        [codes_in(page.render(scale=dpi / 72, grayscale=True).to_pil()) for dpi in RESOLUTIONS] for page in document
    ]


def codes_in_png(content: bytes) -> list[str]:
    """The codes of a picture in a file."""
    return codes_in(Image.open(io.BytesIO(content)))


def picture_of(svg: str, pixels: int = 4) -> Image.Image:
    """A drawing of `lib.qr` in black and white, each module that many pixels wide."""
    offset, side = (int(number) for number in re.findall(r'viewBox="-(\d+) -\d+ (\d+)', svg)[0])
    picture = Image.new("L", (side * pixels, side * pixels), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)", svg):
        left, top = (int(x) + offset) * pixels, (int(y) + offset) * pixels
        pen.rectangle((left, top, left + int(width) * pixels - 1, top + pixels - 1), fill=0)
    return picture
