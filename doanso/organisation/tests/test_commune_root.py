"""A single commune with four branches as the whole installation: the order since July 2025."""

import re
from datetime import date
from pathlib import Path

import pytest

from doanso.access.actions import grant_role
from doanso.access.models import Role
from doanso.accounts.actions import create_user
from doanso.adoption.actions import attest_many_people
from doanso.adoption.queries import stage_by_code
from doanso.ledger.queries import figures
from doanso.members.actions import Admission, admit_many
from doanso.organisation.actions import create_units
from doanso.organisation.tests.conftest import differences
from doanso.outreach.actions.drives import DriveInput, make_drive
from doanso.outreach.actions.teams import TeamInput, make_team
from doanso.people.actions import Particulars
from doanso.targets.actions import load_programme
from doanso.testing import PASSWORD
from doanso.units.actions import NewUnit, found_root
from doanso.units.models import Unit, UnitKind

pytestmark = pytest.mark.django_db
CITY = re.compile("thành phố|(?<!trưởng )thành đoàn", re.IGNORECASE)
PROGRAMME = Path(__file__).resolve().parents[3] / "programmes" / "my-tho-2023.toml"
SINCE, TODAY = date(2025, 7, 1), date(2026, 3, 2)
STAFF = [
    ("giang", Role.CITY_ADMINISTRATOR, "28468"),
    ("dung", Role.CITY_OFFICER, "28468"),
    ("an", Role.UNIT_SECRETARY, "28468"),
    ("van", Role.CLERK, "28468"),
    ("hanh", Role.INSPECTOR, "28468"),
    ("lan", Role.HELPER, "28468"),
    ("binh", Role.BRANCH_SECRETARY, "28468-ap1"),
]


@pytest.fixture
def commune(business_day, tmp_path):
    """The users by name, and the programme of 2026."""
    business_day(TODAY)
    root = found_root(
        actor=None, code="28468", kind=UnitKind.COMMUNE, name="Đoàn xã Tân Phú", short_name="Xã Tân Phú", since=SINCE
    )
    users = {}
    for name, role, code in STAFF:
        users[name] = create_user(actor=None, username=name, display_name=f"Người {name.title()}", password=PASSWORD)
        if code == root.code:
            grant_role(actor=None, user=users[name], role=role, unit=root, since=SINCE)
    branches = [
        NewUnit(
            code=f"28468-ap{number}", kind=UnitKind.BRANCH, name=f"Chi đoàn Ấp {number}", short_name=f"Ấp {number}",
            parent="28468", since=SINCE,
        )
        for number in range(1, 5)
    ]  # fmt: skip
    create_units(actor=users["giang"], units=branches)
    branch = Unit.objects.get(code="28468-ap1")
    grant_role(actor=users["giang"], user=users["binh"], role=Role.BRANCH_SECRETARY, unit=branch)
    text = PROGRAMME.read_text().replace('root = "my-tho"', 'root = "28468"').replace("2023-", "2026-")
    (tmp_path / "services.toml").write_text((PROGRAMME.parent / "services.toml").read_text())
    file = tmp_path / "tan-phu-2026.toml"
    file.write_text(CITY.sub("xã", text.replace("my-tho-2023", "tan-phu-2026")))
    return users, load_programme(actor=users["dung"], path=file)


def test_members_are_counted_from_the_branches_to_the_commune(commune):
    users, programme = commune
    branch = Unit.objects.get(code="28468-ap1")
    entries = [
        Admission(branch=branch, particulars=Particulars(name=name, birth_year=2005), since=date(2026, 1, 5))
        for name in ("Nguyễn Văn Một", "Trần Thị Hai")
    ]
    members = admit_many(actor=users["dung"], entries=entries)
    attest_many_people(
        actor=users["dung"], unit=branch, stage=stage_by_code("vneid", "level2-active"),
        person_ids=[members[0].person_id], happened_on=TODAY,
    )  # fmt: skip
    root = Unit.objects.get(code="28468")
    totals = figures(book=programme.book, unit_ids=[root.pk, branch.pk], on=TODAY)
    counted = {key: figure.total for key, figure in totals.items()}
    expected = {"members": 2, "vneid2-members": 1}
    assert counted == {(unit.pk, code): count for unit in (root, branch) for code, count in expected.items()}
    assert differences() == []


def test_the_commune_itself_has_teams_and_drives(commune):
    users, _programme = commune
    root = Unit.objects.get(code="28468")
    assert (
        make_team(actor=users["an"], unit=root, inputs=TeamInput(name="Tổ công nghệ số cộng đồng", since=TODAY)).unit
        == root
    )
    drive = DriveInput(name="Ra quân tháng Ba", since=TODAY, until=date(2026, 3, 31), goal=50)
    assert make_drive(actor=users["an"], unit=root, inputs=drive).unit == root


PAGES = [
    "/today/",
    "/overview/",
    "/units/28468/dashboard/",
    "/units/28468-ap1/dashboard/",
    "/units/",
    "/units/28468/",
    "/units/28468-ap1/",
    "/users/",
    "/roles/give/?unit=28468",
    "/programmes/",
    "/programmes/tan-phu-2026/",
    "/programmes/tan-phu-2026/cascade/",
    "/programmes/tan-phu-2026/indicators/",
    "/programmes/tan-phu-2026/indicators/vneid2-members/",
    "/programmes/tan-phu-2026/indicators/vneid2-members/28468/",
    "/programmes/tan-phu-2026/indicators/portal-residents/28468/allocate/",
    "/programmes/tan-phu-2026/periods/",
    "/programmes/tan-phu-2026/periods/2026-02/28468/",
    "/programmes/tan-phu-2026/reports/",
    "/members/",
    "/people/",
    "/support/",
    "/support/stands/",
    "/outreach/",
    "/teams/",
    "/drives/",
    "/results/",
    "/sync/",
    "/documents/",
    "/history/",
    "/organisation/",
    "/organisation/units/new/",
    "/organisation/units/import/",
]


OPENED = {"giang": 32, "dung": 30, "an": 29, "hanh": 23, "binh": 16}


@pytest.mark.parametrize("name", OPENED)
def test_every_role_reads_its_pages_and_no_page_speaks_of_a_city(commune, as_user, name):
    users, _programme = commune
    browser = as_user(users[name])
    opened = 0
    spoken = {}
    for address in PAGES:
        answer = browser.get(address, follow=True)
        assert answer.status_code in {200, 403, 404}, address
        if answer.status_code == 200:
            opened += 1
            text = answer.content.decode()
            words = [text[found.start() - 60 : found.end() + 20] for found in CITY.finditer(text)]
            if words:
                spoken[address] = words
    assert spoken == {}
    assert opened == OPENED[name]
