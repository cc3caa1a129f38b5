"""Two records of one unit, once their persons were merged: both stay as they were written, and count as one person."""

import pytest
from django.urls import reverse

from doanso.people.actions import MatchResult, Particulars, resolve_duplicate, undo_merge
from doanso.people.models import Contact, Duplicate, Merge
from doanso.people.queries import all_contacts, count_persons, distinct_contacts

OTHERWISE = Particulars("Nguyễn Thị Mai", birth_year=1959, phone="0903111222", address="12 Lê Lợi")


@pytest.fixture
def merged_pair(tree, meet) -> tuple[MatchResult, MatchResult]:
    """Ward 4 has written Mai down twice, and the city has said that the two are one."""
    records = meet("p4"), meet("p4", OTHERWISE)
    resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same")
    return records


def marks(page) -> list[list[int]]:
    """The years of birth in the other records of each line's person."""
    return [[contact.birth_year for contact in line.same_as] for line in page.context["lines"]]


def test_both_records_stay_and_are_marked_as_one_person(tree, merged_pair, meet, as_user):
    older, newer = merged_pair
    address = reverse("people:people")
    client = as_user(tree.an)
    meet("p4", Particulars("Lê Văn Tám", birth_year=1950))
    page = client.get(address)
    text = page.content.decode()

    assert sorted(marks(page)) == [[], [1958], [1959]]
    assert "2 người trên trang này" in text
    assert text.count("Cùng một người với") == 2
    # Either record is found by what it says.
    for typed in ("mai", "0903111222"):
        assert {contact.contact.pk for contact in client.get(address, {"q": typed}).context["lines"]} == {
            older.contact_id,
            newer.contact_id,
        }
    card = client.get(reverse("people:person", args=[newer.contact_id])).content.decode()
    assert "Cùng một người với" in card
    assert reverse("people:person", args=[older.contact_id]) in card
    assert "đơn vị khác" not in card


def test_undoing_leaves_each_record_with_its_own_person(tree, merged_pair, meet, as_user):
    older, newer = merged_pair
    persons_before = dict(Contact.objects.values_list("pk", "person_id"))
    assert persons_before == {older.contact_id: older.person_id, newer.contact_id: newer.person_id}
    assert meet("p4", OTHERWISE).contact_id == newer.contact_id

    undo_merge(actor=tree.giang, merge=Merge.objects.get())
    page = as_user(tree.an).get(reverse("people:people"))
    assert dict(Contact.objects.values_list("pk", "person_id")) == persons_before
    assert marks(page) == [[], []]
    assert "2 người trên trang này" in page.content.decode()


def test_one_person_of_several_records_is_counted_and_named_once(tree, merged_pair, meet):
    older, _newer = merged_pair
    eight = meet("p4", Particulars("Lê Văn Tám", birth_year=1950))
    assert count_persons(all_contacts()) == 2
    assert [contact.pk for contact in distinct_contacts(list(all_contacts().order_by("-pk")))] == [
        eight.contact_id,
        older.contact_id,
    ]
    undo_merge(actor=tree.giang, merge=Merge.objects.get())
    assert count_persons(all_contacts()) == 3
    assert len(distinct_contacts(list(all_contacts()))) == 3
