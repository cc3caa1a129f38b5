"""Printing the verification code with its QR at the foot of every page of an external file, before it is signed."""

import io

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.images import pil_image

from doanso.signing.pdf import text_rendering
from doanso.signing.pdf.signature_fields import page_box, require_unsigned, writer_of
from doanso.signing.pdf.text_rendering import Font, Letters

QR_SIDE = 34.0
TEXT_SIZE = 7.0
# Distance from the edges of the page, which printers leave white.
EDGE = 14.0
GAP = 4.0


def stamp_pages(pdf: bytes, code: str, qr: bytes) -> bytes:
    """Add the QR (PNG) and the code at the lower left edge of every page of an unsigned PDF, as one revision."""
    writer = writer_of(pdf)
    require_unsigned(writer)
    letters = Letters(writer, Font.REGULAR)
    width = QR_SIDE + GAP + letters.width(code, TEXT_SIZE)
    picture = pil_image(Image.open(io.BytesIO(qr), formats=["PNG"]).convert("L"), writer)
    baseline = (QR_SIDE - TEXT_SIZE) / 2 + text_rendering.DESCENT * TEXT_SIZE
    commands = b"q %.3f 0 0 %.3f 0 0 cm /Im Do Q 0 g %s" % (
        QR_SIDE,
        QR_SIDE,
        letters.line(code, QR_SIDE + GAP, baseline, TEXT_SIZE),
    )
    resources = generic.DictionaryObject(
        {
            pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/Im"): picture}),
            pdf_name("/Font"): generic.DictionaryObject({letters.resource: letters.reference}),
        }
    )
    mark = writer.add_object(text_rendering.form(commands, width, QR_SIDE, resources))
    before = writer.add_object(generic.StreamObject(stream_data=b"q"))
    for number in range(int(writer.prev.root["/Pages"]["/Count"])):
        left, bottom, _right, _top = page_box(writer.find_page_for_modification(number)[0].get_object())
        drawn = b"Q q 1 0 0 1 %.3f %.3f cm /DoanSoMark Do Q" % (left + EDGE, bottom + EDGE)
        # Restore the graphics state before the mark.
        writer.add_stream_to_page(number, before, prepend=True)
        writer.add_stream_to_page(
            number,
            writer.add_object(generic.StreamObject(stream_data=drawn)),
            generic.DictionaryObject({pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/DoanSoMark"): mark})}),
        )
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
