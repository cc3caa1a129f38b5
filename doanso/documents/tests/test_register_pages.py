"""The register: numbers of all states, narrowed, by pages, as a file; reserved, voided, secret and paper numbers."""

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from doanso.access.models import Role, RoleAssignment
from doanso.documents.actions.numbers import note_secret, reserve_number
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.models import Document, Medium, Number, NumberState
from doanso.documents.tests.conftest import plan
from doanso.files.models import Blob
from doanso.files.problems import Unavailable
from doanso.lib.problems import Refused
from doanso.signing.tests.pki import base_pdf
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

REGISTER = "/documents/register/"
BOOK = "/units/p4/register/"


def paper(office, summary: str = "Thông báo họp", **more) -> Document:
    return register_paper(actor=office.mai, unit=office.unit, draft=plan(summary, is_upload=True, **more), dated=TODAY)


def kept_free(office, reason: str = "Kế hoạch hè") -> Number:
    return reserve_number(actor=office.mai, unit=office.unit, profile="doan", kind="plan", dated=TODAY, reason=reason)


def shown(client, query: str = "") -> str:
    answer = client.get(REGISTER + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_register_shows_every_number_newest_first(office, as_user):
    document = paper(office)
    kept_free(office)
    text = shown(as_user(office.mai))

    assert text.index("Kế hoạch hè") < text.index(document.notation)
    assert "Giữ chỗ" in text
    assert "Thông báo họp" in text
    assert "Văn bản giấy" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [("?words=hop", True), ("?words=01-KH", True), ("?words=1", True), ("?words=khong+co", False), ("?year=2022", False),
     ("?kind=plan", True), ("?kind=notice", False)],
)  # fmt: skip
def test_the_register_is_narrowed(office, as_user, query, found):
    paper(office)
    text = shown(as_user(office.mai), query)
    assert ("Thông báo họp" in text) == found
    assert ("Không có văn bản nào khớp." in text) != found


def test_the_city_looks_into_a_wards_register_and_a_ward_into_no_other(office, as_user):
    paper(office)
    assert "Thông báo họp" in shown(as_user(office.tree.dung), "?unit=p4")
    assert "Thông báo họp" not in shown(as_user(office.tree.dung))
    assert "Chưa cấp số nào." in shown(as_user(office.tree.chi))
    assert as_user(office.tree.chi).get(REGISTER + "?unit=p4").status_code == 404
    assert as_user(office.tree.minh).get(REGISTER).status_code == 404


def test_who_sees_several_registers_stays_in_one_while_narrowing(office, as_user):
    text = shown(as_user(office.tree.dung), "?unit=p4&words=x")
    assert '<option value="p4" selected>' in text


def test_pages_of_the_register_follow_each_other(office, as_user):
    for index in range(51):
        kept_free(office, f"Việc {index}")
    client = as_user(office.mai)
    first, second = shown(client), shown(client, "?page=2")
    assert "50 số trên trang này" in first
    assert "page=2" in first
    assert "Việc 0<" in second
    assert "Việc 0<" not in first


def test_thirty_numbers_cost_no_more_statements_than_one(office, as_user):
    paper(office)
    client = as_user(office.mai)
    shown(client)
    with CaptureQueriesContext(connection) as baseline:
        shown(client)
    for index in range(29):
        paper(office, f"Thông báo {index}")
    with CaptureQueriesContext(connection) as thirty:
        shown(client)

    assert len(thirty) == len(baseline)


