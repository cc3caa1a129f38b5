"""Facts for the ledger: parameters of a programme, facts read again, and the records behind a figure."""

import pytest
from django.db import connection

from doanso.ledger.models import MeasureKind
from doanso.ledger.ports import MeasureKey
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.people.actions import merge_businesses, merge_persons, undo_merge
from doanso.support.actions import SupportRecordInput, take_back_help
from doanso.support.families import BusinessesFamily, PeopleFamily
from doanso.support.models import SupportRecord
from doanso.support.sources import help_lines
from doanso.support.tests.conftest import record_input, shop
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("family", "parameters", "key"),
    [
        (PeopleFamily(), {"service": "portal"}, MeasureKey("portal", 1)),
        (PeopleFamily(), {"service": "portal", "to": "residents"}, MeasureKey("portal", 1)),
        (PeopleFamily(), {"service": "portal", "count": "times"}, MeasureKey("portal", 0, MeasureKind.TIMES)),
        (
            PeopleFamily(),
            {"service": "portal", "to": "all", "count": "times"},
            MeasureKey("portal", 0, MeasureKind.TIMES),
        ),
        (BusinessesFamily(), {"service": "payment"}, MeasureKey("payment", 1)),
        (BusinessesFamily(), {"service": "payment", "count": "times"}, MeasureKey("payment", 0, MeasureKind.TIMES)),
    ],
)
def test_parameters_of_a_programme(ward, family, parameters, key):
    assert family.resolve(parameters) == key


@pytest.mark.parametrize(
    ("family", "parameters", "field"),
    [
        (PeopleFamily(), {}, "service"),
        (PeopleFamily(), {"service": "tarot"}, "service"),
        (PeopleFamily(), {"service": "portal", "rung": "account"}, "rung"),
        (PeopleFamily(), {"service": "portal", "count": "hours"}, "count"),
        (PeopleFamily(), {"service": "portal", "to": "cats"}, "to"),
        (PeopleFamily(), {"service": "portal", "to": "all"}, "to"),
        (PeopleFamily(), {"service": "portal", "to": "residents", "count": "times"}, "to"),
        (BusinessesFamily(), {"service": "payment", "to": "residents"}, "to"),
    ],
)
def test_parameters_that_mean_nothing_are_named(ward, family, parameters, field):
    with pytest.raises(Refused) as refused:
        family.resolve(parameters)

    assert refused.value.problem.field == field


def test_facts_are_paged_and_leave_out_what_was_taken_back(ward):
    support_records = ward.support_record(
        *[record_input(f"Nguyễn Văn {name}") for name in ("An", "Bình", "Châu")], shop()
    )
    take_back_help(actor=ward.tree.an, support_record_id=support_records[1].pk)
    family = PeopleFamily()
    [first] = family.facts(after=None, limit=1)
    later_facts = family.facts(after=first.source_id, limit=9)

    assert [fact.source_id for fact in (first, *later_facts)] == sorted([support_records[0].pk, support_records[2].pk])
    assert [fact.source_id for fact in BusinessesFamily().facts(after=None, limit=9)] == [support_records[3].pk]


def test_two_persons_who_are_one_count_once_and_recount_agrees(ward):
    support_record, other = ward.support_record(
        record_input("Lê Thị Sáu"), record_input("Lê Thị Sáu", phone="0912000111")
    )
    assert ward.figure() == 2
    merge_persons(actor=ward.tree.dung, source=other.person, target=support_record.person)

    assert ward.figure() == 1
    assert ward.figure("portal-times") == 2
    # Recorded again, each of the unit's contacts still identifies the existing record.
    assert ward.support_record(record_input("Lê Thị Sáu", phone="0912000111"))[0].pk == other.pk
    assert list(recount()) == []


def test_a_merged_shop_counts_once_with_its_own_times_and_twice_again_when_the_merge_is_undone(ward):
    one, other = ward.support_record(shop(phone="0912000111"), shop("Tạp hóa Bảy Lành", phone="0912000222"))
    assert ward.figure("payment-shops") == 2
    merge = merge_businesses(actor=ward.tree.dung, source=other.business, target=one.business)
    assert (ward.figure("payment-shops"), list(recount())) == (1, [])
    # Helped again under either name, it is still one shop.
    ward.support_record(shop("Tạp hóa Bảy Lành", phone="0912000222"))
    assert (ward.figure("payment-shops"), list(recount())) == (1, [])
    undo_merge(actor=ward.tree.dung, merge=merge)
    assert (ward.figure("payment-shops"), list(recount())) == (2, [])


def test_the_records_behind_a_figure_are_shown_under_the_policy(ward):
    [named] = ward.support_record(record_input())
    [unnamed] = ward.support_record(SupportRecordInput(service="portal", happened_on=TODAY))
    ids = [named.pk, unnamed.pk]

    lines = help_lines(actor=ward.tree.an, ids=ids)
    assert [lines[support_record_id].title for support_record_id in ids] == ["Nguyễn Văn Bảy", "Không muốn ghi tên"]
    assert lines[named.pk].url == f"/support/{named.pk}/"
    assert help_lines(actor=ward.tree.hanh, ids=ids)[named.pk].title == "N. V. B."
    others = help_lines(actor=ward.tree.chi, ids=ids)[named.pk]
    assert ("Bảy" in others.title, others.url) == (False, "")


def test_no_column_of_a_help_could_hold_a_secret(ward):
    columns = {
        description.name
        for description in connection.introspection.get_table_description(
            connection.cursor(), SupportRecord._meta.db_table
        )
    }

    for word in ("password", "otp", "account", "citizen", "photo", "picture", "image", "note"):
        assert not any(word in column for column in columns)
