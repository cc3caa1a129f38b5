from collections import Counter
from datetime import date

import pytest

from doanso.units.official import Era, OfficialPlace, era_of, find_places, place_by_code, provinces
from doanso.units.official import _index as index

BEFORE, SINCE = Era.UNTIL_2025, Era.SINCE_2025


def test_the_lists_hold_the_whole_country():
    counts = {era: Counter(len(indexed.place.code) for indexed in index(era)) for era in Era}
    assert counts == {BEFORE: {2: 63, 3: 705, 5: 10598}, SINCE: {2: 34, 5: 3321}}
    for era in Era:
        codes = [indexed.place.code for indexed in index(era)]
        assert len(set(codes)) == len(codes)
        assert all(indexed.place.name == " ".join(indexed.place.name.split()) for indexed in index(era))


def test_the_wards_of_my_tho_before_and_since():
    wards = find_places("thành phố mỹ tho phường", era=BEFORE, province="82", limit=100)
    assert len([place for place in wards if place.district == "Thành phố Mỹ Tho"]) == 11
    assert place_by_code("28252", BEFORE) == OfficialPlace(
        "28252", "Phường 4", "phường", "Tỉnh Tiền Giang", "Thành phố Mỹ Tho"
    )
    assert place_by_code("815", BEFORE) == OfficialPlace("815", "Thành phố Mỹ Tho", "thành phố", "Tỉnh Tiền Giang")
    names = {
        code: place.name
        for code in ("28261", "28249", "28270", "28273", "28285")
        if (place := place_by_code(code, SINCE))
    }
    assert list(names.values()) == [
        "Phường Mỹ Tho",
        "Phường Đạo Thạnh",
        "Phường Thới Sơn",
        "Phường Mỹ Phong",
        "Phường Trung An",
    ]
    assert place_by_code("28252", SINCE) is None


@pytest.mark.parametrize(
    ("text", "era", "first"),
    [
        ("dao thanh", SINCE, "28249"),
        ("Phường Đạo Thạnh", SINCE, "28249"),
        ("đạo thạnh, đồng tháp", SINCE, "28249"),
        ("phuong 4 my tho", BEFORE, "28252"),
        ("28252", BEFORE, "28252"),
        ("thanh pho my tho", BEFORE, "815"),
        ("dong thap", SINCE, "82"),
        ("con dao", SINCE, "26732"),
    ],
)
def test_a_place_is_found_by_its_name_or_code(text, era, first):
    assert find_places(text, era=era)[0].code == first


def test_where_a_name_answers_by_itself_places_far_away_are_left_out():
    assert [place.code for place in find_places("dao thanh", era=BEFORE)] == ["28282"]


def test_a_province_narrows_and_an_empty_text_lists_it():
    found = find_places("", era=SINCE, province="82", limit=500)
    assert Counter(place.kind for place in found) == {"tỉnh": 1, "xã": 82, "phường": 20}
    assert {place.province for place in found} == {"", "Tỉnh Đồng Tháp"}
    assert find_places("", era=SINCE) == []
    assert find_places("my tho", era=SINCE, province="01") == []
    assert len(find_places("xã", era=SINCE, limit=7)) == 7


def test_the_eras_and_the_provinces():
    assert era_of(date(2025, 6, 30)) == BEFORE
    assert era_of(date(2025, 7, 1)) == SINCE
    assert [len(provinces(era)) for era in Era] == [63, 34]
    assert provinces(SINCE)[0].name == "Thành phố Hà Nội"


def test_a_name_stands_with_and_without_its_kind():
    ward = place_by_code("28249", SINCE)
    assert (ward.bare_name, ward.whole_name) == ("Đạo Thạnh", "Phường Đạo Thạnh, Tỉnh Đồng Tháp")
