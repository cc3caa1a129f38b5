"""The steps of a draw: what each publishes, what is refused, and that a result stays as it is."""

import hashlib
from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from doanso.audit.models import AuditEvent
from doanso.events import actions
from doanso.events.actions import PrizeInput
from doanso.events.models import Draw, DrawResult, DrawRound, DrawStep
from doanso.events.rules import draw as draw_rules
from doanso.events.rules.draw import RoundPlan
from doanso.events.tests.conftest import SUNDAY
from doanso.events.tests.draw_scene import NUMBER_DAY, PRIZES, DrawScene
from doanso.events.tests.draw_scene import scene as scene
from doanso.lib.problems import Refused
from doanso.notices.models import Notice


def results(draw: Draw) -> list[tuple[str, int, int]]:
    rows = DrawResult.objects.filter(draw=draw).order_by("round__position", "position")
    return list(rows.values_list("round__prize__name", "round__number", "ticket_number"))


def test_a_draw_goes_through_its_steps(scene: DrawScene) -> None:
    draw = scene.prepare()
    assert (draw.state, draw.seed_hash, draw.list_hash) == ("prepared", "", "")
    scene.commit()
    draw = scene.draw
    assert (draw.state, draw.seed, len(draw.seed_hash)) == ("committed", "", 64)
    scene.came([7, 3, 12, 5, 9, 100])
    scene.set_day(SUNDAY)
    scene.freeze()
    draw = scene.draw
    assert (draw.state, draw.list_text, draw.ticket_count) == ("frozen", "3\n5\n7\n9\n12\n100\n", 6)
    assert draw.list_hash == hashlib.sha256(b"3\n5\n7\n9\n12\n100\n").hexdigest()
    scene.set_day(NUMBER_DAY + timedelta(days=1))
    first = scene.enter("08 35 06")
    assert (first.is_drawn, first.differs, scene.draw.state, scene.draw.seed) == (False, False, "frozen", "")
    second = scene.enter("083506", scene.second)
    draw = scene.draw
    assert (second.is_drawn, draw.state, draw.public_number) == (True, "drawn", "083506")
    seed = bytes.fromhex(draw.seed)
    assert hashlib.sha256(seed).hexdigest() == draw.seed_hash
    plans = [RoundPlan(position, 1, prize.count) for position, prize in enumerate(PRIZES, 1)]
    winners = draw_rules.draw_all(seed, [3, 5, 7, 9, 12, 100], "083506", plans)
    assert results(draw) == [
        (prize.name, 1, ticket) for prize, tickets in zip(PRIZES, winners, strict=True) for ticket in tickets
    ]
    assert [(step.state, step.made_on) for step in DrawStep.objects.order_by("made_at")] == [
        ("committed", SUNDAY - timedelta(days=7)), ("frozen", SUNDAY), ("drawn", NUMBER_DAY + timedelta(days=1)),
    ]  # fmt: skip
    assert list(AuditEvent.objects.filter(action__contains="draw").order_by("pk").values_list("action", flat=True)) == [
        "events.prepare_draw", "events.commit_draw", "events.freeze_draw", "events.enter_draw_number",
        "events.enter_draw_number", "events.hold_draw",
    ]  # fmt: skip


def test_steps_out_of_order_are_refused(scene: DrawScene) -> None:
    scene.prepare()
    scene.came(range(1, 10))
    with pytest.raises(Refused, match="draw_not_committed"):
        scene.freeze()
    with pytest.raises(Refused, match="draw_not_frozen"):
        scene.enter("083506")
    scene.commit()
    scene.set_day(NUMBER_DAY + timedelta(days=1))
    with pytest.raises(Refused, match="draw_not_frozen"):
        scene.enter("083506")
    # The number may be known by now: a list that is frozen only now would prove nothing.
    with pytest.raises(Refused, match="draw_number_known"):
        scene.freeze()
    scene.set_day(SUNDAY)
    scene.freeze()
    with pytest.raises(Refused, match="draw_number_early"):
        scene.enter("083506")
    with pytest.raises(Refused, match="draw_state"):
        actions.prepare_draw(
            actor=scene.festival.by, event=scene.festival.event, read=scene.draw.version, inputs=_other_prizes()
        )
    assert scene.draw.state == "frozen"


