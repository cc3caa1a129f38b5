"""The committee's map: outlines or tiles of a file, else tiles in reading order; a broken file never breaks the page."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from doanso.lib.charts import ward_maps
from doanso.lib.charts.ward_maps import UnitFigure, read_map
from doanso.lib.problems import Refused
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

SHIPPED = settings.ROOT / "programmes" / "maps" / "my-tho.toml"


def _figure(code: str, name: str = "") -> UnitFigure:
    name = name or f"Phường {code}"
    return UnitFigure(NamedUnit(Unit(pk=uuid4(), code=code), name, name, name, 1), "57,9", "risk")


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    settings.DATA = tmp_path
    (tmp_path / "maps").mkdir()
    return tmp_path / "maps"


def test_the_shipped_map_has_an_outline_and_a_tile_for_each_ward_and_commune() -> None:
    units = (settings.ROOT / "programmes" / "units" / "my-tho-2023.toml").read_text(encoding="utf-8")
    shipped = read_map(SHIPPED)
    assert len(shipped.places) == 17
    assert all(f'code = "{code}"' in units for code in shipped.places)
    assert all(place.outline.startswith("M") and place.outline.endswith("Z") for place in shipped.places.values())
    assert len({place.tile for place in shipped.places.values()}) == 17


def test_units_with_outlines_are_drawn_and_the_rest_is_named_beside() -> None:
    drawn = ward_maps.draw_map("my-tho", [_figure("28261"), _figure("thpt-song-tien", "THPT Sông Tiền")], "Sơ đồ")
    assert drawn.outlined
    assert "<title>Phường 28261: 57,9, Nguy cơ</title>" in drawn.picture
    assert [figure.unit.short_name for figure in drawn.beside] == ["THPT Sông Tiền"]


def test_a_committee_s_own_file_comes_first_and_may_have_tiles_alone(folder) -> None:
    (folder / "my-tho.toml").write_text(
        'width = 100\nheight = 50\n[[unit]]\ncode = "28261"\nlabel = "P1"\ntile = [2, 1]\n', encoding="utf-8"
    )
    drawn = ward_maps.draw_map("my-tho", [_figure("28261"), _figure("28264")], "Sơ đồ")
    assert not drawn.outlined
    assert ">P1</text>" in drawn.picture
    assert [figure.unit.code for figure in drawn.beside] == ["28264"]


def test_without_a_file_every_unit_has_a_tile(folder) -> None:
    figures = [_figure(f"u{number}", f"Phường {number}") for number in range(5)]
    drawn = ward_maps.draw_map("nowhere", figures, "Sơ đồ")
    assert (drawn.outlined, drawn.beside) == (False, [])
    assert 'viewBox="0 0 352 144"' in drawn.picture
    assert ">P. 4</text>" in drawn.picture


@pytest.mark.parametrize(
    ("name", "label"),
    [("Phường 4", "P. 4"), ("Xã Trung An", "Trung An"), ("Công an thành phố", "Công an thành phố"), ("Xã", "Xã")],
)
def test_a_tile_s_label_leaves_out_what_every_unit_has(name: str, label: str) -> None:
    assert ward_maps.short_label(name) == label


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ('outline = "M0 0\\"/><script>"', "outline"),
        ("at = [1, 2, 3]", "at"),
        ("tile = [-1, 2]", "tile"),
        ('tile = ["a", 2]', "tile"),
        ('colour = "red"', "colour"),
    ],
)
def test_a_wrong_entry_is_refused_by_name_and_the_page_shows_tiles(folder, caplog, entry: str, named: str) -> None:
    path = folder / "my-tho.toml"
    path.write_text(f'width = 9\nheight = 9\n[[unit]]\ncode = "28261"\nlabel = "P1"\n{entry}\n', encoding="utf-8")
    with pytest.raises(Refused, match=f"“{named}”"):
        read_map(path)
    assert not ward_maps.draw_map("my-tho", [_figure("28261"), _figure("28264")], "Sơ đồ").outlined
    assert named in caplog.text


@pytest.mark.parametrize("code", ["../secrets", "a/b", "MY-THO", ""])
def test_only_codes_of_units_name_files(folder, code: str) -> None:
    assert ward_maps.map_of(code) is None
