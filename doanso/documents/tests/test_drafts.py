"""Drafts: started, written version by version, discarded, and refused with a mark of secrecy."""

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.documents.actions.drafts import discard_document, save_version, start_document
from doanso.documents.actions.routing import send_on
from doanso.documents.body.schema import from_plain
from doanso.documents.models import Document, DocumentState, DocumentVersion
from doanso.documents.policy import readable_documents
from doanso.documents.queries.documents import draft_of
from doanso.documents.tests.conftest import plan

pytestmark = pytest.mark.django_db


def test_a_draft_has_its_first_version(office):
    document = office.draft()

    assert (document.state, document.version, document.summary) == (
        DocumentState.DRAFT,
        1,
        "Xây dựng tuyến phố công nghệ số thứ hai",
    )
    assert draft_of(document) == plan()
    assert AuditEvent.objects.get(action="documents.draft").object_id == document.pk


def test_each_writing_is_a_version_and_nothing_new_is_none(office):
    document = office.draft()
    second = save_version(
        actor=office.mai, document=document, expected_version=1, draft=plan("Tên khác"), note="Đổi trích yếu"
    )
    same = save_version(actor=office.mai, document=document, expected_version=2, draft=plan("Tên khác"))

    assert (second.version, same.version, same.summary) == (2, 2, "Tên khác")
    assert draft_of(document, 1).summary == "Xây dựng tuyến phố công nghệ số thứ hai"
    assert AuditEvent.objects.get(action="documents.write").changed == ["summary"]


def test_nobody_overwrites_what_they_have_not_read(office, refused):
    document = office.draft()
    save_version(actor=office.mai, document=document, expected_version=1, draft=plan("Bản của Mai"))
    arguments = {"actor": office.phuc, "document": document, "draft": plan("Bản của Phúc")}
    assert refused(save_version, **arguments, expected_version=1) == "document_changed"
    assert DocumentVersion.objects.filter(document=document).count() == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"summary": "  "}, "document_summary"),
        ({"summary": "x" * 401}, "document_summary_long"),
        ({"kind": "poem"}, "document_kind_unknown"),
        ({"urgency": "sofort"}, "document_urgency"),
        ({"recipients": ("x",) * 31}, "document_lines"),
        ({"addressees": ("x" * 201,)}, "document_line_long"),
    ],
)
def test_what_cannot_be_printed_is_refused(office, refused, change, code):
    assert refused(start_document, actor=office.mai, unit=office.unit, draft=plan(**change)) == code
    assert not Document.objects.exists()


def test_a_mark_of_secrecy_keeps_a_draft_out(office, refused):
    secret = plan(body=from_plain("TỐI MẬT\nPhương án bảo vệ"))
    assert refused(start_document, actor=office.mai, unit=office.unit, draft=secret) == "document_secret"
    document = office.draft()
    assert (
        refused(save_version, actor=office.mai, document=document, expected_version=1, draft=secret)
        == "document_secret"
    )
    assert DocumentVersion.objects.count() == 1


def test_a_draft_is_thrown_away_with_a_reason(office, refused):
    document = office.draft()
    assert refused(discard_document, actor=office.mai, document=document, reason="") == "words_needed"
    discarded = discard_document(actor=office.mai, document=document, reason="Gộp vào kế hoạch chung")
    assert discarded.state == DocumentState.DISCARDED
    assert (
        refused(save_version, actor=office.mai, document=document, expected_version=1, draft=plan("x"))
        == "document_discarded"
    )


def test_on_its_way_it_is_not_written(office, refused):
    document = office.draft()
    send_on(actor=office.mai, document=document, expected_version=1, reviewers=[], mandate=office.mandate)
    assert (
        refused(save_version, actor=office.mai, document=document, expected_version=1, draft=plan("x"))
        == "document_under_way"
    )


def test_a_unit_s_drafts_are_its_own_affair(office):
    document = office.draft()
    readers = {
        name
        for name in ("an", "binh", "chi", "dung", "giang", "hanh", "khoa", "lan", "minh")
        if readable_documents(office.tree.users[name]).filter(pk=document.pk).exists()
    }
    assert readers == {"an"}
    assert readable_documents(office.mai).filter(pk=document.pk).exists()
    for stranger in (office.tree.chi, office.tree.dung, office.tree.binh):
        with pytest.raises(PermissionDenied):
            save_version(actor=stranger, document=document, expected_version=1, draft=plan("x"))
        with pytest.raises(PermissionDenied):
            start_document(actor=stranger, unit=office.unit, draft=plan())
