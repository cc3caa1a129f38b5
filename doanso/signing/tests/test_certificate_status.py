"""At each signature the authority is asked whether the certificate was called back, and its answer goes into the file."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.signing import egress, responders
from doanso.signing.actions import SignatureStart, accept_upload, complete_signature
from doanso.signing.models import Certificate, Way
from doanso.signing.pdf.signature_fields import reader_of
from doanso.signing.queries.authorities import read_trust
from doanso.signing.testca.issuing import IssuedCertificate, revocation_list
from doanso.signing.tests.conftest import Desk
from doanso.signing.tests.pki import certificate_row, pki, sign
from doanso.signing.tests.responder import NO_PROOF, Responder, answer, responding
from doanso.signing.tests.test_accept_upload import tool
from doanso.signing.verification import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def responder(settings) -> Iterator[Responder]:
    cache.clear()
    with responding() as running:
        settings.SIGNING_OCSP = {"ask": True, "timeout": 2, "inside": [running.address]}
        yield running


def office(desk: Desk, issued: IssuedCertificate, **more) -> Certificate:
    return certificate_row(issued, unit=desk.tree.units["my-tho"], user=None, added_by=desk.tree.giang, **more)


def sealed(desk: Desk, issued: IssuedCertificate, **more) -> tuple[dict, bytes]:
    begun = desk.begin(office(desk, issued), **more)
    session = complete_signature(session=begun.session, signature=sign(issued, bytes(begun.session.to_sign)))
    return session.plan, desk.bytes_of(session.signed)


def answers_in(file: bytes) -> list[bytes]:
    store = reader_of(file).root["/DSS"]
    return [reference.get_object().data for reference in store.get("/OCSPs", ())]


def recall_of(file: bytes) -> str:
    signatures_by_field = {
        signature.field: signature for signature in verify(file, trust=read_trust(), moment=clock.now()).signatures
    }
    return signatures_by_field["organisation"].revocation


@pytest.mark.parametrize("mode", ["right", "no nonce", "delegate"])
def test_the_answer_goes_into_the_file_and_proves_how_the_certificate_stands(desk: Desk, responder: Responder, mode):
    responder.mode = mode
    city = responder.issue("THÀNH ĐOÀN MỸ THO")
    plan, file = sealed(desk, city)
    assert (plan["unanswered"], len(answers_in(file)), responder.asked_serials) == (False, 1, [city.serial])
    assert recall_of(file) == "good"


@pytest.mark.parametrize("way", [Way.AGENT, Way.UPLOAD])
@pytest.mark.parametrize("who", ["person", "organisation"])
def test_what_was_called_back_signs_nothing(desk: Desk, responder: Responder, refused, way, who):
    made = responder.issue("Ai đó")
    responder.mode = "revoked"
    tree = desk.tree
    person = {"unit": tree.units["p4"], "user": tree.an, "added_by": tree.an}
    own = certificate_row(made, way=way, **person) if who == "person" else office(desk, made, way=way)
    assert refused(desk.begin, own) == "certificate_revoked"


def test_what_was_called_back_within_the_day_is_not_brought(desk: Desk, responder: Responder, refused):
    made = responder.issue("Nguyễn Văn An")
    tree = desk.tree
    own = certificate_row(made, unit=tree.units["p4"], user=tree.an, added_by=tree.an, way=Way.UPLOAD)
    begun = desk.begin(own)
    content = tool(desk.bytes_of(begun.session.base), made)
    responder.mode = "revoked"
    cache.clear()
    assert refused(accept_upload, actor=tree.an, session=begun.session, content=content) == "certificate_revoked"
    responder.mode = "right"
    assert accept_upload(actor=tree.an, session=begun.session, content=content).plan["unanswered"] is False


@pytest.mark.parametrize(
    "mode",
    ["broken", "redirect", "page", "long", "other nonce", "drip", *(case for case in NO_PROOF if case != "changed")],
)
def test_without_a_right_answer_the_signature_stands_and_the_session_says_so(desk: Desk, responder: Responder, mode):
    responder.mode = mode
    plan, file = sealed(desk, responder.issue("THÀNH ĐOÀN MỸ THO"))
    assert (plan["unanswered"], answers_in(file), len(responder.asked_serials)) == (True, [], 1)


def test_the_page_says_that_nobody_answered(desk: Desk, responder: Responder, as_user):
    sentence = "Đã hỏi tổ chức chứng thực có thu hồi chứng thư này không nhưng chưa có trả lời."
    responder.mode = "broken"
    silent = desk.begin(office(desk, responder.issue("THÀNH ĐOÀN")))
    responder.mode = "right"
    answered = desk.begin(office(desk, responder.issue("THÀNH ĐOÀN")), owner_id=uuid7())
    browser = as_user(desk.tree.dung)
    pages = [browser.get(reverse("signing:session", args=[begun.session.pk])) for begun in (silent, answered)]
    assert [sentence in page.content.decode() for page in pages] == [True, False]


def run(desk: Desk, own: Certificate) -> list[SignatureStart]:
    begun = desk.begin(own)
    return [begun, *(desk.begin(own, owner_id=uuid7(), leader=begun.session) for _time in range(2))]


def test_a_run_asks_once_and_who_is_silent_is_left_alone(desk: Desk, responder: Responder):
    city = responder.issue("THÀNH ĐOÀN MỸ THO")
    run(desk, office(desk, city))
    assert responder.asked_serials == [city.serial]
    responder.mode, ward = "broken", responder.issue("ĐOÀN PHƯỜNG 4")
    own = certificate_row(ward, unit=desk.tree.units["my-tho"], user=None, added_by=desk.tree.giang)
    for begun in (desk.begin(own, owner_id=uuid7()) for _time in range(3)):
        assert begun.session.plan["unanswered"] is True
    assert responder.asked_serials == [city.serial, ward.serial]


def test_who_signed_before_is_asked_about_as_well(desk: Desk, responder: Responder):
    tree, hand = desk.tree, responder.issue("Nguyễn Văn An")
    own = certificate_row(hand, unit=tree.units["p4"], user=tree.an, added_by=tree.an)
    begun = desk.begin(own)
    person = complete_signature(session=begun.session, signature=sign(hand, bytes(begun.session.to_sign)))
    cache.clear()
    city = responder.issue("THÀNH ĐOÀN MỸ THO")
    _plan, file = sealed(desk, city, base=person.signed)
    assert len(answers_in(file)) == 2
    assert responder.asked_serials == [hand.serial, city.serial, hand.serial]


def test_nobody_is_asked_where_the_settings_say_so_or_no_responder_is_named(desk: Desk, responder: Responder, settings):
    settings.SIGNING_OCSP["ask"] = False
    plan, _file = sealed(desk, responder.issue("THÀNH ĐOÀN MỸ THO"))
    settings.SIGNING_OCSP["ask"] = True
    other = desk.begin(desk.certificate("city"), owner_id=uuid7())
    assert (plan["unanswered"], other.session.plan["unanswered"], responder.asked_serials) == (False, False, [])


def test_a_delegate_that_was_called_back_speaks_for_nobody(desk: Desk, responder: Responder):
    from doanso.signing.models import RevocationList
    from doanso.signing.tests.responder import speaker

    delegate = speaker(pki().intermediate)
    held = RevocationList.objects.get(authority__is_anchor=False, authority__purpose="signing")
    held.der = revocation_list(pki().intermediate, [delegate.serial], number=2)
    held.save()
    city = responder.issue("THÀNH ĐOÀN MỸ THO")
    responder.reply = lambda body: (  # type: ignore[method-assign]
        200,
        "application/ocsp-response",
        answer(city, delegate=delegate),
    )
    assert sealed(desk, city)[0]["unanswered"] is True


# --- Where it may lead --------------------------------------------------------------------------------------------------


def test_a_machine_inside_is_asked_only_where_the_settings_name_it(desk: Desk, responder: Responder, settings):
    settings.SIGNING_OCSP["inside"] = []
    plan, _file = sealed(desk, responder.issue("THÀNH ĐOÀN MỸ THO"))
    assert (plan["unanswered"], responder.asked_serials) == (True, [])


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.0.0.7", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "192.0.2.1",
        "64:ff9b:1::a00:7", "::127.0.0.1", "::10.0.0.7", "fec0::1",
    ],
)  # fmt: skip
def test_what_is_no_machine_of_the_open_network_is_not_asked(monkeypatch, number: str):
    other = ("1.1.1.1", 80)
    for addresses in ([(number, 80)], [other, (number, 80)]):
        monkeypatch.setattr(
            egress.socket, "getaddrinfo", lambda *_a, f=addresses, **_k: [(0, 0, 0, "", address) for address in f]
        )
        with pytest.raises(egress.Unreachable, match="open network"):
            egress.ask_responder("http://ocsp.example/", b"")


@pytest.mark.parametrize("number", ["1.1.1.1", "2606:4700::1111", "203.113.131.1"])
def test_an_open_machine_is_asked_by_the_number_that_was_looked_at(monkeypatch, number: str):
    led = []

    def connect(address, *_rest):
        led.append(address)
        raise OSError("blocked here")

    monkeypatch.setattr(egress.socket, "getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", (number, 80))])
    monkeypatch.setattr(egress.socket, "create_connection", connect)
    with pytest.raises(egress.Unreachable):
        egress.ask_responder("http://ocsp.example/x", b"")
    assert led == [(number, 80)]


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://ocsp.example/", "ldap://ocsp.example/", "http://a:b@ocsp.example/", "", "x"],
)
def test_only_plain_web_addresses_are_asked(address: str):
    with pytest.raises(ValueError, match="no plain web address"):
        egress.ask_responder(address, b"")


@pytest.mark.django_db(transaction=True)
def test_nobody_is_asked_while_a_transaction_is_open(responder: Responder):
    with pytest.raises(RuntimeError), transaction.atomic():
        egress.ask_responder(f"http://{responder.address}/ocsp", b"")
    assert responder.asked_serials == []


def test_the_question_names_the_certificate_and_a_fresh_number(responder: Responder, monkeypatch):
    questions = []
    monkeypatch.setattr(responders.egress, "ask_responder", lambda address, body: questions.append(body) or b"")
    issued = responder.issue("Ai đó")
    for _time in range(2):
        with pytest.raises(ValueError, match="no answer"):
            responders._ask("http://ocsp.example/", issued.certificate, pki().intermediate.certificate)
    assert questions[0] != questions[1]
    assert issued.certificate.public_bytes(Encoding.DER) not in questions[0]
