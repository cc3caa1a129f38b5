"""The two steps of a signature: begun, signed by a key elsewhere, kept whole and once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access.actions import set_account_open
from doanso.accounts.models import User
from doanso.audit.models import AuditEvent
from doanso.files.models import Blob
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.signing.actions import accept_upload, cancel_signature, complete_signature, renew_secret
from doanso.signing.models import Session, SessionState, Way
from doanso.signing.pdf.checking import require_whole
from doanso.signing.queries import open_session, session_by_secret
from doanso.signing.tests.conftest import OWNER, Desk
from doanso.signing.tests.pki import FILLS, opened_pdf, pki, sign
from doanso.signing.tests.test_accept_upload import tool
from doanso.testing import TODAY


def test_the_person_signs_and_the_owner_is_notified(desk: Desk):
    begun = desk.begin(desk.certificate("an"))
    session = complete_signature(session=begun.session, signature=desk.sign("an", begun.session))
    assert (session.state, desk.completed, session.secret_lookup) == (SessionState.DONE, [session], None)
    file = desk.bytes_of(session.signed)
    assert file.startswith(opened_pdf())
    session.prepared.key.refresh_from_db()
    assert session.prepared.key.destroyed_at is not None
    assert require_whole(file, pki().an.der) == "person"
    assert [event.action for event in AuditEvent.objects.filter(object_id=session.pk).order_by("id")] == [
        "signing.begin",
        "signing.sign",
    ]


def test_the_office_signs_after_the_person_with_number_and_date(desk: Desk):
    begun = desk.begin(desk.certificate("city"))
    assert begun.session.plan["fills"] == FILLS
    session = complete_signature(session=begun.session, signature=desk.sign("city", begun.session))
    assert require_whole(desk.bytes_of(session.signed), pki().city.der) == "organisation"


def test_a_curve_key_signs_as_well(desk: Desk):
    begun = desk.begin(desk.certificate("binh"))
    session = complete_signature(session=begun.session, signature=desk.sign("binh", begun.session))
    assert require_whole(desk.bytes_of(session.signed), pki().binh.der) == "person"


def test_completing_twice_changes_nothing(desk: Desk):
    begun = desk.begin(desk.certificate("an"))
    signature = desk.sign("an", begun.session)
    first = complete_signature(session=begun.session, signature=signature)
    again = complete_signature(session=begun.session, signature=b"anything")
    assert (again.signed_id, len(desk.completed)) == (first.signed_id, 1)


@pytest.mark.parametrize("who", ["binh", "revoked", "nobody"])
def test_another_keys_signature_is_refused_and_the_session_goes_on(desk: Desk, refused, who: str):
    begun = desk.begin(desk.certificate("an"))
    wrong = b"\x00" * 256 if who == "nobody" else sign(getattr(pki(), who), bytes(begun.session.to_sign))
    assert refused(complete_signature, session=begun.session, signature=wrong) == "signature_wrong"
    begun.session.refresh_from_db()
    assert (begun.session.state, desk.completed) == (SessionState.OPEN, [])


def test_a_signature_over_other_bytes_is_refused(desk: Desk, refused):
    begun = desk.begin(desk.certificate("an"))
    other = sign(pki().an, bytes(begun.session.to_sign) + b"x")
    assert refused(complete_signature, session=begun.session, signature=other) == "signature_wrong"


def test_one_hand_at_a_time_on_one_place(desk: Desk, refused):
    certificate = desk.certificate("an")
    begun = desk.begin(certificate)
    assert refused(desk.begin, certificate) == "session_open"
    assert open_session(owner_kind=OWNER, owner_id=desk.paper, field="person") == begun.session
    cancel_signature(actor=desk.tree.an, session=begun.session)
    assert desk.begin(certificate).session.state == SessionState.OPEN
    assert refused(complete_signature, session=begun.session, signature=b"x") == "session_cancelled"


def test_after_fifteen_minutes_it_is_begun_anew(desk: Desk, refused):
    certificate = desk.certificate("an")
    begun = desk.begin(certificate)
    assert begun.session.expires_at - begun.session.made_at == timedelta(minutes=15)
    Session.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    signature = desk.sign("an", begun.session)
    assert refused(complete_signature, session=begun.session, signature=signature) == "session_expired"
    assert session_by_secret(begun.secret) is None
    desk.begin(certificate)
    begun.session.refresh_from_db()
    assert begun.session.state == SessionState.CANCELLED


def test_a_secret_opens_one_session_until_it_is_renewed(desk: Desk, refused):
    begun = desk.begin(desk.certificate("an"))
    assert session_by_secret(begun.secret) == begun.session
    fresh = renew_secret(actor=desk.tree.an, session=begun.session)
    assert (session_by_secret(begun.secret), session_by_secret(fresh)) == (None, begun.session)
    with pytest.raises(PermissionDenied):
        renew_secret(actor=desk.tree.binh, session=begun.session)
    complete_signature(session=begun.session, signature=desk.sign("an", begun.session))
    assert session_by_secret(fresh) is None
    assert refused(renew_secret, actor=desk.tree.an, session=begun.session) == "session_done"


def test_nobody_signs_with_anothers_certificate(desk: Desk):
    certificate = desk.certificate("an")
    with pytest.raises(PermissionDenied):
        desk.begin(certificate, actor=desk.tree.binh)
    ward = desk.certificate("ward")
    # The city's officer sits above the ward, and still does not seal for it.
    for stranger in (desk.tree.dung, desk.tree.binh, desk.tree.chi):
        with pytest.raises(PermissionDenied):
            desk.begin(ward, actor=stranger)
    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "code"),
    [("expired", "certificate_expired"), ("revoked", "certificate_revoked"), ("stranger", "certificate_untrusted")],
)
def test_a_certificate_that_holds_no_longer_begins_nothing(desk: Desk, refused, who: str, code: str):
    assert refused(desk.begin, desk.certificate(who)) == code


def test_a_certificate_called_back_meanwhile_completes_nothing(desk: Desk, refused):
    from doanso.signing.models import RevocationList
    from doanso.signing.testca.issuing import revocation_list

    begun = desk.begin(desk.certificate("an"))
    later = clock.now() + timedelta(minutes=1)
    held = RevocationList.objects.get(authority__is_anchor=False, authority__purpose="signing")
    fresh = revocation_list(pki().intermediate, [pki().an.serial], number=2)
    RevocationList.objects.create(authority=held.authority, der=fresh, this_update=later, loaded_at=later)
    signature = desk.sign("an", begun.session)
    assert refused(complete_signature, session=begun.session, signature=signature) == "certificate_revoked"


def test_what_the_owner_refuses_leaves_nothing(desk: Desk, monkeypatch):
    from doanso.signing import ports

    def fails(session: Session) -> None:
        raise RuntimeError("the owner is not ready")

    begun = desk.begin(desk.certificate("an"))
    monkeypatch.setitem(ports.registered_owners, OWNER, fails)
    with pytest.raises(RuntimeError):
        complete_signature(session=begun.session, signature=desk.sign("an", begun.session))
    begun.session.refresh_from_db()
    assert (begun.session.state, begun.session.signed) == (SessionState.OPEN, None)
    # The signed file is destroyed; what is left to sign stays.
    left = {begun.session.base_id, begun.session.prepared_id}
    assert set(Blob.objects.filter(erased_at=None).values_list("pk", flat=True)) == left


def test_nobody_begins_for_an_owner_that_is_not_there(desk: Desk):
    with pytest.raises(ValueError, match="no callback"):
        desk.begin(desk.certificate("an"), owner_kind="test.unknown")


def test_a_file_that_is_no_pdf_or_has_no_such_place_is_refused(desk: Desk, refused):
    certificate = desk.certificate("an")
    assert refused(desk.begin, certificate, base=desk.blob(b"%PDF-1.7 nothing")) == "pdf_unreadable"
    assert refused(desk.begin, certificate, field="elsewhere") == "no_such_place"
    assert refused(desk.begin, desk.certificate("city"), fills={"number": "1" * 200}) == "text_too_long"


def test_who_may_not_seal_any_more_completes_no_seal(desk: Desk):
    by_agent, by_upload = (
        desk.begin(desk.certificate("city")),
        desk.begin(desk.certificate("ward", way=Way.UPLOAD), owner_id=uuid7()),
    )
    signature, signed = (
        desk.sign("city", by_agent.session),
        tool(desk.bytes_of(by_upload.session.prepared), pki().ward, "organisation"),
    )
    for user in (desk.tree.dung, desk.tree.an):
        user.role_assignments.update(until=TODAY)
    kept = Blob.objects.filter(key__destroyed_at=None).count()
    with pytest.raises(PermissionDenied):
        complete_signature(session=by_agent.session, signature=signature)
    with pytest.raises(PermissionDenied):
        accept_upload(actor=User.objects.get(pk=desk.tree.an.pk), session=by_upload.session, content=signed)
    assert session_by_secret(by_agent.secret) is None
    assert set(Session.objects.values_list("state", flat=True)) == {SessionState.OPEN}
    assert (desk.completed, Blob.objects.filter(key__destroyed_at=None).count()) == ([], kept)


def test_a_closed_account_completes_no_signature_of_its_own(desk: Desk):
    begun = desk.begin(desk.certificate("an"))
    set_account_open(actor=desk.tree.dung, user=desk.tree.an, is_open=False)
    with pytest.raises(PermissionDenied):
        complete_signature(session=begun.session, signature=desk.sign("an", begun.session))
    assert (session_by_secret(begun.secret), desk.completed) == (None, [])
