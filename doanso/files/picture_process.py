"""The program that draws an untrusted picture anew, in a sandbox; started by `pictures`, never imported by the product.

Standard input is the open file and the arguments are the wanted sizes; the program cannot open anything. It answers in lines of
JSON with one JPEG per size. Only the pixels are taken over: place, camera, comments and whatever else the file carried are left.
"""

import base64
import io
import json
import os
import sys
from typing import Any

from PIL import Image, ImageOps

# Readers of pictures are loaded before the file is read: afterwards nothing can be opened.
Image.preinit()
Image.init()

_QUALITIES = (82, 74, 66, 58, 50, 42, 34, 26)


def _jpeg(picture: Image.Image, longest: int, most_bytes: int) -> bytes:
    """Return the picture, its longer side at most `longest` pixels, in the best quality that fits."""
    small = picture.copy()
    # The writer would take over comments and profiles that it finds here.
    small.info.clear()
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    while True:
        for quality in _QUALITIES:
            drawn = io.BytesIO()
            small.save(drawn, "JPEG", quality=quality, optimize=True, progressive=True)
            if drawn.tell() <= most_bytes:
                return drawn.getvalue()
        # A picture of noise does not become small by quality alone.
        small = small.resize((max(1, small.width * 3 // 4), max(1, small.height * 3 // 4)), Image.Resampling.LANCZOS)


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in red, green and blue; what is transparent becomes white."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright, mask=upright.getchannel("A"))
        return ground
    return upright.convert("RGB")


def main(arguments: dict[str, Any]) -> None:
    with os.fdopen(0, "rb") as file:
        content = file.read()
    try:
        Image.MAX_IMAGE_PIXELS = arguments["pixels"]
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            # A JPEG is read at a fraction of its size where that is enough.
            opened.draft("RGB", (2 * max(size for size, _most in arguments["sizes"]),) * 2)
            picture = _on_white(opened)
        drawn = [_jpeg(picture, longest, most_bytes) for longest, most_bytes in arguments["sizes"]]
    except BaseException:  # noqa: BLE001 (whatever it met, the file is to blame)
        return
    for jpeg in drawn:
        sys.stdout.write(json.dumps({"picture": base64.b64encode(jpeg).decode()}) + "\n")
    sys.stdout.flush()
