"""The table of units fits its page: every number into its cell, in the largest letters there is room for."""

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from doanso.lib import formats
from doanso.reports.content import ReportColumn, ReportContent, UnitRow
from doanso.reports.numbers_table import columns as columns_of_committees
from doanso.reports.renderers.appendix import PAGE, SIZES, cell, sheets, width
from doanso.reports.tests.contents import FROZEN
from doanso.reports.tests.renderers.reading import width as real_width

HEADS = st.lists(
    st.sampled_from(["", "Đoàn viên", "TienGiangS", "Công tác Đoàn trên môi trường số"]), min_size=1, max_size=60
)
NUMBERS = st.integers(0, 9_999_999)


def content(overs: list[str], rows: list[list[str]], sums: list[str], note: str = "") -> ReportContent:
    return dataclasses.replace(
        FROZEN,
        columns=tuple(ReportColumn(f"c{place}", "Kết quả", over=over) for place, over in enumerate(overs)),
        units=tuple(UnitRow(place, f"Phường {place}", tuple(cells), note=note) for place, cells in enumerate(rows, 1)),
        sums=tuple(sums),
    )


@given(st.data(), HEADS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_tables_fill_the_page_hold_every_column_once_and_every_number(data, overs, noted):
    figures = st.lists(NUMBERS.map(formats.number), min_size=len(overs), max_size=len(overs))
    drawn = content(overs, data.draw(st.lists(figures, min_size=1, max_size=3)), data.draw(figures), "Trễ" * noted)
    laid_out = sheets(drawn)

    assert [place for sheet in laid_out for place in sheet.places] == list(range(len(overs)))
    for sheet in laid_out:
        table_width = sheet.number + sheet.unit + sum(sheet.columns) + sheet.note
        assert abs(table_width - PAGE) < 0.1
        for place, room in zip(sheet.places, sheet.columns, strict=True):
            for cells in [row.cells for row in drawn.units]:
                assert width(cell(cells, place), sheet.size) <= room - 2 * sheet.inset + 0.005
            assert width(drawn.sums[place], sheet.size, bold=True) <= room - 2 * sheet.inset + 0.005
    assert [sheet.note > 0 for sheet in laid_out] == [False] * (len(laid_out) - 1) + [noted]


@given(NUMBERS)
def test_a_number_is_no_wider_than_was_thought(value):
    for text in (
        formats.number(value),
        f"{formats.number(value)}%",
        f"{formats.number(value)}/{formats.number(value)}",
    ):
        assert real_width(text, "Tinos-Regular", 10) <= width(text, 10)
        assert real_width(text, "Tinos-Bold", 10) <= width(text, 10, bold=True)


def test_the_thirty_columns_of_committees_stand_on_one_page():
    columns = columns_of_committees()
    wide = dataclasses.replace(
        FROZEN,
        columns=columns,
        units=tuple(UnitRow(number, f"Phường {number}", ("412",) * 30, note="Gửi muộn") for number in range(1, 18)),
        sums=("4.310",) * 30,
    )
    (sheet,) = sheets(wide)

    assert len(columns) == 30
    assert (sheet.upright, sheet.size >= 7) == (True, True)


def test_few_columns_have_large_letters_and_level_heads():
    (sheet,) = sheets(content(["", ""], [["1", "2"]], ["1", "2"]))

    assert (sheet.size, sheet.upright, sheet.note) == (SIZES[0], False, 0)


def test_without_units_or_columns():
    assert sheets(dataclasses.replace(FROZEN, units=())) == []
    (sheet,) = sheets(content([], [[]], []))
    assert sheet.columns == ()
