import pytest

from doanso.units.models import Neighbourhood
from doanso.units.neighbourhoods import NeighbourhoodNames, neighbourhood_key

ONE, TEN, HAMLET = (Neighbourhood(name=name) for name in ("Khu phố 1", "Khu phố 10", "Ấp Bình Tạo"))
NAMES = NeighbourhoodNames([ONE, TEN, HAMLET])


@pytest.mark.parametrize("written", ["Khu phố 1", "KP 01", "kp1", "khupho 1", "KHUPHO1", "1", "01"])
def test_one_neighbourhood_in_many_spellings(written):
    assert NAMES.find(written) == str(ONE.pk)


@pytest.mark.parametrize(
    ("written", "meant"), [("ấp Bình Tạo", HAMLET), ("Tạo", HAMLET), ("kp10", TEN), ("2", None), ("", None)]
)
def test_only_what_is_meant_for_certain_is_found(written, meant):
    assert NAMES.find(written) == (str(meant.pk) if meant is not None else "")
    assert NeighbourhoodNames([ONE, Neighbourhood(name="Khóm 1")]).find("1") == ""
    assert neighbourhood_key("TDP 3") == neighbourhood_key("tổ dân phố 03")


@pytest.mark.parametrize(
    ("address", "contradicts"),
    [("12/3 Lê Lợi, KP1", False), ("12/3 Lê Lợi, KP10", True), ("12/3 Lê Lợi, TDP 10", True), ("12 Lê Lợi", False)],
)
def test_an_address_may_name_another_one(address, contradicts):
    assert NAMES.contradicts(str(ONE.pk), address) is contradicts
    assert not NAMES.contradicts("", address)
