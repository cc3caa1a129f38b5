"""A document with places of its outline left to fill in is neither sent nor signed, and the places are shown."""

import pytest

from doanso.documents.actions.drafts import save_version
from doanso.documents.actions.routing import send_on
from doanso.documents.actions.signing import begin_signing
from doanso.documents.body.outlines import read_outline
from doanso.documents.body.schema import from_plain, parse_appendices
from doanso.documents.body.text import plain_text
from doanso.documents.kinds import kinds
from doanso.documents.models import DocumentState, RoutingStep
from doanso.documents.queries.documents import draft_of
from doanso.documents.rules.placeholders import find_placeholders
from doanso.documents.tests.conftest import ADDRESS, plan


def test_every_place_of_every_outline_is_found():
    texts = [plain_text(read_outline(kind.outline)) for kind in kinds()]

    assert [len(find_placeholders([text])) for text in texts] == [text.count("…") for text in texts]
    assert sum(text.count("…") for text in texts) > 100


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("Căn cứ Quy chế …;", ["Căn cứ Quy chế …;"]),
        ("ngày … tháng … năm 2023", ["ngày … tháng … năm 2023", "ngày … tháng … năm 2023"]),
        ("Số …/QĐ-…", ["Số …/QĐ-…", "Số …/QĐ-…"]),
        (
            "Giao Ban Thường vụ các cơ sở Đoàn trực thuộc … cụ thể hóa và tổ chức thực hiện Nghị quyết",
            ["cơ sở Đoàn trực thuộc … cụ thể hóa và tổ chức"],
        ),
        ("cờ, hoa, biểu ngữ, v.v…", []),
        ("Họ và tên: …………………", []),
        ("“Thanh niên (…) là rường cột”, […]", []),
    ],
)
def test_dots_that_an_author_means_are_no_places(line, places):
    assert find_placeholders([line]) == places


@pytest.mark.django_db
def test_an_unfilled_document_is_not_sent_and_its_places_are_shown_with_what_was_chosen(office, as_user):
    document = office.draft(body=from_plain("Căn cứ Quy chế …;\nGiao Ban Thường vụ … thực hiện."))
    client = as_user(office.mai)
    posted = {
        "mandate": str(office.mandate.pk),
        "reviewers": [str(office.phuc.pk)],
        "expected_version": "1",
        "words": "Nhờ anh",
    }

    answer = client.post(f"/documents/{document.pk}/send-on/", posted)

    assert answer.status_code == 422
    text = " ".join(answer.content.decode().split())
    assert "Còn 2 chỗ “…” chưa điền: “Căn cứ Quy chế …;”; “Giao Ban Thường vụ … thực hiện.”." in text
    assert "Nhờ anh" in text
    assert not RoutingStep.objects.exists()

    filled = plan(body=from_plain("Căn cứ Quy chế làm việc;\nGiao Ban Thường vụ Phường 4 thực hiện, v.v…"))
    save_version(actor=office.mai, document=document, expected_version=1, draft=filled)
    assert client.post(f"/documents/{document.pk}/send-on/", posted | {"expected_version": "2"}).status_code == 302
    document.refresh_from_db()
    assert document.state == DocumentState.REVIEW


@pytest.mark.django_db
def test_an_appendix_may_be_a_form_that_is_filled_in_by_hand(office):
    appendices = parse_appendices(
        '[{"title":"Phiếu","body":{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"Tên: …"}]}]}}]'
    )
    document = office.draft(appendices=appendices)

    sent = send_on(actor=office.mai, document=document, expected_version=1, reviewers=[], mandate=office.mandate)

    assert sent.state == DocumentState.SIGNING


@pytest.mark.django_db
def test_an_unfilled_document_that_was_sent_before_is_not_signed(office, awaiting, refused):
    version = awaiting.versions.get(number=awaiting.version)
    version.content = {**version.content, "summary": "Kế hoạch năm …"}
    version.save(update_fields=["content"])
    assert draft_of(awaiting).summary == "Kế hoạch năm …"

    code = refused(
        begin_signing, actor=office.an, document=awaiting, expected_version=1, certificate=office.hand, base=ADDRESS
    )

    assert code == "document_unfilled"
