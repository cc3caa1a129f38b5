"""What phones and stands recorded for ward 4 while it was merged into ward 5: nothing waits without an end, all of it counts."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from doanso.access.models import RoleAssignment
from doanso.cashless.models import ShopCheck
from doanso.cashless.tests.conftest import checking as checking
from doanso.cashless.tests.conftest import market as market
from doanso.cashless.tests.conftest import registered as registered
from doanso.events.tests.conftest import gate as gate
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.members.queries import home_units
from doanso.members.tests.conftest import register as register
from doanso.organisation.actions import end_unit, merge_units
from doanso.outreach.models import Team, Visit
from doanso.outreach.tests.conftest import mate
from doanso.outreach.tests.conftest import outing as outing
from doanso.outreach.tests.conftest import visiting as visiting
from doanso.outreach.tests.test_amend_page import filled
from doanso.outreach.tests.visiting import applied
from doanso.support.models import SupportRecord
from doanso.support.stand_keys import StandEntry
from doanso.support.tests.conftest import ward as ward
from doanso.support.tests.stands.conftest import AtStand
from doanso.support.tests.stands.from_phone import APPLIED, FromPhone
from doanso.sync.actions import deliver_backup
from doanso.sync.tests.conftest import phone_of as phone_of
from doanso.sync.tests.phones import backup_file
from doanso.testing import TODAY, Tree
from doanso.units import queries as units
from doanso.units.models import Unit

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)


def merge(tree: Tree, *, with_roles: bool = True) -> None:
    """Ward 4 goes on as ward 5 from today, and its people keep their roles there."""
    roles = RoleAssignment.objects.filter(unit=tree.units["p4"]).values_list("pk", flat=True) if with_roles else ()
    merge_units(
        actor=tree.giang, units=[tree.units["p4"]], into=tree.units["p5"], role_assignments=list(roles), on=TODAY
    )


def test_visits_of_both_sides_of_the_end_count_each_for_the_unit_of_its_day(visiting: Any) -> None:
    before = visiting.record(visiting.body(1, happened_on=str(YESTERDAY)))
    after = visiting.record(visiting.body())
    merge(visiting.outing.tree)
    applied(visiting.deliver(before, after))
    assert list(Visit.objects.order_by("happened_on").values_list("unit__code", "household__unit__code", "paired")) == [
        ("p4", "p4", True),
        ("p5", "p4", True),
    ]
    assert [visiting.outing.figure("portal-times", code) for code in ("my-tho", "p5")] == [2, 1]
    assert not list(recount())


def test_the_successors_officer_hands_in_what_a_phone_without_a_role_holds(visiting: Any) -> None:
    record = visiting.record(visiting.body())
    tree = visiting.outing.tree
    merge(tree, with_roles=False)
    assert visiting.phone.send(record)["code"] == "device_paused"
    file = backup_file(visiting.phone.device.pk, [(record["id"], record["hash"], record["payload"])])
    assert [ack.state for ack in deliver_backup(actor=tree.chi, file=file).acks] == ["applied"]
    assert visiting.outing.figure("portal-residents", "p5") == 1


def test_the_successors_officer_amends_a_visit_of_before_and_reads_whom_it_names(visiting: Any, as_user: Any) -> None:
    applied(visiting.send(visiting.body(happened_on=str(YESTERDAY))))
    visit, tree = Visit.objects.get(), visiting.outing.tree
    merge(tree)
    client, address = as_user(tree.chi), f"/outreach/visits/{visit.pk}/amend/"
    values = filled(client.get(address).content.decode())
    values |= {"person-0-phone": "0909 000 111", "reason": "Thiếu số điện thoại"}
    page = unescape(client.post(address, values, follow=True).content.decode())
    assert "Đã sửa lượt này; số liệu đổi theo." in page
    assert "Người được giúp, trước đó: Nguyễn Văn Bảy" in page
    assert visiting.outing.figure("portal-residents") == 1
    assert not list(recount())


def test_the_second_of_an_ended_wards_team_still_confirms(visiting: Any, phone_of: Any) -> None:
    outing = visiting.outing
    binh = mate(outing.team, "Trần Thị Bình", "official", "women", user=outing.tree.an)
    visit = visiting.record(visiting.with_second(teammate=str(binh.pk)))
    merge(outing.tree)
    applied(visiting.deliver(visit))
    phone = phone_of(outing.tree.an)
    body = {"visit": visit["id"], "teammate": str(binh.pk), "how": "sign-in"}
    answer = phone.send(phone.record(kind="outreach.confirmation", body=body))
    applied(answer["acks"])
    assert Visit.objects.get().paired


def test_a_stand_goes_on_and_counts_for_the_successor(ward: Any, phone_of: Any) -> None:
    at_stand = AtStand(ward)
    sent = FromPhone(at_stand, phone_of(ward.tree.an))
    first, second = sent.record(), sent.record({"name": "Lê Văn Tám", "birth_year": 1949, "phone": ""})
    entry = StandEntry("Võ Thị Chín", 1960, "")
    waiting = at_stand.enter(entry)
    merge(ward.tree)
    assert sent.send(first, second) == [APPLIED, APPLIED]
    at_stand.record(None, actor=ward.tree.chi)
    at_stand.finish(waiting, actor=ward.tree.chi)
    # The resident's form sent again is the entry that was finished meanwhile.
    assert at_stand.enter(entry, key=waiting.pk).pk == waiting.pk
    assert [ward.figure("portal-residents", code) for code in ("my-tho", "p5")] == [3, 3]
    assert ward.figure("portal-times", "p5") == 4
    assert set(SupportRecord.objects.values_list("unit__code", flat=True)) == {"p5"}
    assert sent.send(first, second) == [APPLIED, APPLIED]
    assert not list(recount())


def test_a_gate_of_the_ended_ward_is_found(gate: Any) -> None:
    ticket = gate.ticket()
    record = gate.record(ticket=ticket.gate_code)
    merge(gate.tree)
    assert gate.send(record) == [APPLIED]
    assert gate.came() == [(1, "07:42", True)]


def test_a_check_names_the_teammates_of_the_ended_ward(checking: Any) -> None:
    tree = checking.market.tree
    team = Team.objects.create(unit=tree.units["p4"], name="Tổ 1", since=YESTERDAY)
    lan = mate(team, "Bùi Thị Lan", "youth", "youth-union", user=tree.lan)
    pair = {"team": str(team.pk), "first": {"teammate": str(lan.pk)}, "second": None}
    record = checking.record(pair=pair)
    merge(tree)
    assert checking.send(record) == [APPLIED]
    assert ShopCheck.objects.get().first == lan


def test_contacts_of_an_ended_branch_are_its_keepers_home(tree: Tree) -> None:
    branch, ward_id = tree.units["p4-kp2"], tree.units["p4"].pk
    end_unit(actor=tree.giang, unit=branch, successor=tree.units["p4-kp1"], on=TODAY)
    assert home_units([branch.pk, ward_id]) == {branch.pk: ward_id, ward_id: ward_id}
    ended = Unit.objects.get(pk=branch.pk)
    assert units.unit_of_days(ended, {YESTERDAY}) == ended
    assert units.unit_of_days(ended, {TODAY}) == tree.units["p4-kp1"]
    with pytest.raises(Refused, match="unit-ended-between"):
        units.unit_of_days(ended, {YESTERDAY, TODAY})
