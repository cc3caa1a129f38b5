"""A signed document that gets no number any more becomes a draft of its author again, with the clerk's reason."""

import pytest

from doanso.access.models import Role, RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.documents.actions.drafts import save_upload
from doanso.documents.actions.recovery import return_signed
from doanso.documents.actions.routing import send_on
from doanso.documents.models import Document, DocumentState, StepState
from doanso.documents.rules.issuing import return_signed_problem
from doanso.documents.tests.conftest import Office
from doanso.documents.tests.test_uploads import DATE, NEW_YEAR, UPLOADED, paper, upload

pytestmark = pytest.mark.django_db


def test_december_s_year_is_changed_in_january_and_the_document_goes_on(office: Office, as_user, business_day):
    signed = office.signed(upload(office, paper()))
    business_day(NEW_YEAR)
    page, mai = f"/documents/{signed.pk}/", as_user(office.mai)
    shown = mai.get(page).content.decode()
    assert "Văn bản này không lấy được số của năm nay." in shown
    assert f"{page}return-signed/" in shown
    assert f"{page}sign-again/" not in shown
    # Who reviewed it and does not issue is asked for nothing.
    RoleAssignment.objects.filter(user=office.phuc).update(role=Role.BRANCH_SECRETARY)
    read = as_user(office.phuc).get(page)
    assert (read.status_code, "không lấy được số của năm nay" in read.content.decode()) == (200, False)
    form = mai.get(f"{page}return-signed/").content.decode()
    assert "Văn bản trở lại là bản nháp." in form
    assert "Tệp in “năm 2023”; số là của năm 2024.</textarea>" in form
    assert mai.post(f"{page}return-signed/", {"reason": " "}).status_code == 422
    answer = mai.post(f"{page}return-signed/", {"reason": "Tệp in năm 2023"}, follow=True)
    assert "Văn bản trở lại là bản nháp của người soạn, kèm lý do của bạn." in answer.content.decode()

    draft = Document.objects.get()
    assert (draft.state, draft.signed, draft.base, draft.signatures.count()) == (DocumentState.DRAFT, None, None, 0)
    step = draft.steps.order_by("-round").first()
    assert (step.state, step.user, step.words) == (StepState.RETURNED, office.mai, "Tệp in năm 2023")
    event = AuditEvent.objects.get(action="documents.return_signed")
    assert (event.actor, event.object_id, event.changed) == (office.mai, draft.pk, ["state"])
    assert "Đã trả lại" in mai.get("/documents/").content.decode()

    new = paper(dated=DATE.replace("2023", "2024"))
    save_upload(actor=office.mai, document=draft, expected_version=1, draft=UPLOADED, source=new, name="ke-hoach.pdf")
    draft.refresh_from_db()
    send_on(actor=office.mai, document=draft, expected_version=2, reviewers=[], mandate=office.mandate)
    draft.refresh_from_db()
    issued = office.issued(office.signed(draft))
    assert (issued.notation, issued.dated) == ("01-KH/ĐTN", NEW_YEAR)


def test_what_is_not_signed_or_has_its_number_is_not_returned(office: Office, refused, as_user):
    waiting = office.to_sign()
    assert refused(return_signed, actor=office.mai, document=waiting, reason="Sai") == "return_signed_state"
    numbered = office.numbered(waiting).document
    assert refused(return_signed, actor=office.mai, document=numbered, reason="Sai") == "return_signed_state"
    assert as_user(office.mai).get(f"/documents/{numbered.pk}/return-signed/").status_code == 302
    assert as_user(office.tree.chi).get(f"/documents/{numbered.pk}/return-signed/").status_code == 404


def test_the_print_of_a_frozen_report_is_not_returned_to_be_written_on():
    problem = return_signed_problem(DocumentState.SIGNED, "reports.report")
    assert problem is not None
    assert problem.code == "document_of_source"
