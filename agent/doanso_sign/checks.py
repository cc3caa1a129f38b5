"""What is looked at before anything is signed: that the attributes speak of the file at hand, and of nothing else."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any

from asn1crypto import cms, core, tsp, x509

VIETNAM = timezone(timedelta(hours=7))
# Importing `tsp` is what teaches the reader of attributes the one that names the certificate.
_NAMES_THE_CERTIFICATE = tsp.SigningCertificateV2
# Everything a signature of a PDF may say of itself here; anything else is refused.
ALLOWED = {"content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection"}
MOST = 60
"""So many files in one go; more than a server of ours asks for."""
_NAME = re.compile(r"[0-9a-f-]{1,40}")
REQUIRED = ALLOWED - {"cms_algorithm_protection"}


class Distrusted(Exception):
    """What the server sent is not what it says; the message is for the person."""


@dataclass(frozen=True)
class Sheet:
    """One file that is to be signed, after everything was looked at."""

    task: str
    title: str
    number: str
    digest: str
    to_sign: bytes
    file: bytes


@dataclass(frozen=True)
class Run:
    """All that is signed in one go, with one certificate."""

    signer: str
    serial: str
    valid_until: str
    certificate: bytes
    back: str
    legal_force: bool
    sheets: tuple[Sheet, ...]


def _text(payload: dict[str, Any], key: str, most: int = 400) -> str:
    value = payload.get(key, "")
    if not isinstance(value, str):
        raise Distrusted("Máy chủ trả lời không đúng dạng.")
    return value[:most]


def _bytes(payload: dict[str, Any], key: str) -> bytes:
    try:
        return base64.b64decode(_text(payload, key, 200_000), validate=True)
    except ValueError as error:
        raise Distrusted("Máy chủ trả lời không đúng dạng.") from error


def _offset(payload: dict[str, Any], key: str) -> int:
    value = payload.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Distrusted("Máy chủ trả lời không đúng dạng.")
    return value


def digest_of(file: bytes, start: int, end: int) -> bytes:
    """The SHA-256 of the whole file but for the hole of the signature, which has to be a hole and nothing else."""
    hole = file[start:end]
    if not file.startswith(b"%PDF-") or not start < end <= len(file):
        raise Distrusted("Tệp tải về không phải là tệp PDF đã chuẩn bị để ký.")
    # Zeros between the marks, so that nothing a reader could show hides in what is not signed.
    if hole[:1] != b"<" or hole[-1:] != b">" or hole[1:-1].strip(b"0"):
        raise Distrusted("Chỗ để chữ ký trong tệp không trống.")
    if file.count(b"[0 %d %d %d]" % (start, end, len(file) - end)) != 1:
        raise Distrusted("Tệp không nói đúng phần sẽ được ký.")
    return hashlib.sha256(file[:start] + file[end:]).digest()


def require_plain(to_sign: bytes, digest: bytes, certificate: bytes) -> None:
    """Refuse signed attributes that say anything but: a PDF with this digest, signed with this certificate."""
    try:
        attributes = cms.CMSAttributes.load(to_sign, strict=True)
        found = {one["type"].native: one["values"] for one in attributes}
        if len(found) != len(attributes) or not found.keys() <= ALLOWED or not found.keys() >= REQUIRED:
            raise Distrusted("Máy chủ muốn ký thêm điều khác ngoài tệp này.")
        if any(len(values) != 1 for values in found.values()):
            raise Distrusted("Máy chủ muốn ký thêm điều khác ngoài tệp này.")
        if found["content_type"][0].native != "data" or found["message_digest"][0].native != digest:
            raise Distrusted("Mã băm máy chủ gửi không phải của tệp này.")
        named = found["signing_certificate_v2"][0]
        if not isinstance(named, _NAMES_THE_CERTIFICATE):
            raise Distrusted("Máy chủ trả lời không đúng dạng.")
        named = named["certs"]
        own = named[0]
        algorithm = own["hash_algorithm"]["algorithm"].native
        if len(named) != 1 or algorithm != "sha256" or own["cert_hash"].native != hashlib.sha256(certificate).digest():
            raise Distrusted("Máy chủ ghi chứng thư khác với chứng thư của bạn.")
        # In one form only: what was read is all there is.
        if core.load(to_sign, strict=True).dump() != to_sign or attributes.copy().dump(force=True) != to_sign:
            raise Distrusted("Máy chủ trả lời không đúng dạng.")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Distrusted("Máy chủ trả lời không đúng dạng.") from error


def listed(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """What the server says of each file of the run."""
    found = payload.get("files")
    if not isinstance(found, list) or not 1 <= len(found) <= MOST or not all(isinstance(one, dict) for one in found):
        raise Distrusted("Máy chủ trả lời không đúng dạng.")
    names = [_text(one, "task", 40) for one in found]
    if len(set(names)) != len(names) or not all(_NAME.fullmatch(name) for name in names):
        raise Distrusted("Máy chủ trả lời không đúng dạng.")
    return found


def _sheet(payload: dict[str, Any], file: bytes, certificate: bytes) -> Sheet:
    to_sign = _bytes(payload, "to_sign")
    digest = digest_of(file, _offset(payload, "start"), _offset(payload, "end"))
    require_plain(to_sign, digest, certificate)
    return Sheet(
        task=_text(payload, "task", 40),
        title=_text(payload, "title"),
        number=_text(payload, "number"),
        digest=digest.hex(),
        to_sign=to_sign,
        file=file,
    )


def read_run(payload: dict[str, Any], files: Sequence[bytes], server: str) -> Run:
    """The run in the server's answer, with each digest worked out here from the file itself."""
    certificate = _bytes(payload, "certificate")
    sheets = tuple(_sheet(one, file, certificate) for one, file in zip(listed(payload), files, strict=True))
    try:
        parsed = x509.Certificate.load(certificate, strict=True)
        name = parsed.subject.native.get("common_name", "")
        until = parsed["tbs_certificate"]["validity"]["not_after"].native
    except (ValueError, TypeError) as error:
        raise Distrusted("Chứng thư máy chủ gửi không đọc được.") from error
    back = _text(payload, "back")
    return Run(
        signer=name if isinstance(name, str) else ", ".join(name),
        serial=f"{parsed.serial_number:x}",
        valid_until=f"{until.astimezone(VIETNAM):%d/%m/%Y}",
        certificate=certificate,
        back=server + back if back.startswith("/") and not back.startswith("//") else server,
        legal_force=payload.get("legal_force") is True,
        sheets=sheets,
    )
