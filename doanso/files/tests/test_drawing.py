"""Pages of a PDF as pictures, from malicious files too, within the limits."""

import io
import random

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from doanso.files import actions, drawing
from doanso.files.actions import store
from doanso.files.drawing import LIMITS, DrawnPages, draw_pages, pages_of
from doanso.files.reading import Kind
from doanso.files.tests.office import pdf
from doanso.lib.bounded_cache import BoundedCache
from doanso.lib.problems import Refused


@pytest.fixture(autouse=True)
def forgotten():
    drawing.picture_cache.clear()


def pages(*sizes: tuple[float, float], first: bytes = b"") -> bytes:
    """Return a PDF of empty pages of these sizes, after those of another."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(first))) if first else PdfWriter()
    for wide, high in sizes:
        writer.add_blank_page(wide, high)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def size(picture: bytes | None) -> tuple[int, int]:
    assert picture is not None
    return Image.open(io.BytesIO(picture)).size


def code_of(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        draw_pages(content)
    assert refused.value.problem.message
    return refused.value.problem.code


def endless() -> bytes:
    """Return a page whose forms draw each other ten times each, eight levels deep."""
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /XObject << /A %d 0 R >> >> /Length %d >>\n"
    )
    inner = b"/A Do " * 10
    objects = [form % (number + 1, len(inner)) + b"stream\n" + inner + b"\nendstream" for number in range(6, 14)]
    last = b"0 0 m 9 9 l S " * 50
    objects.append(form % (14, len(last)) + b"stream\n" + last + b"\nendstream")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 16 0 R /Resources << /XObject << /A 6 0 R >> >> >>"
    objects += [page, b"<< /Length 6 >>\nstream\n/A Do \nendstream"]
    content = pdf(*objects)
    old, new = b"/Kids [3 0 R] /Count 1", b"/Kids [3 0 R 15 0 R] /Count 2"
    assert old in content
    return content.replace(old, new)


def test_a_page_is_drawn_in_its_colours():
    drawn = draw_pages(pdf())
    assert (drawn.page_count, len(drawn.pages)) == (1, 1)
    picture = Image.open(io.BytesIO(drawn.pages[0] or b""))
    assert picture.mode == "RGB"
    assert {(255, 255, 255), (0, 0, 0)} <= {colour for _count, colour in picture.getcolors(1 << 16)}


def test_a_page_has_84_dots_an_inch_and_a_huge_one_fewer():
    first, huge, long = draw_pages(pages((720, 72), (14_000, 14_000), (72, 14_000))).pages
    assert size(first) == (840, 84)
    wide, high = size(huge)
    assert wide == high
    assert wide * high <= LIMITS["most_pixels"] * 1.01
    assert size(long)[0] * size(long)[1] <= LIMITS["most_pixels"] * 1.01


def test_of_a_long_file_the_first_pages_are_drawn():
    drawn = draw_pages(pages(*[(72, 72)] * (LIMITS["most_pages"] + 5)))
    assert (drawn.page_count, len(drawn.pages)) == (LIMITS["most_pages"] + 5, LIMITS["most_pages"])


def test_pictures_that_together_are_too_large_for_a_page_are_left_out():
    noise = Image.frombytes("RGB", (900, 900), random.Random(7).randbytes(900 * 900 * 3))
    target = io.BytesIO()
    noise.save(target, "PDF", save_all=True, append_images=[noise] * 11, resolution=LIMITS["ppi"], quality=95)
    drawn = draw_pages(target.getvalue())
    assert drawn.size <= LIMITS["most_bytes"]
    shown = [picture is not None for picture in drawn.pages]
    assert (len(shown), shown[0], shown[-1]) == (12, True, False)
    assert shown == sorted(shown, reverse=True)


def test_what_is_no_readable_pdf_is_refused_in_words():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt(user_password="mat-khau", owner_password="x", algorithm="AES-256")
    locked = io.BytesIO()
    writer.write(locked)
    for content in (b"", b"%PDF-1.7\n", b"PK\x03\x04", pdf()[:200], locked.getvalue()):
        assert code_of(content) == "drawing_impossible"


def test_a_page_that_takes_for_ever_is_given_up_and_the_others_are_shown(monkeypatch):
    monkeypatch.setitem(LIMITS, "cpu_seconds", 1)
    drawn = draw_pages(endless())
    assert (drawn.page_count, [picture is not None for picture in drawn.pages]) == (2, [True, False])


def test_who_takes_too_long_by_the_clock_is_stopped(monkeypatch):
    monkeypatch.setitem(LIMITS, "wait_seconds", 0.01)
    assert code_of(pdf()) == "drawing_impossible"


def test_what_needs_too_much_memory_is_refused(monkeypatch):
    monkeypatch.setitem(LIMITS, "memory_bytes", 40 << 20)
    assert code_of(pages((14_000, 14_000))) == "drawing_impossible"


@pytest.mark.django_db
def test_the_same_bytes_are_drawn_once(monkeypatch):
    blob = store(source=pdf(), name="a.pdf", limit=1 << 20, kind=Kind.PDF)
    drawn = pages_of(blob)
    monkeypatch.setattr(drawing, "draw_pages", lambda source: pytest.fail("drawn again"))
    assert pages_of(blob) == drawn
    assert pages_of(store(source=pdf(), name="b.pdf", limit=1 << 20, kind=Kind.PDF)) == drawn


@pytest.mark.django_db
def test_what_was_erased_is_shown_no_more():
    blob = store(source=pdf(), name="a.pdf", limit=1 << 20, kind=Kind.PDF)
    pages_of(blob)
    actions.destroy_key(blob=blob)
    blob.refresh_from_db()
    with pytest.raises(Refused):
        pages_of(blob)


@pytest.mark.django_db
def test_only_so_many_are_drawn_at_once(monkeypatch):
    monkeypatch.setitem(LIMITS, "wait_seconds", 0)
    blob = store(source=pdf(), name="a.pdf", limit=1 << 20, kind=Kind.PDF)
    with drawing._turn, drawing._turn, pytest.raises(Refused) as refused:
        pages_of(blob)
    assert refused.value.problem.code == "drawing_busy"


def test_the_memory_for_pictures_is_bounded():
    cache: BoundedCache[DrawnPages] = BoundedCache(100)
    for name in ("a", "b", "c"):
        cache.put(name, DrawnPages((bytes(40),), 1))
    assert [cache.get(name) is not None for name in ("a", "b", "c")] == [False, True, True]
    cache.put("d", DrawnPages((bytes(101),), 1))
    cache.put("c", DrawnPages((bytes(60), None), 2))
    assert [cache.get(name) is not None for name in ("b", "c", "d")] == [True, True, False]
