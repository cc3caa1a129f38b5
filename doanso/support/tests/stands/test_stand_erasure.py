"""A helper of a stand who is erased: the stand goes on with the other one, and without any takes nobody."""

import pytest

from doanso.lib.problems import Refused
from doanso.support import personal
from doanso.support.actions import Helper, close_stand
from doanso.support.models import Stand, SupportRecord
from doanso.support.stand_keys import StandEntry

pytestmark = pytest.mark.django_db


def helpers(stand: Stand) -> tuple[object, ...]:
    return stand.helper_id, stand.helper_name, stand.second_helper_id, stand.second_helper_name


@pytest.fixture
def duc(register) -> Helper:
    """A member who helps."""
    return Helper("Nguyễn Hoàng Đức", "youth", register.duc.pk)


def test_a_stand_goes_on_with_the_helper_who_is_left(another, register, duc):
    first, second = another(helper=duc), another(second=duc)
    personal.erase({register.duc.person_id})

    assert helpers(first.fresh()) == (None, "Võ Thị Năm", None, "")
    assert helpers(second.fresh()) == (None, "Trần Gia Huy", None, "")
    first.record()
    assert (SupportRecord.objects.get().helper_name, SupportRecord.objects.get().helper_kind) == (
        "Võ Thị Năm",
        "official",
    )


def test_a_stand_without_a_helper_takes_nobody_and_ends(another, register, duc, as_user):
    at_stand = another(helper=duc, second=None)
    waiting = at_stand.enter()
    personal.erase({register.duc.person_id})

    assert helpers(at_stand.fresh()) == (None, "", None, "")
    for step in (at_stand.record, lambda: at_stand.record(None), lambda: at_stand.finish(waiting)):
        with pytest.raises(Refused, match="không còn tên người giúp"):
            step()
    with pytest.raises(Refused, match="Bàn này đã kết thúc"):
        at_stand.enter()
    assert not SupportRecord.objects.exists()
    assert as_user(at_stand.actor).get(f"/support/stands/{at_stand.stand.pk}/").status_code == 200
    close_stand(actor=at_stand.actor, stand_id=at_stand.stand.pk)


def test_a_helper_who_wrote_their_own_name_is_known_by_their_account(ward, another, register, duc):
    """Nobody linked the names to the member; An's record of the same name is a namesake's."""
    name, khoa = duc.name, ward.tree.khoa
    register.duc.person.user = khoa
    register.duc.person.save(update_fields=["user"])
    of_khoa, of_an = another(helper=Helper(name, "official")), another(helper=Helper(name, "official"))
    Stand.objects.filter(pk=of_khoa.stand.pk).update(opened_by=khoa)
    of_khoa.record()
    SupportRecord.objects.update(recorded_by=khoa)
    of_an.record(StandEntry("Lê Văn Tám", 1960, ""))
    assert len(personal.copy({register.duc.person_id})) == 1
    personal.erase({register.duc.person_id})

    assert helpers(of_khoa.fresh()) == (None, "Võ Thị Năm", None, "")
    assert helpers(of_an.fresh()) == (None, name, None, "Võ Thị Năm")
    named = dict(SupportRecord.objects.values_list("recorded_by__username", "helper_name"))
    assert named == {khoa.username: "", of_an.actor.username: name}


def test_the_copy_of_a_helper_has_the_stands(another, register, duc):
    another(helper=duc)
    another(second=duc)
    another()

    assert (
        personal.copy({register.duc.person_id})
        == [("Giúp người dân ở bàn hướng dẫn", "ngày 12/11/2023, đơn vị Đoàn Phường 4, tại Nhà văn hoá Khu phố 3")] * 2
    )
