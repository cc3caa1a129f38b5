"""The program trusts the server in nothing that it can work out by itself."""

import base64
import hashlib

import pytest
from asn1crypto import cms, core
from doanso_sign.checks import MOST, Distrusted, Run, digest_of, read_run, require_plain
from doanso_sign.upstream import Upstream

from doanso.signing.pdf import Prepared, prepare
from doanso.signing.tests.pki import LOOK, opened_pdf, pki, signer_of


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(opened_pdf(), signer_of(pki().an), "person", LOOK)


def task_payload(prepared: Prepared, **other: object) -> dict:
    of_file = {
        "task": "a1",
        "title": "Kế hoạch",
        "number": "12-KH/TĐTN",
        "to_sign": base64.b64encode(prepared.to_sign).decode(),
        "start": prepared.start,
        "end": prepared.end,
    }
    task = {
        "certificate": base64.b64encode(pki().an.der).decode(),
        "legal_force": False,
        "back": "/signing/sessions/1/",
        "files": [{name: other.get(name, value) for name, value in of_file.items()}],
    }
    return task | {name: value for name, value in other.items() if name not in of_file}


def read(task: dict, *files: bytes) -> Run:
    return read_run(task, files, "https://doanso.example")


def with_attributes(prepared: Prepared, *more: dict, drop: str = "") -> bytes:
    attributes = [item for item in cms.CMSAttributes.load(prepared.to_sign) if item["type"].native != drop]
    return cms.CMSAttributes([*attributes, *(cms.CMSAttribute(item) for item in more)]).dump()


def test_the_digest_is_worked_out_here(prepared: Prepared):
    run = read(task_payload(prepared), prepared.file)
    assert [(item.title, item.digest) for item in run.sheets] == [("Kế hoạch", prepared.digest.hex())]
    assert (run.signer, run.back) == ("Nguyễn Văn An", "https://doanso.example/signing/sessions/1/")


@pytest.mark.parametrize("at", [20, -20], ids=["before the hole", "after it"])
def test_another_file_than_the_signed_one_is_refused(prepared: Prepared, at: int):
    changed = bytearray(prepared.file)
    changed[at] ^= 1
    with pytest.raises(Distrusted, match="Mã băm"):
        read(task_payload(prepared), bytes(changed))


def test_each_file_of_a_run_is_looked_at(prepared: Prepared):
    first, second = task_payload(prepared)["files"][0], task_payload(prepared, task="a2", title="Phụ lục")["files"][0]
    two_files = task_payload(prepared, files=[first, second])
    assert [item.title for item in read(two_files, prepared.file, prepared.file).sheets] == ["Kế hoạch", "Phụ lục"]
    changed = bytearray(prepared.file)
    changed[20] ^= 1
    with pytest.raises(Distrusted, match="Mã băm"):
        read(two_files, prepared.file, bytes(changed))


@pytest.mark.parametrize("many", [0, 2, MOST + 1], ids=["none", "the same one twice", "too many"])
def test_a_list_of_files_that_is_none_is_refused(prepared: Prepared, many: int):
    with pytest.raises(Distrusted):
        read(task_payload(prepared, files=task_payload(prepared)["files"] * many), *[prepared.file] * many)


def test_a_hole_that_is_none_is_refused(prepared: Prepared):
    start, end = prepared.start, prepared.end
    filled = prepared.file[: start + 1] + b"41" + prepared.file[start + 3 :]
    for file, first, last in (
        (filled, start, end),
        (prepared.file, start - 40, end),
        (prepared.file, start + 2, end),
        (prepared.file, start, end - 2),
        (prepared.file, 0, len(prepared.file)),
        (prepared.file, start, len(prepared.file) + 1),
        (prepared.file.replace(b"[0 %d %d" % (start, end), b"[0 %d %d" % (start - 1, end)), start, end),
        (b"x" + prepared.file, start + 1, end + 1),
    ):
        with pytest.raises(Distrusted):
            digest_of(file, first, last)


def test_attributes_that_say_more_or_less_are_refused(prepared: Prepared):
    own, digest = pki().an.der, prepared.digest
    require_plain(prepared.to_sign, digest, own)
    time = {"type": "signing_time", "values": [cms.Time({"utc_time": core.UTCTime("240101000000Z")})]}
    second = {"type": "message_digest", "values": [core.OctetString(hashlib.sha256(b"x").digest())]}
    for bad in (
        with_attributes(prepared, time),
        with_attributes(prepared, second),
        with_attributes(prepared, second, drop="message_digest"),
        with_attributes(prepared, drop="signing_certificate_v2"),
        with_attributes(prepared, drop="content_type"),
        prepared.to_sign + b"\x00",
        b"",
        b"%PDF-1.7 a file, and no attributes",
    ):
        with pytest.raises(Distrusted):
            require_plain(bad, digest, own)


def test_anothers_certificate_in_the_attributes_is_refused(prepared: Prepared):
    with pytest.raises(Distrusted, match="chứng thư khác"):
        require_plain(prepared.to_sign, prepared.digest, pki().binh.der)


@pytest.mark.parametrize("key", ["certificate", "files", "task", "to_sign", "start", "end", "title"])
def test_an_answer_of_another_shape_is_refused(prepared: Prepared, key: str):
    for wrong in (None, [], {"x": 1}, True, 1.5, "§"):
        if key == "title" and wrong == "§":
            continue
        with pytest.raises(Distrusted):
            read(task_payload(prepared, **{key: wrong}), prepared.file)


def test_the_way_back_leads_to_the_server_only(prepared: Prepared):
    for back in ("//evil.example/", "https://evil.example/", "javascript:alert(1)"):
        assert read(task_payload(prepared, back=back), prepared.file).back == "https://doanso.example"


@pytest.mark.parametrize(
    "address",
    [
        "http://doanso.example",
        "ftp://doanso.example",
        "https://a:b@doanso.example",
        "https://doanso.example/x",
        "doanso",
    ],
)
def test_only_a_plain_https_server_is_spoken_to(address: str):
    with pytest.raises(ValueError, match="the server"):
        Upstream(address)
