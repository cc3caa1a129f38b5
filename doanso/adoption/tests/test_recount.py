"""The ledger's entries follow from adoption's own tables."""

from datetime import date

import pytest

from doanso.adoption.actions import attest, attest_many_people, raise_grade, take_back_attestation
from doanso.adoption.families import StateFamily
from doanso.adoption.models import Usage
from doanso.adoption.queries import stage_by_code
from doanso.ledger.recount import recount
from doanso.members.actions import set_absence, transfer_member
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(ward):
    tree, members = ward.tree, ward.members
    usages = attest_many_people(
        actor=tree.an, unit=tree.units["p4"], stage=ward.active, person_ids=ward.people(8), happened_on=date(2023, 3, 1)
    )
    by_person = {usage.person_id: usage for usage in usages}
    take_back_attestation(actor=tree.an, usage_id=by_person[members[0].person_id].pk)
    raise_grade(actor=tree.dung, usage_id=by_person[members[1].person_id].pk, grade=4)
    attest(actor=tree.an, member_id=members[2].pk, stage=stage_by_code("vneid", "level1"), happened_on=date(2023, 6, 1))
    transfer_member(actor=tree.dung, member=members[3], to=tree.units["p5-kp1"], on=date(2023, 7, 1))
    set_absence(actor=tree.an, member=members[4], reason="study", since=date(2023, 8, 1))
    attest(actor=tree.dung, member_id=members[9].pk, stage=ward.active, happened_on=date(2022, 5, 1))
    return ward


def test_it_is_silent_after_a_year_of_actions(year):
    assert list(recount()) == []
    # Eight, less one taken back, one stepped down, one moved and one away, and one from before the programme.
    assert [year.figure("p4"), year.figure("p5"), year.figure("p4", "called-back")] == [5, 1, 1]
    assert year.figure("p4", on=date(2023, 1, 1)) == 1


def test_it_names_a_record_that_nobody_counted(year):
    Usage.objects.create(
        person_id=year.members[10].person_id,
        service_id="vneid",
        stage=year.active,
        unit_id=year.members[10].branch_id,
        happened_on=TODAY,
        arrived_on=TODAY,
        recorded_at=year.members[10].recorded_at,
        grade=1,
    )

    assert list(recount()) != []


def test_facts_come_in_pages_by_key_without_what_was_taken_back(year):
    family, facts, after = StateFamily(), [], None
    while page := family.facts(after=after, limit=3):
        facts += page
        after = page[-1].source_id

    assert [fact.source_id for fact in facts] == list(
        Usage.objects.filter(taken_back_at=None).order_by("pk").values_list("pk", flat=True)
    )
