"""The organisation's key on the server's own token, and the time-stamp from our own authority over the network."""

import http.server
import os
import threading
from collections.abc import Iterator

import pytest
from asn1crypto import tsp
from django.core.exceptions import PermissionDenied

from doanso.lib.problems import Refused
from doanso.signing import egress, token
from doanso.signing.actions import add_certificate, complete_signature, sign_on_server
from doanso.signing.models import Certificate, SessionState, SignerKind, Way
from doanso.signing.pdf.checking import require_whole
from doanso.signing.pdf.signature_fields import reader_of
from doanso.signing.testca import tokens
from doanso.signing.tests import softhsm
from doanso.signing.tests.conftest import Desk
from doanso.signing.tests.pki import local_tsa, pki
from doanso.signing.tests.softhsm import OFFICER_PIN, PIN


@pytest.fixture(scope="session")
def server_token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server's token with the keys of city and ward; the library reads its settings once, so once per run."""
    module = softhsm.module()
    os.environ["SOFTHSM2_CONF"] = str(tokens.configure(tmp_path_factory.mktemp("hsm")))
    tokens.init_token("office", PIN, OFFICER_PIN)
    tokens.put_key(module, "office", PIN, "city", pki().city)
    tokens.put_key(module, "office", PIN, "ward", pki().ward)
    yield module
    token.forget_sessions()
    del os.environ["SOFTHSM2_CONF"]


@pytest.fixture
def sealing(server_token: str, settings, desk: Desk) -> Desk:
    settings.SIGNING_TOKEN = {"module": server_token, "pin": PIN}
    return desk


@pytest.mark.parametrize("who", ["city", "ward"], ids=["rsa", "ec"])
def test_the_clerk_numbers_and_seals_in_one_step(sealing: Desk, who: str):
    certificate = sealing.certificate(who, way=Way.TOKEN, token_label="office", key_label=who)
    begun = sealing.begin(certificate)
    assert begun.secret == ""
    session = sign_on_server(actor=begun.session.user, session=begun.session)
    assert (session.state, sealing.completed) == (SessionState.DONE, [session])
    file = sealing.bytes_of(session.signed)
    assert require_whole(file, getattr(pki(), who).der) == "organisation"
    fields = reader_of(file).root["/AcroForm"]["/Fields"]
    field_values = {str(reference.get_object()["/T"]): reference.get_object().get("/V") for reference in fields}
    assert (field_values["number"], field_values["day"], field_values["month"]) == ("12-KH/TĐTN", "05", "3")
    # Once more does nothing.
    assert sign_on_server(actor=begun.session.user, session=begun.session).signed_id == session.signed_id


def test_nobody_else_presses_the_button(sealing: Desk):
    begun = sealing.begin(sealing.certificate("city", way=Way.TOKEN, token_label="office", key_label="city"))
    for other in (sealing.tree.an, sealing.tree.giang):
        with pytest.raises(PermissionDenied):
            sign_on_server(actor=other, session=begun.session)
    sealing.tree.dung.role_assignments.all().delete()
    with pytest.raises(PermissionDenied):
        sign_on_server(actor=sealing.tree.dung, session=begun.session)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("pin", "token_unavailable"),
        ("module", "token_unavailable"),
        ("key", "token_key_missing"),
        ("token", "token_absent"),
    ],
)
def test_a_device_that_does_not_answer_or_has_no_such_key_says_so_and_nothing_of_the_pin(
    sealing: Desk, settings, caplog, wrong: str, code: str
):
    token.forget_sessions()
    labels = {"token_label": "office", "key_label": "city"}
    if wrong == "pin":
        settings.SIGNING_TOKEN = {"module": softhsm.module(), "pin": "999999"}
    elif wrong == "module":
        settings.SIGNING_TOKEN = {"module": "", "pin": PIN}
    else:
        labels[f"{wrong}_label"] = "nowhere"
    begun = sealing.begin(sealing.certificate("city", way=Way.TOKEN, **labels))
    with pytest.raises(Refused) as caught:
        sign_on_server(actor=sealing.tree.dung, session=begun.session)
    assert caught.value.problem.code == code
    assert PIN not in caplog.text + str(caught.value)
    assert "999999" not in caplog.text + str(caught.value)
    begun.session.refresh_from_db()
    assert begun.session.state == SessionState.OPEN


def put_into_use(sealing: Desk, **labels: str) -> Certificate:
    """The ward's certificate, with what its keeper wrote about where the key is."""
    return add_certificate(
        actor=sealing.tree.an,
        kind=SignerKind.ORGANISATION,
        unit=sealing.tree.units["p4"],
        way=Way.TOKEN,
        content=pki().ward.der,
        **({"token_label": "office", "key_label": "ward"} | labels),
    )


def test_a_certificate_is_put_into_use_where_its_key_is_on_the_device(sealing: Desk):
    assert put_into_use(sealing).key_label == "ward"


