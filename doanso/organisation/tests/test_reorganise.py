"""The reorganisation of 2025 carried out over the article's year: 17 wards and communes become five."""

from collections import defaultdict
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from doanso.access.actions import grant_role
from doanso.access.policy import current_role_assignments
from doanso.accounts.actions import create_user
from doanso.adoption.actions import attest_many_people
from doanso.adoption.queries import stage_by_code
from doanso.ledger.actions import MeasurePlan, fold, open_book
from doanso.ledger.models import MeasureKind
from doanso.ledger.queries import children_figures, figures, record_count
from doanso.members.actions import Admission, admit_many
from doanso.organisation.actions import undo
from doanso.organisation.models import Change
from doanso.organisation.tests.conftest import differences, state
from doanso.people.actions import Particulars
from doanso.targets.actions import load_programme
from doanso.units import queries as trees
from doanso.units.actions import load_units
from doanso.units.models import Unit, UnitKind

PROGRAMMES = Path(__file__).resolve().parents[3] / "programmes"
FILE = PROGRAMMES / "units" / "my-tho-2025.toml"
DAY = date(2025, 7, 1)
CODES = {"28261": 6, "28249": 3, "28270": 2, "28273": 3, "28285": 3}


@pytest.fixture
def city(db, business_day):
    """One member in the first branch of every ward, who has VNeID since May 2023; a book over 2025 besides."""
    business_day(date(2023, 6, 1))
    load_units(actor=None, content=(PROGRAMMES / "units" / "my-tho-2023.toml").read_bytes())
    city = trees.unit_by_code("my-tho")
    officer = create_user(actor=None, username="quan-tri", display_name="Quản Trị", note="test")
    grant_role(actor=None, user=officer, role="city-administrator", unit=city, note="test")
    programme = load_programme(actor=officer, path=PROGRAMMES / "my-tho-2023.toml")
    wards = [one for one in trees.children(city) if one.kind == UnitKind.GRASSROOTS]
    entries = [
        Admission(
            branch=trees.branches(ward.unit)[0].unit,
            particulars=Particulars(name=f"Nguyễn {'ABCDEĐGHIKLMNOPQRSTUVXY'[number]} Văn", birth_year=2003),
            since=date(2022, 9, 1),
        )
        for number, ward in enumerate(wards)
    ]
    members = admit_many(actor=officer, entries=entries)
    attest_many_people(
        actor=officer,
        unit=city,
        stage=stage_by_code("vneid", "level2-active"),
        person_ids=[one.person_id for one in members],
        happened_on=date(2023, 5, 1),
    )
    open_book(
        code="nam-2025",
        root=city,
        first_day=date(2025, 1, 1),
        last_day=date(2025, 12, 31),
        measures=[MeasurePlan("members", "members.active", least_grade=0, kind=MeasureKind.STATE)],
    )
    fold()
    business_day(date(2025, 7, 15))
    return city, officer, programme


def everything(programme, days):
    units = list(Unit.objects.values_list("id", flat=True))
    found = {}
    for day in days:
        for key, one in figures(book=programme.book, unit_ids=units, on=day).items():
            found[day, key] = one.grades
    return {key: grades for key, grades in found.items() if any(grades)}


def play(*words):
    out = StringIO()
    call_command("reorganise", str(FILE), *words, stdout=out)
    return out.getvalue()


