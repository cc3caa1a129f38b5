"""A visit sent by a phone: helped people, door and figures; each once, whatever is sent again."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.outreach.actions.visits import recording
from doanso.outreach.actions.visits.batches import BatchMatch, BatchPlan
from doanso.outreach.models import Door, Visit, VisitSupportRecord
from doanso.outreach.tests.visiting import NOBODY, Visiting, applied, guest, key, link
from doanso.people.actions import DoorInput, match_or_create_households
from doanso.people.models import Contact, Duplicate, Household
from doanso.support.models import Receipt, SupportRecord
from doanso.sync.models import Record
from doanso.testing import TODAY, Tree


def test_a_pair_helps_somebody_at_home(visiting: Visiting, tree: Tree) -> None:
    outing = visiting.outing
    [ack] = visiting.send(visiting.body(people=[guest("Nguyễn Văn Bảy", "portal", "payment")]))
    applied([ack])
    visit = Visit.objects.get()
    assert (str(visit.pk), visit.recorded_by, visit.unit) == (ack["id"], tree.lan, outing.ward)
    assert (visit.first, visit.first_how, visit.second, visit.second_how) == (
        outing.mates["lan"],
        "sign-in",
        outing.mates["ut"],
        "signature",
    )
    assert (visit.paired, visit.paired_on, visit.household) == (True, TODAY, outing.household)
    helps = list(SupportRecord.objects.order_by("service_id"))
    assert [(row.service_id, row.grade, row.source, row.helper_name, row.second_helper_name) for row in helps] == [
        ("payment", 2, "visit", "Bùi Thị Lan", "Trần Văn Út"),
        ("portal", 2, "visit", "Bùi Thị Lan", "Trần Văn Út"),
    ]
    assert [row.after.code for row in VisitSupportRecord.objects.select_related("after") if row.after] == [
        "active",
        "active",
    ]
    contact = Contact.objects.get(name="Nguyễn Văn Bảy")
    assert (contact.household, contact.address) == (outing.household, "2 Lê Lợi")
    assert (outing.figure("portal-residents"), outing.figure("payment-residents", "p4")) == (1, 1)
    door = outing.doors[0]
    door.refresh_from_db()
    assert (door.outcome, door.visits, door.visited_on) == ("helped", 1, TODAY)
    verbs = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"outreach.record", "support.record"} <= verbs


def test_sent_a_hundred_times_it_changes_nothing(visiting: Visiting) -> None:
    records = [visiting.record(visiting.body(index)) for index in range(3)]
    first = visiting.deliver(*records)
    before = [Visit.objects.count(), SupportRecord.objects.count(), AuditEvent.objects.count(), Record.objects.count()]
    for _time in range(100):
        assert visiting.deliver(*records) == [ack | {"known": True} for ack in first]
    assert [
        Visit.objects.count(),
        SupportRecord.objects.count(),
        AuditEvent.objects.count(),
        Record.objects.count(),
    ] == before


@pytest.mark.parametrize("outcome", ["refused", "not-home"])
def test_where_nobody_agreed_nobody_is_written_down(visiting: Visiting, outcome: str) -> None:
    before = Contact.objects.count()
    applied(visiting.send(visiting.body(outcome=outcome, people=[])))
    assert Visit.objects.get().outcome == outcome
    assert (Contact.objects.count(), SupportRecord.objects.count()) == (before, 0)
    [ack] = visiting.send(visiting.body(1, outcome=outcome))
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "nobody_to_name")


def test_help_without_a_name_is_a_time(visiting: Visiting) -> None:
    unnamed = guest() | NOBODY
    applied(visiting.send(visiting.body(people=[unnamed])))
    assert (Contact.objects.count(), Receipt.objects.count()) == (0, 0)
    assert (visiting.outing.figure("portal-residents"), visiting.outing.figure("portal-times")) == (0, 1)


def test_the_shop_itself_is_helped(visiting: Visiting) -> None:
    shop = {"id": key(), "new": True, "name": "Tạp hóa Năm", "number": "9", "street": "Lê Lợi", "neighbourhood": None}
    helped = guest("", "payment") | {"person": None, "consent": None, "business": True}
    applied(visiting.send(visiting.body(door=None, household=None, business=shop, people=[helped])))
    visit = Visit.objects.get()
    assert visit.business is not None
    assert (visit.business.name, visit.business.address) == ("Tạp hóa Năm", "9 Lê Lợi")
    assert (visiting.outing.figure("payment-shops"), visiting.outing.figure("payment-residents")) == (1, 0)
    assert SupportRecord.objects.get().receipt is not None


def test_a_door_found_on_the_way_is_a_home(visiting: Visiting) -> None:
    place = {"id": key(), "new": True, "number": "12 / 3a", "street": "Lê Lợi"}
    ward = str(visiting.outing.neighbourhood.pk)
    applied(visiting.send(visiting.body(door=None, household=place | {"neighbourhood": ward})))
    home = Household.objects.get(pk=place["id"])
    assert (home.address, home.neighbourhood) == ("12/3A Lê Lợi", visiting.outing.neighbourhood)
    again = place | {"id": key(), "number": "12/3A", "neighbourhood": ward}
    applied(visiting.send(visiting.body(door=None, household=again, people=[guest("Trần Thị Sáu")])))
    assert Visit.objects.filter(household=home).count() == 2


def test_whoever_was_helped_by_another_ward_counts_once(visiting: Visiting, tree: Tree) -> None:
    from doanso.people.actions import Particulars
    from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, record_helps

    person = Particulars("Nguyễn Văn Bảy", birth_year=1951, phone="0909000111")
    inputs = SupportRecordInput(
        "portal", TODAY, person=person, helper=Helper("Chi"), consent=ConsentInput(("support",), "paper", "2023-09")
    )
    record_helps(actor=tree.chi, unit=tree.units["p5"], entries=[inputs])
    applied(visiting.send(visiting.body(people=[guest(person={"phone": "0909000111"})])))
    assert (visiting.outing.figure("portal-residents"), visiting.outing.figure("portal-residents", "p4")) == (1, 0)


def test_somebody_alike_of_another_ward_is_offered_for_merging(visiting: Visiting, tree: Tree) -> None:
    from doanso.people.actions import Particulars
    from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, record_helps

    person = Particulars("Nguyễn Văn Bảy", birth_year=1951, phone="0909000111", address="2 Lê Lợi")
    inputs = SupportRecordInput(
        "portal", TODAY, person=person, helper=Helper("Chi"), consent=ConsentInput(("support",), "paper", "2023-09")
    )
    record_helps(actor=tree.chi, unit=tree.units["p5"], entries=[inputs])
    applied(visiting.send(visiting.body()))
    assert visiting.outing.figure("portal-residents") == 2
    [pair] = Duplicate.objects.filter(state="open")
    assert pair.unit == tree.units["p4"]


def test_a_receipt_shown_twice_is_one_and_anothers_is_refused(visiting: Visiting) -> None:
    helped = guest()
    first = visiting.record(visiting.body(people=[helped]))
    visiting.deliver(first)
    renamed = helped | {"person": helped["person"] | {"name": "Nguyễn Văn Bẩy"}, "helps": guest()["helps"]}
    applied(visiting.deliver(visiting.record(visiting.body(people=[renamed]), of=first["id"], base=first["hash"])))
    assert Receipt.objects.count() == 1
    stolen = guest("Trần Thị Sáu") | {"receipt": helped["receipt"] | {"link": link()}}
    [ack] = visiting.send(visiting.body(1, people=[stolen]))
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "receipt_taken")


def test_a_clock_that_is_ahead_counts_today(visiting: Visiting) -> None:
    applied(visiting.send(visiting.body(happened_on="2031-01-01")))
    assert SupportRecord.objects.get().happened_on == TODAY
    assert visiting.outing.figure("portal-residents") == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"outcome": "dance"}, "message_invalid", "outcome"),
        ({"people": []}, "nothing_done", "people"),
        ({"outcome": "follow-up", "people": []}, "follow_up_day", "follow_up_on"),
        ({"outcome": "follow-up", "people": [], "follow_up_on": "2023-11-12"}, "follow_up_day", "follow_up_on"),
        ({"people": [guest(business=True)]}, "two_receivers", "people"),
        ({"people": [guest() | {"consent": None}]}, "no_consent", "consent"),
        ({"people": [guest("Nguyễn 0909 000 111")]}, "digits_in_name", "name"),
        ({"people": [guest("<b>Bảy</b>")]}, "name_brackets", "people"),
        ({"people": [guest("Bảy", "portal", "banking")]}, "code_unknown", "before"),
        ({"people": [guest(person={"phone": "12"})]}, None, None),
        (
            {"people": [guest() | {"receipt": {"id": key(), "link": "!" * 22, "code": "7KQ2M4XD"}}]},
            "link_malformed",
            "link",
        ),
        ({"more": 1}, "message_invalid", "more"),
        ({"happened_on": "1999-01-01"}, "day_too_early", "happened_on"),
    ],
)
def test_what_is_not_right_is_kept_and_said(
    visiting: Visiting, change: dict[str, Any], code: str | None, field: str | None
) -> None:
    good, bad = visiting.body(1), visiting.body() | change
    acks = visiting.send(bad, good)
    assert [ack["state"] for ack in acks] == ["refused", "applied"]
    if code is not None:
        assert (acks[0]["problem"]["code"], acks[0]["problem"]["field"]) == (code, field)
    assert Visit.objects.count() == 1


def test_another_wards_home_and_door_are_nobodys(visiting: Visiting, tree: Tree) -> None:
    other = Household.objects.create(unit=tree.units["p5"], address="1 Nơi khác", created_at=clock.now())
    place = {"id": str(other.pk), "new": False, "number": "", "street": "", "neighbourhood": None}
    [ack] = visiting.send(visiting.body(door=None, household=place))
    assert ack["problem"]["code"] == "place_unknown"
    # An unknown door is ignored: the home is one of the drive's.
    applied(visiting.send(visiting.body(door=key())))
    assert Visit.objects.get().door == visiting.outing.doors[0]
    applied(visiting.send(visiting.body(1, door=key(), drive=None)))
    assert Visit.objects.get(household=visiting.outing.doors[1].household).door is None


_NO_ROWS = ("SAVEPOINT", "RELEASE SAVEPOINT", "SELECT pg_advisory_xact_lock")


def test_as_many_statements_for_a_hundred_as_for_ten(visiting: Visiting) -> None:
    visiting.send(visiting.body())
    counts = []
    for family, size in (("Trần", 10), ("Lê", 100)):
        bodies = [
            visiting.body(people=[guest(f"{family} Văn {'ABCDEGHIKL'[n % 10]}", "portal", "payment", year=1905 + n)])
            for n in range(size)
        ]
        records = [visiting.record(item) for item in bodies]
        with CaptureQueriesContext(connection) as queries:
            applied(visiting.deliver(*records))
        # Savepoints and lock waits read no row.
        counts.append(sum(not item["sql"].startswith(_NO_ROWS) for item in queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 36, "\n".join(item["sql"][:150] for item in queries.captured_queries)


def test_planning_reads_and_writes_nothing(visiting: Visiting, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_batch = recording.plan_batch
    statements: list[int] = []

    def plan_alone(match: BatchMatch) -> BatchPlan:
        with CaptureQueriesContext(connection) as queries:
            plan = plan_batch(match)
        statements.append(len(queries))
        return plan

    monkeypatch.setattr(recording, "plan_batch", plan_alone)
    record = visiting.record(visiting.body())
    applied(visiting.deliver(record, visiting.record(visiting.body(1))))
    applied(visiting.deliver(visiting.record(visiting.body(2), of=record["id"], base=record["hash"])))
    assert statements == [0, 0]


@pytest.mark.sqlite_only
def test_a_batch_looks_up_its_own_rows_however_many_the_ward_has(visiting: Visiting) -> None:
    outing = visiting.outing
    street = [DoorInput(str(n), "Trần Hưng Đạo", outing.neighbourhood.pk) for n in range(1, 41)]
    for met in match_or_create_households(unit_id=outing.ward.pk, inputs=street):
        door = Door(drive=outing.drive, unit=outing.ward, household_id=met.household_id, walk_key="")
        door.save(force_insert=True)
        outing.doors.append(door)
    records = [visiting.record(visiting.body(index, people=[guest(year=1905 + index)])) for index in range(3, 43)]
    statements: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        applied(visiting.deliver(*records))

    steps = set()
    for sql, params in statements:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            steps |= {row[3] for row in cursor.fetchall()}
    # Filtered by the ward alone a statement would read every home, door and person of the ward.
    tables = ("household", "door", "contact")
    assert [step for step in steps if "(unit_id=?)" in step and any(table in step for table in tables)] == []
    assert {step.split(" (")[0] for step in steps if "people_household" in step or "outreach_door" in step} == {
        "SEARCH people_household USING INDEX sqlite_autoindex_people_household_1",
        "SEARCH outreach_door USING INDEX sqlite_autoindex_outreach_door_1",
    }


def test_the_messages_of_the_contract_are_read(visiting: Visiting) -> None:
    from pathlib import Path

    from doanso.outreach.records.visits import ConfirmationKind, VisitKind

    folder = Path(__file__).parents[3] / "contract"
    for name in ("visit", "visit_refused", "visit_unnamed", "visit_shop"):
        message = json.loads((folder / f"{name}.json").read_text())
        assert VisitKind().read(message["body"], message["version"]).outcome == message["body"]["outcome"]
    message = json.loads((folder / "confirmation.json").read_text())
    assert ConfirmationKind().read(message["body"], 1)[0] == UUID(message["body"]["visit"])


def test_a_visit_is_taken_back_with_all_it_brought(
    visiting: Visiting, tree: Tree, as_user: Callable[..., Client]
) -> None:
    from django.core.exceptions import PermissionDenied

    from doanso.lib.problems import Refused
    from doanso.outreach.actions.visits import take_back_visit

    visiting.send(visiting.body())
    visit = Visit.objects.get()
    for stranger in (tree.chi, tree.khoa, tree.minh, tree.hanh):
        with pytest.raises(PermissionDenied):
            take_back_visit(actor=stranger, visit=visit, reason="Ghi nhầm nhà")
    with pytest.raises(Refused) as refused:
        take_back_visit(actor=tree.an, visit=visit, reason=" ")
    assert refused.value.problem.field == "reason"
    for _time in range(2):
        taken_back = take_back_visit(actor=tree.an, visit=visit, reason="Ghi nhầm nhà")
        assert taken_back.taken_back_reason == "Ghi nhầm nhà"
    assert visiting.outing.figure("portal-residents") == 0
    assert list(recount()) == []
