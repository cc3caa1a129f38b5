"""A round of re-checks: the draw, the calls, and what follows from each answer."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.people.actions import withdraw_consent
from doanso.support import labels, personal
from doanso.support.actions import (
    ConsentInput,
    confirm_receipt,
    decide_dispute,
    dispute_receipt,
    take_back_help,
)
from doanso.support.actions import recheck_rounds as actions
from doanso.support.models import Dispute, Recheck, RecheckAttempt, RecheckRound, SupportRecord
from doanso.support.queries import recheck_rounds as queries
from doanso.support.rules.recheck_rounds import ErrorRate
from doanso.support.tests.conftest import Ward, record_input, shop
from doanso.testing import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thirty")]

CALL_ME = ConsentInput(("support", "recheck"), "paper", "2023-09")
FIRST = date(2023, 11, 1)


@pytest.fixture
def recounted() -> Iterator[None]:
    """After the test, check that entries follow from the facts and totals from the entries."""
    yield
    assert list(recount()) == []


def willing(name: str = "Nguyễn Văn Bảy", **overrides: Any) -> Any:
    return record_input(name, consent=CALL_ME, **overrides)


def people(count: int, since: int = 0) -> list[Any]:
    return [
        willing(f"Người Dân {chr(65 + place // 26)}{chr(97 + place % 26)}") for place in range(since, since + count)
    ]


def drawn(ward: Ward, *, unit: str = "p4", first: date = FIRST, last: date = TODAY, actor: Any = None) -> RecheckRound:
    officer = actor or ward.tree.giang
    opened = actions.open_round(actor=officer, unit=ward.tree.units[unit], first_day=first, last_day=last)
    return actions.draw_round(actor=officer, round_id=opened.pk)


def ask(ward: Ward, recheck_round: RecheckRound, outcome: str, wrong: str = "", actor: Any = None) -> Recheck:
    officer = actor or ward.tree.giang
    recheck = actions.show_next_receiver(actor=officer, round_id=recheck_round.pk)
    assert recheck is not None
    return actions.record_answer(actor=officer, recheck_id=recheck.pk, outcome=outcome, wrong=wrong)


# --- Drawing ----------------------------------------------------------------------------------------------------------


def test_seed_and_list_are_stored_before_anything_is_drawn(ward):
    ward.support_record(*people(40))
    opened = actions.open_round(actor=ward.tree.giang, unit=ward.tree.units["p4"], first_day=FIRST, last_day=TODAY)

    assert (len(opened.seed), opened.drawn_at, Recheck.objects.count()) == (64, None, 0)
    assert (opened.helps, opened.receivers, opened.size) == (40, 40, 30)
    assert len(opened.listed.splitlines()) == 40
    drawn_round = actions.draw_round(actor=ward.tree.giang, round_id=opened.pk)
    again = actions.draw_round(actor=ward.tree.giang, round_id=opened.pk)
    assert (drawn_round.seed, again.drawn_at) == (opened.seed, drawn_round.drawn_at)
    assert Recheck.objects.count() == 30
    assert list(AuditEvent.objects.filter(object_id=opened.pk).order_by("id").values_list("action", flat=True)) == [
        "support.open_round",
        "support.draw_round",
    ]


def test_only_standing_named_helps_of_people_who_can_and_may_be_asked_are_drawn_from(ward):
    ward.support_record(
        willing("Lê Thị Sáu"),
        willing("Lê Thị Sáu", service="payment"),
        willing("Không Số", phone="", address="12 Lê Lợi"),
        willing("Không Gì", phone=""),
        record_input("Không Đồng Ý"),
        willing("Đổi Ý"),
        willing("Tháng Trước", happened_on=FIRST - timedelta(days=1)),
        shop("Tạp hóa Bảy", phone="0912000111"),
        shop("Quán Không Số"),
    )
    [taken_back] = ward.support_record(willing("Ghi Nhầm"))
    take_back_help(actor=ward.tree.an, support_record_id=taken_back.pk)
    [doubted] = ward.support_record(willing("Khiếu Nại"))
    dispute_receipt(receipt_id=doubted.receipt_id, reason="not-me")
    minds = SupportRecord.objects.get(contact__name="Đổi Ý")
    withdraw_consent(actor=None, person_id=minds.person_id, purposes=["recheck"], channel="screen")
    ward.support_record(willing("Phường Khác"), unit="p5")
    recheck_round = drawn(ward)

    drawn_helps = SupportRecord.objects.filter(pk__in=[line.split()[0] for line in recheck_round.listed.splitlines()])
    assert sorted(
        str(support_record.contact.name if support_record.contact else support_record.business.name)
        for support_record in drawn_helps
    ) == [
        "Không Số",
        "Lê Thị Sáu",
        "Lê Thị Sáu",
        "Tạp hóa Bảy",
    ]
    assert (recheck_round.helps, recheck_round.receivers, recheck_round.size, Recheck.objects.count()) == (8, 3, 3, 3)


def test_the_city_draws_from_all_wards_and_a_person_is_drawn_once(ward):
    ward.support_record(*people(3))
    ward.support_record(*people(2, since=3), unit="p5")
    assert drawn(ward, unit="p4").receivers == 3
    assert drawn(ward, unit="my-tho").receivers == 2


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (FIRST, TODAY, "round_overlaps"),
        (TODAY, TODAY, "round_overlaps"),
        (FIRST - timedelta(days=30), FIRST, "round_overlaps"),
        (FIRST - timedelta(days=30), FIRST - timedelta(days=1), "nobody_to_ask"),
        (TODAY, TODAY + timedelta(days=1), "period_ahead"),
    ],
)
def test_days_are_drawn_once(ward, first, last, code):
    ward.support_record(*people(2))
    drawn(ward)
    ward.support_record(*people(2, since=2))
    with pytest.raises(Refused) as refused:
        drawn(ward, first=first, last=last)

    assert (refused.value.problem.code, RecheckRound.objects.count()) == (code, 1)


def test_nobody_re_checks_the_own_unit(ward):
    ward.support_record(*people(2))
    with pytest.raises(PermissionDenied):
        drawn(ward, actor=ward.tree.an)
    recheck_round = drawn(ward)
    with pytest.raises(PermissionDenied):
        actions.show_next_receiver(actor=ward.tree.an, round_id=recheck_round.pk)
    [recheck] = Recheck.objects.all()[:1]
    with pytest.raises(PermissionDenied):
        actions.record_answer(actor=ward.tree.an, recheck_id=recheck.pk, outcome="confirmed")


def test_the_command_draws_again_and_sees_what_was_changed(ward):
    ward.support_record(*people(32))
    recheck_round = drawn(ward)
    out = StringIO()
    call_command("redraw", str(recheck_round.pk), stdout=out)
    assert len(out.getvalue().splitlines()) == 31
    [first, second] = Recheck.objects.filter(round=recheck_round).order_by("place")[:2]
    other = SupportRecord.objects.exclude(rechecks__round=recheck_round).first()
    Recheck.objects.filter(pk=first.pk).update(support_record=other)
    with pytest.raises(CommandError):
        call_command("redraw", str(recheck_round.pk), stdout=out)
    Recheck.objects.filter(pk=first.pk).update(support_record=first.support_record)
    RecheckRound.objects.filter(pk=recheck_round.pk).update(listed=recheck_round.listed + f"{second.pk} 99\n")
    with pytest.raises(CommandError):
        call_command("redraw", str(recheck_round.pk), stdout=out)


# --- Calling ----------------------------------------------------------------------------------------------------------


def test_confirmed_is_grade_four_and_the_figure_follows(ward, recounted):
    ward.support_record(willing())
    recheck_round = drawn(ward)
    answered = ask(ward, recheck_round, "confirmed")

    assert (answered.outcome, answered.settled_on, SupportRecord.objects.get().grade) == ("confirmed", TODAY, 4)
    assert ward.grades().grades == (0, 0, 0, 0, 1)
    assert actions.show_next_receiver(actor=ward.tree.giang, round_id=recheck_round.pk) is None
    assert AuditEvent.objects.filter(action="support.show_recheck", object_id=answered.support_record_id).count() == 1


@pytest.mark.parametrize(
    ("wrong", "left"), [("nobody-came", {"portal": True, "payment": True}), ("had-already", None), ("other-help", None)]
)
def test_not_so_is_a_dispute_and_counts_nowhere_until_an_officer_decides(ward, recounted, wrong, left):
    ward.support_record(willing(), willing(service="payment"))
    recheck_round = drawn(ward)
    answered = ask(ward, recheck_round, "wrong", wrong)
    refused = {
        support_record.service_id: support_record.refused_at is not None
        for support_record in SupportRecord.objects.all()
    }

    assert refused == (left or {"portal": False, "payment": False} | {answered.support_record.service_id: True})
    dispute = Dispute.objects.get()
    assert (dispute.reason, dispute.recheck_id, dispute.receipt_id) == (
        wrong,
        answered.pk,
        answered.support_record.receipt_id,
    )
    code = {"portal": "portal-residents", "payment": "payment-residents"}[answered.support_record.service_id]
    assert ward.figure(code) == 0
    decide_dispute(actor=ward.tree.giang, dispute_id=dispute.pk, decision="rejected", explanation="Đã đến nhà hỏi lại")
    assert ward.figure(code) == 1
    # The answer stays what it was.
    assert queries.rates_of([recheck_round])[recheck_round.pk] == ErrorRate(wrong=1)


def test_what_a_re_check_found_is_not_decided_by_the_unit_itself(ward):
    ward.support_record(willing())
    SupportRecord.objects.update(recorded_by=ward.tree.binh)
    answered = ask(ward, drawn(ward), "wrong", "nobody-came")
    dispute = answered.disputes.get()
    decision = {"dispute_id": dispute.pk, "decision": "rejected", "explanation": "Đã đến nhà hỏi lại"}
    with pytest.raises(Refused) as refused:
        decide_dispute(actor=ward.tree.an, **decision)

    assert refused.value.problem.code == "found_from_above"
    assert decide_dispute(actor=ward.tree.dung, **decision).decided_by == ward.tree.dung


def test_not_so_joins_a_dispute_that_is_open(ward, recounted):
    [support_record] = ward.support_record(willing())
    recheck_round = drawn(ward)
    dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me")
    ask(ward, recheck_round, "wrong", "nobody-came")

    assert [(support_record.reason, support_record.recheck_id) for support_record in Dispute.objects.all()] == [
        ("not-me", None)
    ]


def test_unreached_is_tried_on_three_days_and_then_counted_as_unreached(ward, business_day):
    ward.support_record(willing())
    recheck_round = drawn(ward)
    shown = []
    for day in range(3):
        business_day(TODAY + timedelta(days=day))
        recheck = ask(ward, recheck_round, "unreached")
        # Once a day.
        actions.record_answer(actor=ward.tree.giang, recheck_id=recheck.pk, outcome="unreached")
        assert actions.show_next_receiver(actor=ward.tree.giang, round_id=recheck_round.pk) is None
        shown.append((recheck.outcome, RecheckAttempt.objects.count()))

    assert shown == [("", 1), ("", 2), ("unreached", 3)]
    assert queries.rates_of([recheck_round])[recheck_round.pk] == ErrorRate(unreached=1)
    assert SupportRecord.objects.get().grade == 1


def test_refusing_is_neither_right_nor_wrong(ward):
    ward.support_record(willing())
    recheck_round = drawn(ward)
    ask(ward, recheck_round, "refused")
    rate = queries.rates_of([recheck_round])[recheck_round.pk]

    assert (rate, rate.n, SupportRecord.objects.get().grade, Dispute.objects.count()) == (ErrorRate(refused=1), 0, 1, 0)


@pytest.mark.parametrize(
    ("outcome", "wrong", "code"),
    [
        ("", "", "no_answer"),
        ("maybe", "", "no_answer"),
        ("wrong", "", "nothing_wrong_said"),
        ("wrong", "not-me", "nothing_wrong_said"),
        ("confirmed", "nobody-came", "nothing_wrong_said"),
    ],
)
def test_an_answer_is_one_of_those_there_are(ward, outcome, wrong, code):
    ward.support_record(willing())
    recheck_round = drawn(ward)
    with pytest.raises(Refused) as refused:
        ask(ward, recheck_round, outcome, wrong)

    assert (refused.value.problem.code, RecheckAttempt.objects.count()) == (code, 0)


def test_an_answer_given_is_not_changed(ward):
    ward.support_record(willing())
    recheck_round = drawn(ward)
    answered = ask(ward, recheck_round, "confirmed")
    again = actions.record_answer(actor=ward.tree.giang, recheck_id=answered.pk, outcome="confirmed")
    with pytest.raises(Refused) as refused:
        actions.record_answer(actor=ward.tree.giang, recheck_id=answered.pk, outcome="refused")

    assert (again.pk, refused.value.problem.code) == (answered.pk, "already_answered")
    assert RecheckAttempt.objects.count() == 1


def test_whoever_recorded_the_help_is_not_shown_it_and_two_officers_get_two_people(ward):
    ward.support_record(*people(2))
    SupportRecord.objects.update(recorded_by=ward.tree.giang)
    recheck_round = drawn(ward)
    assert actions.show_next_receiver(actor=ward.tree.giang, round_id=recheck_round.pk) is None
    [recheck, other] = Recheck.objects.order_by("place")
    with pytest.raises(PermissionDenied):
        actions.record_answer(actor=ward.tree.giang, recheck_id=recheck.pk, outcome="confirmed")
    SupportRecord.objects.update(recorded_by=ward.tree.an)
    first = actions.show_next_receiver(actor=ward.tree.giang, round_id=recheck_round.pk)
    second = actions.show_next_receiver(actor=ward.tree.dung, round_id=recheck_round.pk)
    again = actions.show_next_receiver(actor=ward.tree.giang, round_id=recheck_round.pk)

    assert (first, second, again) == (recheck, other, recheck)


def test_nobody_is_shown_whom_another_has_just_reached(ward, monkeypatch):
    """The answer is written between choosing whom to call and showing them."""
    ward.support_record(*people(2))
    recheck_round = drawn(ward)
    [recheck, other] = Recheck.objects.order_by("place")
    next_to_ask = queries.next_to_ask

    def answered_meanwhile(actor, round_id):
        chosen = next_to_ask(actor, round_id)
        if chosen == recheck:
            actions.record_answer(actor=ward.tree.dung, recheck_id=recheck.pk, outcome="confirmed")
        return chosen

    monkeypatch.setattr(queries, "next_to_ask", answered_meanwhile)

    assert actions.show_next_receiver(actor=ward.tree.giang, round_id=recheck_round.pk) == other
    recheck.refresh_from_db()
    assert (recheck.outcome, recheck.shown_to) == ("confirmed", None)


def test_who_can_not_be_asked_any_more_is_passed_over(ward):
    ward.support_record(*people(3))
    recheck_round = drawn(ward)
    [recheck, other, third] = Recheck.objects.order_by("place")
    take_back_help(actor=ward.tree.an, support_record_id=recheck.support_record_id)
    withdraw_consent(actor=None, person_id=other.support_record.person_id, purposes=["recheck"], channel="screen")
    with pytest.raises(Refused) as refused:
        actions.record_answer(actor=ward.tree.giang, recheck_id=other.pk, outcome="confirmed")

    assert refused.value.problem.code == "not_askable"
    assert actions.show_next_receiver(actor=ward.tree.giang, round_id=recheck_round.pk) == third
    assert queries.round_progress(recheck_round.pk) == queries.Progress(waiting=1, tried_today=0, lost=2)


def test_a_person_s_copy_tells_of_the_call_and_an_erased_person_is_called_no_more(ward):
    ward.support_record(*people(2))
    recheck_round = drawn(ward)
    answered = ask(ward, recheck_round, "confirmed")
    [waiting] = Recheck.objects.filter(outcome="")

    assert ("Trả lời phúc tra", "Đúng như đã ghi, 12/11/2023") in personal.copy([answered.support_record.person_id])
    personal.erase([recheck.support_record.person_id for recheck in (answered, waiting)])
    assert actions.show_next_receiver(actor=ward.tree.dung, round_id=recheck_round.pk) is None
    assert queries.rates_of([recheck_round])[recheck_round.pk] == ErrorRate(right=1, waiting=1)


def test_the_person_s_own_word_before_does_not_hinder_the_call(ward, recounted):
    [support_record] = ward.support_record(willing())
    confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=False, device=["a"])
    ask(ward, drawn(ward), "confirmed")
    assert ward.grades().grades == (0, 0, 0, 0, 1)


# --- What the answers say ---------------------------------------------------------------------------------------------


def test_error_rates_are_by_service_and_subtree_in_one_statement(ward):
    ward.support_record(*people(4), shop("Tạp hóa Bảy", phone="0912000111"))
    ward.support_record(*people(2, since=4), unit="p5")
    four, five = drawn(ward, unit="p4"), drawn(ward, unit="p5")
    shops = Recheck.objects.get(support_record__to_business=True)
    actions.record_answer(actor=ward.tree.giang, recheck_id=shops.pk, outcome="confirmed")
    for outcome, wrong in (("wrong", "nobody-came"), ("confirmed", ""), ("refused", ""), ("unreached", "")):
        ask(ward, four, outcome, wrong)
    ask(ward, five, "confirmed")
    ids = {code: ward.tree.units[code].pk for code in ("my-tho", "p4", "p5", "p4-kp1")}
    with CaptureQueriesContext(connection) as captured:
        rates = queries.error_rates(list(ids.values()))

    assert len(captured) == 1
    assert rates.of(ids["p4"]) == ErrorRate(wrong=1, right=2, refused=1, waiting=1)
    assert rates.of(ids["p4"], service="portal", to_business=False) == ErrorRate(1, 1, 0, 1, 1)
    assert rates.of(ids["p4"], service="payment") == ErrorRate(right=1)
    assert rates.of(ids["p4"], service="payment", to_business=False) == ErrorRate()
    assert rates.of(ids["my-tho"]) == ErrorRate(wrong=1, right=3, refused=1, waiting=2)
    assert rates.of(ids["p4-kp1"]) == ErrorRate()
    before = queries.error_rates([ids["p4"]], on=TODAY - timedelta(days=1))
    assert before.of(ids["p4"]) == ErrorRate(waiting=1)


def test_words_say_the_interval_or_that_the_answers_are_too_few():
    assert labels.error_rate_words(ErrorRate(wrong=2, right=39)) == "2 sai trên 41 trả lời, tỷ lệ sai 1,3–16,1%"
    assert labels.error_rate_words(ErrorRate(wrong=2, right=10, unreached=40)) == "chưa đủ mẫu, mới 12 trên 30 trả lời"
