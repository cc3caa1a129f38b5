"""Numbers and days: in the past, in the future, over New Year, a book begun late, and a long series."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.documents.actions.issuing import advance
from doanso.documents.actions.letterheads import set_letterhead
from doanso.documents.actions.mandates import give_mandate
from doanso.documents.actions.numbers import begin_series, reserve_number, set_numbering
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.actions.recovery import sign_again
from doanso.documents.actions.signing import begin_signing
from doanso.documents.models import Document, DocumentState, Number, NumberState, Series
from doanso.documents.queries.letterheads import letterhead_values
from doanso.documents.tests.conftest import ADDRESS, TODAY, Office, plan
from doanso.documents.tests.test_uploads import DATE, paper, upload
from doanso.files.reading import Kind, read_text
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.signing.actions import complete_signature
from doanso.signing.tests.pki import pki, sign

pytestmark = pytest.mark.django_db

NEW_YEAR = date(2024, 1, 1)


def reserve(office: Office, dated: date, **overrides) -> Number:
    values = {"profile": "doan", "kind": "plan", "reason": "Giữ chỗ"}
    return reserve_number(actor=office.mai, unit=office.unit, dated=dated, **(values | overrides))


def test_a_number_drawn_on_new_year_s_eve_keeps_day_and_series_when_it_is_sealed_in_january(office, business_day):
    business_day(NEW_YEAR - timedelta(days=1))
    issuing = office.numbered(office.draft(profile="nd30"))
    business_day(NEW_YEAR)
    advance(issuing.pk)
    document = Document.objects.get()
    assert (document.state, document.dated, document.issued_on) == (DocumentState.ISSUED, date(2023, 12, 31), NEW_YEAR)
    assert document.number.series.era == "2023"
    assert "năm 2023" in " ".join(read_text(office.bytes_of(document), Kind.PDF).pages[0].text.split())
    assert reserve(office, NEW_YEAR, profile="nd30").value == 1


@pytest.mark.parametrize("form", ["nd30", "doan"])
def test_a_paper_of_december_is_entered_in_january_beside_the_numbers_of_its_year(office, business_day, form):
    if form == "doan":
        arguments = {"profile": form, "scope": "kind", "era": "", "since": TODAY}
        set_numbering(actor=office.an, unit=office.unit, **arguments)

    def entered(dated: date) -> int:
        draft = plan("Bản giấy", profile=form)
        return register_paper(actor=office.mai, unit=office.unit, draft=draft, dated=dated).number.value

    eve, after = date(2023, 12, 31), date(2024, 1, 2)
    business_day(after)
    assert [entered(eve), entered(after), entered(after)] == [1, 1, 2]
    assert [entered(eve), entered(after)] == [2, 3]


def test_a_document_signed_in_december_and_numbered_in_january_bears_the_new_year(office, business_day):
    business_day(NEW_YEAR - timedelta(days=1))
    signed = office.signed(office.draft(profile="nd30"))
    business_day(NEW_YEAR)
    document = office.issued(signed)
    assert (document.dated, document.number.series.era) == (NEW_YEAR, "2024")
    words = read_text(office.bytes_of(document), Kind.PDF).pages[0].text
    assert "2024" in words.split(), words


def test_a_file_with_a_printed_year_sent_on_in_december_is_not_signed_in_january(office, as_user, business_day):
    business_day(NEW_YEAR - timedelta(days=1))
    document = office.to_sign(upload(office, paper()))
    business_day(NEW_YEAR)
    arguments = {
        "actor": office.an,
        "document": document,
        "expected_version": 1,
        "certificate": office.hand,
        "base": ADDRESS,
    }
    with pytest.raises(Refused) as problem:
        begin_signing(**arguments)
    assert problem.value.problem.code == "upload_year"
    assert problem.value.problem.message == (
        "Tệp PDF này in “năm 2023”, còn số sẽ là của năm 2024. Hãy ghi “năm 2024” hoặc để trống năm trong Word, lưu lại thành "
        "PDF rồi chọn tệp đó. Hãy trả lại cho người soạn, ghi rõ lý do này."
    )
    # Its readers see that before the signer's turn comes to nothing.
    preview = as_user(office.phuc).get(f"/documents/{document.pk}/preview/").content.decode()
    assert "Tệp này chưa ký được." in preview
    assert "Người đang giữ văn bản hãy trả lại, hoặc người soạn rút về." in preview


def test_a_file_of_next_year_is_sent_on_in_december_and_signed_in_january(office, refused, business_day):
    business_day(NEW_YEAR - timedelta(days=1))
    document = office.to_sign(upload(office, paper(dated=DATE.replace("2023", "2024"))))
    arguments = {
        "actor": office.an,
        "document": document,
        "expected_version": 1,
        "certificate": office.hand,
        "base": ADDRESS,
    }
    assert refused(begin_signing, **arguments) == "upload_year"
    business_day(NEW_YEAR)
    assert begin_signing(**arguments).session.owner_id == document.pk


def test_a_file_with_a_printed_year_signed_in_december_gets_no_number_in_january(office, as_user, business_day):
    business_day(NEW_YEAR - timedelta(days=1))
    signed = office.signed(upload(office, paper()))
    business_day(NEW_YEAR)
    message = (
        "Tệp đã ký in “năm 2023”, còn số cấp bây giờ là của năm 2024. Hãy trả lại người soạn để ghi “năm 2024” hoặc để trống "
        "năm trong Word, lưu lại thành PDF rồi trình tiếp."
    )
    with pytest.raises(Refused) as refused:
        office.numbered(signed)
    assert (refused.value.problem.code, refused.value.problem.message) == ("issue_year", message)
    assert (Number.objects.count(), Document.objects.get().state) == (0, DocumentState.SIGNED)
    page = f"/documents/{signed.pk}/issue/"
    text = as_user(office.mai).get(page).content.decode()
    assert message in text
    assert f"/documents/{signed.pk}/discard/" in text
    assert f"/documents/{signed.pk}/return-signed/" in text
    answer = as_user(office.mai).post(page, {"certificate": office.seal.pk, "outside": "Công an phường"})
    assert answer.status_code == 422
    assert message in answer.content.decode()


def test_a_file_with_a_printed_year_opened_in_december_is_not_signed_in_january(office, refused, business_day):
    business_day(NEW_YEAR - timedelta(days=1))
    document = office.to_sign(upload(office, paper()))
    arguments = {"actor": office.an, "expected_version": 1, "certificate": office.hand, "base": ADDRESS}
    begin_signing(document=document, **arguments)
    business_day(NEW_YEAR)
    document.refresh_from_db()
    assert refused(begin_signing, document=document, **arguments) == "sign_year"


def test_a_session_begun_in_december_signs_no_printed_year_in_january(office, refused, business_day):
    business_day(NEW_YEAR - timedelta(days=1))
    document = office.to_sign(upload(office, paper()))
    arguments = {"actor": office.an, "expected_version": 1, "certificate": office.hand, "base": ADDRESS}
    begun = begin_signing(document=document, **arguments)
    business_day(NEW_YEAR)
    signature = sign(pki().an, bytes(begun.session.to_sign))
    assert refused(complete_signature, session=begun.session, signature=signature) == "sign_year"
    assert Document.objects.get().state == DocumentState.SIGNING


@pytest.mark.engines
def test_what_was_numbered_in_december_is_signed_again_and_issued_in_january_under_its_number(office, business_day):
    eve = NEW_YEAR - timedelta(days=1)
    business_day(eve)
    mandate = office.mandate
    mandate.until = eve
    mandate.save()
    issuing = office.numbered(upload(office, paper()))
    sign_again(actor=office.mai, document=issuing.document, reason="Ký nhầm ô")

    business_day(NEW_YEAR)
    given = {"wording": mandate.wording, "body": mandate.body, "since": NEW_YEAR, "user": office.an}
    other = give_mandate(actor=office.an, unit=office.unit, **given, post="Phó Bí thư")
    with pytest.raises(Refused) as refused:
        office.signed(Document.objects.get())
    assert refused.value.problem.code == "mandate_over"
    renewed = give_mandate(actor=office.an, unit=office.unit, **given, post=mandate.post)
    document = office.signed(Document.objects.get())
    assert (document.state, document.mandate) == (DocumentState.ISSUING, renewed)
    assert document.mandate != other
    advance(document.pk)
    document = Document.objects.get()
    assert (document.state, document.notation) == (DocumentState.ISSUED, "01-KH/ĐTN")
    assert (document.dated, document.issued_on) == (eve, NEW_YEAR)
    words = " ".join(read_text(office.bytes_of(document), Kind.PDF).pages[0].text.split())
    assert "năm 2023" in words
    assert "năm 2024" not in words


def test_no_way_of_drawing_gives_a_day_back_or_ahead(office, refused):
    reserve(office, TODAY)
    arguments = {"actor": office.mai, "unit": office.unit, "draft": plan()}
    assert refused(register_paper, **arguments, dated=TODAY - timedelta(days=1)) == "number_back_dated"
    assert refused(register_paper, **arguments, dated=TODAY + timedelta(days=1)) == "number_ahead"
    assert refused(reserve, office=office, dated=date(2024, 1, 2), profile="nd30") == "number_ahead"
    assert (Number.objects.count(), Document.objects.count()) == (1, 0)
    assert not Series.objects.filter(era="2024").exists()


def test_a_book_begun_late_goes_on_and_never_back(office, refused):
    arguments = {"actor": office.an, "unit": office.unit, "profile": "doan", "kind": "plan", "dated": TODAY}
    begin_series(**arguments, last_value=127)
    begin_series(**arguments, last_value=130)
    document = office.issued()
    assert document.notation == "131-KH/ĐTN"
    for last in (5, 200):
        assert refused(begin_series, **arguments, last_value=last) == "series_begun"
    assert reserve(office, TODAY).value == 132


def test_the_register_says_the_symbol_that_is_printed(office):
    signed = office.signed()
    letterhead = letterhead_values(office.unit, TODAY)
    set_letterhead(actor=office.an, unit=office.unit, letterhead=replace(letterhead, symbol="ĐTNP4"))
    assert office.issued(signed).notation == "01-KH/ĐTN"
    assert office.issued(office.draft("Sau đó")).notation == "02-KH/ĐTNP4"


def test_an_era_has_a_short_name(office, refused):
    arguments = {"actor": office.an, "unit": office.unit, "profile": "doan", "scope": "all", "since": TODAY}
    assert refused(set_numbering, **arguments, era="Nhiệm kỳ " * 5) == "numbering_era_long"


def test_the_ten_thousandth_number_costs_what_the_first_did(office, django_assert_num_queries):
    with_first = _statements(office)
    series = Series.objects.get()
    Number.objects.bulk_create(
        Number(
            series=series,
            unit=office.unit,
            direction="out",
            value=value,
            state=NumberState.RESERVED,
            reason="Giữ",
            dated=TODAY,
            drawn_by=office.mai,
            drawn_at=clock.now(),
        )
        for value in range(3, 10_000)
    )
    Series.objects.update(last_value=9_999)
    with django_assert_num_queries(with_first):
        number = reserve(office, TODAY)
    assert number.value == 10_000


def _statements(office: Office) -> int:
    reserve(office, TODAY)
    with CaptureQueriesContext(connection) as seen:
        reserve(office, TODAY)
    return len(seen)
