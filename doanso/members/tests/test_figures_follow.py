"""Changes of members show in the figures of their units; the most involved of them are recounted as well."""

from datetime import date, timedelta

import pytest

from doanso.ledger import queries
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.recount import recount
from doanso.members.actions import (
    Admission,
    admit_member,
    end_absence,
    end_exemption,
    end_membership,
    exempt,
    set_absence,
    take_back_absence,
    take_back_ending,
    take_back_exemption,
    take_back_transfer,
    transfer_member,
)
from doanso.members.families import ActiveFamily, ExemptFamily
from doanso.people.actions import Particulars
from doanso.testing import TODAY
from doanso.units.models import Unit, UnitKind, UnitLink, UnitName, UnitPath

FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)


@pytest.fixture
def book(register):
    return open_book(
        code="my-tho-2023",
        root=register.tree.units["my-tho"],
        first_day=FIRST,
        last_day=LAST,
        measures=[
            MeasurePlan("members", "members.active"),
            MeasurePlan("payment-members", "members.exempt", topic="payment-members"),
        ],
    )


def found_branch(tree, code: str, parent: str, since: date) -> None:
    unit = tree.units[code] = Unit.objects.create(code=code, kind=UnitKind.BRANCH, since=since)
    UnitName.objects.create(unit=unit, name=code, short_name=code, sort_key=code, since=since)
    UnitLink.objects.create(unit=unit, parent=tree.units[parent], since=since)
    above = UnitPath.objects.filter(unit=tree.units[parent])
    UnitPath.objects.bulk_create(
        [
            UnitPath(ancestor=unit, unit=unit, depth=0, since=since),
            *(UnitPath(ancestor_id=path.ancestor_id, unit=unit, depth=path.depth + 1, since=since) for path in above),
        ]
    )


def counts(register, book, code="members", on=TODAY) -> tuple[int, ...]:
    """City, ward 4, ward 5."""
    ids = [register.tree.units[unit].pk for unit in ("my-tho", "p4", "p5")]
    figures = queries.figures(book=book, unit_ids=ids, on=on)
    return tuple(figures[unit_id, code].total for unit_id in ids)


def test_a_book_opened_late_knows_the_members(register, book):
    assert counts(register, book) == (3, 2, 1)


def test_a_transfer_moves_one_from_ward_to_ward_on_its_day(register, book):
    day = date(2023, 10, 2)

    transfer_member(actor=register.tree.dung, member=register.duc, to=register.tree.units["p5-kp1"], on=day)

    assert counts(register, book) == (3, 1, 2)
    assert counts(register, book, on=day - timedelta(days=1)) == (3, 2, 1)


def test_who_ended_leaves_every_figure(register, book):
    end_membership(actor=register.tree.an, member=register.thuy, state="grown-out", on=date(2023, 11, 1))

    assert counts(register, book) == (2, 1, 1)
    assert counts(register, book, on=date(2023, 10, 31)) == (3, 2, 1)


def test_away_counts_nowhere_until_the_return(register, book):
    absence = set_absence(actor=register.tree.an, member=register.duc, reason="study", since=date(2023, 9, 1))
    assert counts(register, book) == (2, 1, 1)

    end_absence(actor=register.tree.an, member=register.duc, absence=absence, until=date(2023, 11, 1))

    assert counts(register, book) == (3, 2, 1)
    assert counts(register, book, on=date(2023, 10, 31)) == (2, 1, 1)


def test_exempt_from_one_share_only(register, book):
    exemption = exempt(
        actor=register.tree.an,
        member=register.duc,
        indicator="payment-members",
        reason="Chưa đủ tuổi mở tài khoản",
        review_on=date(2024, 3, 1),
        since=date(2023, 9, 1),
    )
    assert counts(register, book) == (3, 2, 1)
    assert counts(register, book, "payment-members") == (1, 1, 0)

    end_exemption(actor=register.tree.an, member=register.duc, exemption=exemption, until=date(2023, 11, 1))

    assert counts(register, book, "payment-members") == (0, 0, 0)


def test_what_is_taken_back_never_was(register, book):
    tree = register.tree
    absence = set_absence(actor=tree.an, member=register.duc, reason="study", since=date(2023, 9, 1))
    exemption = exempt(
        actor=tree.an,
        member=register.thuy,
        indicator="payment-members",
        reason="Chưa đủ tuổi",
        review_on=date(2024, 3, 1),
    )
    assert (counts(register, book), counts(register, book, "payment-members")) == ((2, 1, 1), (1, 1, 0))

    take_back_absence(actor=tree.an, member=register.duc, absence=absence)
    take_back_exemption(actor=tree.an, member=register.thuy, exemption=exemption)

    assert (counts(register, book), counts(register, book, "payment-members")) == ((3, 2, 1), (0, 0, 0))
    assert counts(register, book, on=date(2023, 10, 1)) == (3, 2, 1)


