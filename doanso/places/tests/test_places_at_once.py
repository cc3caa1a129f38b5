"""Two who act on one place at the same moment: one is carried out, the other reads that it changed."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from doanso.assignments.models import Assignment
from doanso.ledger.recount import recount
from doanso.people.tests.test_at_once import at_once
from doanso.places import actions
from doanso.places.actions import RecognitionInput
from doanso.places.kinds import kind_named
from doanso.places.models import CriteriaSet, Place, PlaceState, Recognition
from doanso.places.tests.conftest import FILE, StreetScene
from doanso.targets.actions import load_programme
from doanso.testing import TODAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def outcomes(*calls: Callable[[], Any]) -> list[str]:
    """Run the calls at once; return the codes of refusals, and "done" for each one that was carried out."""
    return sorted(outcome if isinstance(outcome, str) else "done" for outcome in at_once(*calls))


def test_one_recognises_while_another_refuses(street: StreetScene) -> None:
    load_programme(actor=street.tree.dung, path=FILE)
    place = street.assessed()
    same = {"place": place, "read": street.read(place)}
    assert outcomes(
        partial(actions.recognise, actor=street.tree.dung, inputs=RecognitionInput(TODAY), **same),
        partial(actions.refuse_recognition, actor=street.hoa, reason="Thiếu ảnh", **same),
    ) == ["done", "place_stale"]
    state = street.fresh(place).state
    assert (state, Recognition.objects.count()) in {(PlaceState.RECOGNISED, 1), (PlaceState.REFUSED, 0)}
    assert list(recount()) == []


def test_two_recognise_at_once_and_it_counts_once(street: StreetScene) -> None:
    load_programme(actor=street.tree.dung, path=FILE)
    place = street.assessed()
    recognise = partial(actions.recognise, place=place, read=street.read(place), inputs=RecognitionInput(TODAY))
    assert outcomes(partial(recognise, actor=street.tree.dung), partial(recognise, actor=street.hoa)) == [
        "done",
        "place_stale",
    ]
    assert Recognition.objects.count() == 1
    assert list(recount()) == []


def test_two_first_places_of_a_kind_share_the_shipped_criteria(street: StreetScene) -> None:
    assert outcomes(
        partial(street.create, "Đường Lê Lợi"),
        partial(street.create, "Đường Hùng Vương", unit="p5", by=street.tree.chi),
    ) == ["done", "done"]
    assert CriteriaSet.objects.count() == 1
    assert {place.criteria_set.criteria.count() for place in Place.objects.all()} == {9}


def test_a_criterion_given_out_twice_at_once_is_one_assignment(street: StreetScene) -> None:
    place = street.in_progress()
    give = partial(actions.assign_gap, actor=street.tree.an, place=place, criterion=place.criteria_set.criteria.first())
    assert outcomes(give, give) == ["done", "done"]
    assert Assignment.objects.count() == 1


def test_two_begin_one_draft(street: StreetScene) -> None:
    owner, kind = street.unit("my-tho"), kind_named("cashless-market")
    begin = partial(actions.begin_criteria, kind=kind, owner=owner)
    assert outcomes(partial(begin, actor=street.tree.dung), partial(begin, actor=street.tree.giang)) == ["done", "done"]
    assert CriteriaSet.objects.filter(owner=owner).count() == 1