def test_17_wards_and_communes_become_five_and_2023_stays_as_it_was(city):
    root, _officer, programme = city
    days = [date(2023, 5, 1), date(2023, 12, 31), DAY - timedelta(days=1), date(2025, 7, 15)]
    before = everything(programme, days)

    play()

    assert everything(programme, days) == before
    assert differences() == []
    wards = [one for one in trees.children(root) if one.kind == UnitKind.GRASSROOTS]
    assert {one.code: one.short_name for one in wards} == {
        "28261": "Phường Mỹ Tho",
        "28249": "Phường Đạo Thạnh",
        "28270": "Phường Thới Sơn",
        "28273": "Phường Mỹ Phong",
        "28285": "Phường Trung An",
    }
    assert len([one for one in trees.children(root, DAY - timedelta(days=1)) if one.kind == UnitKind.GRASSROOTS]) == 17
    ended = trees.ended_children(root, DAY - timedelta(days=1), date(2025, 7, 15))
    assert len(ended) == 12
    assert {day for _one, day in ended} == {DAY}
    assert {code: 1 + len(trees.predecessors(trees.unit_by_code(code))) for code in CODES} == CODES


def test_sums_hold_every_day_for_every_unit(city):
    from doanso.ledger.models import Book

    root, _officer, _programme = city
    play()
    book = Book.objects.get(code="nam-2025")
    for on in (DAY - timedelta(days=1), DAY, date(2025, 7, 15)):
        units = trees.subtree(root, on)
        found = figures(book=book, unit_ids=[one.id for one in units], on=on)
        below = defaultdict(int)
        parents = trees.parent_ids((one.id for one in units), on)
        for one in units:
            if one.id in parents:
                below[parents[one.id]] += found[one.id, "members"].total
        for one in units:
            if one.kind != UnitKind.BRANCH:
                assert found[one.id, "members"].total == below[one.id]
                listed = children_figures(book=book, unit_id=one.id, on=on)
                assert (
                    sum(figure.total for (_child, code), figure in listed.items() if code == "members") == below[one.id]
                )
            assert record_count(book=book, code="members", unit_id=one.id, on=on) == found[one.id, "members"].total
    assert found[trees.unit_by_code("28261").pk, "members"].total == 6


def test_roles_at_an_ended_ward_are_given_at_its_successor(city):
    secretary = create_user(actor=None, username="bi-thu", display_name="Bí Thư", note="test")
    grant_role(actor=None, user=secretary, role="unit-secretary", unit=trees.unit_by_code("28591"), note="test")
    play()
    assert [one.unit.code for one in current_role_assignments(secretary)] == ["28270"]


def test_a_preview_says_all_of_it_and_does_nothing(city):
    before = state()
    said = play("--preview")
    assert "Phường 6, Xã Thới Sơn hợp nhất thành Phường Thới Sơn" in said
    assert said.endswith("Đây là bản xem trước; chưa thay đổi gì.\n")
    assert state() == before
    assert not Change.objects.exists()


def test_played_twice_it_is_refused_whole(city):
    play()
    with pytest.raises(CommandError) as refused:
        play()
    assert refused.value.returncode == 1
    assert Change.objects.count() == 5


def test_all_five_changes_are_taken_back_the_same_day(city):
    _root, officer, _programme = city
    before = state()
    play("--as", "quan-tri")
    for change in Change.objects.order_by("-pk"):
        undo(actor=officer, change=change)
    assert state() == before
    assert differences() == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("on = 2025-07-01\n", 1),
        ("[[deed]\n", 2),
        ('on = 2025-07-01\n[[deed]]\nkind = "burn"\n', 1),
        ('on = 2025-07-01\n[[deed]]\nkind = "end"\n', 1),
        ('on = 2025-07-01\n[[deed]]\nkind = "end"\nunit = "28591"\nwhy = "x"\n', 1),
        ('[[deed]]\nkind = "end"\nunit = "28591"\n', 1),
        ('on = 2025-07-01\n[[deed]]\nkind = "end"\nunit = "nowhere"\n', 1),
        ('on = 2025-07-01\n[[deed]]\nkind = "merge"\nunits = "28591"\ninto = "28270"\n', 1),
    ],
)
def test_a_faulty_file_changes_nothing(db, tmp_path, text, code):
    file = tmp_path / "faulty.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("reorganise", str(file))
    assert refused.value.returncode == code
    assert str(refused.value).startswith("Không có gì thay đổi.")
