"""Visible appearances of signatures: the blue signature, the red seal, or words where there is no image."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.images import pil_image
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

from doanso.signing.pdf import text_rendering
from doanso.signing.pdf.text_rendering import Font, Letters

RED = (0.8, 0.0, 0.0)
BLACK = (0.0, 0.0, 0.0)
NOTE_SIZE = 6.5


@dataclass(frozen=True)
class Appearance:
    """The contents of a signature's appearance.

    `image` is a PNG with a transparent background. It is drawn as large as its field allows, or at its real `size` (points), and
    then, if the file has a person's image, so that it overlaps the left third of it. `lines` are drawn if there is no image, in
    the left `share` of the field. `note` is printed below in red, if a remark is required on every such signature.
    """

    image: bytes | None = None
    size: tuple[float, float] | None = None
    lines: tuple[str, ...] = ()
    text_size: float = 10
    align: int = 0
    note: str = ""
    share: float = 1.0


def fit_box(width: float, height: float, ratio: float) -> tuple[float, float, float, float]:
    """Fit an image of a ratio into a box, centred and as large as possible; return x, y from below, w, h."""
    w = min(width, height * ratio)
    h = w / ratio
    return (width - w) / 2, (height - h) / 2, w, h


@dataclass(frozen=True)
class Style(BaseStampStyle):
    """An appearance in the library's form.

    `over` is the person's image in the field's own coordinates; the person's name is printed in the lowest `name_below` points of
    the field.
    """

    look: Appearance = Appearance()
    over: tuple[float, float, float, float] | None = None
    name_below: float = 0.0
    fonts: Any = None

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, Any]) -> "Drawing":
        """Return the drawing for one field."""
        return Drawing(writer, self, box)


class Drawing(BaseStamp):
    """Renders an appearance into its field."""

    style: Style

    def render(self) -> bytes:
        """Return the PDF operators of the drawing; its images and fonts are registered with the revision."""
        look = self.style.look
        width, height = float(self.box.width), float(self.box.height)
        parts = [b"q"]
        if look.image is not None:
            parts.append(self._image(look, look.image, width, height))
        elif look.lines:
            parts.append(self._text(look, width * look.share, height))
        if look.note:
            parts.append(self._note(look.note, width * look.share, height))
        parts.append(b"Q")
        return b"\n".join(parts)

    def _letters(self, font: Font) -> Letters:
        letters: Letters = self.style.fonts(font)
        self.resources.font[letters.resource] = letters.reference
        return letters

    def _image(self, look: Appearance, image: bytes, width: float, height: float) -> bytes:
        picture = Image.open(io.BytesIO(image))
        if look.size is None:
            x, y, w, h = fit_box(width, height, picture.width / picture.height)
        else:
            w, h = look.size
            x, y = (width - w) / 2, (height - h) / 2
            if self.style.over is not None:
                left, bottom, wide, high = self.style.over
                x, y = left + wide / 3 - w, bottom + high / 2 - h / 2
                # Within the field, which would clip the seal.
                x, y = min(max(x, 0), max(width - w, 0)), min(max(y, 0), max(height - h, 0))
        writer: Any = self.writer
        self.resources.xobject[pdf_name("/Im")] = pil_image(picture, writer)
        return b"q %.3f 0 0 %.3f %.3f %.3f cm /Im Do Q" % (w, h, x, y)

    def _text(self, look: Appearance, width: float, height: float) -> bytes:
        letters = self._letters(Font.REGULAR)
        size = look.text_size
        rows = [row for line in look.lines for row in text_rendering.wrapped(letters, line, size, width)]
        tall = len(rows) * size * text_rendering.LEADING
        if tall > height:
            size *= height / tall
        top = height - text_rendering.ASCENT * size
        drawn = [b"0 g"]
        for index, row in enumerate(rows):
            x = (0.0, (width - letters.width(row, size)) / 2, width - letters.width(row, size))[look.align]
            drawn.append(letters.line(row, x, top - index * size * text_rendering.LEADING, size))
        return b"\n".join(drawn)

    def _note(self, note: str, width: float, height: float) -> bytes:
        letters = self._letters(Font.BOLD)
        size = min(NOTE_SIZE, NOTE_SIZE * width / letters.width(note, NOTE_SIZE))
        x = (width - letters.width(note, size)) / 2
        y = text_rendering.DESCENT * size
        if self.style.name_below > 0:
            # Clear of the name below the person's field, and of the same note at the foot of that field.
            y += min(
                self.style.name_below + NOTE_SIZE * text_rendering.LEADING, height - NOTE_SIZE * text_rendering.LEADING
            )
        return b"%.3f %.3f %.3f rg %s" % (*RED, letters.line(note, x, y, size))


def image_box(field: Any) -> tuple[float, float, float, float] | None:
    """Return the box of a signed field's image on its page (x and y of its lower left corner, w, h), or None."""
    try:
        left, bottom, right, top = (float(coordinate) for coordinate in field["/Rect"])
        picture = field["/AP"]["/N"]["/Resources"]["/XObject"]["/Im"]
        ratio = float(picture["/Width"]) / float(picture["/Height"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    x, y, w, h = fit_box(right - left, top - bottom, ratio)
    return left + x, bottom + y, w, h
