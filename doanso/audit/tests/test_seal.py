from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from doanso.audit import actions, queries
from doanso.audit.models import AuditEvent, ChainedEvent, ChainLink
from doanso.audit.rules import FIRST_LINK
from doanso.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tree):
    """Write events about ward 4; they come back oldest first."""

    def some(count):
        actions.record_many(
            actions.AuditEventInput(tree.an, "units.rename", tree.units["p4"]) for _number in range(count)
        )
        return list(AuditEvent.objects.order_by("id"))

    return some


def test_seals_follow_each_other_and_cover_every_event_once(write):
    write(5)

    assert actions.chain_events(page=3) == 3
    assert actions.chain_events(page=3) == 2
    assert actions.chain_events(page=3) == 0

    first, second = ChainLink.objects.order_by("id")
    assert first.previous_hash == FIRST_LINK
    assert second.previous_hash == first.hash
    assert ChainedEvent.objects.count() == 5
    assert queries.verify() == queries.Verification(links=2, chained=5, unchained=0)


def test_an_event_that_commits_late_with_a_smaller_number_is_sealed_next(write):
    late = write(3)[0]
    later = list(AuditEvent.objects.exclude(pk=late.pk))
    AuditEvent.objects.filter(pk=late.pk).delete()
    actions.chain_all()
    late.save(force_insert=True)

    assert actions.chain_all() == 1

    assert ChainedEvent.objects.get(event=late).link.pk > ChainedEvent.objects.get(event=later[0]).link.pk
    assert queries.verify().broken == ""


def test_the_sealer_does_not_look_again_at_what_was_settled_a_day_before_the_last_seal(write, monkeypatch):
    long_ago = clock.now() - timedelta(days=3)
    settled = write(2)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: long_ago)
        actions.chain_all()
    write(1)
    actions.chain_all()

    assert actions._look_from() == settled[-1].pk
    write(1)
    assert actions.chain_all() == 1


def test_nobody_seals_while_another_does(write, monkeypatch):
    write(1)
    monkeypatch.setattr(actions, "try_lock", lambda key: False)

    assert actions.chain_events() == 0
    assert not ChainLink.objects.exists()


@pytest.mark.parametrize("sealed", [True, False])
def test_a_changed_row_is_named(write, sealed):
    events = write(3)
    if sealed:
        actions.chain_all()
    AuditEvent.objects.filter(pk=events[1].pk).update(action="units.load")

    with pytest.raises(CommandError, match=f"{events[1].pk}") as refused:
        call_command("audit_verify")

    assert refused.value.returncode == 1


def test_a_removed_row_is_missed_by_its_seal(write):
    events = write(3)
    actions.chain_all()
    ChainedEvent.objects.filter(pk=events[1].pk).delete()
    AuditEvent.objects.filter(pk=events[1].pk).delete()

    assert str(ChainLink.objects.get().pk) in queries.verify().broken


def test_a_row_hashed_anew_does_not_fit_its_seal(write):
    event = write(1)[0]
    actions.chain_all()
    event.action = "units.load"
    event.hash = queries._true_hash(event)
    event.save()

    assert queries.verify().broken


def test_a_seal_taken_out_of_the_chain_is_missed_by_the_next(write):
    for _number in range(3):
        write(1)
        actions.chain_events()
    _first, second, third = ChainLink.objects.order_by("id")
    ChainedEvent.objects.filter(link=second).delete()
    second.delete()

    assert str(third.pk) in queries.verify().broken


def test_audit_verify_is_silent_and_says_on_request_how_many_are_not_sealed_yet(write):
    write(2)
    actions.chain_all()
    write(1)
    output = StringIO()

    call_command("audit_verify", stdout=output)
    assert output.getvalue() == ""
    call_command("audit_verify", verbosity=2, stdout=output)

    assert "2" in output.getvalue()
    assert "1" in output.getvalue()
