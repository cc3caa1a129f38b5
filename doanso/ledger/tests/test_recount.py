from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from doanso.ledger import actions, checks, ports
from doanso.ledger.models import Entry, Fact, Measure, Placement, Queue, Suspension, Total
from doanso.ledger.recount import PAGE, recount
from doanso.lib.uuid7 import uuid7


@pytest.fixture
def person(tree, book, owners):
    """One member with a state, a move, an absence, a regrading and a visit."""
    someone = uuid7()
    stay = owners.place(someone, tree.units["p4-kp1"], date(2022, 1, 1))
    source = owners.state(someone, date(2023, 2, 1))
    owners.regrade("test.state", source, 2)
    owners.move(stay, tree.units["p5-kp1"], date(2023, 6, 1))
    owners.suspend(someone, date(2023, 8, 1), date(2023, 9, 1))
    owners.suspend(someone, date(2023, 3, 1), date(2023, 4, 1), code="vneid-members")
    owners.visit(someone, tree.units["p5"], date(2023, 3, 1))
    return someone


def differences():
    return [str(difference) for difference in recount()]


@pytest.mark.parametrize("folded", [False, True])
def test_a_right_ledger_is_silent(person, folded, capsys):
    if folded:
        actions.fold(page=3)
    out = StringIO()
    call_command("recount", stdout=out)
    assert out.getvalue() == ""


def test_a_deed_that_forgot_to_count_is_named(tree, person, owners, monkeypatch):
    monkeypatch.setattr(actions, "count", lambda counted: None)
    visit = owners.visit(person, tree.units["p4"], date(2023, 5, 1))
    [only] = differences()
    where = f"facts: family test.times visit, source test.test.times {visit}, subject {person}"
    assert only == f"{where}: expected (0, {tree.units['p4'].pk}, 2023-05-01, 2023-11-12, 1, False, 1), found nothing"


def test_an_entry_deleted_behind_the_ledgers_back_is_named_in_both_halves(person, owners):
    entry = Entry.objects.get(measure__code="visits")
    source = entry.source_id
    Entry.objects.filter(pk=entry.pk).delete()
    lines = differences()
    assert [line.split(":")[0] for line in lines] == ["totals"] * 4 + ["entries"]
    assert lines[-1] == (
        f"entries: book nam-2023, measure visits, subject {person}, unit p5, 2023-03-01, grade 1, "
        f"source test.test.times {source}, amount +1: expected 1, found 0"
    )
    assert lines[0] == (
        "totals: book nam-2023, measure visits, unit my-tho, all days: "
        "expected grades [0, 0, 0, 0, 0], found [0, 1, 0, 0, 0]"
    )


def test_a_fact_deleted_behind_the_ledgers_back_is_named(person):
    Fact.objects.filter(family="test.times").delete()
    assert [line.split(":")[0] for line in differences()] == ["facts", "entries"]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (Fact, {"happened_on": date(2023, 1, 7)}),
        (Placement, {"since": date(2023, 1, 7)}),
        (Suspension, {"since": date(2023, 1, 7)}),
    ],
)
def test_a_fact_changed_in_the_ledger_is_named(person, table, change):
    first = table.objects.order_by("id").first()
    table.objects.filter(pk=first.pk).update(**change)
    lines = differences()
    assert any(line.startswith("facts:") and str(first.source_id) in line for line in lines)
    assert any(line.startswith("entries:") for line in lines)


def test_a_record_its_owner_lost_is_named(person, owners):
    source = next(iter(owners.usage.rows))
    del owners.usage.rows[source]
    [only] = differences()
    assert only.startswith(f"facts: family test.state vneid, source test.test.state {source}, subject {person}: ")
    assert only.endswith("expected nothing, found (2, None, 2023-02-01, 2023-11-12, 2, False, 1)")


def test_a_wrong_total_and_a_lost_queue_row_are_named(person):
    actions.fold(page=3)
    Queue.objects.order_by("id").last().delete()
    assert {line.split(":")[0] for line in differences()} == {"totals"}
    actions.fold()
    row = Total.objects.filter(measure__code="members").first()
    Total.objects.filter(pk=row.pk).update(g1=row.g1 + 1)
    assert any("measure members" in line for line in differences())


def test_the_command_ends_with_code_1_and_names_what_is_wrong(person):
    Entry.objects.filter(measure__code="visits").delete()
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("recount", stdout=out)
    assert ended.value.code == 1
    assert "measure visits" in out.getvalue()


def test_owners_are_read_page_by_page(tree, person, owners, monkeypatch):
    monkeypatch.setattr("doanso.ledger.recount.PAGE", 2)
    for _ in range(5):
        owners.visit(uuid7(), tree.units["p4"], date(2023, 5, 1))
    assert differences() == []
    lost = sorted(owners.visits.rows)[3]
    Fact.objects.filter(source_id=lost).delete()
    assert sum(str(lost) in line for line in differences()) == 2
    assert PAGE == 2000


def test_a_family_that_nobody_serves_any_more_fails_at_start(book, owners, monkeypatch):
    assert checks.every_open_family_is_served(databases=["default"]) == []
    monkeypatch.delitem(ports.registered_families, "test.times")
    assert [message.id for message in checks.every_open_family_is_served(databases=["default"])] == ["ledger.E001"]
    assert checks.every_open_family_is_served() == []
    Measure.objects.filter(family="test.times").delete()
    assert checks.every_open_family_is_served(databases=["default"]) == []