def test_an_end_that_is_taken_back_leaves_no_day_out(register, book):
    tree = register.tree
    end_membership(actor=tree.an, member=register.duc, state="struck-off", on=date(2023, 6, 1))
    assert counts(register, book) == (2, 1, 1)

    take_back_ending(actor=tree.an, member=register.duc)

    assert counts(register, book) == counts(register, book, on=date(2023, 6, 1)) == (3, 2, 1)


def test_a_transfer_that_is_taken_back_moves_nobody_on_any_day(register, book):
    tree, day = register.tree, date(2023, 10, 2)
    moved = transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=day)
    assert counts(register, book) == (3, 1, 2)

    stay = take_back_transfer(actor=tree.dung, member=moved)

    assert counts(register, book) == counts(register, book, on=day) == (3, 2, 1)
    # And once more, to another branch, with a leave that goes along and an end that is taken back.
    set_absence(actor=tree.an, member=stay, reason="study", since=day, until=date(2023, 11, 1))
    again = transfer_member(actor=tree.dung, member=stay, to=tree.units["p5-kp1"], on=day)
    end_membership(actor=tree.chi, member=again, state="struck-off", on=date(2023, 11, 5))
    take_back_ending(actor=tree.chi, member=again)
    assert counts(register, book) == (3, 1, 2)
    assert counts(register, book, on=day) == (2, 1, 1)
    take_back_transfer(actor=tree.dung, member=again)

    assert counts(register, book) == (3, 2, 1)
    assert list(recount()) == []
    assert [fact.source_id for fact in ActiveFamily().facts(after=None, limit=9) if fact.source_id == again.pk] == []


def test_a_book_opened_after_a_transfer_was_taken_back_never_hears_of_it(register):
    tree = register.tree
    moved = transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=date(2023, 10, 2))
    take_back_transfer(actor=tree.dung, member=moved)

    late = open_book(
        code="late",
        root=tree.units["my-tho"],
        first_day=FIRST,
        last_day=LAST,
        measures=[MeasurePlan("members", "members.active")],
    )

    assert counts(register, late) == (3, 2, 1)


def test_a_member_of_a_new_branch_counts_from_its_first_day(register, book):
    tree, first = register.tree, date(2023, 6, 1)
    found_branch(tree, "p4-kp9", "p4", first)

    member = admit_member(
        actor=tree.an,
        entry=Admission(tree.units["p4-kp9"], Particulars(name="Phan Văn Hòa"), joined_on=date(2018, 3, 26)),
    )

    assert member.since == first
    assert counts(register, book) == (4, 3, 1)
    assert counts(register, book, on=first - timedelta(days=1)) == (3, 2, 1)


def test_who_was_struck_off_and_came_back_counts_once_on_every_day(register, book):
    tree = register.tree
    end_membership(actor=tree.an, member=register.duc, state="struck-off", on=date(2023, 6, 1))

    particulars = Particulars(name="Nguyễn Hoàng Đức", birth_date=date(2001, 4, 12), citizen_id="082201001234")
    admit_member(actor=tree.an, entry=Admission(tree.units["p4-kp2"], particulars, joined_on=date(2018, 3, 26)))

    assert counts(register, book, on=date(2023, 5, 31)) == (3, 2, 1)
    assert counts(register, book, on=date(2023, 6, 1)) == (2, 1, 1)
    assert counts(register, book) == (3, 2, 1)
    assert list(recount()) == []


def test_facts_come_in_pages_by_key_over_both_tables(register):
    tree = register.tree
    set_absence(actor=tree.an, member=register.duc, reason="study", since=date(2023, 9, 1))
    exempt(actor=tree.an, member=register.thuy, indicator="payment-members", reason="x", review_on=date(2024, 3, 1))
    set_absence(actor=tree.chi, member=register.khang, reason="work", since=date(2023, 9, 1))

    for family, total in ((ExemptFamily(), 3), (ActiveFamily(), 3)):
        facts, after = [], None
        while page := family.facts(after=after, limit=2):
            facts += page
            after = page[-1].source_id
        assert len({fact.source_id for fact in facts}) == len(facts) == total
        assert facts == sorted(facts, key=lambda fact: fact.source_id)