def test_the_register_is_taken_out_as_a_file_whose_words_stay_words(office, as_user):
    paper(office, "=HYPERLINK(1)")
    kept_free(office, "+1")
    client = as_user(office.mai)
    answer = client.get(f"{REGISTER}export/?as=csv")
    assert answer["Content-Disposition"] == 'attachment; filename="so-van-ban-p4-2023-11-12.csv"'
    lines = list(csv.reader(StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert lines[0][:3] == ["Số", "Số, ký hiệu", "Ngày"]
    assert lines[1][2:5] == ["12/11/2023", "Kế hoạch", "'=HYPERLINK(1)"]
    assert lines[2][-1] == "'+1"

    content = b"".join(client.get(f"{REGISTER}export/"))
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert "=HYPERLINK(1)" in str(sheet)


def test_a_file_holds_what_the_page_was_narrowed_to_and_no_other_units_book(office, as_user):
    paper(office)
    body = b"".join(as_user(office.mai).get(f"{REGISTER}export/?as=csv&words=khong")).decode()
    assert len(body.splitlines()) == 1
    assert as_user(office.tree.chi).get(f"{REGISTER}export/?unit=p4").status_code == 404


def test_a_number_is_kept_free_and_given_up(office, as_user):
    mai = as_user(office.mai)
    data = {"profile": "doan", "kind": "plan", "dated": "12/11/2023", "reason": "Kế hoạch hè"}
    assert mai.post(f"{BOOK}reserve/", data | {"reason": ""}).status_code == 422
    assert "Đã giữ chỗ số 1." in mai.post(f"{BOOK}reserve/", data, follow=True).content.decode()

    number = Number.objects.get()
    void = f"{BOOK}numbers/{number.pk}/void/"
    assert mai.post(void, {"reason": ""}).status_code == 422
    assert "Đã bỏ số; số vẫn nằm trong sổ." in mai.post(void, {"reason": "Không dùng"}, follow=True).content.decode()
    number.refresh_from_db()
    assert number.state == NumberState.VOID
    assert mai.get(void).status_code == 404


def test_a_number_kept_free_is_given_to_its_paper_document(office, as_user, business_day):
    number, mai = kept_free(office), as_user(office.mai)
    business_day(TODAY + timedelta(days=20))
    paper_form = f"{BOOK}paper/?number={number.pk}"
    assert paper_form in shown(mai)
    assert "Vào sổ văn bản giấy số 1" in mai.get(paper_form).content.decode()
    # Form, kind and day are those of the number, whatever is posted.
    data = {"profile": "nd30", "kind": "notice", "summary": "Kế hoạch hè", "dated": "30/11/2023"}
    assert "Đã vào sổ với số 01-KH/ĐTN." in mai.post(paper_form, data, follow=True).content.decode()

    document = Document.objects.get()
    assert (document.number, document.kind, document.dated) == (number, "plan", TODAY)
    assert (Number.objects.get().state, document.issued_on) == (NumberState.USED, TODAY + timedelta(days=20))
    assert paper_form not in shown(mai)
    assert mai.get(paper_form).status_code == 404
    assert "Số này không còn giữ chỗ." in mai.post(paper_form, data).content.decode()
    assert mai.get(f"{BOOK}paper/?number=x").status_code == 404
    arguments = {"actor": office.mai, "unit": office.unit, "dated": TODAY}
    with pytest.raises(Refused) as refused:
        register_paper(**arguments, draft=plan(is_upload=True), number=number)
    assert refused.value.problem.code == "number_not_reserved"
    other = kept_free(office)
    with pytest.raises(Refused) as refused:
        register_paper(**arguments, draft=plan(is_upload=True, kind="notice"), number=other)
    assert refused.value.problem.code == "number_of_other_kind"


def test_no_number_is_drawn_for_a_day_before_the_last_ones(office, as_user):
    kept_free(office)
    data = {"profile": "doan", "kind": "plan", "dated": "11/11/2023", "reason": "x"}
    answer = as_user(office.mai).post(f"{BOOK}reserve/", data)
    assert answer.status_code == 422
    assert Number.objects.count() == 1


def test_of_a_secret_document_there_is_a_number_and_a_day(office, as_user):
    mai = as_user(office.mai)
    assert "117/2025/QH15" in mai.get(f"{BOOK}secret/").content.decode()
    answer = mai.post(f"{BOOK}secret/", {"dated": "12/11/2023"}, follow=True)
    assert "Đã ghi số mật 1." in answer.content.decode()
    assert "Văn bản mật: không lưu gì khác ở đây" in answer.content.decode()
    assert "Văn bản mật: không lưu gì khác ở đây" not in shown(mai)
    assert mai.post(f"{BOOK}secret/", {"dated": "32/13/2023"}).status_code == 422


def test_the_secret_book_as_a_file_holds_nothing_else(office, as_user):
    note_secret(actor=office.mai, unit=office.unit, dated=TODAY)
    body = b"".join(as_user(office.mai).get(f"{REGISTER}export/?book=secret&as=csv")).decode()
    assert body.splitlines()[1] == "1,,12/11/2023,,,Đã cấp,,Trần Ngọc Mai,"


def test_a_paper_document_is_entered_with_its_scan(office, as_user):
    mai = as_user(office.mai)
    data = {"profile": "doan", "kind": "notice", "summary": "Thông báo họp", "dated": "12/11/2023"}
    assert mai.post(f"{BOOK}paper/", data | {"summary": ""}).status_code == 422
    scan = SimpleUploadedFile("quet.pdf", base_pdf(), "application/pdf")
    answer = mai.post(f"{BOOK}paper/", data | {"file": scan}, follow=True)
    document = Document.objects.get()

    assert f"Đã vào sổ với số {document.notation}." in answer.content.decode()
    assert document.medium == Medium.PAPER
    assert document.final is not None


def test_the_same_form_sent_twice_draws_one_number(office, as_user):
    mai = as_user(office.mai)

    def sent_twice(page: str, data: dict[str, object]) -> str:
        [key] = re.findall('name="key" value="([^"]+)"', mai.get(BOOK + page).content.decode())
        scans = [{"file": SimpleUploadedFile("quet.pdf", base_pdf())} if page == "paper/" else {} for _time in range(2)]
        [first, second] = [mai.post(BOOK + page, data | {"key": key} | scan) for scan in scans]
        assert (first.status_code, second.status_code, first["Location"]) == (302, 302, second["Location"])
        return key

    day = {"dated": "12/11/2023"}
    reserved = sent_twice("reserve/", day | {"profile": "doan", "kind": "plan", "reason": "Kế hoạch hè"})
    sent_twice("secret/", day)
    paper_form = day | {"profile": "doan", "kind": "notice", "summary": "Thông báo họp"}
    registered = sent_twice("paper/", paper_form)
    assert (Number.objects.count(), Blob.objects.filter(erased_at=None).count()) == (3, 1)
    assert (str(Number.objects.get(state="reserved").pk), str(Document.objects.get().pk)) == (reserved, registered)

    # The key of a form makes nothing else, and nobody else's.
    other = mai.post(f"{BOOK}reserve/", day | {"profile": "doan", "kind": "notice", "reason": "x", "key": reserved})
    assert other.status_code == 422
    assert "Biểu mẫu này đã được gửi với nội dung khác" in other.content.decode()
    stranger = {"actor": office.phuc, "unit": office.unit, "draft": plan(is_upload=True), "dated": TODAY}
    RoleAssignment.objects.filter(user=office.phuc).update(role=Role.CLERK)
    with pytest.raises(Refused):
        register_paper(**stranger, key=UUID(registered))
    assert Number.objects.count() == 3


def test_a_form_that_was_gone_back_to_and_changed_is_not_taken_for_the_first_one(office, as_user):
    mai = as_user(office.mai)
    day = {"dated": "12/11/2023"}
    form = day | {"profile": "doan", "kind": "notice"}
    pages = {
        "reserve/": (form, {"reason": "Kế hoạch hè"}, {"reason": "Kế hoạch đông"}),
        "secret/": ({}, {"dated": "11/11/2023"}, day),
        "paper/": (form, {"summary": "Thông báo họp"}, {"summary": "Thông báo nghỉ"}),
    }
    for page, (fixed, first, second) in pages.items():
        [key] = re.findall('name="key" value="([^"]+)"', mai.get(BOOK + page).content.decode())
        assert mai.post(BOOK + page, fixed | first | {"key": key}).status_code == 302
        again = mai.post(BOOK + page, fixed | second | {"key": key})
        assert (page, again.status_code) == (page, 422)
        assert "Biểu mẫu này đã được gửi với nội dung khác và đã lưu." in again.content.decode()
        [new_key] = re.findall('name="key" value="([^"]+)"', again.content.decode())
        assert mai.post(BOOK + page, fixed | second | {"key": new_key}).status_code == 302
    assert sorted(Document.objects.values_list("summary", flat=True)) == ["Thông báo họp", "Thông báo nghỉ"]
    # Another scan is another paper.
    scans = [{"file": SimpleUploadedFile("quet.pdf", base_pdf(words))} for words in ("Một", "Hai")]
    [key] = re.findall('name="key" value="([^"]+)"', mai.get(f"{BOOK}paper/").content.decode())
    sent = [mai.post(f"{BOOK}paper/", form | {"summary": "Biên bản", "key": key} | scan) for scan in scans]
    assert [answer.status_code for answer in sent] == [302, 422]
    assert Number.objects.count() == 7


def test_a_reserved_numbers_form_sent_twice_is_one_document(office, as_user):
    paper_form, mai = f"{BOOK}paper/?number={kept_free(office).pk}", as_user(office.mai)
    [key] = re.findall('name="key" value="([^"]+)"', mai.get(paper_form).content.decode())
    sent = [mai.post(paper_form, {"summary": "Kế hoạch hè", "key": key}) for _time in range(2)]
    assert [answer.status_code for answer in sent] == [302, 302]
    assert sent[0]["Location"] == sent[1]["Location"] == f"/documents/{Document.objects.get().pk}/"


def test_a_store_that_is_away_leaves_no_number_behind(office, as_user, monkeypatch):
    def away(*args: object, **named: object) -> None:
        raise Unavailable("down")

    monkeypatch.setattr("doanso.files.actions.keep", away)
    scan = SimpleUploadedFile("quet.pdf", base_pdf(), "application/pdf")
    data = {"profile": "doan", "kind": "notice", "summary": "Thông báo họp", "dated": "12/11/2023", "file": scan}
    answer = as_user(office.mai).post(f"{BOOK}paper/", data)
    assert answer.status_code == 422
    assert str(Unavailable("down").problem.message) in answer.content.decode()
    assert not Number.objects.exists()


@pytest.mark.parametrize("page", ["reserve/", "secret/", "paper/"])
def test_only_the_clerk_writes_in_the_book(office, as_user, page):
    assert as_user(office.tree.dung).get(BOOK + page).status_code == 403
    assert as_user(office.tree.chi).get(BOOK + page).status_code == 404
