from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from doanso.audit.models import AuditEvent
from doanso.units import queries
from doanso.units.actions import UnitsRefused, load_units
from doanso.units.models import Unit, UnitLink, UnitPath
from doanso.units.rules import DateSpan, PathRow, natural_key, paths_of

MY_THO = Path(__file__).parents[3] / "programmes" / "units" / "my-tho-2023.toml"

FILE = """
since = 2020-01-01

[[unit]]
code = "p9"
parent = "thanh-doan"
kind = "grassroots"
name = "Đoàn Phường 9"
short_name = "Phường 9"
neighbourhoods = ["Khu phố 1", "Khu phố 2"]
[unit.branches]
kp1 = "Khu phố 1"
kp10 = "Khu phố 10"
kp2 = "Khu phố 2"

[[unit]]
code = "thanh-doan"
kind = "city"
name = "Thành Đoàn"
short_name = "Thành phố"
"""


def load(text):
    return load_units(actor=None, content=text.encode())


def refusal(text):
    with pytest.raises(UnitsRefused) as refused:
        load(text)
    return [problem.code for problem in refused.value.problems]


@pytest.mark.django_db
def test_a_file_makes_units_names_links_paths_and_neighbourhoods():
    loaded = load(FILE)

    assert (loaded.created, loaded.unchanged, loaded.neighbourhoods) == (5, 0, 2)
    branch = queries.unit_by_code("p9-kp1")
    assert queries.named_unit(branch).name == "Chi đoàn Khu phố 1, Phường 9"
    assert [unit.code for unit in queries.ancestors(branch)] == ["thanh-doan", "p9"]
    ward = queries.unit_by_code("p9")
    assert [unit.short_name for unit in queries.children(ward)] == ["Khu phố 1", "Khu phố 2", "Khu phố 10"]
    assert [hood.name for hood in queries.neighbourhoods(ward)] == ["Khu phố 1", "Khu phố 2"]
    assert AuditEvent.objects.filter(action="units.load", actor_note="load-units").count() == 7


@pytest.mark.django_db
def test_the_same_file_again_does_nothing():
    load(FILE)
    loaded = load(FILE)

    assert (loaded.created, loaded.unchanged, loaded.neighbourhoods) == (0, 5, 0)
    assert Unit.objects.count() == 5
    assert AuditEvent.objects.count() == 7


@pytest.mark.django_db
def test_a_later_file_adds_below_units_that_exist():
    load(FILE)
    more = FILE + '[[unit]]\ncode = "p9-kp3"\nparent = "p9"\nkind = "branch"\nname = "Chi đoàn 3"\nshort_name = "3"\n'

    loaded = load(more)

    assert (loaded.created, loaded.unchanged) == (1, 5)
    paths = UnitPath.objects.filter(unit__code="p9-kp3").order_by("depth").values_list("ancestor__code", "depth")
    assert list(paths) == [("p9-kp3", 0), ("p9", 1), ("thanh-doan", 2)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('parent = "thanh-doan"', "", "units_parent_changed"),
        ('kind = "grassroots"', 'kind = "school"', "units_kind_changed"),
        ('name = "Đoàn Phường 9"', 'name = "Đoàn Phường Chín"', "units_name_changed"),
        ("since = 2020-01-01", "since = 2019-01-01", "units_days_changed"),
    ],
)
def test_what_a_unit_that_exists_is_cannot_be_changed_by_a_file(old, new, code):
    load(FILE)
    before = (Unit.objects.count(), UnitLink.objects.count())
    more = FILE.replace(old, new, 1) + '[[unit]]\ncode = "p1"\nkind = "branch"\nname = "x"\nshort_name = "x"\n'

    assert code in refusal(more)
    assert (Unit.objects.count(), UnitLink.objects.count()) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('code = "p9"', 'code = "P 9"', "units_file_code"),
        ('code = "p9"\n', "", "units_file_missing"),
        ('kind = "city"', 'kind = "town"', "units_file_kind"),
        ('name = "Thành Đoàn"', "name = 7", "units_file_text"),
        ('name = "Thành Đoàn"', f'name = "{"x" * 161}"', "units_file_long"),
        ('name = "Thành Đoàn"', 'name = "<b>Thành Đoàn"', "name_brackets"),
        ('["Khu phố 1", "Khu phố 2"]', '["Khu phố 1", "=A1"]', "name_formula"),
        ('kind = "city"', 'kind = "city"\nuntil = 2019-01-01', "units_file_days"),
        ('kind = "city"', 'kind = "city"\nsince = "2019"', "units_file_day"),
        ('kind = "city"', 'kind = "city"\nsecretary = "An"', "units_file_key"),
        ('["Khu phố 1", "Khu phố 2"]', '["Khu phố 1", "Khu phố 1"]', "units_file_neighbourhood_twice"),
        ('["Khu phố 1", "Khu phố 2"]', "3", "units_file_neighbourhoods"),
        ('kp1 = "Khu phố 1"', "kp1 = 1", "units_file_branches"),
        ('kp1 = "Khu phố 1"', '"KP 1" = "Khu phố 1"', "units_file_code"),
        ('code = "thanh-doan"', 'code = "p9-kp1"', "units_file_twice"),
        ('parent = "thanh-doan"', 'parent = "nowhere"', "units_parent_unknown"),
        ('kind = "city"', 'kind = "city"\nparent = "p9"', "units_circle"),
        ('kind = "city"', 'kind = "city"\nsince = 2021-01-01', "units_parent_days"),
        ("since = 2020-01-01", "since = 2020-01-01\nsince = 2020-01-02", "units_file_syntax"),
        ("since = 2020-01-01", "since = 2020-01-01\ncity = 1", "units_file_key"),
    ],
)
def test_each_fault_of_a_file_is_named_and_nothing_is_written(old, new, code):
    assert old in FILE

    assert code in refusal(FILE.replace(old, new, 1))
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_an_empty_file_and_another_encoding_are_refused():
    assert refusal("") == ["units_file_empty"]
    with pytest.raises(UnitsRefused, match="UTF-8"):
        load_units(actor=None, content="name = 'Đoàn'".encode("utf-16"))


