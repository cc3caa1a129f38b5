"""The pages of a document's way: sent on, agreed to, returned, called back, remarked on, signed."""

import pytest

from doanso.documents.actions.drafts import save_version
from doanso.documents.actions.routing import comment, send_on
from doanso.documents.actions.signing import begin_signing
from doanso.documents.models import Comment, DocumentState, Mandate
from doanso.documents.tests.conftest import plan
from doanso.signing.models import Session

pytestmark = pytest.mark.django_db


def at(document, page: str = "") -> str:
    return f"/documents/{document.pk}/{page}"


@pytest.fixture
def under_way(office):
    """Return a document that waits for Phúc."""
    return send_on(
        actor=office.mai, document=office.draft(), expected_version=1, reviewers=[office.phuc], mandate=office.mandate
    )


def state_of(document) -> str:
    document.refresh_from_db()
    return document.state


def test_a_draft_is_sent_on_with_a_word(office, as_user):
    document = office.draft()
    client = as_user(office.mai)
    form = {"reviewers": [office.phuc.pk], "mandate": office.mandate.pk, "words": "Nhờ anh xem", "expected_version": 1}
    answer = client.post(at(document, "send-on/"), form, follow=True)

    assert "Đã trình văn bản." in answer.content.decode()
    assert "Nhờ anh xem" in answer.content.decode()
    assert state_of(document) == DocumentState.REVIEW


def test_who_may_look_at_it_is_named_with_what_they_are(office, as_user):
    text = as_user(office.mai).get(at(office.draft(), "send-on/")).content.decode()
    assert "Nguyễn Hữu Phúc, Bí thư cơ sở Đoàn" in text


def test_what_changed_meanwhile_is_not_sent_on_unseen(office, as_user):
    document = office.draft()
    save_version(actor=office.phuc, document=document, expected_version=1, draft=plan("Bản của Phúc"))
    answer = as_user(office.mai).post(at(document, "send-on/"), {"mandate": office.mandate.pk, "expected_version": 1})

    assert answer.status_code == 422
    assert "Có người vừa lưu bản khác. Hãy xem bản đó rồi làm lại." in answer.content.decode()
    assert state_of(document) == DocumentState.DRAFT


def test_a_unit_in_which_nobody_signs_says_so(office, as_user):
    document = office.draft()
    Mandate.objects.all().delete()
    text = as_user(office.mai).get(at(document, "send-on/")).content.decode()
    assert "Chưa ai có thẩm quyền ký loại văn bản này." in text


def test_whose_turn_it_is_agrees_and_then_it_is_the_next_ones(office, as_user, under_way):
    assert "Đến lượt bạn" not in as_user(office.mai).get(at(under_way)).content.decode()
    phuc = as_user(office.phuc)
    assert "Đến lượt bạn" in phuc.get(at(under_way)).content.decode()
    answer = phuc.post(at(under_way, "pass/"), {"words": "", "expected_version": 1}, follow=True)

    assert "Đã đồng ý; đến lượt người kế tiếp." in answer.content.decode()
    assert state_of(under_way) == DocumentState.SIGNING


@pytest.mark.parametrize("expected_version", ["", "0", "x", "2"])
def test_who_does_not_say_what_they_read_agrees_to_nothing(office, as_user, under_way, expected_version):
    answer = as_user(office.phuc).post(at(under_way, "pass/"), {"words": "", "expected_version": expected_version})

    assert answer.status_code == 422
    assert "Có người vừa lưu bản khác" in answer.content.decode()
    assert state_of(under_way) == DocumentState.REVIEW


def test_whose_turn_it_is_not_decides_nothing(office, as_user, under_way):
    assert as_user(office.mai).post(at(under_way, "pass/"), {"expected_version": 1}).status_code == 403
    assert as_user(office.mai).post(at(under_way, "return/"), {"words": "x"}).status_code == 403
    assert as_user(office.tree.chi).post(at(under_way, "pass/"), {"expected_version": 1}).status_code == 404
    assert state_of(under_way) == DocumentState.REVIEW


