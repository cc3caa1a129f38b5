"""Two who act on one result at the same moment: one is carried out, the other reads that it changed."""

from datetime import date
from functools import partial

import pytest
from django.db import transaction

from doanso.ledger.recount import recount
from doanso.lib.uuid7 import uuid7
from doanso.members.tests.test_admit_at_once import PATIENCE, waiting
from doanso.people.tests.test_at_once import at_once
from doanso.results import actions, queries
from doanso.results.actions import ResultInput
from doanso.results.models import Result, ResultState, ResultVersion
from doanso.results.tests.conftest import make_reporting

pytestmark = pytest.mark.django_db(transaction=True)

INPUTS = ResultInput(date(2023, 11, 5), 25, "Trồng cây dọc kênh")


@pytest.fixture
def scene(tree):
    return make_reporting(tree)


def _outcomes(*calls):
    """Run the calls at once; return the codes of refusals, and "done" for each one that was carried out."""
    return sorted(outcome if isinstance(outcome, str) else "done" for outcome in at_once(*calls))


def test_two_officers_attest_at_once(scene):
    result = scene.report()
    read = queries.state_token(result)
    attest = partial(actions.attest_result, result=result, read=read)
    assert _outcomes(partial(attest, actor=scene.tree.dung), partial(attest, actor=scene.hoa)) == [
        "done",
        "result_stale",
    ]
    assert scene.shown() == {"p4-kp1": 250, "p4": 250, "my-tho": 250}
    assert list(recount()) == []


def test_attested_while_its_author_corrects_it(scene):
    for _round in range(4):
        result = scene.report(confirmed=True)
        same = {"result": result, "read": queries.state_token(result)}
        # Whoever comes first: nobody confirms a number that they did not read.
        assert _outcomes(
            partial(actions.attest_result, actor=scene.tree.dung, **same),
            partial(actions.correct_result, actor=scene.tree.binh, inputs=INPUTS, **same),
        ) == ["done", "result_stale"]
        fresh = scene.fresh(result)
        quantity = queries.latest_version(fresh).quantity
        assert (fresh.state, quantity) in {(ResultState.ATTESTED, 250), (ResultState.WAITING, 25)}
    attested = ResultVersion.objects.filter(is_latest=True, result__state=ResultState.ATTESTED).count()
    assert scene.shown().get("my-tho", 0) == 250 * attested
    assert list(recount()) == []


def test_a_form_sent_twice_at_once_is_one_result(scene):
    report = partial(scene.report, key=uuid7())
    assert _outcomes(report, report, report) == ["done"] * 3
    assert (Result.objects.count(), ResultVersion.objects.count()) == (1, 1)
    assert list(recount()) == []


def test_two_who_report_the_same_at_once_are_asked_whether_it_is_twice(scene):
    report = partial(scene.report, "p4-kp1")
    assert _outcomes(partial(report, by="binh"), partial(report, by="an")) == ["done", "result_twice"]
    assert Result.objects.count() == 1


def test_one_sends_back_while_another_withdraws(scene):
    result = scene.attest(scene.report())
    same = {"result": result, "read": queries.state_token(scene.fresh(result)), "reason": "Thiếu biên bản"}
    assert _outcomes(
        partial(actions.return_result, actor=scene.hoa, **same),
        partial(actions.withdraw_result, actor=scene.tree.binh, **same),
    ) == ["done", "result_stale"]
    assert scene.shown() == {}
    assert list(recount()) == []


def test_a_form_sent_for_two_units_at_once_is_one_result(scene):
    key = uuid7()
    with transaction.atomic():
        first = scene.report("p4-kp1", by="an", key=key)
        other = waiting(lambda: scene.report("p4-kp2", by="an", key=key))
    other.join(PATIENCE)

    assert (first.pk, other.answer, Result.objects.count()) == (key, "form_used", 1)
    assert list(recount()) == []
