"""Several files that one certificate signs in one go: one secret, one order, and each file once."""

import base64
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from doanso.lib.uuid7 import uuid7
from doanso.signing.actions import SignatureStart, cancel_signature, complete_signature, renew_secret
from doanso.signing.models import Session, SessionState, Way
from doanso.signing.queries import left_of, run_of, session_by_secret
from doanso.signing.tests.conftest import Desk
from doanso.signing.tests.pki import pki
from doanso.signing.tests.test_accept_upload import tool

TITLES = ["Phụ lục 1", "Phụ lục 2", "Kế hoạch chuyển đổi số"]


def begin(desk: Desk, *, way: str = Way.AGENT) -> SignatureStart:
    own = desk.certificate("an", way=way)
    begun = desk.begin(own)
    for title in TITLES[:2]:
        assert desk.begin(own, owner_id=uuid7(), title=title, leader=begun.session).secret == ""
    return begun


def bring(desk: Desk, secret: str, session: Session) -> tuple[int, str]:
    body = {"task": str(session.pk), "signature": base64.b64encode(desk.sign("an", session)).decode()}
    headers = {"authorization": f"DoanSoSign {secret}"}
    address = reverse("signing:api-signature")
    answer = Client().post(address, json.dumps(body), content_type="application/json", headers=headers)
    content = answer.json()
    return answer.status_code, content.get("code") or content["state"]


def test_the_leader_comes_last(desk: Desk):
    begun = begin(desk)
    for session in run_of(begun.session):
        assert [run_session.title for run_session in run_of(session)] == TITLES


def test_one_secret_opens_all_of_them_until_the_last_is_signed(desk: Desk):
    begun = begin(desk)
    first, second, last = run_of(begun.session)
    assert bring(desk, begun.secret, last) == (422, "session_not_last")
    assert bring(desk, begun.secret, second) == (200, "done")
    assert [session.title for session in left_of(begun.session)] == [TITLES[0], TITLES[2]]
    # Each once: what is signed is asked for no more, and brought again where the answer was lost it is done.
    headers = {"authorization": f"DoanSoSign {begun.secret}"}
    response = Client().get(reverse("signing:api-file"), {"task": str(second.pk)}, headers=headers)
    assert (response.status_code, response.json()["code"]) == (422, "task_unknown")
    assert bring(desk, begun.secret, second) == (200, "done")
    assert bring(desk, begun.secret, first) == (200, "done")
    assert bring(desk, begun.secret, last) == (200, "done")
    assert session_by_secret(begun.secret) is None
    assert [session.title for session in desk.completed] == [TITLES[1], TITLES[0], TITLES[2]]


def test_a_secret_opens_no_other_run(desk: Desk):
    begun = begin(desk)
    other = desk.begin(desk.certificate("binh"), owner_id=uuid7())
    assert bring(desk, begun.secret, other.session) == (422, "task_unknown")
    headers = {"authorization": f"DoanSoSign {begun.secret}"}
    for named in (str(other.session.pk), "", "1"):
        assert Client().get(reverse("signing:api-file"), {"task": named}, headers=headers).status_code == 422


def test_the_secret_of_a_run_is_its_leaders(desk: Desk):
    begun = begin(desk)
    fresh = renew_secret(actor=desk.tree.an, session=run_of(begun.session)[0])
    assert session_by_secret(fresh) == begun.session


def test_a_run_is_given_up_as_a_whole_and_what_is_signed_stays(desk: Desk):
    begun = begin(desk)
    first, second, last = run_of(begun.session)
    complete_signature(session=first, signature=desk.sign("an", first))
    with pytest.raises(PermissionDenied):
        cancel_signature(actor=desk.tree.binh, session=second)
    cancel_signature(actor=desk.tree.an, session=second)
    assert [session.state for session in run_of(last)] == [
        SessionState.DONE,
        SessionState.CANCELLED,
        SessionState.CANCELLED,
    ]


def test_the_page_lists_the_run_and_the_others_lead_to_it(desk: Desk, as_user):
    begun = begin(desk)
    browser = as_user(desk.tree.an)
    address = reverse("signing:session", args=[begun.session.pk])
    page = browser.get(address).content.decode()
    for session in run_of(begun.session):
        assert session.title in page
        assert session.digest in page
    assert browser.get(reverse("signing:session", args=[run_of(begun.session)[0].pk]))["Location"] == address


def test_with_an_own_tool_each_file_is_taken_and_brought_and_the_next_one_follows(desk: Desk, as_user):
    begun = begin(desk, way=Way.UPLOAD)
    browser = as_user(desk.tree.an)
    run = run_of(begun.session)
    answer = browser.get(reverse("signing:session", args=[begun.session.pk]))
    for session in run[:2]:
        assert reverse("signing:session", args=[session.pk]) in answer.content.decode()
    # In any order; after each the first of those that are left.
    for session, after in ((run[2], run[0]), (run[0], run[1]), (run[1], run[1])):
        downloaded = b"".join(browser.get(reverse("signing:file", args=[session.pk])))
        upload = {"file": SimpleUploadedFile("a.pdf", tool(downloaded, pki().an))}
        answer = browser.post(reverse("signing:upload", args=[session.pk]), upload)
        assert (answer.status_code, answer.headers.get("Location")) == (
            302,
            reverse("signing:session", args=[after.pk]),
        )
    assert {session.state for session in run_of(begun.session)} == {SessionState.DONE}
