"""Pictures are drawn anew before they are kept: small enough, upright, and without what the camera wrote into them."""

import io

import pytest
from PIL import Image

from doanso.files.pictures import redraw
from doanso.lib.problems import Refused


def _jpeg(size: tuple[int, int] = (1600, 1200), *, turned: bool = False) -> bytes:
    picture = Image.new("RGB", size, "white")
    picture.paste((200, 30, 40), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x010F] = "Một máy ảnh"
    exif.get_ifd(0x8825)[1] = "N"
    if turned:
        exif[0x0112] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"secret place")
    return out.getvalue()


def _open(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_each_size_is_drawn_and_nothing_but_pixels_is_kept() -> None:
    large, small = redraw(_jpeg(), name="bien.jpg", sizes=[(1280, 200_000), (400, 16_000)])
    assert (_open(large).size, _open(small).size) == ((1280, 960), (400, 300))
    assert len(small) <= 16_000
    for content in (large, small):
        assert not _open(content).getexif()
        assert b"secret place" not in content
        assert "Một máy ảnh".encode() not in content


def test_a_turned_picture_is_kept_upright() -> None:
    [drawn] = redraw(_jpeg(turned=True), name="bien.jpg", sizes=[(400, 50_000)])
    picture = _open(drawn)
    assert picture.size == (300, 400)
    red, white = picture.getpixel((290, 10)), picture.getpixel((10, 10))
    assert red[0] > 150 > red[1]
    assert min(white) > 240


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (80, 60), (0, 0, 0, 0)).save(out, "PNG")
    [drawn] = redraw(out.getvalue(), name="bien.png", sizes=[(400, 50_000)])
    assert _open(drawn).getpixel((40, 30)) == (255, 255, 255)


def test_noise_is_drawn_smaller_until_it_fits() -> None:
    noise = Image.effect_noise((900, 900), 120).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "PNG")
    [drawn] = redraw(out.getvalue(), name="bien.png", sizes=[(900, 20_000)])
    assert len(drawn) <= 20_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"%PDF-1.7 no picture", "file_broken"),
        (_jpeg()[:900], "picture_unreadable"),
        (b"MZ\x90\x00 a program", "file_program"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        redraw(content, name="bien.jpg", sizes=[(400, 50_000)])
    assert refused.value.problem.code == code
