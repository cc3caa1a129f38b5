"""Settling pairs: one, different, later; and taking a merge back exactly."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from doanso.audit.models import AuditEvent
from doanso.ledger.models import Subject
from doanso.lib.problems import Refused
from doanso.people.actions import (
    BusinessInput,
    Particulars,
    erase_person,
    match_or_create_businesses,
    merge_businesses,
    merge_persons,
    open_request,
    resolve_duplicate,
    undo_merge,
)
from doanso.people.models import Business, Duplicate, Merge, Person
from doanso.people.queries import canonical, canonical_businesses, same_person


def test_one_and_the_same_becomes_the_older_one(tree, twins):
    older, newer = twins
    pair = resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same")

    assert (pair.state, pair.resolved_by) == ("same", tree.dung)
    assert canonical([newer.person_id]) == {newer.person_id: older.person_id}
    assert same_person(older.person_id) == {older.person_id, newer.person_id}
    survivor, merged = (Subject.objects.get(kind="person", ref=twin.person_id) for twin in twins)
    assert merged.merged_into == survivor
    assert AuditEvent.objects.filter(action="people.merge").count() == 1


def test_undo_is_exact_and_the_pair_waits_again(tree, twins):
    _older, newer = twins
    resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same")
    undo_merge(actor=tree.giang, merge=Merge.objects.get())

    assert canonical([newer.person_id]) == {newer.person_id: newer.person_id}
    assert not Person.objects.exclude(merged_into=None).exists()
    assert not Subject.objects.exclude(merged_into=None).exists()
    assert Duplicate.objects.get().state == "open"
    with pytest.raises(Refused) as refused:
        undo_merge(actor=tree.giang, merge=Merge.objects.get())
    assert refused.value.problem.code == "undone_already"


def test_after_a_merge_both_records_are_found_and_new_ones_go_to_who_remained(tree, twins, meet):
    older, newer = twins
    resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same")

    again = meet("p5", Particulars("Nguyễn Thị Mai", birth_year=1959, phone="0903111222"))
    elsewhere = meet("p4-kp1", Particulars("Nguyễn Thị Mai", birth_year=1959, phone="0903111222"))

    assert again.contact_id == newer.contact_id
    assert elsewhere.person_id == older.person_id
    assert elsewhere.known_elsewhere


def test_different_people_are_never_asked_about_again(tree, twins, meet):
    resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="different")
    meet("p5", Particulars("Nguyễn Thị Mai", birth_year=1959, phone="0903111222"))

    assert Duplicate.objects.get().state == "different"
    with pytest.raises(Refused) as refused:
        resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same")
    assert refused.value.problem.code == "settled_already"
    assert not Merge.objects.exists()


@pytest.mark.parametrize("chain", [False, True])
@pytest.mark.parametrize("decision", ["different", "later"])
def test_two_who_were_merged_meanwhile_are_not_different(tree, twins, meet, decision, chain):
    """Merged from the page of one of them, or each with a third: the pair itself is still open."""
    older, newer = (Person(pk=twin.person_id) for twin in twins)
    if chain:
        third = Person(pk=meet("p4", Particulars("Nguyễn Thị Mai", birth_year=1931)).person_id)
        merge_persons(actor=tree.giang, source=third, target=older)
        merge_persons(actor=tree.giang, source=newer, target=third)
    else:
        merge_persons(actor=tree.giang, source=newer, target=older)
    pair = Duplicate.objects.get(one=older, other=newer)

    with pytest.raises(Refused) as refused:
        resolve_duplicate(actor=tree.dung, duplicate=pair, decision=decision)

    assert refused.value.problem.code == "merged_already"
    pair.refresh_from_db()
    assert (pair.state, pair.resolved_by) == ("open", None)
    assert resolve_duplicate(actor=tree.dung, duplicate=pair, decision="same").state == "same"
    assert Merge.objects.count() == 1 + chain


@pytest.mark.parametrize("first", ["same", "different"])
@pytest.mark.parametrize("second", ["same", "different", "later"])
def test_what_was_resolved_takes_no_other_answer(tree, twins, first, second):
    pair = Duplicate.objects.get()
    resolve_duplicate(actor=tree.dung, duplicate=pair, decision=first)

    with pytest.raises(Refused) as refused:
        resolve_duplicate(actor=tree.giang, duplicate=pair, decision=second)

    assert refused.value.problem.code == "settled_already"
    pair.refresh_from_db()
    assert (pair.state, pair.resolved_by, Merge.objects.count()) == (first, tree.dung, int(first == "same"))


def test_a_pair_of_somebody_who_was_erased_is_no_pair(tree, twins):
    pair = Duplicate.objects.get()
    ward = tree.units["p5"].pk
    request = open_request(actor=tree.chi, person_id=twins[1].person_id, unit_id=ward, kind="erase", channel="paper")
    erase_person(actor=tree.chi, request=request)

    with pytest.raises(Refused) as refused:
        resolve_duplicate(actor=tree.dung, duplicate=pair, decision="different")
    assert refused.value.problem.code == "erased"


def test_later_stays_in_the_queue(tree, twins):
    resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="later")
    assert resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same").state == "same"


def test_a_ward_resolves_nothing(tree, twins):
    with pytest.raises(PermissionDenied):
        resolve_duplicate(actor=tree.an, duplicate=Duplicate.objects.get(), decision="same")
    with pytest.raises(PermissionDenied):
        resolve_duplicate(actor=tree.an, duplicate=Duplicate.objects.get(), decision="different")

    assert Duplicate.objects.get().state == "open"
    assert not Merge.objects.exists()


def test_two_active_members_stay_two(tree, twins, admit_resident):
    admit_resident(twins[0], "p4-kp1")
    admit_resident(twins[1], "p5-kp1")

    with pytest.raises(Refused) as refused:
        merge_persons(actor=tree.dung, source=Person(pk=twins[1].person_id), target=Person(pk=twins[0].person_id))
    assert refused.value.problem.code == "both_members"


def test_who_is_one_already_is_not_merged_again(tree, twins):
    older, newer = (Person.objects.get(pk=twin.person_id) for twin in twins)
    merge_persons(actor=tree.dung, source=newer, target=older)

    with pytest.raises(Refused) as refused:
        merge_persons(actor=tree.dung, source=older, target=newer)
    assert refused.value.problem.code == "one_already"
    assert resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same").state == "same"


def test_a_chain_of_merges_is_undone_link_by_link(tree, meet):
    persons = [
        Person.objects.get(pk=meet("p4", Particulars("Lê Văn Tám", birth_year=year)).person_id)
        for year in (1950, 1960, 1970)
    ]
    first = merge_persons(actor=tree.dung, source=persons[0], target=persons[1])
    merge_persons(actor=tree.dung, source=persons[1], target=persons[2])
    assert canonical([persons[0].pk]) == {persons[0].pk: persons[2].pk}

    undo_merge(actor=tree.dung, merge=first)
    assert canonical([twin.pk for twin in persons]) == {
        persons[0].pk: persons[0].pk,
        persons[1].pk: persons[2].pk,
        persons[2].pk: persons[2].pk,
    }


def test_shops_are_merged_and_parted_likewise(tree):
    def shop(name):
        with transaction.atomic():
            [met] = match_or_create_businesses(
                unit_id=tree.units["p4"].pk, inputs=[BusinessInput(name, phone="0903111222")]
            )
        return Business.objects.get(pk=met.business_id)

    # Keys of one millisecond are in no order.
    older, newer = sorted((shop("Tạp hóa Hoa"), shop("Tạp hóa Hòe")), key=lambda made: made.pk)
    resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same")
    assert canonical_businesses([newer.pk]) == {newer.pk: older.pk}

    undo_merge(actor=tree.dung, merge=Merge.objects.get())
    assert canonical_businesses([newer.pk]) == {newer.pk: newer.pk}
    # Figures of the shop's unit that are kept in memory are computed anew after either.
    events = AuditEvent.objects.filter(object_id=newer.pk, action__in=("people.merge", "people.undo_merge"))
    unit_id = tree.units["p4"].pk
    assert list(events.order_by("id").values_list("action", "unit_id")) == [
        ("people.merge", unit_id),
        ("people.undo_merge", unit_id),
    ]
    assert merge_businesses(actor=tree.dung, source=older, target=newer).kept_business == newer