@pytest.mark.django_db
def test_a_fault_says_where_in_the_file_it_is():
    with pytest.raises(UnitsRefused) as refused:
        load(FILE.replace('kind = "city"', 'kind = "town"'))

    assert "2 (thanh-doan)" in refused.value.problems[0].message


@pytest.mark.django_db
def test_the_command_loads_my_tho_of_2023(tmp_path):
    output = StringIO()
    call_command("load_units", str(MY_THO), stdout=output)

    city = queries.unit_by_code("my-tho")
    grassroots = queries.children(city)
    kinds = [unit.kind for unit in grassroots]
    assert (kinds.count("grassroots"), kinds.count("school"), kinds.count("office")) == (17, 2, 2)
    wards = [unit.short_name for unit in grassroots if unit.kind == "grassroots"]
    assert wards[:3] == ["Phường 1", "Phường 2", "Phường 3"]
    assert wards[9:11] == ["Phường 10", "Phường Tân Long"]
    assert queries.unit_by_code("28252") is not None
    assert len(queries.branches(city)) == Unit.objects.filter(kind="branch").count()


@pytest.mark.django_db
def test_the_command_tells_a_refused_file_from_an_unreadable_one(tmp_path):
    with pytest.raises(CommandError) as unreadable:
        call_command("load_units", str(tmp_path / "missing.toml"))
    (tmp_path / "empty.toml").write_text("")
    with pytest.raises(CommandError) as refused:
        call_command("load_units", str(tmp_path / "empty.toml"))

    assert (unreadable.value.returncode, refused.value.returncode) == (2, 1)


def test_numbers_sort_by_value_and_letters_as_in_vietnamese_lists():
    names = ["Xã Mỹ Phong", "Phường 10", "Xã Đạo Thạnh", "Phường Tân Long", "Phường 2", "Phường 1", "Xã Dạo"]

    assert sorted(names, key=natural_key) == [
        "Phường 1", "Phường 2", "Phường 10", "Phường Tân Long", "Xã Dạo", "Xã Đạo Thạnh", "Xã Mỹ Phong",
    ]  # fmt: skip


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_any_two_numbers_sort_by_value(unit, other):
    assert (natural_key(f"Khu phố {unit}") < natural_key(f"Khu phố {other}")) == (unit < other)


def test_paths_follow_links_through_a_move():
    day = date
    whole = DateSpan(day(2020, 1, 1))
    above = {
        "a": [PathRow("a", "a", 0, whole), PathRow("city", "a", 1, whole)],
        "b": [PathRow("b", "b", 0, DateSpan(day(2021, 1, 1))), PathRow("city", "b", 1, DateSpan(day(2021, 1, 1)))],
    }
    links = [("a", DateSpan(day(2020, 1, 1), day(2022, 1, 1))), ("b", DateSpan(day(2022, 1, 1)))]

    rows = paths_of("x", DateSpan(day(2020, 6, 1)), links, above)

    assert [(row.ancestor, row.depth, row.span.since, row.span.until) for row in rows] == [
        ("x", 0, day(2020, 6, 1), None),
        ("a", 1, day(2020, 6, 1), day(2022, 1, 1)),
        ("city", 2, day(2020, 6, 1), day(2022, 1, 1)),
        ("b", 1, day(2022, 1, 1), None),
        ("city", 2, day(2022, 1, 1), None),
    ]
