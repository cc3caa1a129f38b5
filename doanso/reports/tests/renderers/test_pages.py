"""The pages look as they did when somebody last looked at them.

After a change that is meant, `DOANSO_RENEW_PAGES=1 ./dev test --sqlite doanso/reports/tests/renderers/test_pages.py` draws the
reference pictures anew; look at them before you commit.
"""

import dataclasses
import functools
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from doanso.reports.content import ReportColumn, ReportContent, UnitRow
from doanso.reports.renderers.pdf import render_pages
from doanso.reports.tests.contents import BASE, DRAFT, FROZEN, LINES, OF_THE_STATE
from doanso.reports.tests.renderers.reading import Picture

pytestmark = pytest.mark.sqlite_only

REFERENCES = Path(__file__).parent / "pages"
PPI = 50
# Machines round edges a little differently: so much grey, and so many dots, are no change.
MOST_GREY = 32
MOST_DOTS = 3

MANY_UNITS = dataclasses.replace(
    FROZEN,
    passages=(),
    lines=(),
    behind=(),
    charts=(),
    changes=(),
    notes=(),
    late_units=(),
    columns=tuple(
        ReportColumn(f"c{place}", ("Chỉ tiêu", "Kết quả", "%")[place % 3], over=f"Nhóm {place // 3 + 1}")
        if place < 24
        else ReportColumn(f"c{place}", "Người dân được hỗ trợ (lũy kế)")
        for place in range(27)
    ),
    units=tuple(
        UnitRow(
            number,
            f"Đoàn Phường {number}" + " và Chi đoàn Trung tâm Chính trị thành phố" * (number % 7 == 0),
            tuple("" if (number + place) % 9 == 0 else str(number * place * 37 % 900) for place in range(27)),
            note="Gửi trễ" if number == 12 else "",
        )
        for number in range(1, 61)
    ),
    sums=("4.310",) * 27,
)
CASES = {
    "doan": (FROZEN, (1, 2, 3, 4)),
    "nd30": (OF_THE_STATE, (1, 3)),
    "draft": (DRAFT, (1,)),
    "units": (MANY_UNITS, (2, 4)),
}


@functools.cache
def pages(content: ReportContent) -> list[Image.Image]:
    return [Picture.read(page).image for page in render_pages(content, base=BASE, ppi=PPI)]


def dots_that_differ(image: Image.Image, other: Image.Image) -> int:
    if image.size != other.size:
        return image.width * image.height
    return sum(ImageChops.difference(image, other).histogram()[MOST_GREY + 1 :])


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, (_content, numbers) in CASES.items() for number in numbers]
)
def test_page_looks_as_its_reference(name, number):
    drawn, reference = pages(CASES[name][0])[number - 1], REFERENCES / f"{name}-{number}.png"
    if os.environ.get("DOANSO_RENEW_PAGES") == "1":
        drawn.point(lambda grey: round(grey / 17) * 17).save(reference, optimize=True)

    assert dots_that_differ(drawn, Image.open(reference).convert("L")) <= MOST_DOTS


def test_one_digit_would_be_noticed():
    other = dataclasses.replace(FROZEN, lines=(dataclasses.replace(LINES[0], in_period=313), *LINES[1:]))

    assert dots_that_differ(pages(FROZEN)[0], pages(other)[0]) > MOST_DOTS


def test_pages_come_in_the_wanted_size():
    for ppi, width in ((50, 413), (96, 794)):
        first, *_others = render_pages(FROZEN, base=BASE, ppi=ppi)

        assert Picture.read(first).image.width == pytest.approx(width, abs=1)
