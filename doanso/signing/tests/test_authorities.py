"""Who is trusted: looked at first, added from the root down, its lists its own and newer, its end not backwards."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.signing.actions.authorities import add_authority, end_authority, load_list, preview_authority
from doanso.signing.models import Authority, RevocationList
from doanso.signing.queries.authorities import authority_page, read_trust
from doanso.signing.testca.issuing import issue_authority, name_of, revocation_list, validity_period
from doanso.signing.tests.pki import pki

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def add(tree, issued=None, **options):
    """Trust one of the cast's authorities as the administrator."""
    inputs = {"purpose": "signing", "legal_force": True} | options
    return add_authority(actor=tree.giang, content=(issued or pki().root).pem, **inputs)


def refusal(action, *args, **options) -> str:
    """The code of a refusal."""
    with pytest.raises(Refused) as caught:
        action(*args, **options)
    return caught.value.problem.code


def test_a_root_then_what_stands_under_it(tree):
    root, middle = add(tree), add(tree, pki().intermediate)
    assert (root.is_anchor, middle.is_anchor, root.name) == (True, False, "Root thử nghiệm")
    assert [item.fingerprint for item in (root, middle)] == [
        preview_authority(item.der).fingerprint for item in (pki().root, pki().intermediate)
    ]
    assert AuditEvent.objects.filter(action="signing.add_authority").count() == 2
    assert {item.name for item in read_trust().authorities} == {"Root thử nghiệm", "CA thử nghiệm"}


def test_only_who_may_decide(tree):
    for user in (tree.an, tree.dung, tree.minh):
        with pytest.raises(PermissionDenied):
            add_authority(actor=user, content=pki().root.pem, purpose="signing", legal_force=True)
    assert not Authority.objects.exists()


def test_what_is_no_authority(tree):
    assert refusal(preview_authority, b"abc") == "authority_unreadable"
    assert refusal(preview_authority, pki().an.pem) == "authority_signer"
    assert refusal(preview_authority, pki().root.pem + pki().intermediate.pem) == "authority_several"
    assert refusal(preview_authority, b"x" * 100_000) == "authority_too_large"


def test_an_authority_that_ran_out(tree):
    old = issue_authority(name_of("Root cũ"), by=None, held=validity_period(days=-1, since_days=100))
    assert refusal(add, tree, old) == "authority_expired"


def test_twice_and_for_another_purpose(tree):
    add(tree)
    assert refusal(add, tree) == "authority_there"
    assert add(tree, purpose="time").purpose == "time"


def test_what_stands_under_nobody(tree):
    assert refusal(add, tree, pki().intermediate) == "authority_issuer"


def test_no_force_under_a_test_authority(tree):
    add(tree, legal_force=False)
    assert refusal(add, tree, pki().intermediate) == "authority_force"
    assert not add(tree, pki().intermediate, legal_force=False).legal_force


def test_its_own_list_and_newer(tree):
    root = add(tree)
    middle = add(tree, pki().intermediate)
    made = load_list(actor=tree.giang, authority=middle, content=pki().crl)
    assert made.authority_id == middle.pk
    assert refusal(load_list, actor=tree.giang, authority=middle, content=pki().crl) == "list_older"
    assert refusal(load_list, actor=tree.giang, authority=root, content=pki().crl) == "list_of_another"
    assert refusal(load_list, actor=tree.giang, authority=root, content=b"x") == "list_unreadable"
    later = revocation_list(pki().intermediate, [], this_update=clock.now() + timedelta(hours=1))
    load_list(actor=tree.giang, authority=middle, content=later)
    assert RevocationList.objects.count() == 1
    future = revocation_list(pki().intermediate, [], this_update=clock.now() + timedelta(days=3))
    assert refusal(load_list, actor=tree.giang, authority=middle, content=future) == "list_future"


