"""Style sheets are read to their end: a block that is not closed would put all rules after it under its condition."""

import re
from pathlib import Path

import pytest

SHEETS = sorted((Path(__file__).parents[1] / "static" / "ds").glob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_block_is_closed(sheet):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    depth, deepest = 0, 0
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
        deepest = max(deepest, depth)
    assert depth == 0
    # A rule inside one condition; nothing here nests conditions.
    assert deepest <= 2
