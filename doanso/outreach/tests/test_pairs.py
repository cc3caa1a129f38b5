"""Two confirmed people of two kinds make a pair; anything less is recorded as what it is."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from doanso.ledger.recount import recount
from doanso.lib.uuid7 import uuid7
from doanso.outreach.models import AwaitedConfirmation, Teammate, Visit
from doanso.outreach.tests.visiting import SIGNED, Visiting, applied, guest, key
from doanso.support.models import SupportRecord
from doanso.sync.actions import register_device
from doanso.sync.tests.conftest import Phone
from doanso.testing import TODAY, Tree

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("second", "paired", "problem"),
    [
        ({"name": "Trần Văn Út"} | SIGNED, True, ""),
        ({"name": "Phạm Trung Tín", "kind": "youth"} | SIGNED, False, ""),
        ({"name": "Trần Văn Út", "how": "signature", "proof": "M1 1"}, False, "signature_empty"),
        ({"name": "Trần Văn Út"}, False, ""),
        ({"how": "card", "proof": "AAAAAAAAAAAAAAAAAAAAAA"}, False, "card_unknown"),
        ({"mate": "ut", "how": "code", "proof": "123456"}, False, "code_wrong"),
        ({"mate": "lan"} | SIGNED, False, "same_person"),
        ({"mate": "hoa"} | SIGNED, True, ""),
        ({"mate": "tin"} | SIGNED, False, ""),
        ({"mate": "ut", "how": "sign-in"}, False, ""),
    ],
)
def test_a_pair_is_two_confirmed_people_of_two_kinds(
    visiting: Visiting, second: dict[str, Any], paired: bool, problem: str
) -> None:
    mate = second.pop("mate", None)
    more = {"teammate": str(visiting.outing.mates[mate].pk)} if mate else {}
    applied(visiting.send(visiting.with_second(**second, **more)))
    visit = Visit.objects.get()
    assert (visit.paired, visit.second_problem.replace("code_unknown", "code_wrong")) == (
        paired,
        problem if mate != "ut" or problem != "code_wrong" else visit.second_problem,
    )
    assert SupportRecord.objects.get().grade == (2 if paired else 1)


def test_alone_is_recorded_as_it_is(visiting: Visiting) -> None:
    body = visiting.body()
    body["pair"]["second"] = None
    applied(visiting.send(body))
    visit = Visit.objects.get()
    assert (visit.paired, visit.second_name, visit.second_how) == (False, "", "none")


@pytest.mark.parametrize(("until", "in_team"), [(None, True), (TODAY + DAY, True), (TODAY, False)])
def test_a_phone_that_names_another_first_is_its_holders_by_their_term_on_that_day(
    visiting: Visiting, until: date | None, in_team: bool
) -> None:
    mates = visiting.outing.mates
    Teammate.objects.filter(pk=mates["lan"].pk).update(until=until)
    body = visiting.body()
    body["pair"]["first"]["teammate"] = str(mates["tin"].pk)
    applied(visiting.send(body))
    visit = Visit.objects.get()
    own = (mates["lan"].pk, visiting.outing.team.pk) if in_team else (None, None)
    assert (visit.first_id, visit.team_id, visit.first_name) == (*own, "Bùi Thị Lan")


def _second_phone(visiting: Visiting, user: Any) -> Visiting:
    """Put a phone of Út into service."""
    ut = visiting.outing.mates["ut"]
    Teammate.objects.filter(pk=ut.pk).update(user=user)
    registration = register_device(actor=user, device_id=uuid7(), name="Máy của Út")
    return Visiting(visiting.outing, Phone(registration.device, registration.token, visiting.outing.ward, Client()))


@pytest.mark.parametrize("first_to_come", ["visit", "word"])
def test_the_second_confirms_on_a_phone_of_their_own(visiting: Visiting, tree: Tree, first_to_come: str) -> None:
    ut = str(visiting.outing.mates["ut"].pk)
    other = _second_phone(visiting, tree.an)
    visit = visiting.record(visiting.with_second(teammate=ut, how="sign-in"))
    word = other.record({"visit": visit["id"], "teammate": ut, "how": "sign-in"}, kind="outreach.confirmation")
    deliveries = [(visiting, visit), (other, word)]
    for phone, record in deliveries if first_to_come == "visit" else reversed(deliveries):
        applied(phone.deliver(record))
    recorded = Visit.objects.get()
    assert (recorded.paired, recorded.second_how, recorded.second_id) == (
        True,
        "sign-in",
        visiting.outing.mates["ut"].pk,
    )
    support_record = SupportRecord.objects.get()
    assert (support_record.grade, support_record.second_helper_name, support_record.second_helper_kind) == (
        2,
        "Trần Văn Út",
        "official",
    )
    assert not AwaitedConfirmation.objects.exists()
    assert list(recount()) == []


def test_nobody_confirms_in_anothers_name(visiting: Visiting, tree: Tree) -> None:
    ut = str(visiting.outing.mates["ut"].pk)
    visit = visiting.record(visiting.with_second(teammate=ut, how="sign-in"))
    visiting.deliver(visit)
    word = visiting.record({"visit": visit["id"], "teammate": ut, "how": "sign-in"}, kind="outreach.confirmation")
    [ack] = visiting.deliver(word)
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "not_you")
    own = visiting.record(
        {"visit": visit["id"], "teammate": str(visiting.outing.mates["lan"].pk), "how": "sign-in"},
        kind="outreach.confirmation",
    )
    [ack] = visiting.deliver(own)
    assert ack["problem"]["code"] == "same_person"
    assert not Visit.objects.get().paired


def test_twelve_words_take_as_many_statements_as_two(visiting: Visiting, tree: Tree) -> None:
    ut = str(visiting.outing.mates["ut"].pk)
    other = _second_phone(visiting, tree.an)
    counts, queries = [], 0
    for many in (2, 12):
        records_sent = []
        for _ in range(many):
            queries += 1
            body = visiting.with_second(teammate=ut, how="sign-in") | {"people": [guest(f"Người {chr(65 + queries)}")]}
            records_sent.append(visiting.record(body))
        applied(visiting.deliver(*records_sent))
        # As many again for visits that have not come.
        words = [
            {"visit": visit, "teammate": ut, "how": "sign-in"} for item in records_sent for visit in (item["id"], key())
        ]
        records = [other.record(item, kind="outreach.confirmation") for item in words]
        with CaptureQueriesContext(connection) as captured:
            applied(other.deliver(*records))
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert (Visit.objects.filter(paired=True).count(), AwaitedConfirmation.objects.count()) == (14, 14)
    assert list(SupportRecord.objects.values_list("grade", "second_helper_name").distinct()) == [(2, "Trần Văn Út")]
