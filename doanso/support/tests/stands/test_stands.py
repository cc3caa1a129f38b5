"""Actions at a stand: who is recorded counts once by the ordinary action; who waits counts nowhere and leaves nothing."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from doanso.audit.models import AuditEvent
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.people.models import Consent, Person
from doanso.support.actions import (
    Helper,
    close_stand,
    correct_help,
    drop_stand_entries,
    drop_turn,
    open_stand,
    print_turn_receipt,
    take_back_help,
    undo_turn,
)
from doanso.support.models import Stand, StandRecord, StandTurn, SupportRecord
from doanso.support.queries import stands as queries
from doanso.support.rules import stands as rules
from doanso.support.stand_keys import StandEntry, entry_of
from doanso.support.tests.stands.conftest import BAY, stand_input
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def problem(action) -> str:
    with pytest.raises(Refused) as refused:
        action()
    return refused.value.problem.code


def test_a_receiver_is_recorded_once_with_the_pair_and_a_receipt(at_stand):
    result = at_stand.record(services=["portal", "vneid"])
    records = SupportRecord.objects.order_by("service_id")

    assert [
        (row.service_id, row.source, row.grade, row.helper_name, row.second_helper_name, row.contact.name)
        for row in records
    ] == [(service, "booth", 2, "Trần Gia Huy", "Võ Thị Năm", "Nguyễn Thị Bảy") for service in ("portal", "vneid")]
    assert len({row.receipt_id for row in records} - {None}) == 1
    assert (at_stand.ward.figure(), at_stand.states()) == (1, [(1, "recorded")])
    assert list(Consent.objects.values_list("purpose", "channel", "text_version")) == [("support", "voice", "2023-09")]
    assert AuditEvent.objects.filter(action="support.record").count() == 2
    assert result.turn.named
    assert list(recount()) == []


def test_the_same_form_again_changes_nothing(at_stand, another):
    key = uuid4()
    at_stand.record(key=key)
    again = at_stand.record(key=key)

    assert (again.results, SupportRecord.objects.count(), at_stand.states()) == ((), 1, [(1, "recorded")])
    assert problem(lambda: another().record(key=key)) == "form_used"


@pytest.mark.parametrize(
    "changed",
    [
        {"entry": StandEntry("Lê Văn Sáu", 1960)},
        {"entry": StandEntry(BAY.name, BAY.birth_year)},
        {"entry": None},
        {"services": ["portal", "vneid"]},
        {"services": ["vneid"]},
    ],
)
def test_other_content_under_a_known_key_is_refused_and_nobody_is_lost(at_stand, changed):
    key = uuid4()
    at_stand.record(key=key)
    entry = changed.pop("entry", BAY)
    with pytest.raises(Refused, match="số 1"):
        at_stand.record(entry, key=key, **changed)
    assert (SupportRecord.objects.count(), at_stand.states()) == (1, [(1, "recorded")])


def test_a_key_whose_turn_was_taken_back_is_refused(at_stand):
    key = uuid4()
    turn = at_stand.record(key=key).turn
    undo_turn(actor=at_stand.actor, stand_id=at_stand.stand.pk, turn_id=turn.pk)
    with pytest.raises(Refused, match="hoàn tác"):
        at_stand.record(key=key)
    assert at_stand.record().turn.state == "recorded"


def test_a_form_of_somebody_known_is_compared_too(at_stand):
    key = uuid4()
    at_stand.record()
    at_stand.record(key=key)
    at_stand.record(key=key)
    assert at_stand.states() == [(1, "recorded"), (2, "known")]
    assert problem(lambda: at_stand.record(StandEntry("Lê Văn Sáu", 1960), key=key)) == "turn_changed"


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("other", [StandEntry("Bùi Thị Tư", 1949), None])
def test_a_second_person_on_one_phone_gets_a_number_of_their_own(at_stand, is_done, other):
    key = uuid4()
    first = at_stand.enter(key=key)
    if is_done:
        at_stand.finish(first)
    second = at_stand.enter(other, key=key)
    assert at_stand.enter(key=key).pk == first.pk
    assert at_stand.enter(other, key=key).pk == second.pk
    assert (entry_of(second), second.number, StandTurn.objects.count()) == (other, 2, 2)


def test_somebody_recorded_that_day_already_is_not_counted_again(at_stand):
    at_stand.record()
    at_stand.record()
    waiting = at_stand.enter()
    at_stand.finish(waiting)
    at_stand.finish(waiting)

    assert (at_stand.states(), SupportRecord.objects.count()) == ([(1, "recorded"), (2, "known"), (3, "known")], 1)
    # None of the two is in the history as a record.
    known = AuditEvent.objects.filter(action="support.keep_stand", object_id=at_stand.stand.pk)
    assert list(known.values_list("actor", "changed")) == [(at_stand.actor.pk, ["known"])] * 2
    assert StandRecord.objects.values("support_record").distinct().count() == 1


def test_a_line_that_is_undone_leaves_its_record_to_a_later_one(at_stand):
    first = at_stand.record().turn
    at_stand.record(services=["portal", "vneid"])
    third = at_stand.record().turn

    for turn in (third, first):
        undo_turn(actor=at_stand.actor, stand_id=at_stand.stand.pk, turn_id=turn.pk)

    assert at_stand.states() == [(1, "undone"), (2, "recorded"), (3, "undone")]
    assert SupportRecord.objects.filter(taken_back_at=None).count() == 2
    assert at_stand.ward.figure() == 1


def test_who_does_not_want_to_be_named_is_a_time(at_stand):
    at_stand.record(None)
    assert list(SupportRecord.objects.values_list("named", "receipt")) == [(False, None)]
    assert (at_stand.ward.figure("portal-times"), at_stand.ward.figure()) == (1, 0)
    assert Person.objects.count() == Consent.objects.count() == 0


def test_the_place_that_residents_read_keeps_no_invisible_characters(ward):
    stand = open_stand(
        actor=ward.tree.an, unit=ward.tree.units["p4"], inputs=stand_input(place="Chợ\u202e\x01  Vòng\nNhỏ\u200b")
    )

    assert stand.place == "Chợ Vòng Nhỏ"


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"agreed": False}, "no_consent"),
        ({"services": []}, "services_missing"),
        ({"services": ["payment"]}, "services_missing"),
        ({"entry": StandEntry("Trần Gia Huy", 1960)}, "helped_self"),
        ({"entry": StandEntry("Bé Na", 2015)}, "guardian_needed"),
        ({"entry": StandEntry("Bảy 0912345678", 1951)}, "digits_in_name"),
    ],
)
def test_what_is_refused_leaves_nothing(at_stand, overrides, code):
    entry = overrides.pop("entry", BAY)
    assert problem(lambda: at_stand.record(entry, **overrides)) == code
    assert (SupportRecord.objects.count(), at_stand.states(), at_stand.fresh().last_number) == (0, [], 0)


def test_a_namesake_is_recorded_where_the_pair_says_so(at_stand):
    at_stand.record(StandEntry("Trần Gia Huy", 1960), namesakes=True)
    assert at_stand.states() == [(1, "recorded")]


def test_a_residents_own_entry_waits_encrypted_and_counts_when_the_pair_is_done(at_stand):
    turn = at_stand.enter()
    assert (at_stand.states(), SupportRecord.objects.count(), Person.objects.count()) == ([(1, "waiting")], 0, 0)
    stored = bytes(StandTurn.objects.get().person_encrypted)
    assert BAY.name.encode() not in stored
    assert entry_of(StandTurn.objects.get()) == BAY

    at_stand.finish(turn)
    assert (at_stand.states(), at_stand.ward.figure()) == ([(1, "recorded")], 1)
    assert bytes(StandTurn.objects.get().person_encrypted) == b""
    assert Consent.objects.get().channel == "screen"
    assert at_stand.finish(turn).results == ()
    assert SupportRecord.objects.count() == 1
    assert AuditEvent.objects.filter(action="support.enter_at_stand", actor_note="người dân").count() == 1


def test_an_entry_without_a_name_never_holds_one(at_stand):
    turn = at_stand.enter(None)
    at_stand.finish(turn)
    assert list(SupportRecord.objects.values_list("named", flat=True)) == [False]
    assert StandTurn.objects.get().text_version == ""


def test_entries_are_refused_when_the_stand_is_over_full_or_flooded(at_stand, monkeypatch):
    key = uuid4()
    at_stand.enter(key=key)
    assert at_stand.enter(key=key).number == 1
    assert problem(lambda: at_stand.enter(StandEntry("Bé Na", 2012))) == "guardian_needed"
    assert problem(lambda: at_stand.enter(StandEntry("Bảy 0912345678", 1951))) == "digits_in_name"
    assert problem(lambda: at_stand.enter(link="x" * 22)) == "stand_over"

    monkeypatch.setattr(rules, "MOST_WAITING", 1)
    assert problem(at_stand.enter) == "stand_full"
    monkeypatch.setattr(rules, "MOST_TURNS", 1)
    assert problem(at_stand.record) == "stand_full"
    monkeypatch.setattr(rules, "ENTRIES_OF_A_PLACE", 1)
    assert problem(at_stand.enter) == "too_many_tries"
    Stand.objects.update(link_until=clock.now() - timedelta(minutes=1))
    assert problem(lambda: at_stand.enter(network="10.0.0.2")) == "stand_over"
    assert queries.stand_by_link(at_stand.link) is None


def test_undoing_takes_back_what_the_turn_made_and_nothing_else(at_stand):
    at_stand.record()
    second = at_stand.record(services=["portal", "vneid"])
    undo_turn(actor=at_stand.actor, stand_id=at_stand.stand.pk, turn_id=second.turn.pk)
    undo_turn(actor=at_stand.actor, stand_id=at_stand.stand.pk, turn_id=second.turn.pk)

    standing = SupportRecord.objects.filter(taken_back_at=None)
    assert [row.service_id for row in standing] == ["portal"]
    assert at_stand.states() == [(1, "recorded"), (2, "undone")]
    assert AuditEvent.objects.filter(action="support.take_back").count() == 1
    assert list(recount()) == []
    board = queries.stand_board(at_stand.actor, at_stand.stand)
    assert (board.counts["helped"], board.last_recorded.number) == (1, 1)


def test_a_turn_that_was_corrected_is_not_undone_while_its_correction_counts(at_stand):
    turn = at_stand.record().turn
    undo = {"actor": at_stand.actor, "stand_id": at_stand.stand.pk, "turn_id": turn.pk}
    wrong = SupportRecord.objects.get()
    for service in ("vneid", "payment"):
        wrong = correct_help(
            actor=at_stand.actor,
            support_record_id=wrong.pk,
            service=service,
            happened_on=TODAY,
            helper=Helper("Trần Gia Huy"),
        )
    assert problem(lambda: undo_turn(**undo)) == "turn_corrected"
    assert (at_stand.states(), SupportRecord.objects.filter(taken_back_at=None).count()) == ([(1, "recorded")], 1)

    take_back_help(actor=at_stand.actor, support_record_id=wrong.pk)
    assert undo_turn(**undo).state == "undone"
    assert SupportRecord.objects.filter(taken_back_at=None).count() == 0
    assert list(recount()) == []


def test_closing_deletes_who_waits_and_destroys_the_link(at_stand):
    at_stand.record()
    at_stand.record(None)
    at_stand.enter()
    left = at_stand.enter()
    drop_turn(actor=at_stand.actor, stand_id=at_stand.stand.pk, turn_id=left.pk)
    close_stand(actor=at_stand.actor, stand_id=at_stand.stand.pk)
    close_stand(actor=at_stand.actor, stand_id=at_stand.stand.pk)

    counts = queries.stand_board(at_stand.actor, at_stand.stand).counts
    assert {name: counts[name] for name in ("named", "unnamed", "waiting", "dropped", "left", "closed")} == {
        "named": 1, "unnamed": 1, "waiting": 0, "dropped": 2, "left": 1, "closed": 1,
    }  # fmt: skip
    stand = at_stand.fresh()
    assert (stand.link_lookup, bytes(stand.link_encrypted), stand.closed_by) == (None, b"", at_stand.actor)
    assert not StandTurn.objects.exclude(person_encrypted=b"").exists()
    assert problem(at_stand.record) == "stand_closed"
    assert problem(at_stand.enter) == "stand_over"
    assert AuditEvent.objects.filter(action="support.close_stand").count() == 1


def test_entries_are_deleted_after_a_day(at_stand):
    turn = at_stand.enter()
    assert drop_stand_entries() == 0
    StandTurn.objects.update(made_at=clock.now() - timedelta(hours=25))
    assert drop_stand_entries() == 1

    turn.refresh_from_db()
    assert (turn.state, turn.drop_reason, bytes(turn.person_encrypted)) == ("dropped", "expired", b"")
    assert problem(lambda: at_stand.finish(turn)) == "turn_gone"


@pytest.mark.parametrize(
    ("opened", "until"),
    [("2023-11-12T08:00", "2023-11-12T20:00")] + [(f"2023-11-12T{hour}:30", "2023-11-13T00:00") for hour in (12, 23)],
)
def test_the_link_of_a_stand_ends_after_twelve_hours_and_with_its_day(another, monkeypatch, opened, until):
    moment = datetime.fromisoformat(opened).replace(tzinfo=clock.VIETNAM)
    monkeypatch.setattr(clock, "now", lambda: moment)
    at_stand = another()
    assert at_stand.fresh().link_until == datetime.fromisoformat(until).replace(tzinfo=clock.VIETNAM)
    assert at_stand.enter().number == 1
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(until).replace(tzinfo=clock.VIETNAM))
    assert problem(at_stand.enter) == "stand_over"


def test_a_stand_of_another_day_has_no_link(another):
    past = another(happened_on=TODAY - timedelta(days=1))
    past.record()
    assert (past.link, past.fresh().link_lookup) == ("", None)
    assert SupportRecord.objects.get().happened_on == TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"happened_on": TODAY + timedelta(days=1)}, "day_ahead"),
        ({"place": " "}, "place_missing"),
        ({"place": "Gọi 0912345678"}, "digits_in_name"),
        ({"helper": Helper("")}, "helper_missing"),
        ({"second": Helper("Trần Gia Huy", "official")}, "same_helper"),
        ({"services": ()}, "services_missing"),
        ({"services": ("khac",)}, "service_unknown"),
    ],
)
def test_a_stand_needs_a_day_a_place_a_pair_and_a_service(ward, overrides, code):
    unit = ward.tree.units["p4"]
    assert problem(lambda: open_stand(actor=ward.tree.an, unit=unit, inputs=stand_input(**overrides))) == code
    assert Stand.objects.count() == 0


def test_only_who_keeps_a_stand_records_at_it(ward, at_stand):
    tree = ward.tree
    turn = at_stand.enter()
    by_hand = at_stand.record().turn
    for actor in (tree.chi, tree.lan, tree.khoa, tree.hanh, tree.binh):
        actions = [
            lambda actor=actor: at_stand.record(actor=actor),
            lambda actor=actor: undo_turn(actor=actor, stand_id=at_stand.stand.pk, turn_id=by_hand.pk),
            lambda actor=actor: close_stand(actor=actor, stand_id=at_stand.stand.pk),
            lambda actor=actor: print_turn_receipt(actor=actor, stand_id=at_stand.stand.pk, turn_id=turn.pk),
        ]
        if actor != tree.lan:
            # A helper of the ward finishes residents' own entries on their phone.
            actions += [
                lambda actor=actor: at_stand.finish(turn, actor=actor),
                lambda actor=actor: drop_turn(actor=actor, stand_id=at_stand.stand.pk, turn_id=turn.pk),
                lambda actor=actor: undo_turn(actor=actor, stand_id=at_stand.stand.pk, turn_id=turn.pk),
            ]
        for action in actions:
            with pytest.raises(PermissionDenied):
                action()
    with pytest.raises(PermissionDenied):
        open_stand(actor=tree.chi, unit=tree.units["p4"], inputs=stand_input())


def test_a_helper_keeps_their_own_stand_and_hands_out_its_receipts(ward, at_stand):
    lan = ward.tree.lan
    own = open_stand(actor=lan, unit=ward.tree.units["p4"], inputs=stand_input())
    at_stand.actor, at_stand.stand = lan, own
    result = at_stand.record()
    receipt, keys = print_turn_receipt(actor=lan, stand_id=own.pk, turn_id=result.turn.pk)

    assert receipt.pk == SupportRecord.objects.get().receipt_id
    assert keys.code
    assert AuditEvent.objects.filter(action="support.print_receipt", actor=lan).count() == 1
    assert [row.id for row in queries.stand_page(lan, 1).rows] == [own.pk]
    assert len(queries.stand_page(ward.tree.an, 1).rows) == 2


@pytest.mark.parametrize(
    ("changed", "of_turn"),
    [
        ({"state": "recorded"}, True),
        ({"state": "dropped"}, True),
        ({"named": False}, True),
        ({"closed_at": "now"}, False),
        ({"planned": 0}, False),
    ],
)
def test_the_database_refuses_states_that_cannot_be(at_stand, changed, of_turn):
    at_stand.enter()
    changed = {name: clock.now() if value == "now" else value for name, value in changed.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        (StandTurn if of_turn else Stand).objects.update(**changed)
