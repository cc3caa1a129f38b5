"""Images of signatures and seals: PNG with a transparent background, decoded within limits, re-encoded with its real size."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from doanso.lib.problems import Problem, Refused

LARGEST = 2 << 20
# Pixels on a side: a seal of 36 mm at 1,000 dots to the inch is 1,400.
LEAST_SIDE, MOST_SIDE = 60, 1600
MM_TO_INCH = 25.4
_POINTS_TO_INCH = 72


def reencode_image(content: bytes, *, width_mm: int) -> bytes:
    """Re-encode the image as PNG with nothing of the file but its pixels, and its width on paper.

    An image without a transparent background is refused, since it would cover the text below.
    """
    if len(content) > LARGEST:
        message = _("The picture is larger than %(limit)d MB. Make it smaller and choose it again.")
        raise Refused(Problem("image_too_large", message % {"limit": LARGEST >> 20}, "image"))
    picture = _opened(content)
    if not all(LEAST_SIDE <= side <= MOST_SIDE for side in picture.size):
        message = _("A side of the picture has to be between %(least)d and %(most)d pixels.")
        raise Refused(Problem("image_size", message % {"least": LEAST_SIDE, "most": MOST_SIDE}, "image"))
    picture = picture.convert("RGBA")
    clear = picture.getchannel("A").histogram()
    if clear[0] < picture.width * picture.height * 0.2 or sum(clear[32:]) == 0:
        message = _("The picture needs a clear ground (PNG), so that the words below stay readable.")
        raise Refused(Problem("image_not_clear", message, "image"))
    target = io.BytesIO()
    dots = picture.width / width_mm * MM_TO_INCH
    fresh = Image.new("RGBA", picture.size)
    fresh.paste(picture)
    fresh.save(target, "PNG", dpi=(dots, dots), optimize=True)
    return target.getvalue()


def _opened(content: bytes) -> Image.Image:
    problem = Problem("image_unreadable", _("This is no PNG picture that can be read. Choose another one."), "image")
    try:
        with warnings.catch_warnings():
            # Declared dimensions are checked before the image is decompressed.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=["PNG"])
            if picture.width > MOST_SIDE * 4 or picture.height > MOST_SIDE * 4 or getattr(picture, "n_frames", 1) > 1:
                raise Refused(problem)
            picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        raise Refused(problem) from error
    return picture


def size_in_points(content: bytes) -> tuple[float, float]:
    """Return width and height on paper, in points."""
    with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
        dots = picture.info["dpi"][0]
        return picture.width / dots * _POINTS_TO_INCH, picture.height / dots * _POINTS_TO_INCH
