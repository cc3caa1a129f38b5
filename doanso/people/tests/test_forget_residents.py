"""Forgetting residents a year after their last programme."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.ledger.models import Book, Subject
from doanso.lib import clock
from doanso.members.actions import end_membership
from doanso.people.actions import (
    NewContact,
    Particulars,
    add_contacts,
    erase_person,
    forget_residents,
    open_request,
    retention,
)
from doanso.people.models import Contact, Duplicate, Person

END = date(2023, 12, 31)
DUE = date(2025, 1, 1)


@pytest.fixture
def resident(tree, meet):
    """Mai, written down in ward 4 in the year of a programme of the city."""
    Book.objects.create(code="b", root=tree.units["my-tho"], first_day=date(2023, 1, 1), last_day=END)
    met = meet("p4")
    Contact.objects.update(created_at=datetime(2023, 6, 1, tzinfo=UTC))
    return met


def names():
    return sorted(Contact.objects.values_list("name", flat=True))


@pytest.mark.parametrize(("day", "expected"), [(END, 0), (date(2024, 12, 31), 0), (DUE, 1), (date(2030, 1, 1), 1)])
def test_twelve_months_after_the_end(resident, business_day, day, expected):
    business_day(day)
    assert forget_residents().forgotten == expected
    assert names() == ([""] if expected else ["Nguyễn Thị Mai"])


def test_it_is_idempotent_and_tells_history(resident, business_day):
    business_day(DUE)
    assert [forget_residents(note="worker").forgotten for _time in range(2)] == [1, 0]
    event = AuditEvent.objects.get(action="people.forget")
    assert (event.actor, event.actor_note, event.object_id) == (None, "worker", resident.person_id)


def test_a_dry_run_only_counts(resident, business_day):
    business_day(DUE)
    out = StringIO()
    call_command("forget_residents", "--dry-run", stdout=out)
    assert "1" in out.getvalue()
    assert names() == ["Nguyễn Thị Mai"]


def test_members_and_former_members_stay(tree, resident, admit_resident, business_day):
    member = admit_resident(resident, "p4-kp1")
    business_day(DUE)
    assert forget_residents().forgotten == 0
    end_membership(actor=tree.an, member=member, state="grown-out", on=DUE)
    assert forget_residents().forgotten == 0
    assert names() == ["Nguyễn Thị Mai"]


def test_a_newer_programme_keeps_them(tree, resident, business_day):
    Book.objects.create(code="c", root=tree.units["p4"], first_day=date(2024, 6, 1), last_day=date(2024, 12, 31))
    business_day(DUE)
    assert forget_residents().forgotten == 0
    business_day(date(2026, 1, 1))
    assert forget_residents().forgotten == 1


def test_another_unit_that_still_has_a_programme_keeps_them(tree, resident, meet, business_day):
    Book.objects.create(code="c", root=tree.units["p5"], first_day=date(2024, 6, 1), last_day=date(2024, 12, 31))
    meet("p5")
    Contact.objects.update(created_at=datetime(2023, 6, 1, tzinfo=UTC))
    business_day(DUE)
    assert forget_residents().forgotten == 0


def test_whoever_was_written_down_later_waits_a_year_from_then(tree, resident, meet, business_day):
    late = meet("p4", Particulars("Lê Văn Tám", birth_year=1950))
    Contact.objects.filter(pk=late.contact_id).update(created_at=datetime(2024, 5, 1, tzinfo=UTC))
    business_day(DUE)
    assert forget_residents().forgotten == 1
    assert names() == ["", "Lê Văn Tám"]


def test_where_no_programme_was_nothing_is_forgotten(tree, meet, business_day):
    meet("p4")
    business_day(date(2040, 1, 1))
    assert forget_residents().forgotten == 0


def test_pages_and_merged_ones(tree, resident, meet, business_day, monkeypatch):
    monkeypatch.setattr(retention, "PAGE", 2)
    for place in range(5):
        meet("p4", Particulars(f"Lê Văn {'ABCDE'[place]}", birth_year=1950 + place))
    Contact.objects.update(created_at=datetime(2023, 6, 1, tzinfo=UTC))
    first, second = Person.objects.order_by("pk")[:2]
    Person.objects.filter(pk=second.pk).update(merged_into=first)
    business_day(DUE)
    assert forget_residents().forgotten == 5
    assert set(names()) == {""}


def test_open_requests_do_not_keep_anybody(tree, resident, business_day):
    open_request(
        actor=None, person_id=resident.person_id, unit_id=tree.units["p4"].pk, kind="copy", channel="paper", detail="x"
    )
    business_day(DUE)
    assert forget_residents().forgotten == 1


def test_done_twice_it_forgets_once(resident, business_day):
    business_day(DUE)
    assert forget_residents(note="worker").forgotten == 1
    assert names() == [""]
    assert forget_residents(note="worker").forgotten == 0


def test_a_page_takes_as_many_statements_for_twenty_as_for_two(tree, resident, meet, business_day):
    def forget(first, count):
        for place in range(count):
            meet("p4", Particulars(f"Lê Văn {chr(65 + place)}", birth_year=first + place))
        Contact.objects.update(created_at=datetime(2023, 6, 1, tzinfo=UTC))
        with CaptureQueriesContext(connection) as captured:
            assert forget_residents().forgotten >= count
        return len(captured)

    business_day(DUE)
    few = forget(1930, 2)
    assert forget(1940, 20) <= few


def test_what_an_erasure_left_behind_is_erased_however_young_the_programme(tree, resident, business_day):
    """As a list that named her in the moment of her erasure left it: written down, asked, paired and helped since."""
    business_day(END)
    request = open_request(
        actor=tree.an, person_id=resident.person_id, unit_id=tree.units["p4"].pk, kind="erase", channel="paper"
    )
    erase_person(actor=tree.an, request=request)
    own = Particulars("Nguyễn Thị Mai", birth_year=1958, phone="0903111222")
    add_contacts([NewContact(tree.units["p5"].pk, own, resident.person_id)])
    other = Person.objects.create(created_at=clock.now())
    first, two = sorted([resident.person_id, other.pk])
    Duplicate.objects.create(one_id=first, other_id=two, unit=tree.units["p5"], score=1, found_at=clock.now())
    erased_at = Person.objects.get(pk=resident.person_id).erased_at

    assert forget_residents(dry_run=True).forgotten == 1
    assert [forget_residents(note="worker").forgotten for _time in range(2)] == [1, 0]

    assert names() == ["", ""]
    assert not Duplicate.objects.exists()
    assert Person.objects.get(pk=resident.person_id).erased_at == erased_at
    assert Person.objects.get(pk=other.pk).erased_at is None
    assert AuditEvent.objects.get(action="people.forget").object_id == resident.person_id


def test_whom_the_ledger_can_name_although_erased_is_forgotten_there_too(tree, resident, business_day):
    business_day(END)
    request = open_request(
        actor=tree.an, person_id=resident.person_id, unit_id=tree.units["p4"].pk, kind="erase", channel="paper"
    )
    erase_person(actor=tree.an, request=request)
    Subject.objects.create(kind="person", ref=resident.person_id)

    assert [forget_residents().forgotten for _time in range(2)] == [1, 0]
    assert not Subject.objects.filter(ref=resident.person_id).exists()
