"""The article's programme in the small tree: ward 4 and ward 5 with two members each, ward 4 ahead."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.adoption.actions import attest_many_people
from doanso.adoption.queries import stage_by_code
from doanso.members.actions import Admission, admit_many
from doanso.people.actions import Particulars
from doanso.people.models import Person
from doanso.targets.actions import load_programme
from doanso.targets.models import Programme
from doanso.testing import TODAY, TREE_BEGAN, Tree
from tools.fixture_replay import replayed

PROGRAMMES: Path = settings.ROOT / "programmes"


@pytest.fixture
@replayed
def programme(tree: Tree) -> Programme:
    loaded = load_programme(actor=tree.dung, path=PROGRAMMES / "my-tho-2023.toml")
    entries = [
        Admission(branch=tree.units[code], particulars=Particulars(name=name, birth_year=2003), since=date(2022, 9, 1))
        for code, name in [
            ("p4-kp1", "Huỳnh Đăng Khoa"),
            ("p4-kp2", "Võ Minh Quân"),
            ("p5-kp1", "Lê Minh Khang"),
            ("p5-kp1", "Phan Kim Ngân"),
        ]
    ]
    members = admit_many(actor=tree.dung, entries=entries)
    Person.objects.filter(pk=members[0].person_id).update(user=tree.khoa)
    attest_many_people(
        actor=tree.dung,
        unit=tree.units["my-tho"],
        stage=stage_by_code("vneid", "level2-active"),
        person_ids=[member.person_id for member in members[:3]],
        happened_on=TODAY,
    )
    return loaded


@pytest.fixture
@replayed
def clerk(tree: Tree) -> User:
    """Minh, the clerk of ward 4, with no other role."""
    RoleAssignment.objects.create(user=tree.minh, role=Role.CLERK, unit=tree.units["p4"], since=TREE_BEGAN)
    return tree.minh
