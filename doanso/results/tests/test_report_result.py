"""Reporting a result: what is written and counted, and every refusal with its sentence."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.files.models import Blob
from doanso.ledger.models import Fact
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.results.actions import EvidenceFile
from doanso.results.models import Result, ResultState, ResultVersion
from doanso.signing.tests.pki import base_pdf
from doanso.testing import TODAY

pytestmark = pytest.mark.engines


def test_a_result_waits_with_grade_0_and_is_in_no_figure(reporting):
    result = reporting.report("p4-kp1", 250)
    version = result.versions.get()
    assert (result.state, result.version, result.topic, result.changed_on) == (ResultState.WAITING, 1, "trees", TODAY)
    assert (version.quantity, version.happened_on, version.arrived_on) == (250, date(2023, 11, 5), TODAY)
    fact = Fact.objects.get(source_id=version.pk)
    assert (fact.family, fact.topic, fact.grade, fact.amount) == ("results.reported", "trees", 0, 250)
    assert fact.unit_id == reporting.unit("p4-kp1").pk
    assert reporting.shown() == {}
    assert AuditEvent.objects.get(action="results.report").object_id == result.pk
    assert list(recount()) == []


def test_sent_twice_under_one_key_it_is_one_result(reporting):
    key = uuid7()
    first, second = reporting.report(key=key), reporting.report(quantity=30, key=key)
    assert first == second
    assert (Result.objects.count(), ResultVersion.objects.count(), Fact.objects.count()) == (1, 1, 1)


def test_the_key_of_somebody_elses_result_is_refused(reporting):
    key = uuid7()
    reporting.report(key=key)
    with pytest.raises(Refused, match="form_used"):
        reporting.report("p5", key=key)


def _refusal(reporting, code, message, field="", **changes):
    with pytest.raises(Refused) as refused:
        reporting.report(**changes)
    problem = refused.value.problem
    assert (problem.code, problem.message, problem.field) == (code, message, field)
    assert not Result.objects.exists()
    assert not Fact.objects.exists()
    assert list(recount()) == []


@pytest.mark.parametrize(
    ("code", "message", "field", "changes"),
    [
        (
            "result_day_ahead",
            "Ngày này chưa tới. Việc làm xong rồi hãy ghi kết quả.",
            "happened_on",
            {"on": date(2023, 11, 13)},
        ),
        (
            "result_day_outside",
            "Chương trình tính từ 01/01/2023 đến 31/12/2023; ngày 31/12/2022 nằm ngoài.",
            "happened_on",
            {"on": date(2022, 12, 31)},
        ),
        ("result_quantity", "Nhập số nguyên từ 1 đến 1.000.000.000.", "quantity", {"quantity": 0}),
        (
            "result_quantity_large",
            "Số này lớn hơn chỉ tiêu cả năm, 20.000 cây. Nếu đúng như vậy thì đánh dấu vào ô bên dưới rồi gửi lại.",
            "quantity",
            {"quantity": 20001},
        ),
        ("result_text_missing", "Viết một câu cho biết đã làm gì.", "text", {"text": "  "}),
        ("result_text_long", "Viết gọn lại trong 1.000 ký tự.", "text", {"text": "a" * 1001}),
        (
            "result_indicator",
            "Chỉ tiêu này không ghi kết quả bằng tay; số liệu lấy từ bản ghi của phần việc tương ứng.",
            "indicator",
            {"indicator": "signed-documents"},
        ),
    ],
)
def test_refused_with_a_sentence(reporting, code, message, field, changes):
    _refusal(reporting, code, message, field, **changes)


def test_more_than_the_whole_target_goes_through_when_confirmed(reporting):
    assert reporting.report(quantity=20001, confirmed=True).versions.get().quantity == 20001


def test_the_same_number_of_the_same_day_is_refused_until_it_is_confirmed(reporting):
    reporting.report("p4-kp1", 250)
    with pytest.raises(Refused) as refused:
        reporting.report("p4-kp1", 250, text="Trồng cây ở công viên")
    assert refused.value.problem.code == "result_twice"
    assert refused.value.problem.message == (
        "Khu phố 1 đã ghi 250 cây cho ngày này. Nếu đây là một kết quả khác thì đánh dấu vào ô bên dưới rồi gửi lại."
    )
    reporting.report("p4-kp1", 250, confirmed=True)
    reporting.report("p4-kp2", 250)
    reporting.report("p4-kp1", 251)
    assert Result.objects.count() == 4


def test_a_unit_that_was_not_there_yet_reports_nothing(reporting):
    branch = reporting.unit("p4-kp1")
    branch.paths_up.update(since=date(2023, 11, 8))
    _refusal(
        reporting, "result_unit_absent", "Khu phố 1 chưa tham gia chương trình này vào ngày 05/11/2023.", "happened_on"
    )


def test_only_those_who_report_for_the_unit(reporting):
    for name in ("chi", "hanh", "khoa", "lan", "minh"):
        with pytest.raises(PermissionDenied):
            reporting.report("p4-kp1", by=name)
    with pytest.raises(PermissionDenied):
        reporting.report("p4", by="binh")
    for name in ("binh", "an", "dung", "giang"):
        reporting.report("p4-kp1", by=name, confirmed=True)
    assert Result.objects.count() == 4


def test_files_are_kept_in_the_order_in_which_they_were_chosen(reporting):
    evidence = (
        EvidenceFile("Biên bản.pdf", base_pdf("Biên bản")),
        EvidenceFile("Danh mục.pdf", BytesIO(base_pdf("Hai"))),
    )
    result = reporting.report(evidence=evidence)
    files = list(result.versions.get().files.select_related("blob"))
    assert [(file.position, file.blob.name) for file in files] == [(1, "Biên bản.pdf"), (2, "Danh mục.pdf")]


def test_a_refused_file_leaves_nothing_behind(reporting):
    evidence = (EvidenceFile("bien-ban.pdf", base_pdf("Biên bản")), EvidenceFile("chay.exe", b"MZ\x00"))
    with pytest.raises(Refused) as refused:
        reporting.report(evidence=evidence)
    assert refused.value.problem.field == "evidence"
    assert refused.value.problem.message.startswith("chay.exe: ")
    assert not Result.objects.exists()
    assert all(blob.erased_at is not None for blob in Blob.objects.all())


def test_more_than_five_files_are_refused(reporting):
    evidence = tuple(EvidenceFile(f"{number}.pdf", b"%PDF-1.7") for number in range(6))
    with pytest.raises(Refused, match="Nhiều nhất 5 tệp"):
        reporting.report(evidence=evidence)
    assert not Blob.objects.exists()
