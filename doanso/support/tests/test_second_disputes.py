"""A receipt disputed more than once: records found untrue stay out, and no dispute is skipped."""

import pytest

from doanso.ledger.recount import recount
from doanso.support.actions import ConsentInput, decide_dispute, dispute_receipt
from doanso.support.actions import recheck_rounds as rechecks
from doanso.support.models import Dispute, RecheckOutcome, SupportRecord
from doanso.support.queries import SupportRecordFilter, all_records, claim_states, filtered_records
from doanso.support.tests.conftest import record_input
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db
WHY = "Đã gọi điện hỏi kỹ"
CALL_ME = ConsentInput(("support", "recheck"), "paper", "2023-09")


def decide(ward, dispute, decision):
    return decide_dispute(actor=ward.tree.giang, dispute_id=dispute.pk, decision=decision, explanation=WHY)


def figures(ward):
    return ward.figure(), ward.figure("payment-residents")


def test_what_was_upheld_stays_out_when_a_later_dispute_is_rejected(ward):
    [support_record] = ward.support_record(record_input())
    decide(ward, dispute_receipt(receipt_id=support_record.receipt_id, reason="nobody-came"), "upheld")
    [other] = ward.support_record(record_input(service="payment"))
    later = dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me")
    assert (other.receipt_id, figures(ward)) == (support_record.receipt_id, (0, 0))
    assert claim_states(all_records()) == {support_record.pk: "untrue", other.pk: "refused"}
    # "1 dispute waits" opens one record, not also those decided long ago.
    for state, expected in (("disputed", [other]), ("untrue", [support_record])):
        assert list(filtered_records(ward.tree.giang, SupportRecordFilter(state=state))) == expected

    decide(ward, later, "rejected")
    assert figures(ward) == (0, 1)


def test_what_the_person_says_reaches_past_what_a_call_found(ward):
    ward.support_record(record_input(consent=CALL_ME), record_input(service="payment", consent=CALL_ME))
    recheck_round = rechecks.open_round(
        actor=ward.tree.giang, unit=ward.tree.units["p4"], first_day=TODAY, last_day=TODAY
    )
    rechecks.draw_round(actor=ward.tree.giang, round_id=recheck_round.pk)
    recheck = rechecks.show_next_receiver(actor=ward.tree.giang, round_id=recheck_round.pk)
    assert recheck is not None
    rechecks.record_answer(
        actor=ward.tree.giang, recheck_id=recheck.pk, outcome=RecheckOutcome.WRONG, wrong="other-help"
    )
    assert sorted(figures(ward)) == [0, 1]

    receipt_id = SupportRecord.objects.values_list("receipt_id", flat=True).distinct().get()
    dispute = dispute_receipt(receipt_id=receipt_id, reason="nobody-came")
    again = dispute_receipt(receipt_id=receipt_id, reason="not-me")
    assert (figures(ward), dispute, again) == ((0, 0), Dispute.objects.get(), dispute)
    assert (dispute.recheck, again.reason) == (recheck, "nobody-came")

    decide(ward, dispute, "rejected")
    assert figures(ward) == (1, 1)
    assert list(recount()) == []