def _other_prizes() -> actions.DrawInput:
    return actions.DrawInput("Số khác", NUMBER_DAY, time(16), [PrizeInput("Ô tô", 1)])


def _later_number() -> actions.DrawInput:
    return actions.DrawInput("Số khác", NUMBER_DAY + timedelta(days=9), time(16), [PrizeInput("Ô tô", 1)])


def test_committing_needs_prizes_a_number_to_come_and_a_public_event(scene: DrawScene) -> None:
    scene.prepare(prizes=())
    with pytest.raises(Refused, match="draw_without_prize"):
        scene.commit()
    scene.prepare()
    scene.set_day(NUMBER_DAY + timedelta(days=1))
    with pytest.raises(Refused, match="draw_number_known"):
        scene.commit()
    with pytest.raises(Refused, match="draw_number_known"):
        scene.prepare()
    scene.set_day(SUNDAY - timedelta(days=1))
    scene.festival.step(actions.postpone_event, reason="bão")
    with pytest.raises(Refused, match="draw_event_not_open"):
        scene.commit()
    scene.festival.step(actions.cancel_event, reason="bão")
    with pytest.raises(Refused, match="event_cancelled"):
        scene.commit()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number_name": " "}, "event_text_missing"),
        ({"number_name": "Gọi 0912345678"}, "event_text_number"),
        ({"prizes": [PrizeInput("", 1)]}, "event_text_missing"),
        ({"prizes": [PrizeInput("Nón", 0)]}, "event_number"),
        ({"prizes": [PrizeInput(f"Nón {number}", 1) for number in range(21)]}, "draw_many_prizes"),
    ],
)
def test_what_is_prepared_is_sound(scene: DrawScene, changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        scene.prepare(**changes)
    assert not Draw.objects.exists()


def test_a_prepared_draw_changes_and_nothing_is_overwritten_unseen(scene: DrawScene) -> None:
    scene.prepare()
    with pytest.raises(Refused, match="event_stale"):
        actions.prepare_draw(actor=scene.second, event=scene.festival.event, read=0, inputs=_other_prizes())
    scene.prepare(prizes=[PrizeInput("Nón bảo hiểm", 3)])
    assert list(scene.draw.prizes.values_list("position", "name", "count")) == [(1, "Nón bảo hiểm", 3)]
    read = scene.draw.version
    scene.prepare()
    with pytest.raises(Refused, match="event_stale"):
        actions.commit_draw(actor=scene.second, draw=scene.draw, read=read)


def test_repeated_steps_change_nothing(scene: DrawScene) -> None:
    drawn = scene.drawn()
    kept = results(drawn)
    assert scene.enter("999999").is_drawn
    assert results(scene.draw) == kept
    with pytest.raises(Refused, match="draw_state"):
        scene.freeze()
    with pytest.raises(Refused, match="draw_state"):
        scene.commit()
    assert (scene.draw.public_number, DrawRound.objects.count()) == ("083506", 3)


def test_the_number_is_entered_by_two_officers(scene: DrawScene) -> None:
    scene.frozen()
    for _time in range(2):
        assert not scene.enter("083506").is_drawn
    entered = scene.enter("083507", scene.second)
    assert (entered.is_drawn, entered.differs, scene.draw.state) == (False, True, "frozen")
    with pytest.raises(Refused, match="draw_number_form"):
        scene.enter("abc", scene.second)
    assert scene.enter("083506", scene.second).is_drawn
    assert scene.draw.entries.count() == 2


def test_a_changed_list_and_a_changed_seed_are_not_drawn_from(scene: DrawScene) -> None:
    frozen = scene.frozen()
    scene.enter("083506")
    for changes, code in (
        ({"list_text": frozen.list_text + "999\n"}, "draw_list_changed"),
        ({"list_text": frozen.list_text, "seed_hash": "0" * 64}, "draw_seed_changed"),
    ):
        Draw.objects.update(**changes)
        with pytest.raises(Refused, match=code):
            scene.enter("083506", scene.second)
        assert (scene.draw.state, DrawResult.objects.count()) == ("frozen", 0)


def test_those_who_come_after_the_freeze_take_no_part(scene: DrawScene) -> None:
    frozen = scene.frozen(range(1, 6))
    scene.came(range(50, 90))
    scene.enter("083506")
    scene.enter("083506", scene.second)
    assert scene.draw.list_hash == frozen.list_hash
    assert sorted(ticket for _prize, _round, ticket in results(scene.draw)) == [1, 2, 3, 4, 5]


def test_a_list_needs_as_many_tickets_as_prizes(scene: DrawScene) -> None:
    scene.prepare()
    scene.commit()
    with pytest.raises(Refused, match="draw_nobody"):
        scene.freeze()
    scene.came(range(1, 5))
    with pytest.raises(Refused, match="draw_too_few"):
        scene.freeze()
    scene.came([5])
    assert scene.freeze().ticket_count == 5


def test_a_prize_is_drawn_again_only_with_a_reason_and_both_stay(scene: DrawScene) -> None:
    drawn = scene.drawn()
    absent = DrawResult.objects.get(round__prize__position=2, position=1)
    with pytest.raises(Refused, match="event_text_missing"):
        actions.redraw_prize(actor=scene.festival.by, result=absent, reason=" ")
    again = actions.redraw_prize(actor=scene.festival.by, result=absent, reason="Không đến nhận trong hạn")
    assert (again.round.number, again.round.position, again.replaces) == (2, 4, absent)
    with pytest.raises(Refused, match="draw_replaced"):
        actions.redraw_prize(actor=scene.second, result=absent, reason="Thích người khác")
    tickets = [ticket for _prize, _round, ticket in results(drawn)]
    assert (len(tickets), len(set(tickets))) == (6, 6)
    left = sorted(set(range(1, 41)) - set(tickets[:5]))
    plan = RoundPlan(2, 2, 1)
    expected = draw_rules.draw_round(bytes.fromhex(drawn.seed), drawn.list_hash, "083506", plan, left)
    assert tickets[5:] == expected
    third = actions.redraw_prize(actor=scene.festival.by, result=again, reason="Từ chối nhận")
    assert third.round.number == 3


def test_nobody_is_drawn_from_an_exhausted_list(scene: DrawScene) -> None:
    scene.drawn(range(1, 6))
    with pytest.raises(Refused, match="draw_nobody"):
        actions.redraw_prize(actor=scene.festival.by, result=DrawResult.objects.all()[0], reason="Không đến nhận")


def test_a_withdrawn_draw_stays_with_its_reason_and_another_begins(scene: DrawScene) -> None:
    scene.prepare()
    with pytest.raises(Refused, match="draw_state"):
        actions.withdraw_draw(actor=scene.festival.by, draw=scene.draw, reason="Nhầm")
    first = scene.commit()
    with pytest.raises(Refused, match="event_text_missing"):
        actions.withdraw_draw(actor=scene.festival.by, draw=first, reason="")
    for _time in range(2):
        actions.withdraw_draw(actor=scene.festival.by, draw=first, reason="Xổ số nghỉ ngày bão")
    second = scene.prepare()
    scene.commit()
    first.refresh_from_db()
    assert (first.state, first.withdrawn_reason, len(first.seed_hash)) == ("withdrawn", "Xổ số nghỉ ngày bão", 64)
    assert scene.draw == second
    assert scene.draw.seed_hash != first.seed_hash


def test_nobody_alone_withdraws_a_frozen_draw_whose_number_is_due(scene: DrawScene) -> None:
    frozen = scene.frozen()
    for _time in range(2):
        stated = actions.withdraw_draw(actor=scene.festival.by, draw=frozen, reason="Chưa ưng")
        assert (stated.state, scene.draw.state, scene.draw.withdrawn_reason) == ("frozen", "frozen", "")
    with pytest.raises(Refused, match="event_stale"):
        actions.prepare_draw(actor=scene.festival.by, event=scene.festival.event, read=0, inputs=_later_number())
    entered = scene.enter("083506", scene.second)
    assert (entered.is_drawn, entered.differs) == (False, True)
    with pytest.raises(Refused, match="draw_number_entered"):
        actions.withdraw_draw(actor=scene.festival.by, draw=frozen, reason="Chưa ưng")
    assert scene.enter("083506").is_drawn


def test_a_statement_of_no_number_does_not_help_to_draw(scene: DrawScene) -> None:
    frozen = scene.frozen()
    actions.withdraw_draw(actor=scene.second, draw=frozen, reason="Xổ số nghỉ")
    with pytest.raises(Refused, match="draw_number_form"):
        scene.enter("")
    assert (scene.draw.state, DrawResult.objects.count()) == ("frozen", 0)


def test_two_officers_withdraw_a_draw_whose_number_did_not_come(scene: DrawScene) -> None:
    frozen = scene.frozen()
    actions.withdraw_draw(actor=scene.festival.by, draw=frozen, reason="Xổ số nghỉ")
    both = actions.withdraw_draw(actor=scene.second, draw=frozen, reason="Xổ số nghỉ ngày bão")
    assert (both.state, both.withdrawn_reason, both.seed) == ("withdrawn", "Xổ số nghỉ ngày bão", "")
    actions_taken = AuditEvent.objects.filter(action__contains="draw").order_by("pk").values_list("action", flat=True)
    assert list(actions_taken)[-3:] == ["events.deny_draw_number", "events.deny_draw_number", "events.withdraw_draw"]


def test_before_the_number_is_due_one_officer_withdraws_a_frozen_draw(scene: DrawScene) -> None:
    frozen = scene.frozen()
    scene.set_day(SUNDAY)
    assert actions.withdraw_draw(actor=scene.second, draw=frozen, reason="Xổ số nghỉ").state == "withdrawn"


def test_a_drawn_draw_is_not_withdrawn(scene: DrawScene) -> None:
    with pytest.raises(Refused, match="draw_state"):
        actions.withdraw_draw(actor=scene.festival.by, draw=scene.drawn(), reason="Chưa ưng")


def test_the_database_holds_what_a_draw_promises(scene: DrawScene) -> None:
    drawn = scene.drawn()
    result = DrawResult.objects.all()[0]
    for change in (
        lambda: Draw.objects.filter(pk=drawn.pk).update(seed=""),
        lambda: Draw.objects.filter(pk=drawn.pk).update(state="frozen"),
        lambda: DrawRound.objects.filter(pk=result.round_id).update(number=2),
        lambda: DrawResult.objects.create(draw=drawn, round=result.round, position=9, ticket_number=result.ticket_number),
        lambda: Draw.objects.create(
            event=drawn.event, unit_id=drawn.unit_id, number_name="x", number_day=SUNDAY, number_time=time(1),
            made_by=scene.second, made_at=drawn.made_at,
        ),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_only_officers_of_the_unit_take_the_steps(scene: DrawScene) -> None:
    drawn, stranger = scene.drawn(), scene.festival.tree.an
    for action, options in (
        (actions.prepare_draw, {"event": drawn.event, "read": 0, "inputs": _other_prizes()}),
        (actions.commit_draw, {"draw": drawn, "read": 1}),
        (actions.freeze_draw, {"draw": drawn}),
        (actions.enter_draw_number, {"draw": drawn, "typed": "083506"}),
        (actions.redraw_prize, {"result": DrawResult.objects.all()[0], "reason": "x"}),
        (actions.withdraw_draw, {"draw": drawn, "reason": "x"}),
        (actions.note_draw_minutes, {"draw": drawn, "note": "x"}),
    ):
        with pytest.raises(PermissionDenied):
            action(actor=stranger, **options)  # type: ignore[operator]


def test_units_are_told_of_the_result_once(scene: DrawScene) -> None:
    scene.drawn()
    notices = Notice.objects.filter(kind="events.drawn").select_related("unit")
    assert sorted(notice.unit.code for notice in notices if notice.unit) == ["my-tho", "p4", "p5"]
    assert {(notice.parameters["winners"], notice.parameters["tickets"]) for notice in notices} == {(5, 40)}
