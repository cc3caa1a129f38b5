"""A denominator's list kept as it was on a day, beside the live one."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.lib.problems import Refused
from doanso.members.actions import exempt, set_absence, transfer_member
from doanso.targets.actions import forget_persons, freeze_denominator
from doanso.targets.queries import overview
from doanso.targets.queries.frozen import frozen_lists_with
from doanso.testing import TODAY

DAY = date(2023, 6, 30)
pytestmark = pytest.mark.django_db


@pytest.fixture
def share(loaded):
    return loaded.programme.indicators.get(code="vneid2-members")


@pytest.fixture
def kept(loaded, share):
    exempt(
        actor=loaded.tree.an, member=loaded.members["Đức"], indicator=share.code, reason="Chưa có điện thoại",
        since=date(2023, 5, 1), review_on=date(2023, 12, 31),
    )  # fmt: skip
    return freeze_denominator(
        actor=loaded.tree.an, indicator=share, unit=loaded.tree.units["p4"], on=DAY, note="6 tháng"
    )


def test_it_holds_who_was_asked_and_who_was_exempt_and_why(loaded, kept):
    assert (kept.asked, kept.exempt) == (3, 1)
    people = {listed.person_id: (listed.exempt, listed.reason) for listed in kept.people.all()}
    of = {name: member.person_id for name, member in loaded.members.items()}
    assert people == {
        of["Thủy"]: (False, ""), of["Quân"]: (False, ""), of["Hân"]: (False, ""),
        of["Đức"]: (True, "Chưa có điện thoại"),
    }  # fmt: skip


def test_later_deeds_change_the_live_list_alone(loaded, kept):
    tree, members = loaded.tree, loaded.members
    transfer_member(actor=tree.dung, member=members["Thủy"], to=tree.units["p5-kp1"], on=TODAY)
    set_absence(actor=tree.an, member=members["Quân"], reason="study", since=date(2023, 6, 1))

    assert overview(loaded.programme, tree.units["p4"], TODAY).by_code("vneid2-members").denominator == 1
    assert overview(loaded.programme, tree.units["p4"], DAY).by_code("vneid2-members").denominator == 2
    kept.refresh_from_db()
    assert (kept.asked, kept.people.filter(exempt=False).count()) == (3, 3)


def test_erasure_leaves_the_place_in_the_count_and_nothing_else(loaded, kept):
    [(_title, text)] = frozen_lists_with([loaded.members["Đức"].person_id])
    assert text == "Đoàn viên có tài khoản VNeID mức độ 2, 30/06/2023: Chưa có điện thoại"
    forget_persons([loaded.members["Đức"].person_id])

    [gone] = kept.people.filter(exempt=True)
    assert (gone.person_id, gone.source, gone.source_kind, gone.reason) == (None, None, "", "")


def test_one_list_a_day_and_no_day_ahead(loaded, share, kept):
    unit = loaded.tree.units["p4"]
    for day, code in [
        (DAY, "frozen_already"),
        (date(2023, 11, 13), "day_outside"),
        (date(2022, 12, 31), "day_outside"),
    ]:
        with pytest.raises(Refused, match=code):
            freeze_denominator(actor=loaded.tree.an, indicator=share, unit=unit, on=day)
    count = loaded.programme.indicators.get(code="portal-residents")
    with pytest.raises(Refused, match="no_denominator"):
        freeze_denominator(actor=loaded.tree.an, indicator=count, unit=unit, on=DAY)


@pytest.mark.parametrize("name", ["binh", "chi", "hanh", "khoa"])
def test_who_may_not_give_targets_there_keeps_no_list(loaded, share, name):
    with pytest.raises(PermissionDenied):
        freeze_denominator(actor=loaded.tree.users[name], indicator=share, unit=loaded.tree.units["p4"], on=DAY)