def test_a_list_that_somebody_else_signed_in_its_name(tree):
    root = add(tree)
    false = issue_authority(pki().root.certificate.subject, by=None, held=validity_period(days=9))
    forged = revocation_list(false, [pki().intermediate.serial])
    assert refusal(load_list, actor=tree.giang, authority=root, content=forged) == "list_of_another"
    changed = bytearray(pki().root_crl)
    changed[60] ^= 1
    with pytest.raises(Refused):
        load_list(actor=tree.giang, authority=root, content=bytes(changed))


def test_the_end_of_trust(tree):
    root = add(tree)
    ended = end_authority(actor=tree.giang, authority=root)
    assert ended.ended_at is not None
    assert end_authority(actor=tree.giang, authority=root).ended_at == ended.ended_at
    assert AuditEvent.objects.filter(action="signing.end_authority").count() == 1
    assert read_trust().authorities[0].ended_at == ended.ended_at
    assert refusal(load_list, actor=tree.giang, authority=root, content=pki().root_crl) == "authority_ended"
    add(tree)
    assert Authority.objects.filter(ended_at=None).count() == 1


def test_pages_from_the_file_to_trust(as_user, tree):
    browser = as_user(tree.giang)
    file = SimpleUploadedFile("root.crt", pki().root.pem)
    seen = browser.post("/signing/authorities/add/", {"file": file, "purpose": "signing", "legal_force": "no"})
    assert seen.status_code == 200
    assert preview_authority(pki().root.der).fingerprint in seen.content.decode()
    assert not Authority.objects.exists()
    sent = seen.context["form"].initial
    response = browser.post("/signing/authorities/add/", sent)
    authority = Authority.objects.get()
    assert (response["Location"], authority.legal_force) == (f"/signing/authorities/{authority.pk}/", False)
    shown = browser.get(response["Location"]).content.decode()
    assert "Chỉ để thử" in shown
    upload = SimpleUploadedFile("root.crl", pki().root_crl)
    assert browser.post(f"/signing/authorities/{authority.pk}/list/", {"file": upload}).status_code == 302
    wrong = SimpleUploadedFile("other.crl", pki().crl)
    answer = browser.post(f"/signing/authorities/{authority.pk}/list/", {"file": wrong})
    assert answer.status_code == 422
    assert browser.post(f"/signing/authorities/{authority.pk}/end/").status_code == 302
    assert "Không còn tin" in browser.get("/signing/authorities/").content.decode()


def test_a_wrong_file_on_the_page(as_user, tree):
    file = SimpleUploadedFile("an.crt", pki().an.pem)
    sent = {"file": file, "purpose": "signing", "legal_force": "yes"}
    answer = as_user(tree.giang).post("/signing/authorities/add/", sent)
    assert answer.status_code == 422
    assert "không được cấp chứng thư cho người khác" in answer.content.decode()
    tampered = {"certificate": "%%%", "purpose": "signing", "legal_force": "yes"}
    assert as_user(tree.giang).post("/signing/authorities/add/", tampered).status_code == 302
    assert not Authority.objects.exists()


def test_pages_are_for_whoever_decides(as_user, client, tree):
    assert as_user(tree.an).get("/signing/authorities/").status_code == 404
    assert client.get("/signing/authorities/").status_code == 302


def test_the_list_takes_one_statement(tree, django_assert_num_queries):
    add(tree)
    add(tree, pki().intermediate)
    with django_assert_num_queries(1):
        lines, more = authority_page(1)
    assert ([line.state for line in lines], more) == (["standing", "standing"], False)


def test_the_command(tmp_path, capsys):
    root, crl = tmp_path / "root.crt", tmp_path / "root.crl"
    root.write_bytes(pki().root.der)
    crl.write_bytes(pki().root_crl)
    call_command("signing_authority", "add", str(root), "--test")
    authority = Authority.objects.get()
    assert (authority.legal_force, authority.added_by, authority.purpose) == (False, None, "signing")
    call_command("signing_authority", "list", str(crl))
    assert RevocationList.objects.get().authority_id == authority.pk
    call_command("signing_authority", "end", authority.fingerprint)
    assert authority.fingerprint in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("signing_authority", "end", authority.fingerprint)
    with pytest.raises(CommandError):
        call_command("signing_authority", "add", str(tmp_path / "none"), "--test")
