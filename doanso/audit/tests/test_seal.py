from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from doanso.audit import actions, queries
from doanso.audit.models import Event, Seal, SealedEvent
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
        return list(Event.objects.order_by("id"))

    return some


def test_seals_follow_each_other_and_cover_every_event_once(write):
    write(5)

    assert actions.seal(page=3) == 3
    assert actions.seal(page=3) == 2
    assert actions.seal(page=3) == 0

    first, second = Seal.objects.order_by("id")
    assert first.previous_hash == FIRST_LINK
    assert second.previous_hash == first.hash
    assert SealedEvent.objects.count() == 5
    assert queries.verify() == queries.Verification(seals=2, sealed=5, unsealed=0)


def test_an_event_that_commits_late_with_a_smaller_number_is_sealed_next(write):
    late = write(3)[0]
    later = list(Event.objects.exclude(pk=late.pk))
    Event.objects.filter(pk=late.pk).delete()
    actions.seal_all()
    late.save(force_insert=True)

    assert actions.seal_all() == 1

    assert SealedEvent.objects.get(event=late).seal.pk > SealedEvent.objects.get(event=later[0]).seal.pk
    assert queries.verify().broken == ""


def test_the_sealer_does_not_look_again_at_what_was_settled_a_day_before_the_last_seal(write, monkeypatch):
    long_ago = clock.now() - timedelta(days=3)
    settled = write(2)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: long_ago)
        actions.seal_all()
    write(1)
    actions.seal_all()

    assert actions._look_from() == settled[-1].pk
    write(1)
    assert actions.seal_all() == 1


def test_nobody_seals_while_another_does(write, monkeypatch):
    write(1)
    monkeypatch.setattr(actions, "try_lock", lambda key: False)

    assert actions.seal() == 0
    assert not Seal.objects.exists()


@pytest.mark.parametrize("sealed", [True, False])
def test_a_changed_row_is_named(write, sealed):
    events = write(3)
    if sealed:
        actions.seal_all()
    Event.objects.filter(pk=events[1].pk).update(verb="units.load")

    with pytest.raises(CommandError, match=f"{events[1].pk}") as refused:
        call_command("audit_verify")

    assert refused.value.returncode == 1


def test_a_removed_row_is_missed_by_its_seal(write):
    events = write(3)
    actions.seal_all()
    SealedEvent.objects.filter(pk=events[1].pk).delete()
    Event.objects.filter(pk=events[1].pk).delete()

    assert str(Seal.objects.get().pk) in queries.verify().broken


def test_a_row_hashed_anew_does_not_fit_its_seal(write):
    event = write(1)[0]
    actions.seal_all()
    event.verb = "units.load"
    event.hash = queries._true_hash(event)
    event.save()

    assert queries.verify().broken


def test_a_seal_taken_out_of_the_chain_is_missed_by_the_next(write):
    for _number in range(3):
        write(1)
        actions.seal()
    _first, second, third = Seal.objects.order_by("id")
    SealedEvent.objects.filter(seal=second).delete()
    second.delete()

    assert str(third.pk) in queries.verify().broken


def test_audit_verify_says_how_many_are_not_sealed_yet(write):
    write(2)
    actions.seal_all()
    write(1)
    output = StringIO()

    call_command("audit_verify", stdout=output)

    assert "2" in output.getvalue()
    assert "1" in output.getvalue()
