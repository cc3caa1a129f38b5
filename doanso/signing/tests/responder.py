"""A responder of the test authority on this machine: right, or wrong in one way."""

import hashlib
import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from asn1crypto import core
from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from doanso.lib import clock
from doanso.signing import egress
from doanso.signing.testca.issuing import IssuedCertificate, issue, issue_authority, name_of, new_key, validity_period
from doanso.signing.tests.pki import pki

RIGHT = "right"
NO_PROOF = (
    "other serial", "other authority", "stranger", "out of date", "no usage", "strange delegate", "delegate over",
    "unknown", "weak", "try later", "changed", "noise", "two numbers",
)  # fmt: skip
"""Ways in which an answer says nothing of the certificate that was asked about."""


def speaker(by: IssuedCertificate, *, usage: bool = True, over: bool = False) -> IssuedCertificate:
    """Somebody whom an authority lets answer for it; or who only looks so."""
    key = new_key("ec")
    held = validity_period(days=-1, since_days=30) if over else validity_period(days=30)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of("OCSP thử nghiệm"))
        .issuer_name(by.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(held.since)
        .not_valid_after(held.until)
    )
    purpose = ExtendedKeyUsageOID.OCSP_SIGNING if usage else ExtendedKeyUsageOID.EMAIL_PROTECTION
    builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return IssuedCertificate(builder.sign(by.key, hashes.SHA256()), key, (by.certificate, *by.above))


def _namesake(of: IssuedCertificate) -> IssuedCertificate:
    """Somebody who bears an authority's name and signs by a key of their own."""
    return issue_authority(of.certificate.subject, by=None, held=validity_period(days=30), key=new_key("ec"))


def _weakly(content: bytes, by: IssuedCertificate) -> bytes:
    """The same answer under a signature that can be forged."""
    response = asn1.OCSPResponse.load(content)
    inside = response["response_bytes"]["response"].parsed
    assert isinstance(by.key, rsa.RSAPrivateKey)
    inside["signature_algorithm"] = {"algorithm": "sha1_rsa"}
    inside["signature"] = by.key.sign(inside["tbs_response_data"].dump(), padding.PKCS1v15(), hashes.SHA1())
    response["response_bytes"]["response"] = core.ParsableOctetString(inside.dump(force=True))
    return response.dump(force=True)


def _with_two_numbers(content: bytes) -> bytes:
    """The same answer with an extension that stands in it twice."""
    response = asn1.OCSPResponse.load(content)
    inside = response["response_bytes"]["response"].parsed
    number = asn1.ResponseDataExtension({"extn_id": "nonce", "extn_value": core.OctetString(bytes(16))})
    inside["tbs_response_data"]["response_extensions"] = [number, number.copy()]
    response["response_bytes"]["response"] = core.ParsableOctetString(inside.dump(force=True))
    return response.dump(force=True)


def answer(
    issued: IssuedCertificate,
    mode: str = RIGHT,
    *,
    by: IssuedCertificate | None = None,
    nonce: bytes | None = None,
    delegate: IssuedCertificate | None = None,
    without_end: bool = False,
) -> bytes:
    """What is answered about somebody's certificate (DER)."""
    issuer = by or pki().intermediate
    now = clock.now().replace(microsecond=0)
    since = now - (timedelta(days=9) if mode == "out of date" else timedelta(minutes=1))
    if mode == "noise":
        return b"nothing"
    if mode == "try later":
        return ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER)
    about = (
        issue(name_of("Ai Khác"), by=issuer, held=validity_period(days=9), key=new_key("ec"))
        if mode == "other serial"
        else issued
    )
    named = pki().other_root if mode == "other authority" else issuer
    status = {"revoked": ocsp.OCSPCertStatus.REVOKED, "unknown": ocsp.OCSPCertStatus.UNKNOWN}.get(
        mode, ocsp.OCSPCertStatus.GOOD
    )
    signs = {
        "stranger": _namesake(issuer),
        "revoked by a stranger": _namesake(issuer),
        "no usage": speaker(issuer, usage=False),
        "strange delegate": speaker(pki().other_root),
        "delegate over": speaker(issuer, over=True),
        "delegate": speaker(issuer),
    }.get(mode, delegate or issuer)
    if mode == "revoked by a stranger":
        status = ocsp.OCSPCertStatus.REVOKED
    is_revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=about.certificate, issuer=named.certificate, algorithm=hashes.SHA1(), cert_status=status, this_update=since,
        next_update=None if without_end else since + timedelta(days=1),
        revocation_time=since - timedelta(days=1) if is_revoked else None,
        revocation_reason=x509.ReasonFlags.key_compromise if is_revoked else None,
    ).responder_id(ocsp.OCSPResponderEncoding.NAME, signs.certificate)  # fmt: skip
    if signs.certificate != issuer.certificate:
        builder = builder.certificates([signs.certificate])
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    content = builder.sign(signs.key, hashes.SHA256()).public_bytes(Encoding.DER)
    if mode == "weak":
        return _weakly(content, issuer)
    if mode == "two numbers":
        return _with_two_numbers(content)
    if mode == "changed":
        # The number of the certificate in it is another one's now, under the signature of the old one.
        other = bytearray(content)
        other[content.index(about.serial.to_bytes((about.serial.bit_length() + 7) // 8)) + 3] ^= 1
        return bytes(other)
    return content


@dataclass
class Responder:
    """Where it listens, what it answers, and about whom it was asked how often."""

    address: str = ""
    mode: str = RIGHT
    issued_by_serial: dict[int, tuple[IssuedCertificate, IssuedCertificate]] = field(default_factory=dict)
    asked_serials: list[int] = field(default_factory=list)

    def issue(self, name: str, *, by: IssuedCertificate | None = None, key: Any = None) -> IssuedCertificate:
        """A signer's certificate that names this responder."""
        above = by or pki().intermediate
        issued = issue(
            name_of(name),
            by=above,
            held=validity_period(days=30),
            key=key or new_key("ec"),
            ocsp=f"http://{self.address}/ocsp",
        )
        self.issued_by_serial[issued.serial] = (issued, above)
        return issued

    def reply(self, body: bytes) -> tuple[int, str, bytes]:
        """What it says to a question: status, type and content."""
        question = ocsp.load_der_ocsp_request(body)
        self.asked_serials.append(question.serial_number)
        issued, by = self.issued_by_serial[question.serial_number]
        nonce = question.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
        if self.mode == "other nonce":
            nonce = hashlib.sha256(nonce).digest()[:16]
        content = answer(issued, self.mode, by=by, nonce=None if self.mode == "no nonce" else nonce)
        status = {"broken": 500, "redirect": 302}.get(self.mode, 200)
        if self.mode == "long":
            content += bytes(egress.LARGEST_ANSWER)
        return status, "text/html" if self.mode == "page" else "application/ocsp-response", content


@contextmanager
def responding() -> Iterator[Responder]:
    """A responder that listens on this machine."""
    responder = Responder()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, media, content = responder.reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Location", f"http://{responder.address}/elsewhere")
            self.end_headers()
            if responder.mode == "drip":
                for index in range(len(content)):
                    try:
                        self.wfile.write(content[index : index + 1])
                        self.wfile.flush()
                    except OSError:
                        return
                    time.sleep(0.2)
                return
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Nothing to say."""

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving.daemon_threads = True
    responder.address = f"127.0.0.1:{serving.server_port}"
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield responder
    serving.shutdown()
    serving.server_close()
