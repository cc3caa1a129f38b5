"""Attesting, sending back, withdrawing and correcting: who may, what counts afterwards, and every refusal with its sentence."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from doanso.audit.models import AuditEvent
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.results import actions, queries
from doanso.results.actions import EvidenceFile, ResultInput
from doanso.results.models import Outcome, ResultState, ResultVersion
from doanso.signing.tests.pki import base_pdf

pytestmark = pytest.mark.engines


def _read(reporting, result):
    return queries.state_token(reporting.fresh(result))


def _refused(code, message, action, **arguments):
    with pytest.raises(Refused) as refused:
        action(**arguments)
    assert (refused.value.problem.code, refused.value.problem.message) == (code, message)
    assert list(recount()) == []


# --- Attest -----------------------------------------------------------------------------------------------------------


def test_attested_it_counts_for_its_unit_and_all_above_on_its_day(reporting):
    result = reporting.attest(reporting.report("p4-kp1", 250), reporting.tree.an)
    version = queries.latest_version(result)
    assert (result.state, version.attested_by) == (ResultState.ATTESTED, reporting.tree.an)
    assert reporting.shown(on=date(2023, 11, 4)) == {}
    assert reporting.shown(on=date(2023, 11, 5)) == {"p4-kp1": 250, "p4": 250, "my-tho": 250}
    assert reporting.shown("works") == {}
    assert queries.booking_day(result, version) == date(2023, 11, 5)
    assert AuditEvent.objects.get(action="results.confirm").actor == reporting.tree.an
    assert list(recount()) == []


def test_figures_add_up_over_units_and_results(reporting):
    for code, quantity in (("p4-kp1", 250), ("p4-kp2", 40), ("p4", 7), ("p5", 1000), ("my-tho", 3)):
        reporting.attest(reporting.report(code, quantity), reporting.hoa)
    assert reporting.shown() == {"p4-kp1": 250, "p4-kp2": 40, "p4": 297, "p5": 1000, "my-tho": 1300}
    assert list(recount()) == []


def test_nobody_attests_what_they_wrote(reporting):
    own = "Bạn là người ghi kết quả này nên phải do cán bộ khác xác nhận."
    by_officer = reporting.report("p4-kp1", by="dung")
    of_root = reporting.report("my-tho", 3)
    for result in (by_officer, of_root):
        _refused("result_own", own, reporting.attest, result=result, by=reporting.tree.dung)
    assert reporting.attest(of_root, reporting.hoa).state == ResultState.ATTESTED
    corrected = reporting.correct(reporting.report("p4-kp2", 40), 30, by="dung")
    _refused("result_own", own, reporting.attest, result=corrected, by=reporting.tree.dung)
    version = ResultVersion.objects.get(result=by_officer)
    version.attested_by, version.attested_at = reporting.tree.dung, version.made_at
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()


def test_a_ward_attests_its_branches_and_never_itself(reporting):
    assert reporting.attest(reporting.report("p4-kp1"), reporting.tree.an).state == ResultState.ATTESTED
    own = reporting.report("p4", 7, by="dung")
    for user in (reporting.tree.an, reporting.tree.binh, reporting.tree.chi, reporting.tree.hanh):
        with pytest.raises(PermissionDenied):
            reporting.attest(own, user)


def test_attested_twice_is_refused(reporting):
    result = reporting.report()
    read = queries.state_token(result)
    reporting.attest(result)
    stale = "Kết quả này vừa có người thay đổi. Hãy đọc lại bên dưới rồi quyết định."
    _refused("result_stale", stale, actions.attest_result, actor=reporting.hoa, result=result, read=read)
    _refused(
        "result_attested",
        "Kết quả này đã được xác nhận.",
        actions.attest_result,
        actor=reporting.hoa,
        result=result,
        read=_read(reporting, result),
    )
    assert reporting.shown() == {"p4-kp1": 250, "p4": 250, "my-tho": 250}


def test_many_are_attested_together_or_none(reporting):
    results = [reporting.report("p4-kp1", quantity) for quantity in (1, 2, 3)]
    chosen = [(result.pk, queries.state_token(result)) for result in results]
    reporting.correct(results[2], 30)
    with pytest.raises(Refused) as refused:
        actions.attest_results(actor=reporting.tree.dung, chosen=chosen)
    assert refused.value.problem.code == "result_stale"
    assert reporting.shown() == {}
    chosen[2] = (results[2].pk, _read(reporting, results[2]))
    assert len(actions.attest_results(actor=reporting.tree.dung, chosen=chosen)) == 3
    assert reporting.shown() == {"p4-kp1": 33, "p4": 33, "my-tho": 33}
    assert list(recount()) == []


def test_none_or_too_many_at_once_are_refused(reporting):
    none = "Chưa chọn kết quả nào. Hãy đánh dấu các kết quả cần xác nhận."
    _refused("results_none", none, actions.attest_results, actor=reporting.tree.dung, chosen=[])
    many = [(uuid7(), "1.waiting") for _number in range(101)]
    words = "Mỗi lần xác nhận nhiều nhất 100 kết quả; hãy chọn ít hơn."
    _refused("results_many", words, actions.attest_results, actor=reporting.tree.dung, chosen=many)


# --- Send back and withdraw -------------------------------------------------------------------------------------------


def test_sent_back_it_leaves_the_figures_and_counts_anew_once_corrected_and_attested(reporting):
    result = reporting.attest(reporting.report())
    returned = actions.return_result(
        actor=reporting.hoa, result=result, read=_read(reporting, result), reason="Thiếu biên bản"
    )
    version = queries.latest_version(returned)
    assert (returned.state, version.outcome, version.reason) == ("returned", Outcome.RETURNED, "Thiếu biên bản")
    assert reporting.shown() == {}
    _refused(
        "result_returned",
        "Kết quả này đã trả lại; đơn vị sửa xong mới xác nhận được.",
        reporting.attest,
        result=result,
    )
    _refused(
        "result_returned",
        "Kết quả này đã được trả lại rồi.",
        actions.return_result,
        actor=reporting.hoa,
        result=result,
        read=_read(reporting, result),
        reason="Lần nữa",
    )
    reporting.correct(result, 200, by="binh")
    assert reporting.shown() == {}
    reporting.attest(result)
    assert reporting.shown() == {"p4-kp1": 200, "p4": 200, "my-tho": 200}
    assert list(recount()) == []


def test_what_was_sent_back_may_be_sent_again_as_it_was_with_a_reason(reporting):
    result = reporting.report()
    actions.return_result(actor=reporting.tree.dung, result=result, read=_read(reporting, result), reason="Thiếu ảnh")
    again = reporting.correct(result, 250, by="binh", why="Đã gửi ảnh qua thư")
    assert (again.state, again.version) == (ResultState.WAITING, 2)


def test_withdrawn_it_counts_nowhere_and_stays_readable(reporting):
    result = reporting.attest(reporting.report())
    withdrawn = actions.withdraw_result(
        actor=reporting.tree.binh, result=result, read=_read(reporting, result), reason="Ghi nhầm chi đoàn"
    )
    assert (withdrawn.state, queries.latest_version(withdrawn).reason) == ("withdrawn", "Ghi nhầm chi đoàn")
    assert reporting.shown() == {}
    gone = "Kết quả này đã rút. Hãy ghi kết quả mới."
    read = _read(reporting, result)
    _refused("result_withdrawn", gone, reporting.attest, result=result)
    _refused("result_withdrawn", gone, reporting.correct, result=result, quantity=3)
    for action in (actions.return_result, actions.withdraw_result):
        _refused("result_withdrawn", gone, action, actor=reporting.tree.dung, result=result, read=read, reason="Nữa")
    # It may be reported anew: what was withdrawn is no double.
    assert reporting.report("p4-kp1", 250).state == ResultState.WAITING
    assert list(recount()) == []


@pytest.mark.parametrize(
    ("reason", "message"), [(" ", "Ghi lý do bằng vài chữ."), ("a" * 501, "Viết gọn lại trong 500 ký tự.")]
)
def test_both_need_a_reason(reporting, reason, message):
    result = reporting.report()
    for action in (actions.return_result, actions.withdraw_result):
        with pytest.raises(Refused, match=message):
            action(actor=reporting.tree.dung, result=result, read=queries.state_token(result), reason=reason)
    assert reporting.fresh(result).state == ResultState.WAITING


def test_only_who_attests_sends_back_and_only_who_reports_withdraws(reporting):
    result = reporting.report()
    arguments = {"result": result, "read": queries.state_token(result), "reason": "Sai"}
    for user in (reporting.tree.binh, reporting.tree.chi, reporting.tree.hanh):
        with pytest.raises(PermissionDenied):
            actions.return_result(actor=user, **arguments)
    for user in (reporting.tree.chi, reporting.tree.hanh, reporting.tree.khoa):
        with pytest.raises(PermissionDenied):
            actions.withdraw_result(actor=user, **arguments)


# --- Correct ----------------------------------------------------------------------------------------------------------


def test_a_correction_is_a_new_version_that_waits_and_the_old_one_stays(reporting):
    result = reporting.attest(reporting.report())
    corrected = reporting.correct(result, 25, on=date(2023, 11, 6), text="Trồng cây ở công viên", why="Thừa số 0")
    old, new = corrected.versions.order_by("number")
    assert (old.quantity, old.outcome, old.ended_by, old.attested_by) == (
        250,
        Outcome.CORRECTED,
        reporting.tree.an,
        reporting.tree.dung,
    )
    assert (new.quantity, new.happened_on, new.why, new.attested_by) == (25, date(2023, 11, 6), "Thừa số 0", None)
    assert (corrected.state, corrected.changed_by) == (ResultState.WAITING, reporting.tree.an)
    assert reporting.shown() == {}
    assert AuditEvent.objects.get(action="results.correct").changed == ["happened_on", "quantity", "text"]
    reporting.attest(corrected)
    assert reporting.shown(on=date(2023, 11, 5)) == {}
    assert reporting.shown() == {"p4-kp1": 25, "p4": 25, "my-tho": 25}
    assert list(recount()) == []


def test_a_correction_names_the_version_that_was_read(reporting):
    result = reporting.report()
    read = queries.state_token(result)
    reporting.correct(result, 30)
    _refused(
        "result_stale",
        "Kết quả này vừa có người thay đổi. Hãy đọc lại bên dưới rồi quyết định.",
        actions.correct_result,
        actor=reporting.tree.binh,
        result=result,
        read=read,
        inputs=ResultInput(date(2023, 11, 5), 20, "Trồng cây"),
    )


def test_a_correction_that_changes_nothing_is_refused(reporting):
    message = "Chưa có gì khác. Hãy sửa ngày, số lượng, câu mô tả hoặc tệp."
    _refused("result_unchanged", message, reporting.correct, result=reporting.report(), quantity=250)


def test_a_correction_of_what_was_confirmed_needs_a_reason(reporting):
    message = "Ghi vài chữ đã sửa gì, vì sao; người xác nhận sẽ đọc."
    waiting = reporting.report("p4-kp2", 40)
    assert reporting.correct(waiting, 41, why="").version == 2
    attested = reporting.attest(reporting.report())
    _refused("result_why_missing", message, reporting.correct, result=attested, quantity=30, why=" ")


def test_a_reason_with_a_mark_of_secrecy_is_refused(reporting):
    attested = reporting.attest(reporting.report())

    with pytest.raises(Refused) as refusal:
        reporting.correct(attested, 30, why="TỐI MẬT\nTheo công văn")

    assert refusal.value.problem.field == "why"
    attested.refresh_from_db()
    assert attested.version == 1


def test_files_are_kept_left_out_and_added(reporting):
    evidence = (EvidenceFile("mot.pdf", base_pdf("Một")), EvidenceFile("hai.pdf", base_pdf("Hai")))
    result = reporting.report(evidence=evidence)
    first, second = queries.latest_version(result).files.all()
    corrected = reporting.correct(
        result, 250, kept=[second.pk], evidence=(EvidenceFile("ba.pdf", base_pdf("Ba")),), why=""
    )
    assert [file.blob.name for file in queries.latest_version(corrected).files.select_related("blob")] == [
        "hai.pdf",
        "ba.pdf",
    ]
    actions.erase_file(actor=reporting.tree.an, file=queries.files_of(corrected).get(pk=first.pk))
    first.blob.refresh_from_db()
    second.blob.refresh_from_db()
    assert first.blob.erased_at is not None
    assert second.blob.erased_at is None
    with pytest.raises(PermissionDenied):
        actions.erase_file(actor=reporting.tree.hanh, file=queries.files_of(corrected).get(pk=second.pk))
