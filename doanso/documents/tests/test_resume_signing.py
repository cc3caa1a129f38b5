"""A signer who left the page resumes or cancels the own session; nobody else can."""

import pytest

from doanso.documents.actions.signing import begin_signing
from doanso.documents.models import Document
from doanso.documents.tests.conftest import ADDRESS, Office
from doanso.signing.models import Session

pytestmark = pytest.mark.django_db


def test_who_comes_back_goes_on_or_gives_it_up(office: Office, awaiting: Document, as_user):
    arguments = {
        "document": awaiting,
        "expected_version": awaiting.version,
        "certificate": office.hand,
        "base": ADDRESS,
    }
    session = begin_signing(actor=office.an, back=f"/documents/{awaiting.pk}/", **arguments).session
    an, page = as_user(office.an), f"/documents/{awaiting.pk}/sign/"

    shown = an.get(page).content.decode()
    assert "Tiếp tục lần ký của bạn" in shown
    assert f"/signing/sessions/{session.pk}/" in shown
    again = an.post(page, {"certificate": str(office.hand.pk), "expected_version": awaiting.version})
    assert again.status_code == 422
    assert "Có người đang ký" not in again.content.decode()
    assert "Tiếp tục lần ký của bạn" in again.content.decode()

    assert an.get(f"/signing/sessions/{session.pk}/").status_code == 200
    assert an.post(f"/signing/sessions/{session.pk}/cancel/").url == f"/documents/{awaiting.pk}/"
    assert "Tiếp tục lần ký của bạn" not in an.get(page).content.decode()
    assert an.post(page, {"certificate": str(office.hand.pk), "expected_version": awaiting.version}).status_code == 200
    assert set(Session.objects.values_list("state", flat=True)) == {"cancelled", "open"}
