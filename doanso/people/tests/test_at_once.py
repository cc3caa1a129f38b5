"""Two transactions that match, or decide on, the same person at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection, transaction

from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.people.actions import (
    Particulars,
    erase_person,
    match_or_create_people,
    merge_persons,
    open_request,
    requests,
    resolve_duplicate,
    resolve_request,
    undo_merge,
)
from doanso.people.models import Contact, Duplicate, Merge, Person, Request

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run each action in a thread of its own, all started together; return their results or the codes of their refusals."""
    gate = Barrier(len(calls))

    def run(action):
        gate.wait()
        try:
            return action()
        except Refused as refused:
            return refused.problem.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def then_both(barrier, action):
    """Return the action, after which its thread waits for the other one, for half a second at most."""

    def act_and_wait(*arguments, **named):
        result = action(*arguments, **named)
        with suppress(BrokenBarrierError):
            barrier.wait(0.5)
        return result

    return act_and_wait


def test_two_wards_that_tell_of_one_person_at_once_make_one(tree):
    inputs = [Particulars("Nguyễn Thị Mai", birth_year=1958, phone="0903111222")]

    def meet(code):
        with transaction.atomic():
            return match_or_create_people(unit_id=tree.units[code].pk, inputs=inputs)[0]

    results = at_once(lambda: meet("p4"), lambda: meet("p5"), lambda: meet("p4"))

    assert len({met.person_id for met in results}) == 1
    assert (Person.objects.count(), Contact.objects.count()) == (1, 2)


def test_a_pair_resolved_twice_at_once_is_settled_once(tree, twins):
    pair = Duplicate.objects.get()
    results = at_once(
        lambda: resolve_duplicate(actor=tree.dung, duplicate=pair, decision="same").state,
        lambda: resolve_duplicate(actor=tree.giang, duplicate=pair, decision="same").state,
    )

    assert "same" in results
    assert set(results) - {"same"} <= {"settled_already", "merged_meanwhile", "one_already"}
    assert Merge.objects.count() == 1


def test_a_pair_resolved_both_ways_at_once_stands_as_the_first_said(tree, twins):
    pair = Duplicate.objects.get()
    older, newer = (Person(pk=met.person_id) for met in twins)
    results = at_once(
        lambda: resolve_duplicate(actor=tree.dung, duplicate=pair, decision="same").state,
        lambda: resolve_duplicate(actor=tree.giang, duplicate=pair, decision="different").state,
        lambda: merge_persons(actor=tree.giang, source=newer, target=older).merged_at and "merged",
    )

    state = Duplicate.objects.get().state
    merged = Merge.objects.count()
    assert set(results) - {"same", "different", "merged"} <= {
        "settled_already",
        "merged_already",
        "merged_meanwhile",
        "one_already",
    }
    assert (results[0] == "same", results[1] == "different") == (state == "same", state == "different")
    assert merged == ("merged" in results or state == "same")


def test_undoing_a_merge_waits_for_nobody_who_waits_for_it(tree):
    """Erasing and merging lock persons and then the ledger; so does undoing."""
    ward = tree.units["p4"].pk
    for year in range(1950, 1956):
        inputs = [Particulars(f"Trần Thị {name}", birth_year=year) for name in ("Anh", "Bưởi", "Cam")]
        with transaction.atomic():
            survivor, merged_away, third = (
                Person(pk=met.person_id) for met in match_or_create_people(unit_id=ward, inputs=inputs)
            )
        merge = merge_persons(actor=tree.giang, source=merged_away, target=survivor)
        request = open_request(actor=tree.giang, person_id=survivor.pk, unit_id=ward, kind="erase", channel="paper")
        undone, erased, merged = at_once(
            lambda merge=merge: undo_merge(actor=tree.giang, merge=merge).undone_at,
            lambda request=request: erase_person(actor=tree.giang, request=request).state,
            lambda survivor=survivor, third=third: (
                merge_persons(actor=tree.giang, source=survivor, target=third).merged_at
            ),
        )
        assert undone not in {"merged_meanwhile", "undone_already"}
        assert erased in {"settled", "merged_meanwhile"}
        assert merged != "one_already"
    assert list(recount()) == []


def test_a_withdrawal_is_resolved_beside_an_erasure(tree, meet, monkeypatch):
    """Who settles holds the request when who erases has the person, and each needs the other's."""
    person, ward = meet("p4").person_id, tree.units["p4"].pk
    common = {"actor": tree.giang, "person_id": person, "unit_id": ward, "channel": "paper"}
    withdraw, erase = open_request(kind="withdraw", **common), open_request(kind="erase", **common)
    barrier = Barrier(2)
    monkeypatch.setattr(requests, "end_consents", then_both(barrier, requests.end_consents))
    monkeypatch.setattr(requests, "erase_everywhere", then_both(barrier, requests.erase_everywhere))
    results = at_once(
        lambda: resolve_request(actor=tree.giang, request=withdraw).state,
        lambda: erase_person(actor=tree.giang, request=erase).state,
    )

    assert "settled" in results
    assert set(results) <= {"settled", "request_settled"}
    assert set(Request.objects.filter(pk=withdraw.pk).values_list("state", flat=True)) == {"settled"}
    assert Person.objects.get(pk=person).erased_at is not None
    assert list(recount()) == []