@pytest.mark.parametrize(
    ("labels", "code", "field", "words"),
    [
        ({"key_label": "wrad"}, "token_key_missing", "key_label", "Thiết bị “office” không có khóa nào tên “wrad”."),
        ({"key_label": "city"}, "token_key_other", "key_label", "Khóa “city” trên thiết bị là của chứng thư khác."),
        ({"token_label": "offce"}, "token_absent", "token_label", "Máy chủ không có thiết bị ký nào tên “offce”."),
    ],
)
def test_a_wrong_name_is_refused_before_any_number_is_used(sealing: Desk, labels, code, field, words):
    with pytest.raises(Refused) as caught:
        put_into_use(sealing, **labels)
    problem = caught.value.problem
    assert (problem.code, problem.field, Certificate.objects.count()) == (code, field, 0)
    assert problem.message.startswith(words)


def test_a_device_that_does_not_answer_keeps_nobody_from_writing_down_where_the_key_is(sealing: Desk, settings):
    token.forget_sessions()
    settings.SIGNING_TOKEN = {"module": "", "pin": ""}
    assert put_into_use(sealing, key_label="wrad").key_label == "wrad"


class _Authority(http.server.BaseHTTPRequestHandler):
    """A time-stamping authority on this machine: right, or wrong in one way."""

    mode = "right"
    asked_times = 0

    def do_POST(self) -> None:
        type(self).asked_times += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        mode, status, media = self.mode, 200, "application/timestamp-reply"
        if mode == "redirect":
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            return
        request = tsp.TimeStampReq.load(body)
        if mode == "other":
            request["message_imprint"]["hashed_message"] = b"\x00" * 32
        answer = local_tsa().request_tsa_response(request).dump()
        if mode == "broken":
            status = 500
        elif mode == "page":
            media = "text/html"
        elif mode == "long":
            answer += b"\x00" * egress.LARGEST_ANSWER
        elif mode == "noise":
            answer = b"nothing"
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def authority(settings) -> Iterator[type[_Authority]]:
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Authority)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    settings.SIGNING_TSA = {"addresses": [f"http://127.0.0.1:{serving.server_port}/tsa"], "timeout": 5}
    _Authority.mode, _Authority.asked_times = "right", 0
    yield _Authority
    serving.shutdown()
    serving.server_close()


def is_stamped(file: bytes) -> bool:
    more = reader_of(file).embedded_signatures[-1].signer_info["unsigned_attrs"]
    return any(attribute["type"].native == "signature_time_stamp_token" for attribute in more)


def _signed(desk: Desk) -> tuple[dict, bytes]:
    begun = desk.begin(desk.certificate("city"))
    session = complete_signature(session=begun.session, signature=desk.sign("city", begun.session))
    return session.plan, desk.bytes_of(session.signed)


def test_the_time_is_stamped_by_the_authority_of_the_settings(desk: Desk, authority: type[_Authority]):
    plan, file = _signed(desk)
    assert (plan["stamped"], authority.asked_times) == (True, 1)
    assert is_stamped(file)
    assert require_whole(file, pki().city.der) == "organisation"


@pytest.mark.parametrize("mode", ["broken", "redirect", "page", "long", "noise", "other"])
def test_without_a_good_answer_the_signature_stands_without_a_stamp(desk: Desk, authority: type[_Authority], mode: str):
    authority.mode = mode
    plan, file = _signed(desk)
    assert (plan["stamped"], authority.asked_times) == (False, 1)
    assert not is_stamped(file)


def test_the_second_authority_answers_when_the_first_does_not(desk: Desk, authority: type[_Authority], settings):
    settings.SIGNING_TSA["addresses"].insert(0, "http://127.0.0.1:9/tsa")
    assert _signed(desk)[0]["stamped"] is True


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/other", "file:///etc/passwd", "http://169.254.169.254/", "http://[::1]/", ""]
)
def test_no_other_address_is_ever_asked(authority: type[_Authority], address: str):
    with pytest.raises(ValueError, match="do not name"):
        egress.post(address, b"", sends="a/b", wants="a/b")
    assert authority.asked_times == 0


@pytest.mark.django_db(transaction=True)
def test_nobody_is_asked_while_a_transaction_is_open(authority: type[_Authority], settings):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        egress.post(settings.SIGNING_TSA["addresses"][0], b"", sends="a/b", wants="a/b")
    assert authority.asked_times == 0


def test_what_verifiers_of_later_years_need_is_in_the_file(desk: Desk):
    _plan, file = _signed(desk)
    store = reader_of(file).root["/DSS"]
    lists = [reference.get_object().data for reference in store["/CRLs"]]
    assert sorted(lists) == sorted([pki().crl, pki().root_crl])
    assert pki().city.der in [reference.get_object().data for reference in store["/Certs"]]
