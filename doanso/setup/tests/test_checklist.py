"""The checklist of an administrator: computed from the data, put away, and nobody else's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.lib import clock, formats
from doanso.setup import server_state
from doanso.setup.checklist import checklist_of
from doanso.setup.models import ChecklistDismissal
from doanso.units.actions import found_root
from doanso.units.models import UnitKind

pytestmark = pytest.mark.django_db


def _states(role: RoleAssignment) -> dict[str, str]:
    return {step.kind.code: step.state for step in checklist_of(role).steps}


@pytest.fixture
def alone(db: None) -> RoleAssignment:
    """The administrator of a committee that has nothing yet."""
    unit = found_root(
        actor=None,
        code="my-tho",
        kind=UnitKind.CITY,
        name="Thành Đoàn Mỹ Tho",
        short_name="Mỹ Tho",
        since=date(2023, 1, 1),
        note="setup",
    )
    user = User.objects.create(username="giang", display_name="Võ Trường Giang", created_at=clock.now())
    return RoleAssignment.objects.create(user=user, role=Role.CITY_ADMINISTRATOR, unit=unit, since=date(2023, 1, 1))


def test_an_empty_committee_begins_with_its_units(alone, as_user, django_assert_num_queries):
    with django_assert_num_queries(1):
        checklist = checklist_of(alone)

    assert {step.kind.code: step.state for step in checklist.steps} == {
        "committee": "done", "units": "now", "programme": "open", "consent": "open", "accounts": "later",
        "members": "later", "targets": "later", "letterhead": "open", "seal": "open", "backup": "open",
    }  # fmt: skip
    assert [step.waits_for for step in checklist.optional][:3] == ["Sau bước 2", "Sau bước 2", "Sau bước 2 và 3"]
    assert checklist.left == "còn khoảng 35 phút cho 3 bước cần thiết"
    page = as_user(alone.user).get("/today/").content.decode()
    assert "Cần để bắt đầu" in page
    assert "Xong 1 trong 10 bước" in page
    assert "Xong hết rồi." not in page


def test_a_commune_is_told_of_its_branches_and_not_of_wards(alone):
    def texts() -> list[str]:
        return [str(step.text) for step in checklist_of(alone).needed]

    assert texts()[1].startswith("Đoàn phường, xã, trường và các chi đoàn.")
    alone.unit.kind = UnitKind.COMMUNE
    assert texts()[1].startswith("Các chi đoàn ấp, khu phố, trường, cơ quan.")


def test_the_step_of_the_members_opens_the_form_for_members(programme, tree, as_user):
    role = RoleAssignment.objects.select_related("unit").get(user=tree.giang)
    addresses = {step.kind.code: [url for _label, url, _icon in step.links] for step in checklist_of(role).steps}

    assert addresses["members"] == ["/imports/?kind=members"]
    page = as_user(tree.giang).get(addresses["members"][0]).content.decode()
    assert '<option value="members" selected>' in page


def test_what_is_in_the_data_is_done(programme, tree):
    states = _states(RoleAssignment.objects.select_related("unit").get(user=tree.giang))

    assert states["units"] == states["programme"] == states["accounts"] == states["members"] == "done"
    assert states["letterhead"] == states["seal"] == states["backup"] == "open"


def test_it_says_whether_anything_is_left(programme, tree):
    checklist = checklist_of(RoleAssignment.objects.select_related("unit").get(user=tree.giang))
    needed = [replace(step, state="done" if step.kind.is_needed else step.state) for step in checklist.steps]
    complete = replace(checklist, steps=[replace(step, state="done") for step in checklist.steps])

    assert checklist.left == "còn khoảng 5 phút cho 1 bước cần thiết"
    assert replace(checklist, steps=needed).left == "Các bước cần thiết đã xong. Phần còn lại làm sau cũng được."
    assert complete.left == "Các bước đều đã xong."


def test_the_checklist_is_put_away_and_shown_again(alone, as_user):
    client = as_user(alone.user)

    assert client.post("/setup/checklist/put-away/")["Location"] == "/today/"
    client.post("/setup/checklist/put-away/")
    assert "Cần để bắt đầu" not in client.get("/today/").content.decode()
    dismissal = ChecklistDismissal.objects.get()
    assert (dismissal.unit, dismissal.dismissed_by) == (alone.unit, alone.user)
    assert "Cần để bắt đầu" in client.get("/setup/checklist/").content.decode()

    assert client.post("/setup/checklist/put-away/", {"show": "1"})["Location"] == "/setup/checklist/"
    assert "Cần để bắt đầu" in client.get("/today/").content.decode()


@pytest.mark.parametrize("name", ["dung", "an", "binh", "hanh", "khoa", "minh"])
def test_it_is_for_administrators_alone(tree, as_user, name):
    client = as_user(tree.users[name])

    assert client.get("/setup/checklist/").status_code == 404
    assert client.post("/setup/checklist/put-away/").status_code == 404
    assert not ChecklistDismissal.objects.exists()


def test_the_server_says_only_what_it_knows(tree, as_user, monkeypatch):
    now = clock.now()
    facts = server_state.server_facts(is_secure=True, backed_up_at=now)
    assert [fact.is_good for fact in facts] == [True, True, True, True]
    assert facts[3].text == f"Sao lưu gần nhất: {formats.real_day(now)}"
    [old] = server_state.server_facts(is_secure=True, backed_up_at=now - timedelta(days=8))[3:]
    assert (old.is_good, old.text.endswith(": hãy sao lưu lại")) == (False, True)
    usage = server_state.shutil.disk_usage("/")._replace(free=900_000_000)
    monkeypatch.setattr(server_state.shutil, "disk_usage", lambda _path: usage)

    facts = server_state.server_facts(is_secure=False)

    assert [fact.is_good for fact in facts] == [False, True, False, False]
    assert facts[3].text == "Chưa sao lưu lần nào"
    assert facts[0].text.startswith("Ổ đĩa sắp đầy: còn 0 GB")
    assert "Ổ đĩa sắp đầy" in as_user(tree.giang).get("/setup/checklist/").content.decode()
