"""Writing notices: once for each receiver, removed when the matter is over, and kept for a limited time."""

from datetime import timedelta

import pytest

from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.notices import actions, ports
from doanso.notices.models import Notice
from doanso.notices.tests.example import ALARM, EXAMPLE, example_notice

pytestmark = pytest.mark.django_db


def test_the_same_kind_source_and_receiver_again_changes_nothing(tree):
    source = uuid7()
    first = example_notice(tree.units["p4"], source_id=source)
    again = actions.notify(EXAMPLE, unit=tree.units["p4"], source_id=source, parameters={"number": 2})
    assert again.pk == first.pk
    assert Notice.objects.get().parameters == {"number": 1}


def test_another_receiver_kind_or_source_is_another_notice(tree):
    source = uuid7()
    p4, p5 = tree.units["p4"], tree.units["p5"]
    made = {
        actions.notify(EXAMPLE, unit=p4, source_id=source).pk,
        actions.notify(EXAMPLE, unit=p5, source_id=source).pk,
        actions.notify(EXAMPLE, unit=p4, user=tree.an, source_id=source).pk,
        actions.notify(ALARM, unit=p4, source_id=source).pk,
        actions.notify(EXAMPLE, unit=p4, source_id=uuid7()).pk,
    }
    assert len(made) == Notice.objects.count() == 5


def test_many_notices_take_one_statement(tree, django_assert_num_queries):
    sources = [uuid7() for _number in range(30)]
    with django_assert_num_queries(1):
        actions.notify_many(EXAMPLE, [actions.NoticeInput(source, unit=tree.units["p4"]) for source in sources])
    with django_assert_num_queries(1):
        actions.clear_many_notices(EXAMPLE, sources)
    assert not Notice.objects.exists()


def test_a_cleared_matter_may_arise_again(tree):
    source = uuid7()
    first = example_notice(tree.units["p4"], source_id=source)
    actions.clear_notices(EXAMPLE, source)
    second = example_notice(tree.units["p4"], source_id=source)
    assert first.pk != second.pk
    assert list(Notice.objects.all()) == [second]


@pytest.mark.parametrize("value", [None, 1.5, ["a"], {"a": 1}, "x" * 201])
def test_parameters_are_short_plain_values(tree, value):
    with pytest.raises(ValueError, match="short plain value"):
        actions.notify(EXAMPLE, unit=tree.units["p4"], source_id=uuid7(), parameters={"name": value})


def test_an_unknown_kind_and_a_missing_receiver_are_errors(tree):
    with pytest.raises(KeyError):
        actions.notify("tests.unknown", unit=tree.units["p4"], source_id=uuid7())
    with pytest.raises(ValueError, match="no receiver"):
        actions.notify(EXAMPLE, source_id=uuid7())
    ports.register_notice_kind("tests.personal", "Riêng", sentence=lambda _: "Riêng.", url=lambda _: "/")
    with pytest.raises(ValueError, match="no receiver"):
        actions.notify("tests.personal", unit=tree.units["p4"], source_id=uuid7())
    with pytest.raises(RuntimeError):
        ports.register_notice_kind("tests.personal", "Riêng", sentence=lambda _: "Riêng.", url=lambda _: "/")


def test_seen_notices_are_kept_ninety_days_and_unread_ones_a_year(tree):
    now = clock.now()
    ages = {
        "seen lately": (now - timedelta(days=400), now - timedelta(days=89)),
        "seen long ago": (now - timedelta(days=400), now - timedelta(days=91)),
        "unread": (now - timedelta(days=364), None),
        "never read": (now - timedelta(days=366), None),
    }
    by_age = {}
    for name, (made_at, seen_at) in ages.items():
        notice = example_notice(tree.units["p4"])
        Notice.objects.filter(pk=notice.pk).update(made_at=made_at, seen_at=seen_at)
        by_age[name] = notice.pk
    assert actions.remove_old() == 2
    assert set(Notice.objects.values_list("pk", flat=True)) == {by_age["seen lately"], by_age["unread"]}
    assert actions.remove_old() == 0
