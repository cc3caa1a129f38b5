"""The program in the signer's own machine: another process, with a token that this one cannot see."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings as django_settings

from doanso.lib.problems import Problem, Refused
from doanso.lib.uuid7 import uuid7
from doanso.signing import api
from doanso.signing.models import SessionState
from doanso.signing.pdf.checking import require_whole
from doanso.signing.queries import run_of
from doanso.signing.testca.issuing import IssuedCertificate, certify, name_of, validity_period
from doanso.signing.testca.tokens import configure
from doanso.signing.tests import softhsm
from doanso.signing.tests.conftest import Desk
from doanso.signing.tests.pki import CRL, certificate_row, pki
from doanso.signing.tests.softhsm import OFFICER_PIN, PIN

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]

ROOT = Path(django_settings.ROOT)
_ON_THE_OTHER_SIDE = "import sys; from doanso.signing.testca import tokens; "


@dataclass
class Machine:
    """The signer's machine: its certificate, and where its program listens."""

    certificate: bytes
    issued: IssuedCertificate
    port: int = 0

    def ask(self, method: str, path: str, payload: dict[str, Any] | None = None, **headers: str) -> tuple[int, Any]:
        """What the program answers to a request as its own page would send it, or to one with other headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = json.dumps(payload) if payload is not None else None
        sent = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{self.port}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {name: value for name, value in sent.items() if value})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        is_json = answer.getheader("Content-Type") == "application/json"
        return answer.status, json.loads(content) if is_json else content


@dataclass(frozen=True)
class Token:
    """A token with a key that was made on it, and what a process needs to see it."""

    module: str
    environment: dict[str, str]
    issued: IssuedCertificate


@pytest.fixture(scope="module", params=["rsa", "ec"])
def token(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Token:
    """Make the token by other processes; no test changes what is on it."""
    module = softhsm.module()
    env = {"SOFTHSM2_CONF": str(configure(tmp_path_factory.mktemp("token"))), "PATH": os.environ["PATH"]}

    def on_other_side(code: str, *words: str) -> str:
        process = subprocess.run(
            [sys.executable, "-c", _ON_THE_OTHER_SIDE + code, module, PIN, OFFICER_PIN, *words],
            env=env | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return process.stdout.strip()

    public = on_other_side(
        "tokens.init_token('an', sys.argv[2], sys.argv[3]);"
        "print(tokens.generate_key(sys.argv[1], 'an', sys.argv[2], 'k', sys.argv[4]).hex())",
        request.param,
    )
    made = certify(
        name_of("Nguyễn Văn An"), load_der_public_key(bytes.fromhex(public)), by=pki().intermediate,
        held=validity_period(days=30), crl=CRL,
    )  # fmt: skip
    issued = IssuedCertificate(made, pki().an.key, (pki().intermediate.certificate, pki().root.certificate))
    on_other_side(
        "tokens.put_certificate(sys.argv[1], 'an', sys.argv[2], 'k', bytes.fromhex(sys.argv[4]))", issued.der.hex()
    )
    return Token(module, env, issued)


@pytest.fixture
def machine(token: Token, live_server: Any, tmp_path: Path) -> Iterator[Machine]:
    """The token, and the program beside it."""
    command = ["-m", "doanso_sign", "--server", live_server.url, "--module", token.module, "--port", "0"]
    program = subprocess.Popen(
        [sys.executable, *command, "--settings", str(tmp_path / "none.toml")],
        env=token.environment | {"PYTHONPATH": str(ROOT / "agent")}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert program.stdout is not None
    first_line = program.stdout.readline()
    assert "http://127.0.0.1:" in first_line, first_line
    yield Machine(token.issued.der, token.issued, int(first_line.split("127.0.0.1:")[1].split("/")[0]))
    program.terminate()
    remaining_output = program.communicate(timeout=10)[0]
    assert remaining_output == "", "the program writes nothing down"


@pytest.fixture
def begun(desk: Desk, machine: Machine) -> Any:
    tree = desk.tree
    own = certificate_row(machine.issued, unit=tree.units["p4"], user=tree.an, added_by=tree.an)
    return desk.begin(own, back="/documents/1/")


def test_the_key_on_the_own_token_signs_what_is_shown(desk: Desk, machine: Machine, begun: Any, live_server: Any):
    assert machine.ask("GET", "/sign")[0] == 200
    status, opened = machine.ask("POST", "/open", {"secret": begun.secret})
    assert status == 200, opened
    assert [(file_entry["title"], file_entry["digest"]) for file_entry in opened["files"]] == [
        ("Kế hoạch chuyển đổi số", begun.session.digest)
    ]
    assert (opened["signer"], opened["legal_force"]) == ("Nguyễn Văn An", False)
    status, file = machine.ask("GET", f"/file?{opened['run']}.{opened['files'][0]['task']}")
    assert (status, file) == (200, desk.bytes_of(begun.session.prepared))

    status, refused = machine.ask("POST", "/confirm", {"run": opened["run"], "pin": "000000"})
    assert (status, "PIN" in refused["problem"]) == (422, True)
    begun.session.refresh_from_db()
    assert begun.session.state == SessionState.OPEN

    status, confirmed = machine.ask("POST", "/confirm", {"run": opened["run"], "pin": PIN})
    assert (status, confirmed) == (
        200,
        {"done": True, "back": f"{live_server.url}/signing/sessions/{begun.session.pk}/"},
    )
    begun.session.refresh_from_db()
    assert begun.session.state == SessionState.DONE
    assert require_whole(desk.bytes_of(begun.session.signed), machine.certificate) == "person"

    # What is done is off the desk, and the secret opens nothing any more.
    assert machine.ask("POST", "/confirm", {"run": opened["run"], "pin": PIN})[0] == 422
    assert machine.ask("POST", "/open", {"secret": begun.secret})[0] == 422


@pytest.fixture
def run(desk: Desk, machine: Machine) -> Any:
    """A paper and two files beside it, which one certificate signs in one go."""
    tree = desk.tree
    own = certificate_row(machine.issued, unit=tree.units["p4"], user=tree.an, added_by=tree.an)
    begun = desk.begin(own, back="/documents/1/")
    for title in ("Phụ lục 1", "Phụ lục 2"):
        desk.begin(own, owner_id=uuid7(), title=title, leader=begun.session)
    return begun


def states(begun: Any) -> list[tuple[str, str]]:
    return [(session.title, session.state) for session in run_of(begun.session)]


def test_several_files_are_shown_and_signed_with_one_pin(desk: Desk, machine: Machine, run: Any):
    status, opened = machine.ask("POST", "/open", {"secret": run.secret})
    assert status == 200, opened
    titles = ["Phụ lục 1", "Phụ lục 2", "Kế hoạch chuyển đổi số"]
    assert [item["title"] for item in opened["files"]] == titles
    assert len({item["digest"] for item in opened["files"]}) == 3
    for item, session in zip(opened["files"], run_of(run.session), strict=True):
        assert item["digest"] == session.digest
        assert machine.ask("GET", f"/file?{opened['run']}.{item['task']}") == (200, desk.bytes_of(session.prepared))
    for wrong in (opened["run"], f"{opened['run']}.", f"{opened['run']}.{run.session.pk}0", f".{run.session.pk}"):
        assert machine.ask("GET", f"/file?{wrong}")[0] == 404

    assert machine.ask("POST", "/confirm", {"run": opened["run"], "pin": PIN})[0] == 200
    assert states(run) == [(title, "done") for title in titles]
    for session in run_of(run.session):
        assert require_whole(desk.bytes_of(session.signed), machine.certificate) == "person"


def test_a_run_that_broke_off_goes_on_with_what_is_left(desk: Desk, machine: Machine, run: Any, monkeypatch):
    _status, opened = machine.ask("POST", "/open", {"secret": run.secret})
    complete = api.actions.complete_signature

    def away(*, session: Any, signature: bytes) -> Any:
        if session.title == "Phụ lục 2":
            raise Refused(Problem("away", "Máy chủ bận."))
        return complete(session=session, signature=signature)

    with monkeypatch.context() as patch:
        patch.setattr(api.actions, "complete_signature", away)
        status, confirmed = machine.ask("POST", "/confirm", {"run": opened["run"], "pin": PIN})
    assert (status, confirmed["problem"]) == (422, "Máy chủ bận. (đã ký 1/3 tệp)")
    titles = ["Phụ lục 1", "Phụ lục 2", "Kế hoạch chuyển đổi số"]
    assert states(run) == list(zip(titles, ["done", "open", "open"], strict=True))
    first = run_of(run.session)[0].signed_id

    # On the same page once more, or with the program opened anew: only what is left is asked for.
    status, again = machine.ask("POST", "/open", {"secret": run.secret})
    assert [file_entry["title"] for file_entry in again["files"]] == titles[1:]
    assert machine.ask("POST", "/confirm", {"run": again["run"], "pin": PIN})[0] == 200
    assert states(run) == [(title, "done") for title in titles]
    assert run_of(run.session)[0].signed_id == first


def test_nobody_but_its_own_page_is_answered(machine: Machine, begun: Any, live_server: Any):
    port = machine.port
    payload = {"secret": begun.secret}
    # A name that points here (DNS rebinding), another port, no name at all.
    for host in ("evil.example", f"evil.example:{port}", f"localhost:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}"):
        assert machine.ask("GET", "/sign", Host=host)[0] == 421
        assert machine.ask("POST", "/open", payload, Host=host)[0] == 421
    # Another site, the server's own pages included; and a form, which says no JSON.
    for origin in ("https://evil.example", live_server.url, "null", ""):
        assert machine.ask("POST", "/open", payload, Origin=origin)[0] == 403
    assert machine.ask("POST", "/open", payload, Sec_Fetch_Site="cross-site")[0] == 403
    assert machine.ask("POST", "/open", payload, Content_Type="text/plain")[0] == 400
    assert machine.ask("POST", "/open", {"secret": "x" * 9000})[0] == 413
    assert machine.ask("POST", "/open", {"secret": "x" * 30})[0] == 422
    assert machine.ask("POST", "/open", {"pin": "1"})[0] == 422
    for path in ("/", "/status", "/sign?x=1", "/file", "/file?nothing", "/../doanso_sign/keys.py", "/sign.css/"):
        assert machine.ask("GET", path)[0] == 404
    assert machine.ask("OPTIONS", "/open")[0] == 501
    assert machine.ask("POST", "/sign", {})[0] == 404


def test_a_certificate_that_is_not_on_the_token_is_not_signed_with(desk: Desk, machine: Machine):
    other = desk.begin(desk.certificate("binh"))
    status, opened = machine.ask("POST", "/open", {"secret": other.secret})
    assert (status, "Không tìm thấy chứng thư" in opened["problem"]) == (422, True)
