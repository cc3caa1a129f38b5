"""A former member who took part everywhere is erased: nothing in the database tells of them, and every figure stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from doanso.access.actions import end_role
from doanso.access.models import Invitation, RoleAssignment
from doanso.cashless.models import CodeAlarm, ShopCheck
from doanso.cashless.tests.conftest import ACB, APPLIED
from doanso.cashless.tests.conftest import checking as checking
from doanso.cashless.tests.conftest import market as market
from doanso.cashless.tests.conftest import registered as registered
from doanso.home.encrypted_columns import COLUMNS
from doanso.ledger.recount import recount
from doanso.lib import clock, encryption
from doanso.lib.uuid7 import uuid7
from doanso.members.actions import end_membership
from doanso.members.tests.conftest import register as register
from doanso.outreach.models import Team, Teammate, Visit
from doanso.outreach.tests.conftest import mate
from doanso.outreach.tests.conftest import outing as outing
from doanso.outreach.tests.conftest import visiting as visiting
from doanso.outreach.tests.visiting import applied
from doanso.people import ports
from doanso.people.actions import erase_person, open_request
from doanso.support.models import SupportRecord
from doanso.sync.models import Device, Record
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

NAME = "Nguyễn Hoàng Đức"


def everywhere() -> str:
    """Return every value of every table, with what is encrypted in the clear."""
    values = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            values += [str(value) for row in cursor for value in row]
    for column in COLUMNS:
        values += [str(encryption.decrypt_bytes(value, context=column.context)) for value in column.latest(1000)]
    return "\n".join(values)


@pytest.fixture
def duc(visiting: Any, register: Any, tree: Any) -> Any:
    """Đức of ward 4: the youth of the pair with an account and a card, whose name stands in visits and their phone's name."""
    member = register.duc
    member.person.user = tree.khoa
    member.person.save(update_fields=["user"])
    Teammate.objects.filter(pk=visiting.outing.mates["ut"].pk).update(name=NAME, member=member)
    applied(visiting.send(visiting.body()))
    return member


def test_a_member_of_a_pair_leaves_no_name_and_no_signature(duc: Any, visiting: Any, tree: Any) -> None:
    lines = [text for records in ports.personal_records() for _title, text in records.copy({duc.person_id})]
    assert any(visiting.outing.team.name in text for text in lines)
    figure = visiting.outing.figure("portal-times")
    Device.objects.update(user=tree.khoa, name=f"Máy của {NAME}")
    now = clock.now()
    Invitation.objects.create(
        batch=uuid7(), role="member", unit=tree.units["p4-kp1"], display_name=NAME, secret_hash="x", invited_by=tree.an,
        made_at=now, expires_at=now + timedelta(days=1), used_at=now, user=tree.khoa,
    )  # fmt: skip
    erase(duc, tree)
    visit = Visit.objects.get()
    assert (visit.second_name, bytes(visit.signature_encrypted), visit.paired) == ("–", b"", True)
    teammate = Teammate.objects.get(pk=visit.second_id)
    assert (teammate.name, teammate.until) == ("–", TODAY)
    assert bytes(Record.objects.get().payload_encrypted) == b""
    assert Device.objects.get().revoked_at is not None
    assert NAME not in everywhere()
    assert visiting.outing.figure("portal-times") == figure == 1
    assert not list(recount())


def test_whoever_visited_in_no_team_is_named_by_no_visit_and_no_record(visiting: Any, register: Any, tree: Any) -> None:
    # An account may be called otherwise than the register calls the member.
    called = "Đức Hoàng Nguyễn"
    register.duc.person.user = tree.lan
    register.duc.person.save(update_fields=["user"])
    tree.lan.display_name = called
    tree.lan.save(update_fields=["display_name", "folded", "sort_key"])
    Teammate.objects.filter(user=tree.lan).update(user=None)
    applied(visiting.send(visiting.body()))
    visit, support_record = Visit.objects.get(), SupportRecord.objects.get()
    assert (visit.first, visit.first_name, visit.second_name) == (None, called, "Trần Văn Út")
    assert (support_record.helper_name, support_record.second_helper_name) == (called, "Trần Văn Út")
    figure = visiting.outing.figure("portal-times")
    erase(register.duc, tree)
    visit.refresh_from_db()
    support_record.refresh_from_db()
    assert (visit.first_name, visit.second_name) == ("–", "Trần Văn Út")
    assert (support_record.helper_name, support_record.second_helper_name) == ("", "Trần Văn Út")
    assert called not in everywhere()
    assert visiting.outing.figure("portal-times") == figure == 1
    assert not list(recount())


def erase(member: Any, tree: Any) -> None:
    """End what stands against it, then erase."""
    for role in RoleAssignment.objects.filter(user=member.person.user):
        end_role(actor=tree.giang, role_assignment=role)
    end_membership(actor=tree.giang, member=member, state="grown-out", on=TODAY)
    request = open_request(
        actor=None, person_id=member.person_id, unit_id=tree.units["p4"].pk, kind="erase", channel="paper"
    )
    erase_person(actor=tree.giang, request=request)


# The name of the other may contain the erased one, and stays whole.
@pytest.mark.parametrize("other", ["Bùi Thị Lan", f"Võ {NAME}"])
def test_whoever_checked_shops_is_named_by_no_check_and_no_alarm(
    checking: Any, register: Any, tree: Any, other: str
) -> None:
    team = Team.objects.create(unit=tree.units["p4"], name="Tổ 1", since=TODAY)
    lan = mate(team, other, "official", "women", user=tree.lan)
    duc = mate(team, NAME, "youth", "youth-union", member=register.duc)
    pair = {"team": str(team.pk), "first": {"teammate": str(lan.pk)}, "second": {"teammate": str(duc.pk), "name": ""}}
    assert checking.send(checking.record(pair=pair, scan=checking.scan(ACB, "different"))) == [APPLIED]
    assert CodeAlarm.objects.get().seen_by_words == f"{other} và {NAME}"
    erase(register.duc, tree)
    check = ShopCheck.objects.get()
    assert (check.first_name, check.second_name) == (other, "–")
    assert CodeAlarm.objects.get().seen_by_words == f"{other} và –"
    assert NAME not in everywhere().replace(other, "")
