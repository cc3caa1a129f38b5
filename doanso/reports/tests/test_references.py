"""References in formulas follow their cells, as Excel's own do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.reports.renderers.references import Insertion, area, column_number, copied_down, letters, with_rows_inserted

TWO_BELOW_9 = Insertion("Biểu 01", 9, 2)


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("A9+A10", "A9+A12"),
        ("$A$10*A$10", "$A$12*A$12"),
        ("SUM(C7:C9)", "SUM(C7:C11)"),
        ("SUM(C7:C8)", "SUM(C7:C8)"),
        ("SUM(C10:C20)", "SUM(C12:C22)"),
        ("SUM(C7:C20)", "SUM(C7:C22)"),
        ("SUM($5:$9)+SUM(10:12)", "SUM($5:$11)+SUM(12:14)"),
        ("SUM(C:C)", "SUM(C:C)"),
        ('"A10"&A10&"x""A10"', '"A10"&A12&"x""A10"'),
        ("LOG10(A10)", "LOG10(A12)"),
        ("ds_a10+Bảng1[A10]", "ds_a10+Bảng1[A10]"),
        ("'Biểu 01'!A10+'Tổng hợp'!A10+Khac!A10", "'Biểu 01'!A12+'Tổng hợp'!A10+Khac!A10"),
        ("'biểu 01'!$A$10:$B$12", "'biểu 01'!$A$12:$B$14"),
        ("[1]Khac!A10", "[1]Khac!A10"),
        ("XYZ10+A1048577", "XYZ10+A1048577"),
        ("1.5E10+A10%", "1.5E10+A12%"),
        ("A1:INDEX(A10,1)", "A1:INDEX(A12,1)"),
        ("#REF!+A10", "#REF!+A12"),
    ],
)
def test_rows_inserted_move_what_is_below_and_stretch_what_ends_there(formula, after):
    assert with_rows_inserted(formula, TWO_BELOW_9, own_sheet="Biểu 01") == after


def test_a_sum_within_its_own_row_stays_there():
    assert with_rows_inserted("SUM(C9:F9)", TWO_BELOW_9, own_sheet="Biểu 01", own_row=9) == "SUM(C9:F9)"
    assert with_rows_inserted("SUM(C9:F9)", TWO_BELOW_9, own_sheet="Biểu 01", own_row=20) == "SUM(C9:F11)"


def test_in_another_sheet_only_what_names_the_sheet_moves():
    assert with_rows_inserted("A10+'Biểu 01'!A10", TWO_BELOW_9, own_sheet="Khác") == "A10+'Biểu 01'!A12"


@pytest.mark.parametrize(
    ("formula", "after"),
    [("A1+$A$1+A$1+$A1", "A3+$A$1+A$1+$A3"), ("SUM(C7:D7)", "SUM(C9:D9)"), ('Khác!B2&"B2"', 'Khác!B4&"B2"')],
)
def test_a_copied_formula_keeps_what_is_fixed(formula, after):
    assert copied_down(formula, 2) == after


def test_what_leaves_the_sheet_is_broken():
    assert copied_down("A1+B2", -1) == "#REF!+B1"


@given(st.text(alphabet="AZ$:!'\"[]().,+0123456789 _é", max_size=40))
def test_an_insertion_far_below_changes_no_formula_beyond_spelling(formula):
    far = Insertion("Biểu 01", 9_999_999, 5)

    once = with_rows_inserted(formula, far, own_sheet="Biểu 01")

    assert with_rows_inserted(once, far, own_sheet="Biểu 01") == once


@given(st.integers(min_value=1, max_value=16_384))
def test_letters_name_one_column_each(column):
    assert column_number(letters(column)) == column


@pytest.mark.parametrize("text", ["", "A", "1", "A0", "AAAA1", "XFE1", "A1:B", "A1:B2:C3"])
def test_what_is_no_address_is_none(text):
    assert area(text) is None