def test_it_is_returned_only_with_words(office, as_user, under_way):
    phuc = as_user(office.phuc)
    refused = phuc.post(at(under_way, "return/"), {"words": " ", "expected_version": 1})
    assert refused.status_code == 422
    assert "Hãy ghi vắn tắt cần sửa gì." in refused.content.decode()
    answer = phuc.post(at(under_way, "return/"), {"words": "Thiếu kinh phí", "expected_version": 1}, follow=True)

    assert "Đã trả lại người soạn." in answer.content.decode()
    assert "Thiếu kinh phí" in as_user(office.mai).get(at(under_way)).content.decode()
    assert state_of(under_way) == DocumentState.DRAFT


def test_it_is_called_back_by_who_writes(office, as_user, under_way):
    assert as_user(office.tree.chi).post(at(under_way, "call-back/")).status_code == 404
    answer = as_user(office.mai).post(at(under_way, "call-back/"), follow=True)
    assert "Văn bản đã về bản nháp." in answer.content.decode()
    again = as_user(office.mai).post(at(under_way, "call-back/"), follow=True)
    assert "Văn bản này không chờ ý kiến." in again.content.decode()


def test_remarks_are_made_and_taken_up(office, as_user, under_way):
    assert as_user(office.phuc).post(at(under_way, "comments/"), {"words": ""}).status_code == 422
    as_user(office.phuc).post(at(under_way, "comments/"), {"words": "Sửa mục II"})
    remark = Comment.objects.get()
    assert "Sửa mục II" in as_user(office.mai).get(at(under_way)).content.decode()
    as_user(office.mai).post(at(under_way, f"comments/{remark.pk}/settle/"))
    remark.refresh_from_db()
    assert remark.settled_by == office.mai


def test_a_remark_is_settled_on_its_own_document_alone(office, as_user, under_way):
    remark = comment(actor=office.phuc, document=under_way, version=1, words="Sửa")
    other = office.draft("Khác")
    assert as_user(office.mai).post(at(other, f"comments/{remark.pk}/settle/")).status_code == 404


def test_the_signer_goes_on_to_the_signing_session(office, awaiting, as_user):
    an = as_user(office.an)
    assert "Ký số" in an.get(at(awaiting)).content.decode()
    answer = an.post(at(awaiting, "sign/"), {"certificate": office.hand.pk, "expected_version": awaiting.version})

    assert answer.status_code == 200
    assert "/sign#" in answer.content.decode()
    assert f"/signing/sessions/{Session.objects.get().pk}/" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_the_document_is_seen_before_the_button_and_its_hash_is_one_press_away(office, as_user):
    document = office.to_sign()
    page = as_user(office.an).get(at(document, "sign/")).content.decode()

    assert (
        page.index(f'hx-get="{at(document, "preview/")}"')
        < page.index('name="certificate"')
        < page.index("Tiếp tục ký")
    )
    assert f'href="{at(document, "draft.pdf")}"' in page
    assert as_user(office.an).get(at(document, "draft.pdf")).status_code == 200
    shown, folded = page.split('id="main"')[1].split("</main>")[0].rsplit("<details", 1)
    assert "SHA-256" in folded
    assert "SHA-256" not in shown


def test_of_an_uploaded_file_the_hash_of_its_very_bytes_is_shown(office, as_user):
    from doanso.documents.queries.documents import file_of

    document = office.to_sign()
    begin_signing(
        actor=office.an,
        document=document,
        expected_version=document.version,
        certificate=office.hand,
        base="http://testserver",
    )
    document.refresh_from_db()
    page = as_user(office.an).get(at(document, "sign/")).content.decode()

    assert file_of(document).sha256 in page
    assert f'href="{at(document, "file/")}"' in page


def test_nobody_signs_in_the_signers_place(office, awaiting, as_user):
    for who, status in ((office.mai, 403), (office.phuc, 403), (office.tree.chi, 404)):
        assert as_user(who).get(at(awaiting, "sign/")).status_code == status
        assert as_user(who).post(at(awaiting, "sign/"), {"certificate": office.hand.pk}).status_code == status
    assert not Session.objects.exists()


def test_what_waits_for_no_signature_is_not_signed(office, signed, as_user):
    answer = as_user(office.an).get(at(signed, "sign/"), follow=True)
    assert "Văn bản này không ở bước chờ ký." in answer.content.decode()


def test_a_signer_without_certificate_sees_where_to_add_one(office, awaiting, as_user):
    office.hand.delete()
    assert "Bạn chưa có chứng thư số ở đây." in as_user(office.an).get(at(awaiting, "sign/")).content.decode()
